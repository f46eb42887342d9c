// SPDX-License-Identifier: Apache-2.0
// The drill: a backup in the middle of a day, more log-ins, disaster, an old backup put back. What
// was accepted is not accepted again, and everybody gets in. LOCKSTEP_DRILL makes it long.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';

import { Testd, lockstep, temporaryDirectory } from './lib/server.mjs';
import { World } from './lib/world.mjs';

const USERS = 4;
const ROUNDS = Number(process.env.LOCKSTEP_DRILL ?? 3);
const CODES_TRIED_IN_A_ROW = 5;  // fewer than lead to two codes
const MINUTE = 60;

const running = [];
after(async () => { for (const server of running) if (!server.program.end) await server.stop(); });

async function serve(data, start) {
  const server = await Testd.start({ data, start });
  running.push(server);
  // A server that has been there before gives no key away.
  if (!server.facts.api_key) server.api = server.admin;
  return new World(server);
}

/** Every audit record, oldest first, as the lines of a mirror. */
async function mirrorOf(world, file) {
  const items = [];
  let behind = '';
  for (;;) {
    const page = await world.api.ok('GET', `/audit?limit=1000${behind}`);
    items.push(...page.items);
    if (!page.next) break;
    behind = `&after=${page.next}`;
  }
  items.sort((a, b) => a.node.localeCompare(b.node) || a.seq - b.seq);
  writeFileSync(file, items.map((one) => `${JSON.stringify(one)}\n`).join(''));
}

/** One log-in of everybody. Writes down what was accepted. */
async function round(world, people, accepted) {
  const now = await world.server.clock.advance(MINUTE);
  for (const person of people) {
    const code = person.card ? person.card.press() : person.fob.at(now);
    await world.accept(person.user, code);
    accepted.push({ user: person.user, code });
  }
}

/** Sends every accepted code once more. None may be accepted, alone or by what stood before it. */
async function replay(world, accepted) {
  const tries = new Map();
  for (const { user, code } of accepted) {
    const answer = await world.login(user, code);
    assert.notEqual(answer.decision, 'accept', `${user} was let in by a code that was used`);
    tries.set(user, (tries.get(user) ?? 0) + 1);
    // A prompt for the next code ends, and replays are misses that an operator takes back.
    await world.server.clock.advance(181);
    if (tries.get(user) % CODES_TRIED_IN_A_ROW === 0) {
      await world.api.ok('POST', `/users/${user}/unlock`);
    }
  }
  for (const user of tries.keys()) await world.api.ok('POST', `/users/${user}/unlock`);
  return accepted.length;
}

/** A day with a backup in its middle. */
async function day() {
  const home = temporaryDirectory();
  const data = path.join(home, 'd');
  const start = Math.floor(Date.now() / 1000) - 6 * 3600;
  const world = await serve(data, start);
  const people = [];
  for (let i = 0; i < USERS; ++i) {
    people.push({ user: `card${i}`, card: await world.withCard(`card${i}`, { digits: 8 }) });
    people.push({ user: `fob${i}`, fob: await world.withFob(`fob${i}`, { digits: 8 }) });
  }
  const before = [];
  for (let i = 0; i < ROUNDS; ++i) await round(world, people, before);

  const backup = path.join(home, 'day.lsb');
  const made = lockstep(['backup', backup, '--data', data, '--json']);
  assert.equal(made.status, 0, made.stderr);
  assert.equal(JSON.parse(made.stdout).state, 'done');
  assert.equal(statSync(backup).mode & 0o777, 0o600);

  const since = [];
  for (let i = 0; i < ROUNDS; ++i) await round(world, people, since);
  // A card that was pressed in a pocket comes back by itself, over two log-ins.
  const lost = people[0].card.skip(50);
  const first = lost.press();
  await world.reject('card0', first);
  since.push({ user: 'card0', code: first });
  const second = lost.press();
  await world.accept('card0', second);
  since.push({ user: 'card0', code: second });
  await round(world, people, since);

  const mirror = path.join(home, 'audit.jsonl');
  await mirrorOf(world, mirror);
  const now = await world.server.clock.now();
  await world.server.program.kill();
  return { home, data, backup, mirror, people, since, now };
}

/** The data directory as the disaster left it: nothing but the key. */
function onlyTheKey(it, name) {
  const data = path.join(it.home, name);
  mkdirSync(data, { mode: 0o700 });
  copyFileSync(path.join(it.data, 'key'), path.join(data, 'key'));
  return data;
}

let today;

test('a backup holds no key and no seed, and is tried before it is needed', async () => {
  today = await day();
  const text = readFileSync(today.backup);
  const [key] = readFileSync(path.join(today.data, 'key'), 'utf8').match(/[0-9a-f]{64}/);
  assert.equal(text.includes(key), false);
  assert.equal(text.includes(Buffer.from(key, 'hex')), false);
  for (const { card, fob } of today.people) {
    const seed = (card ?? fob).seed;
    assert.equal(text.includes(Buffer.from(seed, 'hex')), false);
    assert.equal(text.includes(seed), false);
  }
  const tried = lockstep(['restore', '--check', today.backup, '--data', today.data, '--json']);
  assert.equal(tried.status, 0, tried.stderr);
  const report = JSON.parse(tried.stdout);
  assert.equal(report.restored, false);
  assert.ok(report.seeds_opened >= 2 * USERS);
});

