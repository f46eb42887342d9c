// SPDX-License-Identifier: Apache-2.0
// A server with RADIUS and many users, for what measures it.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

import { Client } from '../../tests/system/lib/client.mjs';
import { until } from '../../tests/system/lib/server.mjs';

export const SECRET = 'a secret for the bench';

const binaryOf = (build) => path.join(build, 'src/app/lockstep');
const dataOf = (folder) => path.join(folder, 'd');

/** RFC 4226. Not a check of anything here, only input. */
export function hotp(seed, counter) {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac('sha1', seed).update(message).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** A client of the server in `folder` with all permissions. */
export const adminOf = (folder) =>
  new Client({ socketPath: path.join(dataOf(folder), 'admin.sock') }, undefined, { connections: 32 });

export function initLockstep(build, folder) {
  execFileSync(binaryOf(build), ['init', '--data', dataOf(folder)], { stdio: 'ignore' });
}

/** Serves what `initLockstep` made; `client`: further lines about its one RADIUS client. */
export async function startLockstep(build, folder, client = '') {
  fs.writeFileSync(path.join(folder, 'secret'), `${SECRET}\n`, { mode: 0o600 });
  const config = path.join(folder, 'lockstep.toml');
  fs.writeFileSync(config, [`data = ${JSON.stringify(dataOf(folder))}`, '[listen]', 'port = 0', '[log]', 'level = "info"',
    '[radius]', 'address = "127.0.0.1"', 'port = 0', '[[radius.client]]', 'name = "bench"',
    'networks = ["127.0.0.0/8"]', 'secret_file = "secret"', client, ''].join('\n'));
  const server = spawn(binaryOf(build), ['serve', '--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.on('data', (chunk) => { log += chunk; });
  const ended = new Promise((resolve) => { server.on('close', resolve); });
  const port = await until('the server', () => {
    assert.equal(server.exitCode, null, log);
    return /event=radius_listening .*? port=(\d+)/.exec(log)?.[1];
  });
  // Whatever ends this program ends the server.
  process.on('exit', () => { server.kill('SIGKILL'); });
  return { port: Number(port), pid: server.pid, stop: (signal = 'SIGTERM') => { server.kill(signal); return ended; } };
}

/** Users b0, b1 … with an event token each; returns the seeds. */
export async function populate(folder, users) {
  const admin = adminOf(folder);
  const seeds = Array.from({ length: users }, () => randomBytes(20));
  const csv = seeds.map((seed, i) => `B${i},${seed.toString('hex')}\n`).join('');
  const staged = await admin.ok('POST', '/imports', { format: 'csv', content: csv, spec: { kind: 'hotp', digits: 6 } });
  await admin.ok('POST', `/imports/${staged.id}/commit`);
  const todo = seeds.map((_, i) => i);
  await Promise.all(Array.from({ length: 32 }, async () => {
    for (let i = todo.pop(); i !== undefined; i = todo.pop()) {
      await admin.ok('PUT', `/users/b${i}`, {});
      await admin.ok('PUT', `/users/b${i}/tokens/B${i}`);
    }
  }));
  admin.close();
  return seeds;
}
