// SPDX-License-Identifier: Apache-2.0
// Ten times what a server can do: `node bench/radius/overload.mjs BUILD [SECONDS]`.
//
// Measures how many log-ins a second it decides with 64 in flight, then offers ten times as many for
// SECONDS from many ports of four addresses, and kills it with -9 in the midst of them. It fails unless
// what was answered was answered within a second, every Access-Accept is in the audit of the server
// that starts again, no code twice, none of those codes is accepted again, and its memory stayed.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import dgram from 'node:dgram';
import fs from 'node:fs';
import path from 'node:path';

import { request } from '../../tests/system/lib/radius.mjs';
import { SECRET, adminOf, hotp, initLockstep, populate, startLockstep } from './world.mjs';

const TIMES = 10;
const IN_FLIGHT = 64;
const USERS = 2_000;
const ADDRESSES = 4;
const SOCKETS = 256;
const CAPACITY_SECONDS = 5;
const ANSWER_SECONDS_MAX = 1;
const GROWTH_MIB_MAX = 128;
const OFFERS_MAX = USERS * 90;  // so that no token is left further behind than the policy accepts

const build = path.resolve(process.argv[2] ?? 'build/release');
const seconds = Number(process.argv[3] ?? 10);
const folder = fs.mkdtempSync(path.join(build, 'bench-data-'));

const now = () => Number(process.hrtime.bigint()) / 1e9;
const middle = (numbers, share) => [...numbers].sort((a, b) => a - b)[Math.min(Math.floor(numbers.length * share), numbers.length - 1)];

/** Log-ins of all users in turns: each with the next code of its token. */
class Offers {
  constructor(seeds) {
    this.seeds = seeds;
    this.made = 0;
  }

  next() {
    const user = this.made % USERS;
    const counter = Math.floor(this.made / USERS);
    ++this.made;
    return { user, counter, code: hotp(this.seeds[user], counter) };
  }

  packet(offer, id) { return request(SECRET, { user: `b${offer.user}`, password: offer.code, id }); }
}

/** Many sockets with 256 identifiers each; tells whoever asked what came back, and when. */
class Field {
  static async open(port, onReply) {
    const field = new Field();
    Object.assign(field, { port, at: 0, waiting: new Map() });
    field.sockets = await Promise.all(Array.from({ length: SOCKETS }, (_, i) => new Promise((resolve) => {
      const socket = dgram.createSocket('udp4');
      socket.on('message', (bytes) => field.take(i, bytes, onReply));
      socket.on('error', () => {});
      socket.bind(0, `127.0.0.${1 + (i % ADDRESSES)}`, () => resolve(socket));
    })));
    return field;
  }

  /** The identifier that the next packet has to have. */
  get id() { return Math.floor(this.at / SOCKETS) % 256; }

  send(packet, offer) {
    const socket = this.at++ % SOCKETS;
    this.waiting.set((socket << 8) | packet[1], { packet, offer, at: now() });
    this.sockets[socket].send(packet, this.port, '127.0.0.1', () => {});
  }

  take(socket, bytes, onReply) {
    const key = (socket << 8) | bytes[1];
    const asked = this.waiting.get(key);
    if (!asked) return;
    // RFC 2865 section 3: only the reply to this very request, and not to an older one of its identifier.
    const digest = createHash('md5').update(bytes.subarray(0, 4)).update(asked.packet.subarray(4, 20))
      .update(bytes.subarray(20)).update(SECRET).digest();
    if (!digest.equals(bytes.subarray(4, 20))) return;
    this.waiting.delete(key);
    onReply({ accepted: bytes[0] === 2, offer: asked.offer, took: now() - asked.at });
  }

  close() { for (const socket of this.sockets) socket.close(); }
}

/** Log-ins a second with 64 in flight. */
async function capacity(port, offers, replies) {
  let end;
  const over = new Promise((resolve) => { end = resolve; });
  const until = now() + CAPACITY_SECONDS;
  let answered = 0;
  const ask = () => {
    const offer = offers.next();
    field.send(offers.packet(offer, field.id), offer);
  };
  const field = await Field.open(port, (reply) => {
    ++answered;
    replies.push(reply);
    if (now() < until) ask(); else end();
  });
  for (let i = 0; i < IN_FLIGHT; ++i) ask();
  await over;
  field.close();
  return answered / CAPACITY_SECONDS;
}

