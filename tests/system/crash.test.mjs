// SPDX-License-Identifier: Apache-2.0
// kill -9 under load: what was acknowledged is there, what was accepted is never accepted again.
// LOCKSTEP_KILLS makes it long (./dev soak).
import { after, test } from 'node:test';
import assert from 'node:assert/strict';

import { lockstep, Served } from './lib/server.mjs';
import { World } from './lib/world.mjs';

const KILLS = Number(process.env.LOCKSTEP_KILLS ?? 3);
const USERS = 8;
const ACCEPTED_BEFORE_KILL = 25;

let server;
after(() => server?.stop());

/** The server on `data`, with clients that hold every permission. */
async function serve(data) {
  server = await Served.start({ data });
  server.api = server.admin;
  return new World(server);
}

/** Logs a user in again and again until the line is cut. Writes down what was sent and answered. */
async function logsIn(client, user, card, book) {
  for (;;) {
    const code = card.press();
    const entry = { user, serial: card.serial, counter: card.counter - 1, code, accepted: false };
    book.push(entry);
    // Twice at once, so that races are among what the kill interrupts.
    const answers = await Promise.allSettled([0, 1].map(() => client.post('/authenticate', { user, code })));
    const decisions = answers.map((one) => one.value?.json?.decision);
    entry.accepted = decisions.includes('accept');
    assert.ok(decisions.filter((one) => one === 'accept').length <= 1, 'accepted twice');
    if (answers.some((one) => one.status === 'rejected')) return;
  }
}

/** Creates users until the line is cut. Notes those that were acknowledged. */
async function hires(client, cycle, hired) {
  for (let i = 0; ; ++i) {
    const name = `hired-${cycle}-${i}`;
    try {
      const answer = await client.put(`/users/${name}`, {});
      if (answer.status === 201) hired.push(name);
    } catch {
      return;
    }
  }
}

/** Every audit record of an accepted log-in, as "serial counter". */
async function acceptedInAudit(client) {
  const found = [];
  let behind = '';
  for (;;) {
    const page = await client.ok('GET', `/audit?limit=1000${behind}`);
    for (const one of page.items) {
      if (!one.kind.startsWith('login.accepted')) continue;
      found.push(`${one.serial} ${one.details.find((detail) => detail.name === 'position').value}`);
    }
    if (!page.next) return found;
    behind = `&after=${page.next}`;
  }
}

async function oneKill(cycle, cards, hired) {
  const key = (await server.admin.ok('POST', '/api-keys',
    { name: `load-${cycle}`, permissions: ['authenticate', 'users.write'] })).key;
  const client = server.client(key, 2 * USERS + 1);
  const book = [];
  const load = Promise.all([...cards.map(([user, card]) => logsIn(client, user, card, book)), hires(client, cycle, hired)]);
  await server.program.wait('some log-ins', () => book.filter((one) => one.accepted).length >= ACCEPTED_BEFORE_KILL);
  await server.kill();
  await load;
  client.close();
  return book;
}

test(`killed ${KILLS} times under load: nothing is accepted twice, nothing acknowledged is lost, the audit verifies`, async (t) => {
  let world = await serve();
  const { data } = server;
  const cards = [];
  // Replays are charged as misses, and eight digits allow many of them in a year.
  for (let i = 0; i < USERS; ++i) cards.push([`u${i}`, await world.withCard(`u${i}`, { digits: 8 })]);
  const hired = [];
  const acknowledged = [];
  let replayed = 0;
  for (let cycle = 0; cycle < KILLS; ++cycle) {
    const book = await oneKill(cycle, cards, hired);
    const verdict = lockstep(['audit', 'verify', '--data', data]);
    assert.equal(verdict.status, 0, verdict.stdout + verdict.stderr);
    world = await serve(data);
    for (const one of book.filter((entry) => entry.accepted)) {
      await world.reject(one.user, one.code);
      acknowledged.push(`${one.serial} ${one.counter}`);
      ++replayed;
    }
    // What was sent but not answered may have happened or not; it may happen once at most.
    for (const one of book.filter((entry) => !entry.accepted)) {
      await world.login(one.user, one.code);
      await world.reject(one.user, one.code);
    }
    for (const [user] of cards) await server.admin.ok('POST', `/users/${user}/unlock`);
    for (const name of hired) assert.equal((await server.admin.get(`/users/${name}`)).status, 200, name);
  }
  const inAudit = await acceptedInAudit(server.admin);
  assert.equal(new Set(inAudit).size, inAudit.length, 'a position was accepted twice');
  const known = new Set(inAudit);
  for (const one of acknowledged) assert.ok(known.has(one), `${one} was acknowledged and is not in the audit`);
  for (const [user, card] of cards) await world.accept(user, card.press());
  t.diagnostic(`${KILLS} kills, ${acknowledged.length} acknowledged log-ins, ${replayed} replayed, ${hired.length} users created`);
});

test('a budget survives the kill', async () => {
  const world = new World(server);
  const card = await world.withCard('spent', { pin: '4711' });
  for (let i = 0; i < 10; ++i) await world.reject('spent', card.wrong(), { password: '4711' });
  const { data } = server;
  await server.kill();
  const again = await serve(data);
  assert.equal((await server.admin.ok('GET', '/users/spent')).escalation, 'two_codes');
  await again.reject('spent', card.press(), { password: '4711' });
  await again.accept('spent', card.press(), { password: '4711' });
});
