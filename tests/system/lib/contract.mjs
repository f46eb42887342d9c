// SPDX-License-Identifier: Apache-2.0
// api/openapi.yaml as a judge: every real answer is held against what the contract says about its
// route and status. What the contract does not mention is a failure, not a gap.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];
const DOCUMENT = new URL('../../../api/openapi.yaml', import.meta.url);

const escapePointer = (part) => part.replaceAll('~', '~0').replaceAll('/', '~1');
const mediaType = (value) => (value ?? '').split(';')[0].trim().toLowerCase();

export class Contract {
  constructor(document = parse(readFileSync(DOCUMENT, 'utf8'))) {
    this.document = document;
    this.ajv = new Ajv2020.default({ strict: false, allErrors: true });
    addFormats.default(this.ajv);
    this.ajv.addSchema({ ...document, $id: 'openapi' });
    this.validators = new Map();
    this.operations = this.#list();
  }

  /** Every operation: {method, path, pattern, base, operation, pointer}. */
  #list() {
    const found = [];
    for (const [path, item] of Object.entries(this.document.paths)) {
      const base = ((item.servers ?? this.document.servers)?.[0]?.url ?? '').replace(/\/$/, '');
      for (const method of METHODS.filter((name) => item[name])) {
        const full = base + path;
        const pattern = new RegExp(`^${full.replace(/\{[^}]+\}/g, '[^/]+')}$`);
        const pointer = `#/paths/${escapePointer(path)}/${method}`;
        found.push({ method: method.toUpperCase(), path: full, pattern, pointer,
          operation: item[method], parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])] });
      }
    }
    return found;
  }

  /** What `{$ref}` stands for, and the pointer under which a schema below it is found. */
  resolve(node, pointer) {
    if (!node?.$ref) return { node, pointer };
    const target = node.$ref.slice(2).split('/').reduce(
      (at, part) => at[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')], this.document);
    assert.ok(target, `the contract refers to ${node.$ref}, which is not there`);
    return this.resolve(target, node.$ref);
  }

  /** The operation of a request; literal segments win over `{…}`. */
  find(method, target) {
    const path = target.split('?')[0];
    return this.operations.filter((one) => one.method === method && one.pattern.test(path))
      .sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
  }

  #validator(pointer) {
    if (!this.validators.has(pointer)) {
      // A member that the contract does not name is as wrong as one that is missing.
      this.validators.set(pointer, this.ajv.compile({ $ref: `openapi${pointer}`, unevaluatedProperties: false }));
    }
    return this.validators.get(pointer);
  }

  /** Fails where `answer` {status, headers, text} is not what the contract promises. */
  check(method, target, answer) {
    const what = `${method} ${target.split('?')[0]} answered ${answer.status}`;
    const found = this.find(method, target);
    const path = target.split('?')[0];
    if (!found) {
      // Outside the contract only the server's own refusals may come, as the shared Problem.
      assert.ok([404, 405].includes(answer.status) ||
        (answer.status >= 400 && !this.operations.some((one) => one.pattern.test(path))),
      `${what}, and the contract has no such operation`);
      this.#checkBody(what, '#/components/schemas/Problem', answer, 'application/problem+json');
      return;
    }
    const { responses } = found.operation;
    const key = responses[answer.status] ? String(answer.status) : 'default';
    assert.ok(key !== 'default' || answer.status >= 400, `${what}, which the contract does not name: ${answer.text}`);
    assert.ok(responses[key], `${what}, and the contract names neither it nor a default`);
    const { node, pointer } = this.resolve(responses[key], `${found.pointer}/responses/${key}`);
    if (!node.content) {
      assert.equal(answer.text, '', `${what} with a body, and the contract says there is none`);
      return;
    }
    const type = mediaType(answer.headers['content-type']);
    assert.ok(node.content[type], `${what} as ${type}, and the contract says ${Object.keys(node.content)}`);
    if (!node.content[type].schema) return;
    this.#checkBody(what, `${pointer}/content/${escapePointer(type)}/schema`, answer, type);
    for (const [name, header] of Object.entries(node.headers ?? {})) {
      if (this.resolve(header).node.required) {
        assert.ok(answer.headers[name.toLowerCase()] !== undefined, `${what} without the header ${name}`);
      }
    }
  }

  #checkBody(what, pointer, answer, type) {
    assert.equal(mediaType(answer.headers['content-type']), type, `${what}: content type`);
    const value = /json$/.test(type) ? JSON.parse(answer.text) : answer.text;
    const validate = this.#validator(pointer);
    assert.ok(validate(value), `${what}, not as the contract says: ${this.ajv.errorsText(validate.errors)}`);
  }
}

let shared;
/** The one Contract of this process. */
export const contract = () => (shared ??= new Contract());
