// SPDX-License-Identifier: Apache-2.0
// The audit of a real server: signed, mirrored, verified, exported, and found out when edited.
import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { lockstep, run, Served, temporaryDirectory, until } from './lib/server.mjs';
import { World } from './lib/world.mjs';

const directory = temporaryDirectory();
const data = path.join(directory, 'd');
const mirror = path.join(directory, 'audit.jsonl');
const config = `\n---\n[audit]\nmirror = ${JSON.stringify(mirror)}`;
let server;
after(() => server?.stop());

async function serve() {
  server = await Served.start({ data, config });
  server.api = server.admin;
  return new World(server);
}

const on = (...args) => lockstep([...args, '--data', data]);
const verify = (...args) => {
  const ran = on('audit', 'verify', '--json', ...args);
  assert.ok(ran.status === 0 || ran.status === 1, ran.stderr);
  const verdict = JSON.parse(ran.stdout);
  assert.equal(verdict.intact, ran.status === 0);
  return verdict;
};
const lines = (file = mirror) => readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const newest = async () => (await server.admin.ok('GET', '/audit?limit=1')).items[0];
const mirrored = async (file = mirror) => {
  const { seq } = await newest();
  await until('the mirror has it all', () => existsSync(file) && lines(file).some((line) => line.seq === seq));
};

let key;
let world;

test('a log-in says what it used up, is signed within a second or two, and is mirrored', async () => {
  world = await serve();
  key = on('audit', 'key').stdout.trim();
  assert.match(key, /^[0-9a-f]{64}$/);
  const card = await world.withCard('anna');
  const code = card.press();
  await world.accept('anna', code);
  const record = await newest();
  assert.equal(record.kind, 'login.accepted');
  assert.deepEqual(record.details.filter(({ name }) => name === 'next'),
    [{ name: 'next', value: `${card.serial}@${card.counter}` }]);
  await until('its head is signed', async () =>
    (await server.admin.ok('GET', '/audit/heads')).items.some((head) => head.seq >= record.seq));
  await mirrored();
  assert.deepEqual(lines().find((line) => line.seq === record.seq), record, 'a line is what the API shows');
  await until('the head is mirrored', () => lines().some((line) => line.head?.seq >= record.seq));
  assert.equal((await server.admin.ok('GET', '/audit/status')).mirror.state, 'current');
  const verdict = verify('--mirror', mirror, '--key', key);
  assert.equal(verdict.intact, true, JSON.stringify(verdict));
  assert.equal(verdict.signatures_checked, true);
});

test('after kill -9 and a torn line the mirror goes on where it was', async () => {
  await server.kill();
  appendFileSync(mirror, '{"node":"1","seq":99,"ha');
  assert.equal(verify('--mirror', mirror).mirror.unfinished, true);
  world = await serve();
  await server.admin.put('/users/berta', {});
  await mirrored();
  assert.equal(verify('--mirror', mirror).intact, true);
});

test('a rotated mirror is one chain with the file before it, SIGHUP or not', async () => {
  renameSync(mirror, `${mirror}.1`);
  server.program.child.kill('SIGHUP');
  await server.admin.put('/users/carla', {});
  await mirrored();
  assert.ok(lines()[0].from, 'it says where it goes on');
  assert.equal(verify('--mirror', `${mirror}.1`, '--mirror', mirror).intact, true);
  assert.equal(verify('--mirror', mirror, '--mirror', `${mirror}.1`).intact, false, 'in the wrong order');
});

test('the export streams every record, oldest first, in each format', async () => {
  for (let i = 0; i < 30; ++i) await server.admin.put(`/users/more${i}`, {});
  const out = on('audit', 'export').stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(out.map(({ seq }) => seq), out.map((_, index) => index + 1));
  const since = out[9].at;
  const later = on('audit', 'export', '--since', since).stdout.trim().split('\n');
  assert.equal(later.length, out.filter(({ at }) => Date.parse(at) >= Date.parse(since)).length);
  for (const [format, start] of [['cef', /^CEF:0\|Lockstep\|/], ['syslog', /^<\d+>1 /]]) {
    const rows = on('audit', 'export', '--format', format).stdout.trim().split('\n');
    assert.ok(rows.length >= out.length);
    for (const row of rows) assert.match(row, start);
  }
});

test('heads and key kept elsewhere find what the store no longer shows', async () => {
  await until('the end is signed', async () =>
    (await server.admin.ok('GET', '/audit/status')).signed === (await newest()).seq);
  const noted = path.join(directory, 'heads.json');
  writeFileSync(noted, on('audit', 'heads', '--json').stdout);
  await server.stop();
  assert.equal(verify('--noted', noted, '--key', key).intact, true, 'offline');
  assert.equal(verify('--key', '0'.repeat(64)).other_key, key);
  const copy = path.join(directory, 'copy');
  run('cp', ['-a', data, copy]);
  run('sqlite3', [path.join(copy, 'lockstep.db'), `
    DELETE FROM audit WHERE seq > 5; DELETE FROM audit_signed_heads;
    UPDATE audit_heads SET seq = 5, hash = (SELECT hash FROM audit WHERE seq = 5)`]);
  const cut = (...args) => lockstep(['audit', 'verify', '--data', copy, ...args]);
  assert.equal(cut().status, 0, 'with all that vouches for it gone, the store alone looks whole');
  const found = cut('--noted', noted);
  assert.equal(found.status, 1);
  assert.match(found.stdout, /record 6: cut/);
  assert.match(found.stdout, /What to do: /);
});

test('a mirror is verified alone, without store or key file', () => {
  const both = ['--mirror', `${mirror}.1`, '--mirror', mirror];
  const alone = (...args) => lockstep(['audit', 'verify', '--alone', ...args, '--data', '/nowhere']);
  const good = alone(...both, '--key', key);
  assert.equal(good.status, 0, good.stdout + good.stderr);
  assert.match(alone(...both).stdout, /Signatures were not checked/);
  const text = readFileSync(mirror, 'utf8');
  writeFileSync(`${mirror}.edited`, text.replace('"carla"', '"clara"'));
  const edited = alone('--mirror', `${mirror}.1`, '--mirror', `${mirror}.edited`, '--key', key);
  assert.equal(edited.status, 1);
  assert.match(edited.stdout, /altered/);
});

test('pruning is refused for what is young, and a mirror that cannot be written is an alarm', async () => {
  world = await serve();
  const young = on('audit', 'prune', '--before', '2099-01-01');
  assert.equal(young.status, 2, young.stderr);
  const dry = on('audit', 'prune', '--before', '2020-01-01', '--dry-run', '--json');
  assert.equal(JSON.parse(dry.stdout).records, 0);
  await server.stop();
  server = await Served.start({ data, config: '\n---\n[audit]\nmirror = "/dev/null/none"' });
  await until('the alarm', () => /event=audit_mirror_failing/.test(server.program.err));
  const status = await server.admin.ok('GET', '/audit/status');
  assert.equal(status.mirror.state, 'failing');
  assert.match(status.mirror.why, /\/dev\/null\/none/);
});
