// SPDX-License-Identifier: Apache-2.0
// From SQLite to PostgreSQL and back, with a backup over there: nothing is lost on the way, and
// nothing that was used is accepted on the other side.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { Postgres } from './lib/postgres.mjs';
import { Served, lockstep, temporaryDirectory } from './lib/server.mjs';
import { World } from './lib/world.mjs';

let postgres;
let server;
let data;
const used = [];
let card;

before(async () => { postgres = await Postgres.start(); });
after(async () => {
  if (server && !server.program.end) await server.stop();
  await postgres?.stop();
});

async function serve(where, store) {
  const config = store ? `\n---\n[store]\nurl = ${JSON.stringify(store)}\n` : '';
  server = await Served.start({ data: where, config });
  server.api = server.admin;
  return new World(server);
}

async function press(world) {
  const code = card.press();
  await world.accept('anna', code);
  used.push(code);
}

async function nothingIsAcceptedAgain(world) {
  for (const code of used) await world.reject('anna', code);
  await world.api.ok('POST', '/users/anna/unlock');
}

test('to PostgreSQL: all rows arrive, the old store stays as it was, a server in use is refused', async () => {
  const world = await serve();
  data = server.data;
  card = await world.withCard('anna', { digits: 8 });
  used.push(card.code(0));
  for (let i = 0; i < 3; ++i) await press(world);
  const busy = lockstep(['migrate', '--data', data, '--to', postgres.url()]);
  assert.equal(busy.status, 5, busy.stderr);
  await server.stop();

  const before = readFileSync(path.join(data, 'lockstep.db'));
  const moved = lockstep(['migrate', '--data', data, '--to', postgres.url()]);
  assert.equal(moved.status, 0, moved.stderr);
  assert.match(moved.stdout, /both sides hold the same/);
  assert.deepEqual(readFileSync(path.join(data, 'lockstep.db')), before);
  assert.notEqual(lockstep(['migrate', '--data', data, '--to', postgres.url()]).status, 0, 'it is not empty any more');

  const there = await serve(data, postgres.url());
  await nothingIsAcceptedAgain(there);
  await press(there);
  const verified = lockstep(['audit', 'verify', '--data', data]);
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
});

test('a backup of PostgreSQL is made while it serves and can be restored', () => {
  const file = path.join(temporaryDirectory(), 'pg.lsb');
  const made = lockstep(['backup', file, '--data', data]);
  assert.equal(made.status, 0, made.stderr);
  const tried = lockstep(['restore', '--check', file, '--data', data, '--json']);
  assert.equal(tried.status, 0, tried.stderr);
  assert.ok(JSON.parse(tried.stdout).seeds_opened >= 1);
  const doctor = lockstep(['doctor', '--config', server.configFile, '--json']);
  const findings = JSON.parse(doctor.stdout).findings;
  assert.ok(findings.some((one) => one.about === 'store' && /PostgreSQL/.test(one.what)), doctor.stdout);
});

test('and back: the same in a data directory that has the key and no store', async () => {
  await server.stop();
  const home = path.join(temporaryDirectory(), 'd');
  mkdirSync(home, { mode: 0o700 });
  copyFileSync(path.join(data, 'key'), path.join(home, 'key'));
  const back = lockstep(['migrate', '--store', postgres.url(), '--data', data, '--to', home]);
  assert.equal(back.status, 0, back.stderr);
  const world = await serve(home);
  await nothingIsAcceptedAgain(world);
  await press(world);
  const kinds = (await world.api.ok('GET', '/audit?limit=1000')).items.map((one) => one.kind);
  assert.equal(kinds.filter((kind) => kind === 'store.migrated').length, 2);
  assert.equal(lockstep(['migrate', '--store', postgres.url(), '--data', data, '--to', data]).status, 4);
});
