// SPDX-License-Identifier: Apache-2.0
// Bringing tokens back into step on purpose, and saying why where that fails.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';

import { hotpCodes, K20, totpCodes } from './lib/oath.mjs';
import { Testd } from './lib/server.mjs';
import { Card, Fob, refusedFor, World } from './lib/world.mjs';

const HOUR = 3600;
const START = 1_700_000_000;  // the tables of false first hits below are about this second

let server;
let world;

before(async () => {
  server = await Testd.start({ start: START });
  world = new World(server);
});
after(() => server?.stop());

test('a time token 9 h slow is brought back by two codes, and the very next code signs in', async () => {
  const fob = await world.withFob('slow', { slow: 9 * HOUR });
  const now = await server.clock.now();
  await world.reject('slow', fob.at(now));
  const moved = await world.api.ok('POST', `/tokens/${fob.serial}/resync`, { codes: [fob.at(now - 30), fob.at(now)] });
  assert.deepEqual(moved, { ...moved, moved: 1080, unit: 'steps', seconds: 9 * HOUR, direction: 'behind' });
  await world.reject('slow', fob.at(now));
  await server.clock.advance(30);
  await world.accept('slow', fob.at(await server.clock.now()));
});

for (const slow of [12 * HOUR, -12 * HOUR]) {
  test(`a time token ${slow > 0 ? 'slow' : 'fast'} by 12 h is brought back, and the very next code signs in`, async () => {
    const fob = await world.withFob(`half${slow}`, { slow });
    const now = await server.clock.now();
    await world.api.ok('POST', `/tokens/${fob.serial}/resync`, { codes: [fob.at(now - 30), fob.at(now)] });
    await server.clock.advance(30);
    await world.accept(`half${slow}`, fob.at(await server.clock.now()));
  });

  test(`one ${slow > 0 ? 'slow' : 'fast'} by 12 h and a step is refused with how far it is off, to those who may know`, async () => {
    const beyond = slow + Math.sign(slow) * 30;
    const fob = await world.withFob(`beyond${slow}`, { slow: beyond });
    const now = await server.clock.now();
    const codes = [fob.at(now - 30), fob.at(now)];
    const told = refusedFor(await world.resync(fob.serial, { codes }), 422, 'outside_window');
    assert.equal(told.evidence.off, slow > 0 ? -1441 : 1441);
    const blind = server.client(await world.key('tokens.resync'));
    const untold = refusedFor(await blind.post(`/tokens/${fob.serial}/resync`, { codes }), 422, 'outside_window');
    blind.close();
    assert.equal(untold.evidence, undefined);
    await server.clock.advance(30);
    await world.reject(`beyond${slow}`, fob.at(await server.clock.now()));
  });
}

test('event tokens whose first code also occurs elsewhere go where both codes fit', async () => {
  await world.policy('default', { 'event.resync': 10_000 });
  const cases = [
    ['a', 0, 6, ['143951', '783353'], 336], ['b', 0, 6, ['143951', '112971'], 2205],
    ['c', 2380, 6, ['709847', '319462'], 2386], ['d', 2380, 6, ['709847', '807018'], 2394],
    ['e', 0, 8, ['85202996', '43066104'], 7743], ['f', 0, 8, ['85202996', '45484149'], 9104],
  ];
  for (const [user, counter, digits, codes, at] of cases) {
    assert.deepEqual(hotpCodes(K20, at, 2, digits), codes);
    const card = await world.withCard(`false-${user}`, { seed: K20, counter, digits, first: false });
    const moved = await world.api.ok('POST', `/tokens/${card.serial}/resync`, { codes });
    assert.deepEqual([moved.moved, moved.unit], [at - counter, 'codes'], user);
    card.counter = at + 2;
    await world.accept(`false-${user}`, card.press());
  }
  await world.policy('default');
});

