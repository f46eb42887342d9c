// SPDX-License-Identifier: Apache-2.0
// Retransmits: the signed requests of many users, again and again and in any order, from many ports.
// Each is decided once, and all its replies are the same bytes. LOCKSTEP_DUPLICATES makes it long
// (./dev soak); real time, so that it runs on a release build.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import dgram from 'node:dgram';

import { RadiusPeer, radiusConfig, readReply, request, statusRequest } from './lib/radius.mjs';
import { Served, until } from './lib/server.mjs';
import { World } from './lib/world.mjs';

const SECRET = 'secret of gate one and us';
const PIN = '4711';
const DUPLICATES = Number(process.env.LOCKSTEP_DUPLICATES ?? 2_000);
// Each has one request under way: fewer than the server lets wait, of one address and of one client.
const USERS = DUPLICATES < 100_000 ? 32 : 512;
const ADDRESSES = 8;
const SOCKETS = 16;
const COPIES = 15;  // among the requests of the others,
const COPIES_LATE = 5;  // and among those that follow
const BURST = 256;  // as many datagrams as fit into the least buffer of a socket
const KEPT_MILLISECONDS = 25_000;  // the server remembers its answers for 30 s
const STEPS = ['right', 'ahead', 'answer', 'spent'];
const DECISIONS = { right: 'accept', ahead: 'challenge', answer: 'accept', spent: 'reject' };
const FATES = { accept: 'accepted', reject: 'rejected', challenge: 'challenged' };

let server;
let users;
let sockets;
let fence;
const otherReplies = [];  // of whom a request got another reply than before

before(async () => {
  const gate = { name: 'gate', secret: SECRET, networks: ['127.0.0.0/8'],
    more: 'challenges = true\nin_flight = 1024' };
  server = await Served.start({ config: `\n---\n${radiusConfig([gate])}` });
  server.api = server.admin;
  server.radius = Number(/event=radius_listening .*? port=(\d+)/.exec(server.program.err)[1]);
  const world = new World(server);
  users = await Promise.all(Array.from({ length: USERS }, async (_, i) =>
    ({ name: `user${i}`, card: await world.withCard(`user${i}`, { pin: PIN }) })));
  sockets = await Promise.all(Array.from({ length: SOCKETS }, (_, i) => Socket.open(`127.0.0.${1 + (i % ADDRESSES)}`)));
  fence = await RadiusPeer.open(server.radius, SECRET);
});
after(async () => {
  fence?.close();
  for (const one of sockets ?? []) one.close();
  await server?.stop();
});

/** One source port. Each request from it has the next identifier; a reply belongs to the last of its own. */
class Socket {
  static async open(address) {
    const opened = new Socket();
    Object.assign(opened, { asked: new Map(), used: 0, heard: 0 });
    opened.socket = dgram.createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    opened.socket.on('message', (bytes) => opened.take(bytes));
    await new Promise((resolve) => { opened.socket.bind(0, address, resolve); });
    await new Promise((resolve) => { opened.socket.connect(server.radius, '127.0.0.1', resolve); });
    return opened;
  }

  close() { this.socket.close(); }

  ask(user, how, step) {
    const id = this.used++ % 256;
    const one = { user, step, socket: this, packet: request(SECRET, { user: user.name, id, ...how }) };
    this.asked.set(id, one);
    return one;
  }

  take(bytes) {
    ++this.heard;
    const one = this.asked.get(bytes[1]);
    assert.ok(one, 'a reply to nothing that was asked');
    if (!one.reply) {
      one.reply = bytes;
      one.at = performance.now();
    } else if (!bytes.equals(one.reply)) {
      otherReplies.push(`${one.user.name}, ${one.step}`);
    }
  }
}

/** A log-in of `user`, as the step has it. */
function ask(user, step, socket) {
  const { card } = user;
  if (step === 'ahead') card.skip(40);
  const code = step === 'spent' ? card.code(card.counter - 1) : card.press();
  return socket.ask(user, step === 'answer' ? { password: code, state: user.state } : { password: PIN + code }, step);
}

