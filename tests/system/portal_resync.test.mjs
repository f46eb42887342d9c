// SPDX-License-Identifier: Apache-2.0
// The portal's resynchronisation, a step at a time, on behalf of a user who proved who they are.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';

import { Testd } from './lib/server.mjs';
import { refusedFor, World } from './lib/world.mjs';

/** Found by search: this seed shows the same two codes in a row at two counters. */
const twin = { seed: 'df36c5c631f863a334ebbe079742091ea401506e', a: 8599, b: 17976 };

let server;
let world;

before(async () => {
  server = await Testd.start();
  world = new World(server);
});
after(() => server?.stop());

const begin = (user, serial) => world.api.post('/resync', { user, serial });
const first = (id, code) => world.api.put(`/resync/${id}/first`, { code });
const complete = (id, code2) => world.api.post(`/resync/${id}/complete`, { code2 });
const third = (id, code) => world.api.put(`/resync/${id}/next`, { code });

/** A conversation that began and has its first code. */
async function begun(user, token, code) {
  const started = await begin(user, token.serial);
  assert.equal(started.status, 201, started.text);
  assert.equal((await first(started.json.id, code)).status, 202);
  return started.json;
}

test('a slow fob is brought back by a code and the one after it, and the very next code signs in', async () => {
  const fob = await world.withFob('sara', { slow: 5 * 3600 });
  const now = await server.clock.now();
  const started = await begin('sara', fob.serial);
  assert.equal(started.json.method, 'two_codes');
  assert.equal(started.json.digits, 6);
  assert.equal(started.json.step_seconds, 30);
  assert.equal(Date.parse(started.json.server_time) / 1000, now);
  const taken = await first(started.json.id, fob.at(now));
  assert.equal(taken.status, 202);
  assert.ok(taken.json.next_within_seconds <= 30);
  await server.clock.advance(30);
  const done = await complete(started.json.id, fob.at(now + 30));
  assert.equal(done.status, 200, done.text);
  assert.deepEqual([done.json.direction, done.json.unit, done.json.moved], ['behind', 'steps', 600]);
  await server.clock.advance(30);
  await world.accept('sara', fob.at(now + 60));
});

test('a card is brought back likewise', async () => {
  const card = (await world.withCard('carl')).skip(700);
  const { id } = await begun('carl', card, card.press());
  const done = await complete(id, card.press());
  assert.deepEqual([done.json.direction, done.json.unit, done.json.moved], ['ahead', 'codes', 700]);
  await world.accept('carl', card.press());
});

test('the answer to the first code is the same bytes, right or wrong', async () => {
  const answers = [];
  for (const [user, pick] of [['right', (c) => c.skip(50).press()], ['wrong', (c) => c.wrong()], ['used', (c) => c.code(0)]]) {
    const card = await world.withCard(user);
    const started = await begin(user, card.serial);
    answers.push(await first(started.json.id, pick(card)));
  }
  for (const one of answers) {
    assert.equal(one.text, answers[0].text);
    assert.deepEqual(withoutDate(one.rawHeaders), withoutDate(answers[0].rawHeaders));
  }
});

function withoutDate(raw) {
  const lines = [];
  for (let i = 0; i < raw.length; i += 2) if (raw[i].toLowerCase() !== 'date') lines.push(`${raw[i]}: ${raw[i + 1]}`);
  return lines;
}

test('a conversation ends after three minutes', async () => {
  const card = await world.withCard('late');
  const { id } = await begun('late', card, card.press());
  await server.clock.advance(179);
  const other = await begun('late', card, card.press());
  await server.clock.advance(2);
  refusedFor(await complete(id, card.press()), 410, 'conversation_expired');
  assert.equal((await complete(other.id, card.press())).status, 422, 'not consecutive, but still open');
});

