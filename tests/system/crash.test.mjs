// SPDX-License-Identifier: Apache-2.0
// kill -9 under load: what was acknowledged is there, what was accepted is never accepted again.
// LOCKSTEP_KILLS makes it long (./dev soak).
import { after, test } from 'node:test';
import assert from 'node:assert/strict';

import { lockstep, Served } from './lib/server.mjs';
import { seedOf, World } from './lib/world.mjs';

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

/** Brings a drifted card back with two codes until the line is cut. */
async function resyncs(client, user, card, book) {
  for (;;) {
    card.skip(120);
    const codes = [card.press(), card.press()];
    const entry = { user, serial: card.serial, codes, moved: false };
    book.push(entry);
    try {
      const answer = await client.post(`/tokens/${card.serial}/resync`, { codes });
      assert.equal(answer.status, 200, answer.text);
      entry.moved = true;
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return;
    }
  }
}

/** Types wrong codes until the line is cut. Returns how many were answered. */
async function guesses(client, user, card) {
  for (let answered = 0; ; ++answered) {
    try {
      await client.post('/authenticate', { user, code: card.wrong() });
    } catch {
      return answered;
    }
  }
}

/** Imports files of two tokens until the line is cut. */
async function imports(client, cycle, files) {
  for (let i = 0; ; ++i) {
    const file = { serials: [`I-${cycle}-${i}-a`, `I-${cycle}-${i}-b`], acknowledged: false };
    const content = file.serials.map((serial) => `${serial},${seedOf(serial)}\n`).join('');
    files.push(file);
    try {
      const staged = await client.post('/imports', { format: 'csv', content, spec: { kind: 'hotp' } });
      const done = await client.post(`/imports/${staged.json.id}/commit`);
      file.acknowledged = done.status === 200;
    } catch {
      return;
    }
  }
}

/** Every audit record of `kind`, newest first. */
async function inAudit(client, kind) {
  const found = [];
  let behind = '';
  for (;;) {
    const page = await client.ok('GET', `/audit?limit=1000${behind}`);
    found.push(...page.items.filter((one) => one.kind.startsWith(kind)));
    if (!page.next) return found;
    behind = `&after=${page.next}`;
  }
}

/** An accepted log-in as "serial counter". */
const place = (event) => `${event.serial} ${event.details.find((one) => one.name === 'position').value}`;

const LOAD = ['authenticate', 'users.write', 'tokens.write', 'tokens.resync'];

/** Everything at once until the kill. Returns what was asked and answered. */
async function oneKill(cycle, people) {
  const key = (await server.admin.ok('POST', '/api-keys', { name: `load-${cycle}`, permissions: LOAD })).key;
  const client = server.client(key, 2 * USERS + 4);
  const book = { logins: [], resyncs: [], hired: [], files: [], refused: 0 };
  const load = Promise.all([
    ...people.cards.map(([user, card]) => logsIn(client, user, card, book.logins)),
    resyncs(client, 'drifts', people.drifts, book.resyncs),
    guesses(client, 'guessed', people.guessed).then((answered) => { book.refused = answered; }),
    hires(client, cycle, book.hired),
    imports(client, cycle, book.files),
  ]);
  await server.program.wait('some log-ins', () =>
    book.logins.filter((one) => one.accepted).length >= ACCEPTED_BEFORE_KILL);
  await server.kill();
  await load;
  client.close();
  return book;
}

/** Holds what the restarted server knows against what was acknowledged before the kill. */
async function lookAfter(world, book) {
  for (const one of book.logins.filter((entry) => entry.accepted)) await world.reject(one.user, one.code);
  // What was sent but not answered may have happened or not; it may happen once at most.
  for (const one of book.logins.filter((entry) => !entry.accepted)) {
    await world.login(one.user, one.code);
    await world.reject(one.user, one.code);
  }
  for (const one of book.resyncs.filter((entry) => entry.moved)) {
    for (const code of one.codes) await world.reject(one.user, code);
  }
  for (const name of book.hired) assert.equal((await server.admin.get(`/users/${name}`)).status, 200, name);
  for (const file of book.files) {
    const there = await Promise.all(file.serials.map(async (serial) =>
      (await server.admin.get(`/tokens/${serial}`)).status === 200));
    assert.equal(there[0], there[1], `half of a file was imported: ${file.serials}`);
    if (file.acknowledged) assert.ok(there[0], `${file.serials} were acknowledged and are gone`);
  }
}

test(`killed ${KILLS} times under mixed load: nothing is accepted twice, nothing acknowledged is lost, the audit verifies`, async (t) => {
  let world = await serve();
  const { data } = server;
  const people = { cards: [] };
  // Replays are charged as misses, and eight digits allow many of them in a year.
  for (let i = 0; i < USERS; ++i) people.cards.push([`u${i}`, await world.withCard(`u${i}`, { digits: 8 })]);
  people.drifts = await world.withCard('drifts', { digits: 8 });
  people.guessed = await world.withCard('guessed', { digits: 8 });
  const done = { logins: [], resyncs: 0, refused: 0, hired: 0, files: 0 };
  for (let cycle = 0; cycle < KILLS; ++cycle) {
    const book = await oneKill(cycle, people);
    const verdict = lockstep(['audit', 'verify', '--data', data]);
    assert.equal(verdict.status, 0, verdict.stdout + verdict.stderr);
    world = await serve(data);
    await lookAfter(world, book);
    for (const [user] of [...people.cards, ['drifts'], ['guessed']]) await server.admin.ok('POST', `/users/${user}/unlock`);
    done.logins.push(...book.logins.filter((one) => one.accepted).map((one) => `${one.serial} ${one.counter}`));
    done.resyncs += book.resyncs.filter((one) => one.moved).length;
    done.refused += book.refused;
    done.hired += book.hired.length;
    done.files += book.files.filter((one) => one.acknowledged).length;
  }
  const accepted = (await inAudit(server.admin, 'login.accepted')).map(place);
  assert.equal(new Set(accepted).size, accepted.length, 'a position was accepted twice');
  const known = new Set(accepted);
  for (const one of done.logins) assert.ok(known.has(one), `${one} was acknowledged and is not in the audit`);
  assert.ok((await inAudit(server.admin, 'resync.succeeded')).length >= done.resyncs, 'a resynchronisation is not in the audit');
  const charged = (await inAudit(server.admin, 'login.refused')).filter((one) => one.user === 'guessed');
  assert.ok(charged.length >= done.refused, 'an answered guess is not in the audit');
  for (const [user, card] of people.cards) await world.accept(user, card.press());
  t.diagnostic(`${KILLS} kills; acknowledged: ${done.logins.length} log-ins, ${done.resyncs} resynchronisations, `
    + `${done.refused} refusals, ${done.hired} users, ${done.files} imports; none lost, none accepted twice`);
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
