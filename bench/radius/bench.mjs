// SPDX-License-Identifier: Apache-2.0
// RADIUS log-ins a second, 64 in flight: `node bench/radius/bench.mjs BUILD [REQUESTS]`.
//
// The same client (this program, from 64 ports) asks Lockstep, which accepts each code once and has it on disk before it
// answers, and FreeRADIUS, which remembers nothing: PAP from `files`, and the codes of `rlm_totp`.
// In turns on the same machine; what counts are the ratios.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import dgram from 'node:dgram';
import fs from 'node:fs';
import path from 'node:path';

import { request } from '../../tests/system/lib/radius.mjs';
import { until } from '../../tests/system/lib/server.mjs';
import { SECRET, hotp, initLockstep, populate, startLockstep } from './world.mjs';

const IN_FLIGHT = 64;
const ROUNDS = 3;
const USERS = 1_000;
const STEP = 30_000;

const build = path.resolve(process.argv[2] ?? 'build/release');
const requests = Number(process.argv[3] ?? 20_000);
// Beside the build, which is on a real disk; the system's /tmp may be in memory.
const folder = fs.mkdtempSync(path.join(build, 'bench-data-'));

/** RFC 4648, without padding. */
function base32(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.match(/.{1,5}/g).map((part) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[parseInt(part.padEnd(5, '0'), 2)]).join('');
}

async function freePort() {
  const probe = dgram.createSocket('udp4');
  await new Promise((resolve) => { probe.bind(0, '127.0.0.1', resolve); });
  const { port } = probe.address();
  await new Promise((resolve) => { probe.close(resolve); });
  return port;
}

async function startFreeradius(seeds) {
  const port = await freePort();
  const home = path.join(folder, 'freeradius');
  fs.mkdirSync(home);
  const users = seeds.map((seed, i) => `b${i} Cleartext-Password := "000000", TOTP-Secret := "${base32(seed)}"\n`);
  fs.writeFileSync(path.join(home, 'users'), users.join(''));
  const server = (name, at, authorize, type) => `server ${name} {
  listen {
    type = auth
    ipaddr = 127.0.0.1
    port = ${at}
  }
  authorize {
    files
    ${authorize}
  }
  authenticate {
    Auth-Type ${type} {
      ${type}
    }
  }
}
`;
  const second = await freePort();
  fs.writeFileSync(path.join(home, 'radiusd.conf'), `prefix = /usr
localstatedir = ${home}
logdir = ${home}
run_dir = ${home}
raddbdir = ${home}
libdir = /usr/lib/freeradius
max_requests = 65536
security {
  reject_delay = 0
}
thread pool {
  start_servers = 8
  max_servers = 32
  min_spare_servers = 4
  max_spare_servers = 16
}
client bench {
  ipaddr = 127.0.0.1
  secret = "${SECRET}"
}
modules {
  pap {
  }
  totp {
  }
  files {
    filename = ${home}/users
  }
}
${server('plain', port, 'pap', 'pap')}${server('codes', second, 'update control {\n      &Auth-Type := totp\n    }\n    update request {\n      &TOTP-Password := "%{User-Password}"\n    }', 'totp')}`);
  const child = spawn('freeradius', ['-f', '-l', path.join(home, 'log'), '-d', home], { stdio: 'ignore' });
  const log = () => (fs.existsSync(path.join(home, 'log')) ? fs.readFileSync(path.join(home, 'log'), 'utf8') : '');
  await until('FreeRADIUS', () => {
    assert.equal(child.exitCode, null, log());
    return /Ready to process requests/.test(log());
  });
  process.on('exit', () => { child.kill('SIGKILL'); });
  return { files: port, totp: second, stop: () => child.kill('SIGTERM') };
}

/** Whether this server refuses what is wrong: else its speed would mean nothing. */
async function refuses(port, user) {
  await assert.rejects(ask(port, [[user, '999999x']]), /^Error: 0 of 1 accepted/);
}