test('steps left out or repeated lead nowhere', async () => {
  const card = await world.withCard('steps');
  const started = (await begin('steps', card.serial)).json;
  refusedFor(await complete(started.id, card.press()), 410, 'conversation_expired');
  refusedFor(await third(started.id, card.press()), 410, 'conversation_expired');
  assert.equal((await first(started.id, card.press())).status, 202);
  refusedFor(await third(started.id, card.press()), 410, 'conversation_expired');
  refusedFor(await complete('A'.repeat(43), card.press()), 410, 'conversation_expired');
  const { id } = await begun('steps', card, card.press());
  assert.equal((await complete(id, card.press())).status, 200);
  refusedFor(await complete(id, card.press()), 410, 'conversation_expired');
  refusedFor(await first(id, card.press()), 410, 'conversation_expired');
});

test('a first code may be sent again; form is judged, and the conversation goes on', async () => {
  const card = await world.withCard('again');
  const { id } = await begun('again', card, card.press());
  refusedFor(await first(id, '12x456'), 422, 'malformed');
  refusedFor(await first(id, '12345'), 422, 'wrong_length');
  const code = card.press();
  assert.equal((await first(id, code)).status, 202);
  refusedFor(await complete(id, code), 422, 'same_code');
  assert.equal((await complete(id, card.press())).status, 200);
});

test('two codes that fit in two places: one more decides', async () => {
  await world.policy('rsa');
  for (const [user, at] of [['twin-a', twin.a], ['twin-b', twin.b]]) {
    const card = await world.withCard(user, { serial: `T-${at}`, seed: twin.seed, first: false });
    card.counter = at;
    assert.deepEqual([card.code(twin.a), card.code(twin.a + 1)], [card.code(twin.b), card.code(twin.b + 1)]);
    const { id } = await begun(user, card, card.press());
    const undecided = await complete(id, card.press());
    assert.equal(undecided.status, 200, undecided.text);
    assert.equal(undecided.json.reason, 'one_more_code');
    const done = await third(id, card.press());
    assert.equal(done.status, 200, done.text);
    assert.equal(done.json.moved, at);
    await world.accept(user, card.press());
  }
  await world.policy('default');
});

test('a conversation is only begun for the user\'s own token, and unknown ones are told the same', async () => {
  const card = await world.withCard('owner');
  await world.withCard('other');
  for (const [user, serial] of [['other', card.serial], ['nobody', card.serial], ['other', 'NOSUCH']]) {
    refusedFor(await begin(user, serial), 404, 'not_assigned');
  }
  await world.api.ok('PATCH', `/tokens/${card.serial}`, { state: 'lost' });
  refusedFor(await begin('owner', card.serial), 403, 'lost');
});

test('failures count on the token, whatever the conversation', async () => {
  const card = await world.withCard('count');
  for (let i = 0; i < 5; ++i) {
    const { id, attempts_left: left } = await begun('count', card, card.wrong());
    assert.equal(left, 5 - i);
    assert.equal((await complete(id, '000002')).status, 422);
  }
  refusedFor(await begin('count', card.serial), 429, 'too_many_attempts');
});

test('a locked user is opened again by a resynchronisation in the portal', async () => {
  await world.policy('default', { misses_to_two_codes: 3, misses_to_disabled: 4 });
  const card = await world.withCard('locked', { pin: '4711' });
  const pin = { password: '4711' };
  for (let i = 0; i < 3; ++i) await world.reject('locked', card.wrong(), pin);
  for (let i = 0; i < 2; ++i) {
    await world.login('locked', card.wrong(), pin);
    await world.login('locked', card.wrong().split('').reverse().join(''), pin);
    await server.clock.advance(1000);
  }
  assert.equal((await world.api.ok('GET', '/users/locked')).escalation, 'disabled');
  await world.reject('locked', card.press(), pin);
  const { id } = await begun('locked', card, card.press());
  assert.equal((await complete(id, card.press())).status, 200);
  await world.accept('locked', card.press(), pin);
  await world.policy('default');
});
