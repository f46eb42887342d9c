// SPDX-License-Identifier: Apache-2.0
// A real disk that is full, read-only, damaged, or holds the wrong things: what the server says, and
// that nothing is lost. docs/guides/troubleshooting.md tells the way out of each.
import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync, closeSync } from 'node:fs';
import path from 'node:path';

import { LOCKSTEP, Program, Served, lockstep, run, temporaryDirectory, until } from './lib/server.mjs';
import { World } from './lib/world.mjs';

const PAGE = 4096;
const mounted = [];
const servers = [];
after(async () => {
  for (const server of servers) await server.stop();
  for (const directory of mounted) spawnSync('umount', ['-l', directory]);
});

/** A file system of its own, so small that a test can fill it; undefined where one may not mount. */
function smallDisk(megabytes) {
  const directory = path.join(temporaryDirectory(), 'disk');
  mkdirSync(directory);
  const done = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory]);
  if (done.status !== 0) return undefined;
  mounted.push(directory);
  return directory;
}
const NO_MOUNT = 'only root can mount a small file system to fill';

async function serve(data) {
  const server = await Served.start({ data });
  servers.push(server);
  server.api = server.admin;
  return { server, world: new World(server) };
}

/** What `lockstep serve` says where it must not start. */
async function refusal(data, code) {
  const program = new Program(LOCKSTEP, ['serve', '--data', data]);
  const end = await program.ended;
  assert.equal(end.code, code, program.err);
  assert.doesNotMatch(program.err, /listening/);
  return program.err;
}

/** A data directory in which one card has signed in, its server stopped, and the code it showed. */
let kept;
async function used() {
  kept ??= await (async () => {
    const { server, world } = await serve();
    const card = await world.withCard('anna');
    const code = card.press();
    await world.accept('anna', code);
    await server.stop();
    return { data: server.data, card, code };
  })();
  const data = path.join(temporaryDirectory(), 'd');
  cpSync(kept.data, data, { recursive: true });
  return { ...kept, data };
}

/** Fills the file system that `file` is on, to the last byte. */
function fill(file) {
  const out = openSync(file, 'w');
  for (let size = 1 << 20; size >= 1;) {
    try {
      if (writeSync(out, Buffer.alloc(size)) < size) size >>= 1;
    } catch (error) {
      assert.equal(error.code, 'ENOSPC');
      size >>= 1;
    }
  }
  closeSync(out);
}

test('a full disk stops the server; when there is room again it starts and nothing is lost', async (t) => {
  const disk = smallDisk(4);
  if (!disk) return t.skip(NO_MOUNT);
  const data = path.join(disk, 'd');
  const { server, world } = await serve(data);
  const card = await world.withCard('anna', { digits: 8 });
  fill(path.join(disk, 'ballast'));
  const accepted = [];
  let sent;
  try {
    for (;;) {
      sent = card.press();
      if ((await world.login('anna', sent)).decision !== 'accept') break;
      accepted.push(sent);
    }
  } catch { /* the line was cut: the server is gone */ }
  await until('the server ends', () => server.program.end);
  servers.pop();
  assert.match(server.program.err, /disk.*What was acknowledged is on disk\. Check the disk, then start again/s);

  // Where it is full from the beginning, it does not start.
  const again = new Program(LOCKSTEP, ['serve', '--data', data]);
  assert.notEqual((await again.ended).code, 0);
  assert.match(again.err, /lockstep\.db.*disk/s);
  assert.doesNotMatch(again.err, /listening/);

  rmSync(path.join(disk, 'ballast'));
  const fresh = await serve(data);
  for (const code of accepted) await fresh.world.reject('anna', code);
  // What was sent last was not answered: it counts once or not at all.
  await fresh.world.login('anna', sent);
  await fresh.world.reject('anna', sent);
  await fresh.server.admin.ok('POST', '/users/anna/unlock');
  await fresh.world.accept('anna', card.press());
  const verdict = lockstep(['audit', 'verify', '--data', data]);
  assert.equal(verdict.status, 0, verdict.stdout + verdict.stderr);
  t.diagnostic(`${accepted.length} log-ins acknowledged before the disk was full`);
  return undefined;
});

test('a directory that cannot be written says so, and nothing is touched', async (t) => {
  const disk = smallDisk(4);
  if (!disk) return t.skip(NO_MOUNT);
  const data = path.join(disk, 'd');
  cpSync((await used()).data, data, { recursive: true });
  run('mount', ['-o', 'remount,ro', disk]);
  const said = await refusal(data, 5);
  assert.match(said, /cannot write .*lockstep\.lock: Read-only file system; the data directory has to belong/);
  run('mount', ['-o', 'remount,rw', disk]);
  const { world } = await serve(data);
  await world.reject('anna', kept.code);
  return undefined;
});

test('a missing key file says where it belongs, and with it back everything is there', async () => {
  const { data, card, code } = await used();
  renameSync(path.join(data, 'key'), path.join(data, '..', 'key'));
  const said = await refusal(data, 3);
  assert.match(said, /cannot open the key file .*key: No such file.*bring it back from its copy/);
  renameSync(path.join(data, '..', 'key'), path.join(data, 'key'));
  const { world } = await serve(data);
  await world.reject('anna', code);
  await world.accept('anna', card.code(2));
});

test('the key of another store is refused before it can do harm', async () => {
  const { data } = await used();
  const right = readFileSync(path.join(data, 'key'));
  const other = path.join(temporaryDirectory(), 'd');
  Served.init(other);
  cpSync(path.join(other, 'key'), path.join(data, 'key'));
  assert.match(await refusal(data, 7), /sealed under another key.*bring back the key file that belongs/);
  writeFileSync(path.join(data, 'key'), 'not a key\n');
  assert.match(await refusal(data, 7), /is not a key file of Lockstep/);
  writeFileSync(path.join(data, 'key'), right);
  const { world } = await serve(data);
  await world.reject('anna', kept.code);
});

test('a key file that others may read is refused with the command that mends it', async () => {
  const { data } = await used();
  run('chmod', ['644', path.join(data, 'key')]);
  assert.match(await refusal(data, 6), /may be read by others; run: chmod 600 /);
});

test('a database of a newer Lockstep is refused and left as it is', async () => {
  const { data } = await used();
  const file = path.join(data, 'lockstep.db');
  const schema = run('sqlite3', [file, "SELECT value FROM meta WHERE key = 'schema'"]).trim();
  run('sqlite3', [file, "UPDATE meta SET value = '4711' WHERE key = 'schema'"]);
  assert.match(await refusal(data, 7), /schema 4711 .*install the newer Lockstep that wrote it/);
  run('sqlite3', [file, `UPDATE meta SET value = '${schema}' WHERE key = 'schema'`]);
  const { world } = await serve(data);
  await world.reject('anna', kept.code);
});

test('a database whose first pages are damaged is refused at the start', async () => {
  const { data } = await used();
  for (const page of [0, 1, 2]) {
    const copy = path.join(temporaryDirectory(), 'd');
    cpSync(data, copy, { recursive: true });
    const file = openSync(path.join(copy, 'lockstep.db'), 'r+');
    writeSync(file, Buffer.alloc(PAGE, 0xa5), 0, PAGE, page * PAGE);
    closeSync(file);
    assert.match(await refusal(copy, 7), /lockstep\.db.*(malformed|not a database).*restore a backup/, `page ${page}`);
  }
});