test('two candidates of one code inside the look-ahead: the next code decides which it was', async () => {
  for (const [user, at, codes] of [['near', 2386, ['709847', '319462']], ['next', 2394, ['709847', '807018']]]) {
    const card = await world.withCard(user, { seed: K20, counter: 2380, first: false });
    await world.reject(user, codes[0]);
    await world.accept(user, codes[1]);
    card.counter = at + 2;
    await world.accept(user, card.press());
  }
});

test('time tokens whose first code also occurs elsewhere within 12 h go where both codes fit', async () => {
  for (const [steps, codes] of [[-1155, ['971969', '357427']], [934, ['971969', '555232']],
    [-706, ['733054', '285015']], [285, ['733054', '640536']]]) {
    const other = await Testd.start({ start: START });
    const there = new World(other);
    assert.deepEqual(totpCodes(K20, START + steps * 30, 2), codes);
    const fob = await there.withFob('ulla', { seed: K20, slow: -steps * 30 });
    const moved = await there.api.ok('POST', `/tokens/${fob.serial}/resync`, { codes });
    // The second code is the one on display now.
    assert.equal(moved.moved, Math.abs(steps + 1));
    await other.clock.advance(30);
    await there.accept('ulla', totpCodes(K20, START + (steps + 2) * 30)[0]);
    await other.stop();
  }
});

test('a counter read from the display needs one proving code, and never goes backwards', async () => {
  const card = (await world.withCard('counter')).skip(30_000);
  const moved = await world.api.ok('POST', `/tokens/${card.serial}/resync`, { counter: card.counter, codes: [card.press()] });
  assert.equal(moved.moved, 30_000);
  await world.accept('counter', card.press());
  const back = new Card({ ...card, counter: 20_000 });
  const refused = await world.resync(card.serial, { counter: 20_000, codes: [back.press()] });
  assert.equal(refused.status, 422, refused.text);
  await world.reject('counter', back.press());
  await world.accept('counter', card.press());
});

test('five failures, then a pause of 15 minutes in which right codes are refused too', async () => {
  const card = await world.withCard('five');
  const wrong = [card.wrong(), '999999'];
  for (let left = 4; left >= 0; --left) {
    const answer = await world.resync(card.serial, { codes: wrong });
    assert.equal(answer.status, 422, answer.text);
    assert.equal(answer.json.attempts_left, left);
  }
  const right = () => world.resync(card.serial, { codes: [card.press(), card.press()] });
  const paused = await right();
  assert.equal(refusedFor(paused, 429, 'too_many_attempts').retry_after, 900);
  assert.equal(paused.headers['retry-after'], '900');
  await server.clock.advance(899);
  refusedFor(await right(), 429, 'too_many_attempts');
  // A clock that is set forward does not end the pause.
  await server.clock.jump(60);
  refusedFor(await right(), 429, 'too_many_attempts');
  await server.clock.jump(-60);
  // The log-in has a budget of its own.
  await world.reject('five', card.wrong());
  await server.clock.advance(1);
  assert.equal((await world.resync(card.serial, { codes: wrong })).status, 422);
  await server.clock.advance(900);
  refusedFor(await right(), 429, 'too_many_attempts');
  await server.clock.advance(900);
  assert.equal((await right()).status, 200);
  await world.accept('five', card.press());
});

test('tokens that are suspended, lost, expired or nobody\'s are refused by name', async () => {
  const card = await world.withCard('named');
  const codes = () => ({ codes: [card.press(), card.press()] });
  await world.api.ok('PATCH', `/tokens/${card.serial}`, { state: 'suspended' });
  refusedFor(await world.resync(card.serial, codes()), 403, 'suspended');
  await world.api.ok('PATCH', `/tokens/${card.serial}`, { state: 'lost' });
  refusedFor(await world.resync(card.serial, codes()), 403, 'lost');
  await world.api.ok('PATCH', `/tokens/${card.serial}`, { state: 'enabled', valid_until: '2020-01-01T00:00:00Z' });
  refusedFor(await world.resync(card.serial, codes()), 403, 'expired_token');
  await world.api.ok('PATCH', `/tokens/${card.serial}`, { valid_until: null });
  await world.api.ok('DELETE', `/users/named/tokens/${card.serial}`);
  refusedFor(await world.resync(card.serial, codes()), 404, 'not_assigned');
  refusedFor(await world.resync('NOSUCH', codes()), 404, 'not_found');
});

