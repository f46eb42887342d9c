// SPDX-License-Identifier: Apache-2.0
// The key-encryption key: changed under load and under kill -9, from each of its sources, and what
// happens to who exchanges sealed rows. LOCKSTEP_REKEY_TOKENS and LOCKSTEP_REKEY_KILLS make it long.
import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { LOCKSTEP, lockstep, Program, run, Served, temporaryDirectory, until } from './lib/server.mjs';
import { World } from './lib/world.mjs';

const TOKENS = Number(process.env.LOCKSTEP_REKEY_TOKENS ?? 2_000);
const KILLS = Number(process.env.LOCKSTEP_REKEY_KILLS ?? 6);
const USERS = 8;

const running = new Set();
after(async () => { for (const server of running) await server.stop(); });

async function serve(options = {}) {
  const server = await Served.start(options);
  server.api = server.admin;
  running.add(server);
  return server;
}
async function stop(server) { running.delete(server); await server.stop(); }
async function kill(server) { running.delete(server); await server.kill(); }

/** A stock of tokens as a file to import, from which every seed follows. */
const seedOf = (i) => createHash('sha1').update(`stock ${i}`).digest('hex');
const stock = (count) => Array.from({ length: count }, (_, i) => `S${i},${seedOf(i)}\n`).join('');

async function importStock(server, count) {
  const staged = await server.api.ok('POST', '/imports', { format: 'csv', content: stock(count), spec: { kind: 'hotp' } });
  await server.api.ok('POST', `/imports/${staged.id}/commit`);
}

/** Looking through the same file again opens every seed and compares it with the file's. */
async function everySeedOpens(server, count) {
  const staged = await server.api.ok('POST', '/imports', { format: 'csv', content: stock(count), spec: { kind: 'hotp' } });
  assert.deepEqual([staged.already_there, staged.added, staged.rejected], [count, 0, 0], JSON.stringify(staged).slice(0, 500));
}

const ringOf = (data) => {
  const shown = lockstep(['keys', 'show', '--data', data]);
  assert.equal(shown.status, 0, shown.stderr);
  return shown.stdout;
};

const finished = (server) => until('the change of the key is finished', async () =>
  (await server.api.ok('GET', '/rekey')).state === 'idle');

/** Signs in until the line is cut; what was accepted is counted, anything but accept is a failure. */
async function signsIn(server, user, card) {
  for (let accepted = 0; ; ++accepted) {
    const code = card.press();
    let answer;
    try {
      answer = await server.admin.post('/authenticate', { user, code });
    } catch {
      return accepted;
    }
    if (answer.json?.decision !== 'accept') throw new Error(`${user}: ${answer.status} ${answer.text}`);
  }
}

test(`kill -9 while ${TOKENS} tokens are wrapped anew and people sign in: every seed opens`, async (t) => {
  let server = await serve();
  const data = server.data;
  await importStock(server, TOKENS);
  const world = new World(server);
  const cards = [];
  for (let i = 0; i < USERS; ++i) cards.push(await world.withCard(`user${i}`, {}));
  const first = (await server.api.ok('GET', '/rekey')).current;

  let rotations = 0;
  let signedIn = 0;
  let interrupted = 0;
  for (let i = 0; i < KILLS; ++i) {
    const clients = cards.map((card, user) => signsIn(server, `user${user}`, card));
    const before = await server.api.ok('GET', '/rekey');
    if (before.state === 'idle') {
      await server.api.ok('POST', '/rekey', {});
      ++rotations;
    }
    // From at once to about as long as the whole work takes.
    await new Promise((resolve) => { setTimeout(resolve, (i * 37) % 23 * TOKENS / 100); });
    await kill(server);
    for (const accepted of await Promise.all(clients)) signedIn += accepted;
    if (/older/.test(ringOf(data))) ++interrupted;
    // The last code sent may or may not have counted; the one after the next is fresh.
    for (const card of cards) card.skip(1);
    server = await serve({ data });
    world.api = server.api;
    for (const [user, card] of cards.entries()) await world.login(`user${user}`, card.press());
  }
  await finished(server);
  await everySeedOpens(server, TOKENS);
  for (const [user, card] of cards.entries()) await world.accept(`user${user}`, card.press());
  assert.doesNotMatch(ringOf(data), /older/);
  assert.notEqual((await server.api.ok('GET', '/rekey')).current, first);
  const kinds = (await server.api.ok('GET', '/audit?limit=1000')).items.map((one) => one.kind);
  assert.ok(!kinds.includes('secret.unreadable'));
  t.diagnostic(`${KILLS} kills, ${interrupted} in the middle, ${rotations} changes of the key, ${signedIn} log-ins meanwhile`);
  await stop(server);
});

