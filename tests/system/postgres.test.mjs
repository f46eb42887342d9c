// SPDX-License-Identifier: Apache-2.0
// Two servers on one PostgreSQL: what they share, and what happens when one of the three is gone.
// LOCKSTEP_ROUNDS and LOCKSTEP_MINUTES make it long (./dev soak).
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { anotherPlace, CuttingProxy, Postgres } from './lib/postgres.mjs';
import { lockstep, Served, temporaryDirectory, until } from './lib/server.mjs';
import { testRaces } from './lib/single_use.mjs';
import { refusedFor, seedOf, World } from './lib/world.mjs';

const ROUNDS = Number(process.env.LOCKSTEP_ROUNDS ?? 10);
const MINUTES = Number(process.env.LOCKSTEP_MINUTES ?? 0.15);
const KILL_EVERY_MILLISECONDS = process.env.LOCKSTEP_MINUTES ? 5_000 : 2_000;
const CLIENTS = 64;
const PIN = '4711';
/** A server that was away is found again within its longest pause, and a log-in on top. */
const BACK_MILLISECONDS = 30_000;

let postgres;
let servers;  // the two
let worlds;   // the same users, by way of each

const config = (url) => `\n---\n[store]\nurl = ${JSON.stringify(url)}\n`;

async function serve(data, url = postgres.url()) {
  const server = await Served.start({ data, config: config(url) });
  server.api = server.admin;
  return server;
}

async function serveBoth() {
  servers = await Promise.all(servers.map((one) => serve(one.data)));
  worlds = servers.map((one) => new World(one));
}

before(async () => {
  postgres = await Postgres.start();
  const data = path.join(temporaryDirectory(), 'd');
  const made = lockstep(['init', '--data', data, '--store', postgres.url()]);
  assert.equal(made.status, 0, made.stderr);
  servers = [{ data }, { data: anotherPlace(data) }];
  await serveBoth();
});
after(async () => {
  await Promise.all((servers ?? []).map((one) => one.program && !one.program.end && one.stop()));
  await postgres?.stop();
});

const verify = () => {
  const verdict = lockstep(['audit', 'verify', '--data', servers[0].data, '--store', postgres.url()]);
  assert.equal(verdict.status, 0, verdict.stdout + verdict.stderr);
};

/** Every audit record about log-ins that were accepted, as "serial position". */
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

test('a second init on a database in use is refused, and says what to do', () => {
  const again = lockstep(['init', '--data', path.join(temporaryDirectory(), 'd'), '--store', postgres.url()]);
  assert.notEqual(again.status, 0);
  assert.match(again.stderr, /copy the file `key`/);
});

test('a data directory whose store is elsewhere is not given an empty one', async () => {
  const forgotten = lockstep(['user', 'list', '--data', servers[1].data, '--socket', '/nowhere']);
  assert.notEqual(forgotten.status, 0);
  const data = anotherPlace(servers[0].data);
  const first = lockstep(['user', 'list', '--data', data, '--store', postgres.url()]);
  assert.equal(first.status, 0, first.stderr);
  const without = lockstep(['user', 'list', '--data', data]);
  assert.notEqual(without.status, 0);
  assert.match(without.stderr, /LOCKSTEP_STORE/);
});

test('what one server is told the other one knows: users, tokens, log-ins, resynchronisation, an import', async () => {
  const card = await worlds[0].withCard('anna');
  const code = card.press();
  await worlds[1].accept('anna', code);
  await worlds[0].reject('anna', code);
  card.skip(200);
  const first = card.press();
  await worlds[0].reject('anna', first);
  const moved = await worlds[1].resync(card.serial, { codes: [card.press(), card.press()] });
  assert.equal(moved.status, 200, moved.text);
  await worlds[0].accept('anna', card.press());

  const staged = await servers[0].admin.ok('POST', '/imports',
    { format: 'csv', content: `IMPORTED1,${seedOf('imported')}\n`, spec: { kind: 'hotp' } });
  await servers[1].admin.ok('POST', `/imports/${staged.id}/commit`);
  assert.equal((await servers[0].admin.get('/tokens/IMPORTED1')).status, 200);
});

test('the first half of a pair at one server counts at the other', async () => {
  const card = (await worlds[0].withCard('paula')).skip(40);
  await worlds[0].reject('paula', card.press());
  await worlds[1].accept('paula', card.press());
});

test('a policy that one server puts into force is in force at the other within seconds', async () => {
  await worlds[0].policy('strict');
  const card = await worlds[1].withCard('polly');
  await until('the other one follows', async () =>
    (await servers[1].admin.ok('GET', '/policy')).preset === 'strict', { milliseconds: BACK_MILLISECONDS });
  await worlds[0].policy('default');
  await until('the other one follows back', async () =>
    (await servers[1].admin.ok('GET', '/policy')).preset === 'default', { milliseconds: BACK_MILLISECONDS });
  await worlds[1].accept('polly', card.press());
});

