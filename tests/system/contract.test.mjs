// SPDX-License-Identifier: Apache-2.0
// The judge judged: what the contract does not say is a failure.
import { test } from 'node:test';
import assert from 'node:assert/strict';

import { Contract, contract } from './lib/contract.mjs';

const document = {
  openapi: '3.1.0', info: { title: 'x', version: '1' }, servers: [{ url: '/api/v1' }],
  paths: {
    '/things/{id}': { get: { responses: {
      200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
      204: {},
      default: { $ref: '#/components/responses/Problem' },
    } } },
    '/things/new': { get: { responses: { 200: { content: { 'text/plain': {} } } } } },
  },
  components: {
    responses: { Problem: { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } } },
    schemas: {
      Thing: { type: 'object', required: ['id'], properties: { id: { type: 'string' }, at: { type: 'string', format: 'date-time' } } },
      Problem: { type: 'object', required: ['reason'], properties: { reason: { type: 'string' } } },
    },
  },
};
const judge = new Contract(document);
const answer = (status, body, type = 'application/json') => ({ status, text: typeof body === 'string' ? body : JSON.stringify(body),
  headers: { 'content-type': type } });
const check = (...args) => () => judge.check('GET', '/api/v1/things/7', answer(...args));

test('what the contract promises passes', () => {
  check(200, { id: 'x', at: '2026-01-01T00:00:00Z' })();
  check(204, '')();
  check(404, { reason: 'not_found' }, 'application/problem+json')();
  judge.check('GET', '/api/v1/things/new', answer(200, 'hello', 'text/plain; charset=utf-8'));
  judge.check('GET', '/nowhere', answer(404, { reason: 'not_found' }, 'application/problem+json'));
});

test('a missing member, an unknown one, a wrong format, type, status or route fails', () => {
  assert.throws(check(200, {}), /required/);
  assert.throws(check(200, { id: 'x', more: 1 }), /unevaluated/);
  assert.throws(check(200, { id: 'x', at: 'yesterday' }), /date-time/);
  assert.throws(check(200, { id: 'x' }, 'text/html'), /text\/html/);
  assert.throws(check(201, { id: 'x' }), /does not name/);
  assert.throws(check(204, 'body'), /body/);
  assert.throws(check(404, { reason: 'x' }), /as application\/json/);
  assert.throws(check(404, { other: 'x' }, 'application/problem+json'), /required/);
  assert.throws(() => judge.check('POST', '/api/v1/things/7', answer(200, {})), /no such operation/);
  assert.throws(() => judge.check('GET', '/api/v1/other', answer(200, {})), /no such operation/);
});

test('every operation of our contract has an id, a summary, and a default that is a problem', () => {
  const ids = new Set();
  for (const { method, path, operation } of contract().operations) {
    const what = `${method} ${path}`;
    assert.ok(operation.operationId && !ids.has(operation.operationId), what);
    ids.add(operation.operationId);
    assert.ok(operation.summary, what);
    assert.ok(operation.responses.default, `${what} declares no default`);
    const { node } = contract().resolve(operation.responses.default);
    assert.deepEqual(Object.keys(node.content), ['application/problem+json'], what);
    for (const [status, response] of Object.entries(operation.responses)) {
      assert.ok(contract().resolve(response).node.description, `${what} ${status} has no description`);
    }
  }
});
