// SPDX-License-Identifier: Apache-2.0
// Operators: an account from its set-up link to its end, as a browser and the shell see it.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';

import { Testd } from './lib/server.mjs';
import { World } from './lib/world.mjs';

const PASSWORD = 'a long enough phrase';
const OURS = { 'x-lockstep': '1' };

let server;
let world;

before(async () => {
  server = await Testd.start();
  world = new World(server);
});
after(() => server?.stop());

/** A browser: no key, the cookies that it was given. */
const browser = () => server.api.withKey(undefined);

/** Makes an operator whose second factor is a card of a user of the same name. */
async function operator(name, role, scope = null) {
  const card = await world.withCard(name);
  const made = await world.api.ok('POST', '/operators', { name, role, scope, tokens_of: name });
  const secret = made.setup.path.split('#')[1];
  const done = await browser().post('/operator-setup', { secret, password: PASSWORD, code: card.press() }, OURS);
  assert.equal(done.status, 204, done.text);
  return card;
}

async function signIn(name, card) {
  const done = await browser().post('/operator-sessions', { name, password: PASSWORD, code: card.press() }, OURS);
  assert.equal(done.status, 201, done.text);
  return { cookie: done.headers['set-cookie'][0].split(';')[0], ...OURS };
}

test('an account is set up once, signs in with both factors, and ends when it is disabled', async () => {
  const card = await operator('olle', 'owner');
  await operator('oda', 'owner');
  const session = await signIn('olle', card);
  const own = await browser().get('/operator-sessions/current', session);
  assert.equal(own.json.operator.name, 'olle');
  assert.equal((await browser().put('/groups/made-by-olle', undefined, session)).status, 204);
  assert.equal((await browser().put('/groups/forged', undefined, { cookie: session.cookie })).status, 403);
  assert.equal((await browser().get('/groups', session)).status, 200);

  const sessions = await world.api.ok('GET', '/operators/olle/sessions');
  assert.equal(sessions.items.length, 1);
  await world.api.ok('PATCH', '/operators/olle', { status: 'disabled' });
  assert.equal((await browser().get('/groups', session)).status, 401);
  const refused = await browser().post('/operator-sessions', { name: 'olle', password: PASSWORD, code: card.press() }, OURS);
  assert.equal(refused.status, 401);
});

test('a refusal is the same bytes whatever its cause', async () => {
  const card = await operator('karin', 'help_desk');
  const answers = [];
  for (const [name, password, code] of [['karin', PASSWORD, card.wrong()], ['karin', 'not the phrase', card.press()],
    ['nobody', PASSWORD, card.press()], ['', '', '']]) {
    const { status, text, rawHeaders } = await browser().post('/operator-sessions', { name, password, code }, OURS);
    answers.push({ status, text, names: rawHeaders.filter((_, i) => i % 2 === 0) });
  }
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
});

test('a session ends after a quarter of an hour without use', async () => {
  const card = await operator('idle', 'auditor');
  const session = await signIn('idle', card);
  await server.clock.advance(14 * 60);
  assert.equal((await browser().get('/users', session)).status, 200);
  await server.clock.advance(15 * 60);
  assert.equal((await browser().get('/users', session)).status, 401);
});

test('with a scope, whoever is outside does not exist', async () => {
  await world.api.ok('PUT', '/groups/inside');
  const card = await operator('narrow', 'administrator', ['inside']);
  await world.withCard('ina');
  await world.withCard('ute');
  await world.api.ok('PUT', '/groups/inside/members/ina');
  const session = await signIn('narrow', card);
  assert.equal((await browser().get('/users/ina', session)).status, 200);
  assert.equal((await browser().get('/users/ute', session)).status, 404);
  assert.equal((await browser().patch('/tokens/C-UTE', { state: 'lost' }, session)).status, 404);
  const list = await browser().get('/users', session);
  assert.deepEqual(list.json.items.map((one) => one.id), ['ina']);
});

test('where policy asks for two, a mass change waits for the second', async () => {
  const asks = await operator('asks', 'administrator');
  const agrees = await operator('agrees', 'administrator');
  await world.api.ok('PUT', '/policy', { preset: 'default', set: { 'approval.mass_change': true } });
  await world.api.ok('PUT', '/users/many', {});
  const serials = [];
  for (let i = 0; i < 11; ++i) {
    serials.push(`MANY-${i}`);
    await world.api.ok('POST', '/tokens', { kind: 'hotp', serial: `MANY-${i}` });
  }
  const session = await signIn('asks', asks);
  const asked = await browser().post('/tokens/bulk', { serials, state: 'revoked' }, session);
  assert.equal(asked.status, 202);
  const path = `/approvals/${asked.json.approval.id}/approve`;
  assert.equal((await browser().post(path, undefined, session)).status, 403);
  assert.equal((await browser().post(path, undefined, await signIn('agrees', agrees))).status, 204);
  assert.equal((await world.api.ok('GET', '/tokens/MANY-10')).state, 'revoked');
});