test(`${CLIENTS} clients send one code at once to both servers, ${ROUNDS} rounds: exactly one accept each`, async (t) => {
  const card = await worlds[0].withCard('race', { digits: 8 });
  const crowds = servers.map((one) => one.admin);
  const clients = crowds.map((one) => new one.constructor(one.where, undefined, { connections: CLIENTS / 2 }));
  for (let round = 0; round < ROUNDS; ++round) {
    const code = card.press();
    const answers = await Promise.all(Array.from({ length: CLIENTS }, (_, i) =>
      clients[i % 2].post('/authenticate', { user: 'race', code, client: round % 2 ? `c${i}` : undefined })));
    const accepted = answers.filter((one) => one.json.decision === 'accept').length;
    assert.equal(accepted, 1, `round ${round}: ${accepted} of ${CLIENTS} were accepted`);
    assert.ok(answers.every((one) => one.status === 200), 'somebody got no decision');
  }
  for (const client of clients) client.close();
  t.diagnostic(`${ROUNDS} rounds, ${ROUNDS * CLIENTS} log-ins raced over two servers`);
});

testRaces(test, {
  api: () => servers[0].admin,
  clients: () => servers.map((one) => one.admin),
  rounds: Math.max(ROUNDS / 20, 3),
});

test('wrong codes sent to both at once are charged as if there were one server', async () => {
  const card = await worlds[0].withCard('storm', { pin: PIN });
  const near = new Set(Array.from({ length: 400 }, (_, i) => card.code(i)));
  const wrong = Array.from({ length: 400 }, (_, i) => String((7 + 997 * i) % 1_000_000).padStart(6, '0'))
    .filter((code) => !near.has(code)).slice(0, 120);
  const answers = await Promise.all(wrong.map((code, i) => servers[i % 2].admin.post('/authenticate', { user: 'storm', code: PIN + code })));
  assert.ok(answers.every((one) => one.json.decision === 'reject'));
  const said = {};
  const events = await servers[1].admin.ok('GET', '/audit?user=storm&limit=1000');
  for (const one of events.items.filter((item) => item.kind.startsWith('login.'))) {
    said[one.reason ?? one.kind] = (said[one.reason ?? one.kind] ?? 0) + 1;
  }
  // As in race.test.mjs: ten misses and one failed pair; nothing more is looked at.
  assert.equal(said.no_match, 11, JSON.stringify(said));
  assert.equal((await servers[0].admin.ok('GET', '/users/storm')).escalation, 'two_codes');
});

for (const how of ['delivered', 'withheld']) {
  test(`a line that is cut in the middle of a commit (${how}): refused, spent, and in the audit`, async () => {
    const user = `cut-${how}`;
    const card = await worlds[0].withCard(user);
    const proxy = await CuttingProxy.start(postgres);
    const server = await serve(anotherPlace(servers[0].data), postgres.url(proxy.host));
    const code = card.press();
    proxy.cutNextCommit(how);
    refusedFor(await server.admin.post('/authenticate', { user, code }), 503, 'unavailable');
    assert.equal(proxy.cuts, 1);
    const world = new World(server);
    await until('the line is back', async () => (await server.admin.post('/authenticate', { user, code: card.wrong() })).status === 200,
      { milliseconds: BACK_MILLISECONDS });
    await world.reject(user, code);
    await worlds[1].reject(user, code);
    await worlds[0].accept(user, card.press());
    const events = await servers[0].admin.ok('GET', '/audit?limit=1000');
    assert.ok(events.items.some((one) => one.kind === 'store.outcome_unknown'));
    await server.stop();
    await proxy.stop();
    verify();
  });
}

test('a database that is killed and comes back: refused meanwhile, nothing lost, the servers live on', async () => {
  const card = await worlds[0].withCard('away');
  const codes = [];
  for (let i = 0; i < 5; ++i) {
    codes.push(card.press());
    await worlds[i % 2].accept('away', codes.at(-1));
  }
  const next = card.press();
  await postgres.kill();
  for (const server of servers) {
    for (let i = 0; i < 5; ++i) refusedFor(await server.admin.post('/authenticate', { user: 'away', code: next }), 503, 'unavailable');
    assert.equal((await server.admin.get('/readyz')).status, 503);
    assert.equal((await server.admin.get('/healthz')).status, 200);
  }
  await postgres.serve();
  for (const server of servers) {
    await until('it is back', async () => (await server.admin.get('/readyz')).status === 200, { milliseconds: BACK_MILLISECONDS });
  }
  for (const code of codes) await worlds[1].reject('away', code);
  await servers[0].admin.ok('POST', '/users/away/unlock');
  await until('it writes', async () => (await servers[0].admin.post('/authenticate', { user: 'away', code: card.press() })).json.decision === 'accept',
    { milliseconds: BACK_MILLISECONDS });
  for (const server of servers) assert.ok(!server.program.end, 'a server ended');
  verify();
});