test('the command changes the key of a running server, and of a data directory without one', async () => {
  const server = await serve();
  const data = server.data;
  await importStock(server, 50);
  const before = readFileSync(path.join(data, 'key'), 'utf8');
  const words = lockstep(['rekey', '--data', data]);
  assert.equal(words.status, 0, words.stderr);
  assert.match(words.stdout, /idle/);
  assert.notEqual(readFileSync(path.join(data, 'key'), 'utf8'), before);
  await everySeedOpens(server, 50);
  const kinds = (await server.api.ok('GET', '/audit?limit=1000')).items.map((one) => one.kind);
  assert.ok(kinds.includes('key.rotation_started') && kinds.includes('key.rotation_finished'));
  await stop(server);

  const offline = lockstep(['rekey', '--data', data, '--json']);
  assert.equal(offline.status, 0, offline.stderr);
  assert.equal(JSON.parse(offline.stdout).state, 'idle');
  // The file of before opens nothing any more, and says so.
  renameSync(path.join(data, 'key'), path.join(data, 'right'));
  writeFileSync(path.join(data, 'key'), before, { mode: 0o600 });
  const wrong = lockstep(['serve', '--data', data]);
  assert.notEqual(wrong.status, 0);
  assert.match(wrong.stderr, /not the one that belongs to this store/);
  renameSync(path.join(data, 'right'), path.join(data, 'key'));
  const again = await serve({ data });
  await everySeedOpens(again, 50);
  await stop(again);
});

test('a damaged seed keeps the old key from being forgotten, and is named', async () => {
  let server = await serve();
  const data = server.data;
  await importStock(server, 20);
  await stop(server);
  run('sqlite3', [path.join(data, 'lockstep.db'),
    "UPDATE tokens SET seed = CAST(substr(seed, 1, 40) || x'ff' || substr(seed, 42) AS BLOB) WHERE serial = 'S7'"]);
  server = await serve({ data });
  await server.api.ok('POST', '/rekey', {});
  await server.program.wait('it names the token', () => /secret_unreadable name=S7/.test(server.program.err));
  const status = await server.api.ok('GET', '/rekey');
  assert.deepEqual([status.state, status.remaining, status.older.length], ['running', 1, 1]);
  assert.match(ringOf(data), /older/);
  await stop(server);
});

test('seeds that somebody exchanged in the database let nobody in, and raise an alarm', async () => {
  let server = await serve();
  const data = server.data;
  const world = new World(server);
  const anna = await world.withCard('anna', {});
  const berta = await world.withCard('berta', {});
  await world.withCard('carla', {});
  await stop(server);
  run('sqlite3', [path.join(data, 'lockstep.db'), `
    CREATE TEMP TABLE kept AS SELECT serial, seed FROM tokens;
    UPDATE tokens SET seed = (SELECT seed FROM kept WHERE serial = 'C-BERTA') WHERE serial = 'C-ANNA';
    UPDATE tokens SET seed = (SELECT seed FROM kept WHERE serial = 'C-ANNA') WHERE serial = 'C-BERTA';
    UPDATE tokens SET seed = (SELECT sealed FROM service_keys WHERE name = 'pin') WHERE serial = 'C-CARLA';`]);
  server = await serve({ data });
  for (const [user, card] of [['anna', berta], ['berta', anna], ['anna', anna], ['berta', berta], ['carla', anna]]) {
    const answer = await server.admin.post('/authenticate', { user, code: card.press() });
    assert.equal(answer.status, 500, `${user}: ${answer.text}`);
    assert.equal(answer.json.reason, 'corrupt');
  }
  const alarms = (await server.admin.ok('GET', '/audit?limit=100')).items.filter((one) => one.kind === 'secret.unreadable');
  assert.deepEqual([...new Set(alarms.map((one) => one.serial))].sort(), ['C-ANNA', 'C-BERTA', 'C-CARLA']);
  assert.match(server.program.err, /level=(warning|error).*C-ANNA does not open/);
  await stop(server);

  // A seed in the place of the PIN key: nobody's PIN is anything, so the server does not start.
  run('sqlite3', [path.join(data, 'lockstep.db'),
    "UPDATE service_keys SET sealed = (SELECT seed FROM tokens WHERE serial = 'C-ANNA') WHERE name = 'pin'"]);
  const refused = lockstep(['serve', '--data', data]);
  assert.notEqual(refused.status, 0);
  assert.match(refused.stderr, /key "pin" does not open/);
});

