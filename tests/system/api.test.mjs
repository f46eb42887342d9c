// SPDX-License-Identifier: Apache-2.0
// The API as its contract says, route by route. The harness holds every answer against it anyway.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';

import { API } from './lib/client.mjs';
import { contract } from './lib/contract.mjs';
import { Testd } from './lib/server.mjs';
import { refusedFor, World } from './lib/world.mjs';

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];
let server;
let world;
let keys;

before(async () => {
  server = await Testd.start();
  world = new World(server);
  keys = { nobody: undefined, login: await world.key('authenticate'), auditor: await world.key('audit.read') };
});
after(() => server?.stop());

/** Operations that need a key; those without any security are public. */
const guarded = () => contract().operations.filter((one) =>
  (one.operation.security ?? contract().document.security ?? []).some((need) => Object.keys(need).length > 0));
const pathOf = (one) => one.path.replace(/\{[^}]+\}/g, 'x').slice(one.path.startsWith(API) ? API.length : 0);
/** The permissions an operation's description of its security names. */
const scopesOf = (one) => [...new Set((one.operation.security ?? []).flatMap((need) => Object.values(need).flat()))];

/** What everybody who has signed in may do: look after their own sessions and, in the portal, their own devices;
 * see and answer what was asked of them. */
const OWN_AFFAIRS = /^\/api\/v1\/(operator-sessions|approvals|portal)(\/|$)/;

test('every route that is not public answers 401 without a key and with an unknown one', async () => {
  assert.ok(guarded().length >= 30, `only ${guarded().length} guarded operations`);
  for (const key of [undefined, 'lsk_nonsense', `lsk_${'A'.repeat(43)}`]) {
    const client = server.client(key);
    for (const one of guarded()) {
      const answer = await client.call(one.method, pathOf(one));
      refusedFor(answer, 401, 'unauthenticated');
      assert.match(answer.headers['www-authenticate'], /^Bearer/);
    }
    client.close();
  }
});

test('every route asks for just the permissions that the contract names', async () => {
  const all = [...new Set(guarded().flatMap(scopesOf))];
  for (const one of guarded()) {
    const needs = scopesOf(one);
    if (needs.length === 0) {
      assert.match(one.path, OWN_AFFAIRS, `${one.method} ${one.path} names no permission`);
      continue;
    }
    const without = server.client(await world.key(...all.filter((name) => name !== needs[0])));
    refusedFor(await without.call(one.method, pathOf(one)), 403, 'not_allowed');
    without.close();
    const just = server.client(await world.key(...needs));
    const answer = await just.call(one.method, pathOf(one));
    assert.ok(![401, 403].includes(answer.status), `${one.method} ${one.path} with ${needs}: ${answer.text}`);
    just.close();
  }
});

test('a revoked key is unknown from the next request on, and its name is not given again', async () => {
  const made = await world.api.ok('POST', '/api-keys', { name: 'gone', permissions: ['users.read'] });
  const client = server.client(made.key);
  assert.equal((await client.get('/users')).status, 200);
  await world.api.ok('DELETE', '/api-keys/gone');
  refusedFor(await client.get('/users'), 401, 'unauthenticated');
  refusedFor(await world.api.post('/api-keys', { name: 'gone', permissions: ['users.read'] }), 409, 'conflict');
  client.close();
});

test('a key cannot make one that may do more than itself', async () => {
  const client = server.client(await world.key('keys.write', 'users.read'));
  refusedFor(await client.post('/api-keys', { name: 'more', permissions: ['tokens.write'] }), 403, 'not_allowed');
  assert.equal((await client.post('/api-keys', { name: 'less', permissions: ['users.read'] })).status, 201);
  client.close();
});