/** Offers `rate` a second, whatever comes back, until `seconds` are over. */
async function overload(field, rate, packets) {
  const from = now();
  let sent = 0;
  while (now() - from < seconds && sent < packets.length) {
    for (const due = Math.min((now() - from) * rate, packets.length); sent < due; ++sent) {
      field.send(packets[sent].packet, packets[sent].offer);
    }
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  return { sent, took: now() - from };
}

const memory = (pid, name) =>
  Number(new RegExp(`${name}:\\s*(\\d+)`).exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

/** "user:counter" of every log-in that the audit holds as accepted. */
async function accepted(admin) {
  const all = [];
  for (let after = ''; ;) {
    const page = await admin.ok('GET', `/audit?kind=login.accepted&order=oldest_first&limit=1000${after}`);
    for (const { user, details } of page.items) {
      all.push(`${user.slice(1)}:${details.find(({ name }) => name === 'position').value}`);
    }
    if (!page.next) return all;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}

let server;

async function main() {
  initLockstep(build, folder);
  server = await startLockstep(build, folder);
  const seeds = await populate(folder, USERS);
  // Nine of ten requests are dropped, so that tokens run ahead of what was answered.
  const admin = adminOf(folder);
  await admin.ok('PUT', '/policy', { preset: 'default', set: { 'event.accept': 100, odds_per_year: 0.01 } });
  admin.close();
  const offers = new Offers(seeds);
  const replies = [];
  const can = await capacity(server.port, offers, replies);

  const rate = can * TIMES;
  const field = await Field.open(server.port, (reply) => replies.push(reply));
  const count = Math.min(Math.floor(rate * seconds), OFFERS_MAX);
  const packets = Array.from({ length: count }, (_, i) => {
    const offer = offers.next();
    return { offer, packet: offers.packet(offer, Math.floor(i / SOCKETS) % 256) };
  });
  const before = memory(server.pid, 'VmRSS');
  const first = replies.length;
  const { sent, took } = await overload(field, rate, packets);
  const grown = memory(server.pid, 'VmHWM') - before;
  const killed = server.stop('SIGKILL');
  await killed;
  await new Promise((resolve) => { setTimeout(resolve, 200); });  // what is under way to us
  field.close();

  const answers = replies.slice(first);
  const times = answers.map((reply) => reply.took);
  const worst = Math.max(...times);
  console.log(`capacity ${can.toFixed(0)} /s; offered ${(sent / took).toFixed(0)} /s (${(sent / took / can).toFixed(1)} times) `
    + `for ${took.toFixed(1)} s; answered ${(answers.length / took).toFixed(0)} /s, of them `
    + `${answers.filter((reply) => reply.accepted).length} of ${answers.length} accepted; `
    + `answers within ${(1e3 * middle(times, 0.5)).toFixed(0)} ms (half), ${(1e3 * middle(times, 0.99)).toFixed(0)} ms (99 %), `
    + `${(1e3 * worst).toFixed(0)} ms (all); memory ${before.toFixed(0)} + ${grown.toFixed(0)} MiB`);

  server = await startLockstep(build, folder);
  const again = adminOf(folder);
  const kept = await accepted(again);
  again.close();
  const known = new Set(kept);
  assert.equal(known.size, kept.length, 'a code was accepted twice');
  const told = replies.filter((reply) => reply.accepted).map(({ offer }) => `${offer.user}:${offer.counter}`);
  const lost = told.filter((one) => !known.has(one));
  assert.deepEqual(lost, [], 'accepted, and not on the disk');
  let repeated = 0;
  const second = await Field.open(server.port, (reply) => { repeated += reply.accepted ? 1 : 0; });
  const last = replies.filter((reply) => reply.accepted).slice(-200);
  for (const { offer } of last) second.send(offers.packet(offer, second.id), offer);
  while (second.waiting.size > 0) await new Promise((resolve) => { setTimeout(resolve, 20); });
  second.close();
  await server.stop();
  assert.equal(repeated, 0, 'a code was accepted again after the crash');
  console.log(`killed in the midst of it: ${told.length} Access-Accepts, all among the ${kept.length} accepted log-ins of the `
    + `audit, none twice; the last ${last.length} codes are refused after the start`);
  assert.ok(worst < ANSWER_SECONDS_MAX, `an answer took ${worst.toFixed(2)} s`);
  assert.ok(grown < GROWTH_MIB_MAX, `memory grew by ${grown.toFixed(0)} MiB`);
}

try {
  await main();
} finally {
  await server?.stop('SIGKILL');
  fs.rmSync(folder, { recursive: true, force: true });
}
