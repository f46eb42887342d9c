// SPDX-License-Identifier: Apache-2.0
// How many log-ins a second are durably decided: `node bench/http/bench.mjs BUILD [SECONDS]`.
//
// Code only (users without a password), 64 kept connections, each user a 6-digit event token. What
// counts is the ratio to a static answer of the same server in the same minute: absolute numbers
// say more about the machine. Beside it, what the disk needs for one fdatasync.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

import { Client } from '../../tests/system/lib/client.mjs';
import { until } from '../../tests/system/lib/server.mjs';

const CONNECTIONS = 64;
const THREADS = 2;
const USERS = 1_000;  // in each round
const CODES_EACH = 250;
const ROUNDS = 3;
const SYNCS = 2_000;

const build = path.resolve(process.argv[2] ?? 'build/release');
const seconds = Number(process.argv[3] ?? 10);
const binary = path.join(build, 'src/app/lockstep');
// Beside the build, which is on a real disk; the system's /tmp may be in memory.
const folder = fs.mkdtempSync(path.join(build, 'bench-data-'));
const data = path.join(folder, 'd');

function percentile(sorted, share) { return sorted[Math.floor((sorted.length - 1) * share)]; }

/** Microseconds of appending 4 KiB and waiting for the disk: {p50, p99}. */
function fdatasync() {
  const file = fs.openSync(path.join(folder, 'sync'), 'w');
  const block = Buffer.alloc(4096, 1);
  const times = [];
  for (let i = 0; i < SYNCS; ++i) {
    const from = process.hrtime.bigint();
    fs.writeSync(file, block);
    fs.fdatasyncSync(file);
    times.push(Number(process.hrtime.bigint() - from) / 1000);
  }
  fs.closeSync(file);
  times.sort((a, b) => a - b);
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

/** RFC 4226. Not a check of anything here, only input. */
function hotp(seed, counter) {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac('sha1', seed).update(message).digest();
  const code = (mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000;
  return String(code).padStart(6, '0');
}

async function start() {
  execFileSync(binary, ['init', '--data', data], { stdio: 'ignore' });
  const config = path.join(folder, 'lockstep.toml');
  fs.writeFileSync(config, `data = ${JSON.stringify(data)}\n[listen]\nport = 0\n[log]\nlevel = "info"\n[limits]\nrequests_per_second = 0\n`);
  const server = spawn(binary, ['serve', '--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.on('data', (chunk) => { log += chunk; });
  const ended = new Promise((resolve) => { server.on('close', resolve); });
  const port = await until('the server', () => {
    assert.equal(server.exitCode, null, log);
    return /event=listening .*?port=(\d+)/.exec(log)?.[1];
  });
  return { port: Number(port), pid: server.pid, stop: () => { server.kill('SIGTERM'); return ended; } };
}

/** Users with a token each. Returns their seeds. */
async function populate(admin) {
  const seeds = Array.from({ length: USERS * ROUNDS }, () => randomBytes(20));
  const csv = seeds.map((seed, i) => `B${i},${seed.toString('hex')}\n`).join('');
  const staged = await admin.ok('POST', '/imports',
    { format: 'csv', content: csv, spec: { kind: 'hotp', digits: 6 } });
  await admin.ok('POST', `/imports/${staged.id}/commit`);
  const todo = seeds.map((_, i) => i);
  await Promise.all(Array.from({ length: 32 }, async () => {
    for (let i = todo.pop(); i !== undefined; i = todo.pop()) {
      await admin.ok('PUT', `/users/b${i}`, {});
      await admin.ok('PUT', `/users/b${i}/tokens/B${i}`);
    }
  }));
  return seeds;
}

/** For each round and each thread of wrk a file of valid log-ins: all users' first codes, then all
 *  their second ones. Rounds have users of their own, so that none starts with codes left out. */
function writeBodies(seeds) {
  for (let round = 0; round < ROUNDS; ++round) {
    fs.mkdirSync(path.join(folder, `round-${round}`));
    for (let thread = 0; thread < THREADS; ++thread) {
      const mine = Array.from({ length: USERS / THREADS }, (_, i) => round * USERS + thread + i * THREADS);
      const lines = [];
      for (let counter = 0; counter < CODES_EACH; ++counter) {
        for (const i of mine) lines.push(`{"user":"b${i}","code":"${hotp(seeds[i], counter)}"}\n`);
      }
      fs.writeFileSync(path.join(folder, `round-${round}`, `bodies-${thread + 1}`), lines.join(''));
    }
  }
}

async function wrk(port, args) {
  const child = spawn('wrk', ['-t', THREADS, '-c', CONNECTIONS, '-d', `${seconds}s`, '--latency',
    '-s', path.join(import.meta.dirname, 'login.lua'), `http://127.0.0.1:${port}`, '--', ...args].map(String));
  let text = '';
  child.stdout.on('data', (chunk) => { text += chunk; });
  child.stderr.on('data', (chunk) => { text += chunk; });
  await new Promise((resolve) => { child.on('close', resolve); });
  assert.doesNotMatch(text, /Non-2xx|Socket errors/, text);
  const number = (pattern) => Number(pattern.exec(text)?.[1]);
  const latency = (name) => new RegExp(`${name}%\\s+(\\S+)`).exec(text)?.[1];
  return { requests: number(/(\d+) requests in/), perSecond: number(/Requests\/sec:\s+([\d.]+)/),
    p50: latency(50), p99: latency(99) };
}

const accepted = () => Number(execFileSync('sqlite3', ['-readonly', path.join(data, 'lockstep.db'),
  "SELECT count(*) FROM audit WHERE kind = 'login.accepted'"], { encoding: 'utf8' }));

async function main() {
  const before = fdatasync();
  const server = await start();
  const admin = new Client({ socketPath: path.join(data, 'admin.sock') }, undefined, { connections: 32 });
  const { key } = await admin.ok('POST', '/api-keys', { name: 'bench', permissions: ['authenticate'] });
  writeBodies(await populate(admin));
  const rows = [];
  for (let round = 0; round < ROUNDS; ++round) {
    const stat = await wrk(server.port, []);
    const earlier = accepted();
    const login = await wrk(server.port, [path.join(folder, `round-${round}`), key]);
    const now = accepted() - earlier;
    assert.ok(now >= login.requests && now <= login.requests + CONNECTIONS,
      `${login.requests} answers and ${now} accepted log-ins in the audit: not only log-ins were measured`);
    rows.push({ stat, login });
    console.log(`round ${round + 1}: ${login.perSecond.toFixed(0)} log-ins/s (p50 ${login.p50}, p99 ${login.p99}), `
      + `${stat.perSecond.toFixed(0)} static/s (p50 ${stat.p50}), ratio ${(login.perSecond / stat.perSecond).toFixed(3)}`);
  }
  admin.close();
  await server.stop();
  const after = fdatasync();
  rows.sort((a, b) => a.login.perSecond / a.stat.perSecond - b.login.perSecond / b.stat.perSecond);
  const { stat, login } = rows[Math.floor(rows.length / 2)];
  console.log(`\n| durable POST /authenticate | static GET /healthz | ratio | fdatasync p50 before / after |
|---|---|---|---|
| ${login.perSecond.toFixed(0)} /s | ${stat.perSecond.toFixed(0)} /s | ${(login.perSecond / stat.perSecond).toFixed(3)} | `
    + `${before.p50.toFixed(0)} / ${after.p50.toFixed(0)} µs |`);
}

try {
  await main();
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