test('a key file that is missing, open to others or cut short says what to do', () => {
  const data = path.join(temporaryDirectory(), 'd');
  Served.init(data);
  const key = path.join(data, 'key');
  const says = (pattern) => {
    const done = lockstep(['serve', '--data', data]);
    assert.notEqual(done.status, 0);
    assert.match(done.stderr, pattern);
  };
  chmodSync(key, 0o640);
  says(/chmod 600/);
  chmodSync(key, 0o600);
  copyFileSync(key, `${key}.copy`);
  truncateSync(key, 50);
  says(/cut short.*put the copy back/);
  unlinkSync(key);
  says(/bring it back from its copy/);
});

test('under a passphrase the key file opens with it alone, and it changes without the keys', async () => {
  const data = path.join(temporaryDirectory(), 'd');
  const withPassphrase = (args, passphrase) => spawnSync('bash', ['-c', '"$@" 3< <(printf "%s\\n" "$PASS")', '-', LOCKSTEP,
    ...args, '--passphrase-fd', '3', '--data', data], { encoding: 'utf8', env: { ...process.env, PASS: passphrase } });
  assert.equal(withPassphrase(['init', '--passphrase'], 'correct horse battery').status, 0);
  assert.match(readFileSync(path.join(data, 'key'), 'utf8'), /^lockstep-key-2-passphrase\nargon2id 3 65536 /);

  const wrong = withPassphrase(['serve'], 'wrong horse battery');
  assert.notEqual(wrong.status, 0);
  assert.match(wrong.stderr, /wrong passphrase/);
  const nobody = spawnSync('setsid', ['-w', LOCKSTEP, 'serve', '--data', data], { encoding: 'utf8' });
  assert.notEqual(nobody.status, 0);
  assert.match(nobody.stderr, /--passphrase-fd/);

  const used = withPassphrase(['rekey'], 'correct horse battery');
  assert.equal(used.status, 0, used.stderr);
  const config = path.join(path.dirname(data), 'p.toml');
  writeFileSync(config, `data = ${JSON.stringify(data)}\n[keys]\nsource = "passphrase"\n[listen]\nport = 0\n`);
  const program = new Program('bash', ['-c', `exec "${LOCKSTEP}" serve --config "${config}" --passphrase-fd 3 3< <(echo correct horse battery)`]);
  await program.wait('it serves', () => /event=listening.*\n/.test(program.err));
  await program.stop();
});

test('a credential of the service manager is used and never written; the operator turns it', async () => {
  const data = path.join(temporaryDirectory(), 'd');
  Served.init(data);
  const credentials = path.join(path.dirname(data), 'credentials');
  mkdirSync(credentials);
  const credential = path.join(credentials, 'lockstep.key');
  renameSync(path.join(data, 'key'), credential);
  const options = { data, config: '\n---\n[keys]\nsource = "credential"\n', env: { CREDENTIALS_DIRECTORY: credentials } };
  let server = await serve(options);
  await importStock(server, 30);
  const refused = await server.api.post('/rekey', {});
  assert.equal(refused.status, 403);
  assert.match(refused.json.detail, /lockstep keys turn/);
  await stop(server);

  assert.equal(lockstep(['keys', 'turn', credential]).status, 0);
  server = await serve(options);
  await server.program.wait('the old key is not needed', () => /old_key_not_needed/.test(server.program.err));
  assert.equal((await server.api.ok('GET', '/rekey')).state, 'finishing');
  await stop(server);
  assert.equal(lockstep(['keys', 'forget', credential]).status, 0);
  server = await serve(options);
  await everySeedOpens(server, 30);
  assert.equal((await server.api.ok('GET', '/rekey')).state, 'idle');
  await stop(server);
  assert.ok(!existsSync(path.join(data, 'key')));
});

test('a prepared key is in the file before anything is sealed under it', async () => {
  const server = await serve();
  const before = await server.api.ok('GET', '/rekey');
  const prepared = await server.api.ok('POST', '/rekey', { prepare: true });
  assert.equal(prepared.state, 'prepared');
  assert.equal(prepared.current, before.current);
  assert.match(ringOf(server.data), new RegExp(`spare +${prepared.spare}`));
  await server.api.ok('POST', '/rekey', {});
  await finished(server);
  assert.equal((await server.api.ok('GET', '/rekey')).current, prepared.spare);
  await stop(server);
});

test('the process cannot be dumped', async () => {
  const server = await serve();
  const proc = (file) => readFileSync(`/proc/${server.program.child.pid}/${file}`, 'utf8');
  assert.match(proc('limits'), /Max core file size +0 +0/);
  assert.match(proc('coredump_filter'), /^0+$/m);
  await stop(server);
});
