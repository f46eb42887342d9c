// SPDX-License-Identifier: Apache-2.0
// Clients that can ask their user for the next code within the same log-in.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';

import { Testd } from './lib/server.mjs';
import { World } from './lib/world.mjs';

const PIN = '4711';
const pin = { password: PIN };
let server;
let world;

before(async () => {
  server = await Testd.start();
  world = new World(server);
  // Each user at a place of their own: refusals of a place that sends much noise are held back.
  world.source = (user) => ({ client: user });
});
after(() => server?.stop());

const far = async (user) => (await world.withCard(user, { pin: PIN })).skip(40);

test('a code 40 ahead is answered by a challenge, the next code with its state signs in', async () => {
  const card = await far('ann');
  const state = await world.challenge('ann', card.press(), pin);
  await world.accept('ann', card.press(), { state, can_prompt: true });
  await world.accept('ann', card.press(), pin);
});

test('after the prompt the PIN may stand before the code, and if given it must be right', async () => {
  const card = await far('bob');
  const state = await world.challenge('bob', card.press(), pin);
  await world.accept('bob', `${PIN}${card.press()}`, { state });
  card.skip(40);
  const again = await world.challenge('bob', card.press(), pin);
  await world.reject('bob', `9999${card.press()}`, { state: again });
});

test('a state is good for one answer, even when two come at once', async () => {
  for (let round = 0; round < 10; ++round) {
    const user = `two${round}`;
    const card = await far(user);
    const state = await world.challenge(user, card.press(), pin);
    const next = card.press();
    const answers = await Promise.all([0, 1, 2, 3].map(() => world.login(user, next, { state })));
    assert.equal(answers.filter((one) => one.decision === 'accept').length, 1, JSON.stringify(answers));
  }
});

test('a wrong code spends the state', async () => {
  const card = await far('cat');
  const state = await world.challenge('cat', card.press(), pin);
  await world.reject('cat', card.wrong(), { state });
  await world.reject('cat', card.press(), { state });
  // The owner is not locked out: logging in anew heals the card.
  const anew = await world.challenge('cat', card.press(), pin);
  await world.accept('cat', card.press(), { state: anew });
});

test('somebody else\'s state is none', async () => {
  const card = await far('dan');
  const other = await far('eve');
  const state = await world.challenge('dan', card.press(), pin);
  await world.challenge('eve', other.press(), pin);
  await world.reject('eve', other.press(), { state });
  await world.accept('dan', card.press(), { state });
});

test('a state ends with the time that a pair may take', async () => {
  const inTime = await far('fay');
  const kept = await world.challenge('fay', inTime.press(), pin);
  await server.clock.advance(179);
  await world.accept('fay', inTime.press(), { state: kept });
  const late = await far('gus');
  const lost = await world.challenge('gus', late.press(), pin);
  await server.clock.advance(181);
  await world.reject('gus', late.press(), { state: lost });
});

test('without a right first factor, or a client that can prompt, there is no challenge', async () => {
  const card = await far('hal');
  await world.reject('hal', card.press(), { can_prompt: true, password: '1234' });
  await world.reject('hal', card.press(), { can_prompt: true });
  await server.clock.advance(600);
  card.skip(30);
  await world.reject('hal', card.press(), pin);
  await world.accept('hal', card.press(), pin);
});

test('noise from the same client does not disturb a conversation', async () => {
  const card = await far('ida');
  const state = await world.challenge('ida', card.press(), pin);
  await world.reject('ida', card.wrong(), { password: '0815' });
  await world.reject('ida', card.wrong(), { ...pin, client: 'elsewhere' });
  await world.accept('ida', card.press(), { state });
});

test('who logs in anew instead of answering the prompt completes the pair all the same', async () => {
  const card = await far('ivy');
  await world.challenge('ivy', card.press(), pin);
  await world.accept('ivy', card.press(), pin);
});

test('in two_codes a pair signs in, right or wrong first codes are prompted alike, and a pause follows a failed pair', async () => {
  const card = await world.withCard('joy', { pin: PIN });
  for (let i = 0; i < 10; ++i) await world.reject('joy', card.wrong(), pin);
  const guess = await world.challenge('joy', card.wrong(), pin);
  await world.reject('joy', card.wrong().split('').reverse().join(''), { state: guess });
  await server.clock.advance(31);
  const state = await world.challenge('joy', card.press(), pin);
  await world.accept('joy', card.press(), { state });
  await world.accept('joy', card.press(), pin);
});
