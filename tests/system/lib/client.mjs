// SPDX-License-Identifier: Apache-2.0
// HTTP as our clients speak it, over TCP with an API key or over the admin socket as the owner.
import assert from 'node:assert/strict';
import http from 'node:http';

import { contract } from './contract.mjs';

export const API = '/api/v1';
const REQUEST_MILLISECONDS_MAX = 120_000;

export class Client {
  /** `where`: {port} or {socketPath}; `key`: what to present as bearer, if anything. */
  constructor(where, key, { connections = 8 } = {}) {
    this.where = where;
    this.key = key;
    this.connections = connections;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  }

  withKey(key) { return new Client(this.where, key, { connections: this.connections }); }

  close() { this.agent.destroy(); }

  /** One exchange, unjudged: {status, headers, rawHeaders, text}. Rejects when the line is cut. */
  raw(method, target, { body, headers = {} } = {}) {
    return new Promise((resolve, reject) => {
      const bytes = body === undefined ? undefined : Buffer.from(body);
      const request = http.request({
        host: '127.0.0.1', ...this.where, method, path: target, agent: this.agent,
        timeout: REQUEST_MILLISECONDS_MAX,
        headers: {
          ...(this.key ? { authorization: `Bearer ${this.key}` } : {}),
          ...(bytes ? { 'content-length': bytes.length } : {}), ...headers,
        },
      }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({
          status: response.statusCode, headers: response.headers, rawHeaders: response.rawHeaders,
          text: Buffer.concat(chunks).toString('utf8'),
        }));
      });
      request.on('timeout', () => request.destroy(new Error(`${method} ${target}: no answer in time`)));
      request.on('error', reject);
      request.end(bytes);
    });
  }

  /** One exchange with a JSON body, held against the contract. `json` is the parsed answer. */
  async call(method, path, body, headers = {}) {
    const target = /^\/(?:healthz|readyz|metrics)/.test(path) ? path : API + path;
    const answer = await this.raw(method, target, {
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    });
    contract().check(method, target, answer);
    answer.json = /json/.test(answer.headers['content-type'] ?? '') ? JSON.parse(answer.text) : undefined;
    return answer;
  }

  get(path, headers) { return this.call('GET', path, undefined, headers); }
  post(path, body, headers) { return this.call('POST', path, body, headers); }
  put(path, body, headers) { return this.call('PUT', path, body, headers); }
  patch(path, body, headers) { return this.call('PATCH', path, body, headers); }
  delete(path, headers) { return this.call('DELETE', path, undefined, headers); }

  /** `call`, and anything but 2xx fails the test. */
  async ok(method, path, body, headers) {
    const answer = await this.call(method, path, body, headers);
    assert.ok(answer.status >= 200 && answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }
}