test('the admin zone needs its permission and a written reason, and the audit keeps it', async () => {
  const card = (await world.withCard('admin')).skip(20_000);
  const codes = [card.press(), card.press()];
  const plain = server.client(await world.key('tokens.resync', 'diagnose'));
  const wide = server.client(await world.key('tokens.resync', 'tokens.resync.admin', 'diagnose'));
  const told = refusedFor(await plain.post(`/tokens/${card.serial}/resync`, { codes }), 422, 'outside_window');
  assert.equal(told.evidence.off, 20_001, 'of the newest code');
  const path = `/tokens/${card.serial}/resync`;
  refusedFor(await plain.post(path, { codes, reach: 'admin', note: 'ticket 17' }), 403, 'not_allowed');
  refusedFor(await wide.post(path, { codes, reach: 'admin' }), 400, 'invalid_input');
  assert.equal((await wide.post(path, { codes, reach: 'admin', note: 'ticket 17' })).status, 200);
  const [event] = await world.events('admin', 1);
  assert.equal(event.kind, 'resync.succeeded');
  assert.match(JSON.stringify(event), /ticket 17/);
  await world.accept('admin', card.press());
  plain.close();
  wide.close();
});

test('why it failed: order, gap, typo, used codes, form, other parameters', async () => {
  const card = await world.withCard('why');
  const used = card.press();
  await world.accept('why', used);
  const at = card.counter;
  const [a, b, c, d] = [0, 1, 2, 3].map((i) => card.code(at + i));
  const ask = async (codes, reason, status = 422) => refusedFor(await world.resync(card.serial, { codes }), status, reason);
  await ask([b, a], 'wrong_order');
  assert.equal((await ask([a, d], 'not_consecutive')).evidence.gap, 2);
  await ask([used, a], 'already_used');
  await ask([a, a], 'same_code');
  await ask([a, 'abc'], 'malformed');
  await ask([a, b.slice(1)], 'wrong_length');
  const slip = b.slice(0, 5) + String((Number(b[5]) + 1) % 10);
  await ask([a, slip], 'typo_likely');
  await world.api.ok('POST', `/tokens/${card.serial}/resync`, { codes: [a, b] });
  await world.accept('why', c);
});

test('a fob imported with the wrong step is told so', async () => {
  const fob = await world.withFob('sixty', { step: 30 });
  const real = new Fob({ ...fob, step: 60, slow: 2 * HOUR });
  const now = await server.clock.now();
  const told = refusedFor(await world.resync(fob.serial, { codes: [real.at(now - 60), real.at(now)] }), 422, 'wrong_parameters');
  assert.equal(told.evidence.fits.step_seconds, 60);
});

test('a dry run says whether a code would sign in, and moves nothing', async () => {
  const card = await world.withCard('dry');
  const path = `/tokens/${card.serial}/test`;
  const code = card.press();
  assert.equal((await world.api.post(path, { code })).status, 200);
  const far = new Card({ ...card, counter: card.counter + 50 });
  refusedFor(await world.api.post(path, { code: far.press() }), 422, 'next_code');
  await world.accept('dry', code);
  refusedFor(await world.api.post(path, { code }), 422, 'already_used');
  for (let i = 0; i < 5; ++i) await world.api.post(path, { code: card.wrong() });
  refusedFor(await world.api.post(path, { code: card.press() }), 429, 'too_many_attempts');
});