/** One port that asks one request after another until there are no more; counts what is accepted. */
class Asker {
  static open(to) {
    const socket = dgram.createSocket('udp4');
    return new Promise((resolve) => { socket.bind(0, '127.0.0.1', () => resolve(Object.assign(new Asker(), { socket, to, accepted: 0 }))); });
  }

  run(packets) {
    return new Promise((resolve, reject) => {
      let asked;
      const next = () => {
        asked = packets.pop();
        if (asked) this.socket.send(asked, this.to, '127.0.0.1'); else resolve();
      };
      this.socket.on('error', reject);
      this.socket.on('message', (bytes) => {
        // RFC 2865 section 3: only the reply to this very request.
        const digest = createHash('md5').update(bytes.subarray(0, 4)).update(asked.subarray(4, 20))
          .update(bytes.subarray(20)).update(SECRET).digest();
        if (!digest.equals(bytes.subarray(4, 20))) return;
        if (bytes[0] === 2) ++this.accepted;
        next();
      });
      next();
    });
  }
}

/**
 * All of `lines` (user and password) asked from 64 ports, each of which waits for its answer: how many were
 * accepted in a second. A lost packet would never be asked again: on the loopback there is none.
 */
async function ask(port, lines) {
  const packets = lines.map(([user, password]) => request(SECRET, { user, password })).reverse();
  const askers = await Promise.all(Array.from({ length: IN_FLIGHT }, () => Asker.open(port)));
  const from = process.hrtime.bigint();
  await Promise.all(askers.map((one) => one.run(packets)));
  const took = Number(process.hrtime.bigint() - from) / 1e9;
  for (const one of askers) one.socket.close();
  const accepted = askers.reduce((sum, one) => sum + one.accepted, 0);
  if (accepted < lines.length) throw new Error(`${accepted} of ${lines.length} accepted`);
  return lines.length / took;
}

const middle = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function main() {
  initLockstep(build, folder);
  const lockstep = await startLockstep(build, folder, 'in_flight = 1024');
  const seeds = await populate(folder, USERS);
  const freeradius = await startFreeradius(seeds);
  for (const port of [lockstep.port, freeradius.files, freeradius.totp]) await refuses(port, 'b0');
  const rates = { lockstep: [], files: [], totp: [] };
  const each = Math.ceil(requests / USERS);
  for (let round = 0; round < ROUNDS; ++round) {
    const codes = [];
    for (let i = 0; i < each; ++i) seeds.forEach((seed, user) => codes.push([`b${user}`, hotp(seed, round * each + i)]));
    rates.lockstep.push(await ask(lockstep.port, codes));
    rates.files.push(await ask(freeradius.files, codes.map(([user]) => [user, '000000'])));
    // rlm_totp takes the code of the present step alone: all of them have to be asked within one.
    const step = Math.ceil(Date.now() / STEP);
    await new Promise((resolve) => { setTimeout(resolve, step * STEP - Date.now() + 50); });
    const now = seeds.map((seed) => hotp(seed, step));
    rates.totp.push(await ask(freeradius.totp, codes.map(([user]) => [user, now[Number(user.slice(1))]])));
    console.log(`round ${round + 1}: ${Object.entries(rates).map(([name, all]) => `${name} ${all.at(-1).toFixed(0)} /s`).join(', ')}`);
  }
  freeradius.stop();
  await lockstep.stop();
  const [own, files, totp] = [rates.lockstep, rates.files, rates.totp].map(middle);
  console.log(`\n| Lockstep, on disk | FreeRADIUS, files | FreeRADIUS, rlm_totp | ratios |\n|---|---|---|---|\n`
    + `| ${own.toFixed(0)} /s | ${files.toFixed(0)} /s | ${totp.toFixed(0)} /s | ${(own / files).toFixed(3)}, ${(own / totp).toFixed(3)} |`);
}

try {
  await main();
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
