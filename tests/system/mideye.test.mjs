// SPDX-License-Identifier: Apache-2.0
// Display cards that come back into step over two log-ins, with the preset of such a system.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';

import { Testd } from './lib/server.mjs';
import { refusedFor, World } from './lib/world.mjs';

let server;
let world;

before(async () => {
  server = await Testd.start();
  world = new World(server);
  await world.policy('mideye');
});
after(() => server?.stop());

const cardOf = (user) => world.withCard(user, { digits: 8 });

test('a card 10 codes ahead signs in with one code', async () => {
  const card = (await cardOf('ten')).skip(10);
  await world.accept('ten', card.press());
});

test('a card 11 codes ahead is refused, and signs in with the next code', async () => {
  const card = (await cardOf('eleven')).skip(11);
  await world.reject('eleven', card.press());
  await world.accept('eleven', card.press());
  assert.deepEqual(await world.story('eleven', 2), ['login.next_code next_code', 'login.accepted_resynced']);
  await world.accept('eleven', card.press());
});

test('a card 100 codes ahead is refused, and signs in with the next code', async () => {
  const card = (await cardOf('hundred')).skip(100);
  await world.reject('hundred', card.press());
  await world.accept('hundred', card.press());
  await world.accept('hundred', card.press());
});

test('a card 101 codes ahead is not found by log-ins, and the counter on its display brings it back', async () => {
  const card = (await cardOf('beyond')).skip(101);
  const shown = card.counter;
  await world.reject('beyond', card.press());
  await world.reject('beyond', card.press());
  await world.reject('beyond', card.press());
  for (const one of await world.story('beyond', 3)) assert.match(one, /^login.refused (outside_window|no_match)$/);
  refusedFor(await world.resync(card.serial, { codes: [card.press(), card.press()] }), 422, 'outside_window');
  const moved = await world.api.ok('POST', `/tokens/${card.serial}/resync`,
    { counter: card.counter, codes: [card.press()] });
  assert.equal(moved.unit, 'codes');
  assert.equal(moved.direction, 'ahead');
  assert.equal(moved.moved, card.counter - 1 - (shown - 101));
  await world.accept('beyond', card.press());
});

for (const [seconds, works] of [[179, true], [180, true], [181, false]]) {
  test(`a second code after ${seconds} s ${works ? 'completes the pair' : 'is a first code again'}`, async () => {
    const user = `after${seconds}`;
    const card = (await cardOf(user)).skip(40);
    await world.reject(user, card.press());
    await server.clock.advance(seconds);
    if (works) {
      await world.accept(user, card.press());
    } else {
      await world.reject(user, card.press());
      await world.accept(user, card.press());
    }
  });
}

test('the hundredth code starts a pair that the hundred-and-first completes, as edges are included', async () => {
  const card = (await cardOf('edge')).skip(100);
  await world.reject('edge', card.press());
  await world.accept('edge', card.press());
});

test('a typo between the two codes costs one more code, not the card', async () => {
  const card = (await cardOf('typo')).skip(50);
  await world.reject('typo', card.press());
  await world.reject('typo', card.wrong());
  await world.reject('typo', card.press());
  await world.accept('typo', card.press());
  assert.deepEqual(await world.story('typo', 4), ['login.next_code next_code', 'login.refused no_match',
    'login.next_code next_code', 'login.accepted_resynced']);
});

test('a replay of the last accepted code between the two changes nothing', async () => {
  const card = await cardOf('replay');
  const last = card.press();
  await world.accept('replay', last);
  card.skip(50);
  await world.reject('replay', card.press());
  await world.reject('replay', last);
  assert.deepEqual(await world.story('replay', 1), ['login.refused already_used']);
  await world.accept('replay', card.press());
});

test('the same far code twice is no pair', async () => {
  const card = (await cardOf('twice')).skip(50);
  const code = card.press();
  await world.reject('twice', code);
  await world.reject('twice', code);
  await world.accept('twice', card.press());
});

test('the two codes of a pair come from one client', async () => {
  const card = (await cardOf('places')).skip(50);
  await world.reject('places', card.press(), { client: 'office' });
  await world.reject('places', card.press(), { client: 'home' });
  await world.accept('places', card.press(), { client: 'home' });
});

test('a code that was answered by "next code" does not sign in alone later', async () => {
  const card = (await cardOf('kept')).skip(20);
  const kept = card.press();
  await world.reject('kept', kept);
  await server.clock.advance(600);
  // The card is brought near by other codes; the kept one would now be in step.
  const other = new (card.constructor)({ ...card, counter: 15 });
  await world.reject('kept', other.press());
  await world.accept('kept', other.press());
  await world.reject('kept', kept);
});
