// SPDX-License-Identifier: Apache-2.0
// Everything that works once, used by many at the same moment. `clients` are connections to one
// server or to several on one store; each request goes to the next of them.
import assert from 'node:assert/strict';

import { seedOf, World } from './world.mjs';

const AT_ONCE = 64;
const PIN = { password: '4711' };

/** `send(client, number)` 64 times, none waiting for another. */
export function atOnce(clients, send, count = AT_ONCE) {
  return Promise.all(Array.from({ length: count }, (_, i) => send(clients[i % clients.length], i)));
}

const decided = (answers, decision) => answers.filter((one) => one.json?.decision === decision).length;
const withStatus = (answers, status) => answers.filter((one) => one.status === status).length;

/** One winner, and everybody else is told `otherwise`, the HTTP status of having come too late. */
function oneWon(answers, status, otherwise) {
  assert.equal(withStatus(answers, status), 1, `${status}: ${withStatus(answers, status)} of ${answers.length}`);
  assert.equal(withStatus(answers, otherwise), answers.length - 1, answers.map((one) => one.status).join(' '));
}

/** What is raced; each gets a world of its own users, the clients and the number of the round. */
export const races = {
  'the answer to a next-code challenge': async (world, clients, round) => {
    const user = `single-challenge${round}`;
    const card = (await world.withCard(user, { pin: PIN.password })).skip(40);
    const state = await world.challenge(user, card.press(), PIN);
    const code = card.press();
    const answers = await atOnce(clients, (client) => client.post('/authenticate', { user, code, state }));
    assert.equal(decided(answers, 'accept'), 1);
    await world.accept(user, card.press(), PIN);
  },

  'a pair over two log-ins': async (world, clients, round) => {
    const user = `single-pair${round}`;
    const card = (await world.withCard(user)).skip(40);
    await world.reject(user, card.press());
    const code = card.press();
    const answers = await atOnce(clients, (client) => client.post('/authenticate', { user, code }));
    assert.equal(decided(answers, 'accept'), 1);
    await world.accept(user, card.press());
  },

  'the last step of a resynchronisation': async (world, clients, round) => {
    const user = `single-resync${round}`;
    const card = (await world.withCard(user)).skip(300);
    const { id } = await world.api.ok('POST', '/resync', { user, serial: card.serial });
    assert.equal((await world.api.put(`/resync/${id}/first`, { code: card.press() })).status, 202);
    const code2 = card.press();
    const answers = await atOnce(clients, (client) => client.post(`/resync/${id}/complete`, { code2 }));
    // Who has not seen the answer is given it again.
    assert.equal(withStatus(answers, 200), answers.length, answers.find((one) => one.status !== 200)?.text);
    assert.equal(new Set(answers.map((one) => one.text)).size, 1);
    const moved = (await world.events(user, 100)).filter((one) => one.kind === 'resync.succeeded');
    assert.equal(moved.length, 1, 'moved once');
    await world.accept(user, card.press());
  },

  'an API key that is rotated': async (world, clients, round) => {
    const name = `single-key${round}`;
    const made = await world.api.ok('POST', '/api-keys', { name, permissions: ['users.read'] });
    const { version } = made.api_key;
    const answers = await atOnce(clients, (client) => client.post(`/api-keys/${name}/rotate`, { version }));
    oneWon(answers, 200, 409);
    const status = async (key) => {
      const client = clients[round % clients.length].withKey(key);
      const answer = await client.get('/users?limit=1');
      client.close();
      return answer.status;
    };
    assert.equal(await status(made.key), 401, 'the key before it');
    assert.equal(await status(answers.find((one) => one.status === 200).json.key), 200, 'the one that was given out');
  },

  'the commit of an import': async (world, clients, round) => {
    const serial = `SINGLE${round}`;
    const staged = await world.api.ok('POST', '/imports',
      { format: 'csv', content: `${serial},${seedOf(serial)}\n`, spec: { kind: 'hotp' } });
    const commits = async () => (await world.api.ok('GET', '/audit?limit=1000')).items
      .filter((one) => one.kind === 'import.committed').length;
    const before = await commits();
    const answers = await atOnce(clients, (client) => client.post(`/imports/${staged.id}/commit`));
    // Who comes too late is told what was done.
    assert.equal(withStatus(answers, 200), answers.length, answers.find((one) => one.status !== 200)?.text);
    assert.equal(await commits(), before + 1);
    assert.equal((await world.api.get(`/tokens/${serial}`)).status, 200);
  },
};

/** Adds a test for each of the races to `test`. `clients` and `api` are asked for when they run. */
export function testRaces(test, { api, clients, rounds }) {
  for (const [what, race] of Object.entries(races)) {
    test(`${AT_ONCE} at once: ${what} works once, ${rounds} rounds`, async () => {
      const world = new World({ api: api() });
      for (let round = 0; round < rounds; ++round) await race(world, clients(), round);
    });
  }
}