test('with the mirror: no accepted code is accepted again, and the next code of everybody is', async (t) => {
  const data = onlyTheKey(today, 'replayed');
  const done = lockstep(['restore', today.backup, '--replay', today.mirror, '--data', data, '--json']);
  assert.equal(done.status, 0, done.stderr);
  const report = JSON.parse(done.stdout);
  assert.ok(report.replay.records > 0);
  assert.deepEqual(report.replay.left, []);
  const verified = lockstep(['audit', 'verify', '--data', data]);
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);

  const world = await serve(data, today.now + 2 * MINUTE);
  const now = await world.server.clock.now();
  for (const { user, card, fob } of today.people) {
    const code = card ? card.press() : fob.at(now);
    await world.accept(user, code);
    today.since.push({ user, code });
  }
  const replayed = await replay(world, today.since);
  await world.server.stop();
  t.diagnostic(`${replayed} codes replayed, none accepted; ${today.people.length} users in at once`);
});

test('without it: no accepted code is accepted alone, and everybody gets in with two', async (t) => {
  const data = onlyTheKey(today, 'fenced');
  const done = lockstep(['restore', today.backup, '--data', data, '--json']);
  assert.equal(done.status, 0, done.stderr);
  assert.equal(JSON.parse(done.stdout).tokens_fenced, today.people.length);

  const world = await serve(data, Math.floor(Date.now() / 1000));
  const replayed = await replay(world, today.since);
  await world.server.clock.advance(2 * MINUTE);
  for (const { user, card, fob } of today.people) {
    const code = async () => (card ? card.press() : fob.at(await world.server.clock.now()));
    const first = await world.login(user, await code());
    assert.notEqual(first.decision, 'accept', `${user} was let in by one code`);
    await world.server.clock.advance(30);
    await world.accept(user, await code());
    await world.server.clock.advance(30);
    await world.accept(user, await code());
  }
  const kinds = (await world.api.ok('GET', '/audit?limit=1000')).items.map((one) => one.kind);
  assert.ok(kinds.includes('store.restored'));
  await world.server.stop();
  t.diagnostic(`${replayed} codes replayed, none accepted; ${today.people.length} users in with two codes`);
});

test('what cannot be restored is refused, and nothing is changed', () => {
  const data = onlyTheKey(today, 'untouched');
  const bad = path.join(today.home, 'bad.lsb');
  const bytes = readFileSync(today.backup);
  bytes[bytes.lastIndexOf('login.accepted')] ^= 1;
  writeFileSync(bad, bytes);
  const flipped = lockstep(['restore', bad, '--data', data]);
  assert.equal(flipped.status, 7, flipped.stdout);
  assert.match(flipped.stderr, /is damaged .* nothing was changed/);
  const cut = path.join(today.home, 'cut.lsb');
  writeFileSync(cut, readFileSync(today.backup).subarray(0, 8192));
  assert.equal(lockstep(['restore', cut, '--data', data]).status, 7);
  const mirror = path.join(today.home, 'edited.jsonl');
  writeFileSync(mirror, readFileSync(today.mirror, 'utf8').replaceAll('login.next_code', 'login.accepted'));
  assert.notEqual(lockstep(['restore', today.backup, '--replay', mirror, '--data', data]).status, 0);
  // lockstep.lock says who is at work and holds nothing.
  assert.deepEqual(readdirSync(data).filter((name) => name !== 'lockstep.lock'), ['key']);
  assert.equal(lockstep(['restore', today.backup, '--data', path.join(today.home, 'none')]).status, 3);
});

test('a running server and a store that is there are left alone', async () => {
  const data = path.join(today.home, 'replayed');
  assert.equal(lockstep(['restore', today.backup, '--data', data]).status, 4);
  const world = await serve(data, today.now + 9 * 3600);
  const busy = lockstep(['restore', today.backup, '--replace', '--data', data]);
  assert.equal(busy.status, 5, busy.stderr);
  assert.match(busy.stderr, /in use by another Lockstep/);
  const doctor = lockstep(['doctor', '--data', data, '--json']);
  const findings = JSON.parse(doctor.stdout).findings;
  assert.ok(findings.some((one) => one.about === 'server' && /running/.test(one.what)), doctor.stdout);
  assert.ok(findings.every((one) => one.about !== 'store' || one.health === 'ok'), doctor.stdout);
  await world.server.stop();
  const replaced = lockstep(['restore', today.backup, '--replace', '--data', data, '--json']);
  assert.equal(replaced.status, 0, replaced.stderr);
  assert.ok(existsSync(path.join(JSON.parse(replaced.stdout).kept, 'lockstep.db')));
});

test('backups say why they cannot be made', async () => {
  const data = path.join(today.home, 'fenced');
  for (const [file, status] of [[today.backup, 4], ['/nonexistent/dir/b', 3]]) {
    const refused = lockstep(['backup', file, '--data', data]);
    assert.equal(refused.status, status, refused.stderr);
    assert.match(refused.stderr, /no backup: /);
  }
});