/** The same order in every run: whoever sees it fail can see it again. */
let seed = 7;
function shuffle(all) {
  for (let i = all.length - 1; i > 0; --i) {
    seed = (seed * 16_807) % 2_147_483_647;
    const j = seed % (i + 1);
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all;
}

/** Returns when the server has looked at all that was sent: it reads its socket in order. */
async function lookedAt() {
  fence.send(statusRequest(SECRET));
  assert.ok(await fence.next(), 'the server does not say that it lives');
}

async function send(all) {
  for (let at = 0; at < all.length; at += BURST) {
    for (const one of all.slice(at, at + BURST)) one.socket.socket.send(one.packet);
    await lookedAt();
  }
}

const times = (count, all) => Array.from({ length: count }, () => all).flat();

/** All requests of `batch` in a muddle with copies of them and of those of `last`. */
async function play(batch, last) {
  const from = Math.min(...last.map((one) => one.at));
  await send(shuffle([...times(COPIES, batch), ...times(COPIES_LATE, last)]));
  // What was dropped is sent anew until it is answered, as any client does.
  await until('a reply to each request', async () => {
    const silent = batch.filter((one) => !one.reply);
    if (silent.length > 0) await send(silent);
    return silent.length === 0;
  });
  assert.ok(performance.now() - from < KEPT_MILLISECONDS, 'too slow: copies came when the answers were forgotten');
}

async function fates() {
  const page = (await server.admin.get('/metrics')).text;
  const found = page.matchAll(/lockstep_radius_requests_total\{fate="(\w+)"\} (\d+)/g);
  return Object.fromEntries([...found].map(([, fate, count]) => [fate, Number(count)]));
}
const duplicatesIn = (now) => now.repeated + now.waiting;

/** How many decisions the audit holds. */
async function audited() {
  let count = 0;
  for (let after = ''; ;) {
    const page = await server.admin.ok('GET', `/audit?limit=1000${after}`);
    count += page.items.filter(({ kind }) => kind.startsWith('login.')).length;
    if (!page.next) return count;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}

/** Holds the first reply to each of `batch` against what was asked: the others are the same bytes. */
function judge(batch) {
  for (const one of batch) {
    // Also: Message-Authenticator is right and stands first.
    const reply = readReply(SECRET, one.packet, one.reply);
    assert.equal(reply.decision, DECISIONS[one.step], `${one.user.name}, ${one.step}`);
    one.user.state = reply.state;
  }
}

test(`${DUPLICATES} duplicates, in any order: each request is decided once, all replies to it are alike`, async (t) => {
  const recorded = await audited();
  const began = performance.now();
  const decided = { accepted: 0, rejected: 0, challenged: 0 };
  let distinct = 0;
  let last = [];
  let now = await fates();
  for (let round = 0; duplicatesIn(now) < DUPLICATES; ++round) {
    const batch = users.map((user, i) => {
      const step = STEPS[(round + i) % STEPS.length];
      // Who begins in the middle has been asked nothing yet.
      return ask(user, step === 'answer' && !user.state ? 'right' : step, sockets[(round + i) % SOCKETS]);
    });
    await play(batch, last);
    judge(batch);
    assert.deepEqual(otherReplies, []);
    for (const one of batch) ++decided[FATES[DECISIONS[one.step]]];
    distinct += batch.length;
    last = batch;
    now = await fates();
  }
  const took = (performance.now() - began) / 1000;

  const { accepted, rejected, challenged, repeated, waiting, overloaded, status: _, ...others } = now;
  assert.deepEqual({ accepted, rejected, challenged }, decided, 'decisions, of the server and as they were asked for');
  assert.deepEqual(Object.entries(others).filter(([, count]) => count > 0), [], 'what else became of requests');
  assert.equal(await audited() - recorded, distinct, 'decisions in the audit');
  // A retransmit is answered when its request is: none of these replies is one too many or too few.
  const heard = () => sockets.reduce((sum, one) => sum + one.heard, 0);
  await until('all replies', () => heard() >= distinct + repeated);
  assert.equal(heard(), distinct + repeated);
  assert.deepEqual(otherReplies, []);
  const reprocessed = accepted + rejected + challenged - distinct;
  t.diagnostic(`${repeated + waiting} duplicates of ${distinct} requests (${accepted} accepted, ${rejected} rejected, `
    + `${challenged} challenged) from ${SOCKETS} ports, ${waiting} of them while it was decided, ${repeated} answered `
    + `by the same bytes, ${overloaded} dropped: ${reprocessed} decided anew; ${took.toFixed(0)} s`);
});