test('the contract and the router have the same routes: other methods get 405 with what is allowed', async () => {
  const patternOf = (path) => new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`);
  // The lab is a demo's: pages.test.mjs looks at it.
  const paths = contract().operations.map((one) => one.path).filter((path) => !path.includes('/lab/'));
  for (const path of new Set(paths)) {
    // "/tokens/bulk" is a path of its own, and as good a serial as any.
    const here = contract().operations.filter((one) => patternOf(one.path).test(path));
    const known = [...new Set(here.map((one) => one.method))];
    for (const method of METHODS.filter((name) => !known.includes(name))) {
      const answer = await world.api.raw(method, path.replace(/\{[^}]+\}/g, 'x'));
      assert.equal(answer.status, 405, `${method} ${path} is not in the contract`);
      const allowed = answer.headers.allow.split(',').map((name) => name.trim());
      assert.deepEqual(allowed.sort(), [...known].sort(), `${path}: Allow`);
    }
  }
});

test('paths outside the contract are not found', async () => {
  for (const path of ['/api', '/api/v1', '/api/v1/', '/api/v2/users', '/api/v1/user', '/api/v1/users/', '/api/v1/users/a/b',
    '/api/v1/lab', '/lab', '/metrics/x', '/api/v1/tokens/x/seed', '/../etc/passwd', '/api/v1/users/../tokens', '//healthz']) {
    const answer = await world.api.raw('GET', path);
    assert.equal(answer.status, 404, path);
    contract().check('GET', path, answer);
  }
});

test('health is public and says nothing more', async () => {
  const client = server.client(undefined);
  assert.deepEqual((await client.get('/healthz')).json, { status: 'ok' });
  assert.equal((await client.get('/readyz')).status, 200);
  client.close();
});

test('unknown members, doubled ones and unknown parameters are refused', async () => {
  const card = await world.withCard('form');
  const json = { 'content-type': 'application/json' };
  for (const [method, path, body] of [
    ['POST', '/authenticate', '{"user":"form","code":"123456","extra":1}'],
    ['POST', '/authenticate', '{"user":"form","user":"other","code":"123456"}'],
    ['POST', '/authenticate', '{"user":"form"}'],
    ['POST', '/authenticate', '{"user":"form","code":123456}'],
    ['POST', '/authenticate', '{"user":["form"],"code":"123456"}'],
    ['POST', '/authenticate', '["form"]'], ['POST', '/authenticate', ''], ['POST', '/authenticate', '{'],
    ['POST', '/authenticate', '{"user":"form","code":"123456"} {}'],
    ['POST', '/authenticate', `{"user":"form","code":"1","x":${'['.repeat(100)}${']'.repeat(100)}}`],
    ['PUT', '/users/form', '{"lastname":"x"}'], ['PUT', '/users/form', '{"status":"gone"}'],
    ['PUT', '/users/form', '{"pin":"1"}'], ['PUT', '/users/form', '{"password":"short"}'],
    ['POST', '/tokens', '{"kind":"hotp","digits":11}'], ['POST', '/tokens', '{"kind":"hotp","step_seconds":30}'],
    ['POST', '/tokens', '{"kind":"totp","counter":3}'], ['POST', '/tokens', '{"kind":"hotp","seed":"zz"}'],
    ['POST', '/tokens', '{"kind":"hotp","seed":"00"}'], ['POST', '/tokens', '{"kind":"hotp","serial":"a b"}'],
    ['PATCH', `/tokens/${card.serial}`, '{"next":5}'], ['PATCH', `/tokens/${card.serial}`, '{"seed":"00"}'],
    ['POST', `/tokens/${card.serial}/resync`, '{"codes":["1","2","3","4"]}'],
    ['POST', `/tokens/${card.serial}/resync`, '{"codes":"123456"}'],
    ['POST', `/tokens/${card.serial}/resync`, '{"codes":["123456","123457"],"reach":"everything"}'],
    ['PUT', '/policy', '{"preset":"none"}'], ['PUT', '/policy', '{"preset":"default","set":{"event.acept":1}}'],
    ['PUT', '/policy', '{"preset":"default","set":{"event.accept":-1}}'],
    ['PUT', '/policy', '{"preset":"default","set":{"event.accept":100,"event.next_code":50}}'],
    ['POST', '/api-keys', '{"name":"x","permissions":["everything"]}'], ['POST', '/api-keys', '{"name":"x","permissions":[]}'],
    ['POST', '/api-keys', '{"name":"a b","permissions":["audit.read"]}'],
    ['POST', '/imports', '{"format":"sdtid","content":"x"}'],
  ]) {
    const answer = await world.api.raw(method, API + path, { body, headers: json });
    contract().check(method, API + path, answer);
    assert.equal(answer.status, 400, `${method} ${path} ${body}: ${answer.status} ${answer.text}`);
    assert.equal(JSON.parse(answer.text).reason, 'invalid_input');
  }
  for (const path of ['/users?limit=0', '/users?limit=1001', '/users?limit=x', '/users?search=x', '/users?q=a&q=b', '/tokens?state=new',
    '/tokens?assigned=1', '/audit?after=x', '/audit?user=%00', '/users?q=%zz', '/healthz?x=1', '/policy?x']) {
    refusedFor(await world.api.get(path), 400, 'invalid_input');
  }
  await world.accept('form', card.press());
});

test('a body of another type, or none where one is due, or one where none is, is refused', async () => {
  const body = '{"user":"a","code":"123456"}';
  for (const type of [undefined, 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const answer = await world.api.raw('POST', `${API}/authenticate`, { body, headers: type ? { 'content-type': type } : {} });
    contract().check('POST', `${API}/authenticate`, answer);
    assert.ok([400, 415].includes(answer.status), `${type}: ${answer.status}`);
  }
  for (const type of ['application/json; charset=utf-8', 'Application/JSON']) {
    const answer = await world.api.raw('POST', `${API}/authenticate`, { body, headers: { 'content-type': type } });
    assert.equal(answer.status, 200, type);
  }
  refusedFor(await world.api.call('PUT', '/groups/withbody', { a: 1 }), 400, 'invalid_input');
});

test('a body that is too large is refused by its length', async () => {
  const body = JSON.stringify({ user: 'a', code: '1', client: 'x'.repeat(1_100_000) });
  const answer = await world.api.raw('POST', `${API}/authenticate`, { body, headers: { 'content-type': 'application/json' } });
  contract().check('POST', `${API}/authenticate`, answer);
  refusedFor({ ...answer, json: JSON.parse(answer.text) }, 413, 'body_too_large');
});

test('lists come in pages that hold each thing once, in order', async () => {
  for (let i = 0; i < 25; ++i) await world.api.ok('PUT', `/users/page-${String(i).padStart(2, '0')}`, { last_name: 'Pager' });
  const seen = [];
  let after = '';
  do {
    const page = await world.api.ok('GET', `/users?q=pager&limit=10${after}`);
    assert.ok(page.items.length <= 10);
    seen.push(...page.items.map((one) => one.id));
    after = page.next ? `&after=${encodeURIComponent(page.next)}` : '';
  } while (after);
  assert.equal(seen.length, 25);
  assert.deepEqual(seen, [...seen].sort());
  const records = [];
  let behind = '';
  do {
    const page = await world.api.ok('GET', `/audit?limit=7${behind}`);
    records.push(...page.items);
    behind = page.next ? `&after=${page.next}` : '';
  } while (behind);
  assert.equal(new Set(records.map((one) => one.seq)).size, records.length);
  assert.deepEqual(records.map((one) => one.seq), records.map((one) => one.seq).sort((a, b) => b - a));
});

test('users are found by name, ID, e-mail and the serial of a token, whatever the case', async () => {
  await world.withCard('find', { serial: 'FIND-4711' });
  await world.api.ok('PUT', '/users/find', { first_name: 'Ada', last_name: 'Lövelace', email: 'ada@example.org' });
  for (const q of ['lövel', 'LÖVEL', 'ada l', 'fin', 'ADA@example', 'find-4711']) {
    const { items } = await world.api.ok('GET', `/users?q=${encodeURIComponent(q)}`);
    assert.ok(items.some((one) => one.id === 'find'), q);
  }
  assert.deepEqual((await world.api.ok('GET', '/users?q=%25')).items, []);
});

test('a change made from an old version is a conflict, and nothing is changed', async () => {
  await world.api.ok('PUT', '/users/etag', { last_name: 'One' });
  const { headers: { etag } } = await world.api.get('/users/etag');
  assert.match(etag, /^"\d+"$/);
  assert.equal((await world.api.put('/users/etag', { last_name: 'Two' }, { 'if-match': etag })).status, 200);
  for (const [method, path, body] of [['PUT', '/users/etag', { last_name: 'Three' }], ['DELETE', '/users/etag']]) {
    const answer = await world.api.call(method, path, body, { 'if-match': etag });
    assert.ok([409, 412].includes(answer.status), answer.text);
  }
  assert.equal((await world.api.ok('GET', '/users/etag')).last_name, 'Two');
  assert.equal((await world.api.put('/users/etag', {}, { 'if-match': '5' })).status, 400);
  const card = await world.withCard('etag2');
  const version = (await world.api.get(`/tokens/${card.serial}`)).headers.etag;
  await world.accept('etag2', card.press());
  const stale = await world.api.patch(`/tokens/${card.serial}`, { state: 'lost' }, { 'if-match': version });
  assert.ok([409, 412].includes(stale.status), stale.text);
});

test('no answer holds a seed, a PIN or a password, but the one that shows a new seed once', async () => {
  const card = await world.withCard('secret', { pin: 'pin-4711', digits: 8 });
  await world.api.ok('PUT', '/users/secret/password', { password: 'correct horse battery' });
  const made = await world.api.ok('POST', '/tokens', { kind: 'totp', owner: 'secret', serial: 'SOFT-1' });
  assert.match(made.seed.base32, /^[A-Z2-7]{32}$/);
  assert.match(made.seed.otpauth_uri, /^otpauth:\/\/totp\/.*secret=[A-Z2-7]{32}/);
  const secrets = [card.seed, 'pin-4711', 'correct horse', made.seed.base32, 'argon2'];
  for (const path of ['/users/secret', '/users?q=secret', `/tokens/${card.serial}`, '/tokens/SOFT-1', '/tokens', '/audit?limit=1000', '/api-keys']) {
    const { text } = await world.api.get(path);
    for (const secret of secrets) assert.equal(text.toLowerCase().includes(secret.toLowerCase()), false, `${path} holds a secret`);
  }
  const log = server.program.err.toLowerCase();
  for (const secret of secrets) assert.equal(log.includes(secret.toLowerCase()), false, 'the log holds a secret');
});

test('progress and evidence are shown to who may diagnose, and to nobody else', async () => {
  const card = await world.withCard('shown');
  const blind = server.client(await world.key('tokens.read', 'users.read'));
  assert.equal((await blind.get(`/tokens/${card.serial}`)).json.progress, undefined);
  assert.equal((await blind.get('/users/shown')).json.tokens[0].progress, undefined);
  assert.equal((await world.api.ok('GET', `/tokens/${card.serial}`)).progress.next, 1);
  blind.close();
});

test('the owner\'s socket needs no key, and the network has no owner', async () => {
  assert.equal((await server.admin.get('/users')).status, 200);
  const stranger = server.client(undefined);
  refusedFor(await stranger.get('/users'), 401, 'unauthenticated');
  stranger.close();
});

test('deleting a user puts the tokens back into stock; deleting a token ends it', async () => {
  const card = await world.withCard('leaver');
  await world.api.ok('DELETE', '/users/leaver');
  refusedFor(await world.api.get('/users/leaver'), 404, 'not_found');
  assert.equal((await world.api.ok('GET', `/tokens/${card.serial}`)).owner, undefined);
  await world.api.ok('PUT', '/users/newcomer', {});
  await world.api.ok('PUT', `/users/newcomer/tokens/${card.serial}`);
  await world.reject('newcomer', card.code(0));
  await world.accept('newcomer', card.press());
  await world.api.ok('DELETE', `/tokens/${card.serial}`);
  refusedFor(await world.api.get(`/tokens/${card.serial}`), 404, 'not_found');
  await world.reject('newcomer', card.press());
});

test('the audit verifies over the API', async () => {
  const verdict = await world.api.ok('POST', '/audit/verify');
  assert.equal(verdict.intact, true);
  assert.ok(verdict.records > 10);
});