test('sessions that are ended under load: a code is accepted once, and both go on', async () => {
  const cards = await Promise.all(Array.from({ length: 8 }, async (_, i) => [`ended${i}`, await worlds[0].withCard(`ended${i}`, { digits: 8 })]));
  let ends = false;
  let accepted = 0;
  const load = cards.map(async ([user, card]) => {
    while (!ends) {
      const code = card.press();
      const answers = await Promise.all(servers.map((one) => one.admin.post('/authenticate', { user, code })));
      const good = answers.filter((one) => one.json.decision === 'accept').length;
      assert.ok(good <= 1, 'accepted twice');
      for (const one of answers) assert.ok(one.status === 200 || one.status === 503, one.text);
      accepted += good;
    }
  });
  for (let i = 0; i < 5; ++i) {
    const before = accepted;
    postgres.cut();
    await until('log-ins go on', () => accepted >= before + 20, { milliseconds: BACK_MILLISECONDS });
  }
  ends = true;
  await Promise.all(load);
  verify();
});

/** A user who sends each code to both servers at once, again and again. Writes down what came of it. */
async function logsIn(user, card, book, state) {
  while (!state.ends) {
    const entry = { serial: card.serial, counter: card.counter, code: card.press(), accepts: 0, answered: 0 };
    const answers = await Promise.allSettled(state.clients.map((one) => one.post('/authenticate', { user, code: entry.code })));
    for (const answer of answers) {
      if (answer.status !== 'fulfilled') continue;
      ++entry.answered;
      if (answer.value.json.decision === 'accept') ++entry.accepts;
    }
    book.push(entry);
    // With one server down, not a busy loop.
    if (entry.answered === 0) await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}

test(`one of two servers is killed every ${KILL_EVERY_MILLISECONDS / 1000} s under ${CLIENTS} clients: nothing accepted twice, nothing acknowledged lost`, async (t) => {
  const cards = [];
  for (let i = 0; i < CLIENTS / 2; ++i) cards.push([`u${i}`, await worlds[0].withCard(`u${i}`, { digits: 8 })]);
  const state = { ends: false, clients: [] };
  const keys = await Promise.all(servers.map((_, i) =>
    servers[0].admin.ok('POST', '/api-keys', { name: `load-${i}`, permissions: ['authenticate'] })));
  const connect = (i) => { state.clients[i] = servers[i].client(keys[i].key, CLIENTS / 2); };
  servers.forEach((_, i) => connect(i));
  const book = [];
  const load = cards.map(([user, card]) => logsIn(user, card, book, state));
  const end = Date.now() + MINUTES * 60_000;
  let kills = 0;
  while (Date.now() < end) {
    await new Promise((resolve) => { setTimeout(resolve, KILL_EVERY_MILLISECONDS); });
    const i = kills++ % 2;
    await servers[i].kill();
    const old = state.clients[i];
    servers[i] = await serve(servers[i].data);
    connect(i);
    old.close();
    // Replays are charged as misses, and the years go by here in minutes.
    for (const [user] of cards) await servers[i].admin.ok('POST', `/users/${user}/unlock`);
  }
  state.ends = true;
  await Promise.all(load);
  for (const client of state.clients) client.close();
  worlds = servers.map((one) => new World(one));

  const twice = book.filter((one) => one.accepts > 1).length;
  const acknowledged = book.filter((one) => one.accepts === 1);
  const inAudit = await acceptedInAudit(servers[0].admin);
  const known = new Set(inAudit);
  const lost = acknowledged.filter((one) => !known.has(`${one.serial} ${one.counter}`)).length;
  t.diagnostic(`${kills} kills in ${MINUTES} minutes under ${CLIENTS} clients, ${book.length} codes sent to both servers, `
    + `${acknowledged.length} log-ins acknowledged, ${twice} accepted twice, ${lost} acknowledged and lost`);
  assert.equal(twice, 0);
  assert.equal(lost, 0);
  assert.equal(known.size, inAudit.length, 'a position was accepted twice');
  assert.ok(acknowledged.length > 10 * kills, 'hardly anybody got in');
  // What was sent last to each, once more.
  for (const [user] of cards) await servers[0].admin.ok('POST', `/users/${user}/unlock`);
  for (const [user, card] of cards) {
    const last = acknowledged.findLast((one) => one.serial === card.serial);
    await worlds[1].reject(user, last.code);
  }
  verify();
});

test('the password of the database is nowhere in the logs', async () => {
  const data = anotherPlace(servers[0].data);
  const server = await serve(data, postgres.url().replace('postgres@', 'postgres:s3cretw0rd@'));
  await server.stop();
  assert.doesNotMatch(server.program.err + server.program.out, /s3cretw0rd/);
  assert.doesNotMatch(readFileSync(path.join(data, 'node'), 'utf8'), /s3cretw0rd/);
});
