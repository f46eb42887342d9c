// SPDX-License-Identifier: Apache-2.0
// RADIUS at two servers on one PostgreSQL: a device that asks both at the same moment gets one decision.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';

import { anotherPlace, Postgres } from './lib/postgres.mjs';
import { RadiusPeer, radiusConfig } from './lib/radius.mjs';
import { lockstep, Served, temporaryDirectory } from './lib/server.mjs';
import { World } from './lib/world.mjs';

const SECRET = 'secret of gate one and us';
const PIN = '4711';
const USERS = 20;

let postgres;
let servers;  // the two
let gates;    // the same device, at each; either is the one that asked first
let world;

async function serve(data) {
  const radius = radiusConfig([{ name: 'gate', secret: SECRET, more: 'challenges = true' }]);
  const config = `\n---\n[store]\nurl = ${JSON.stringify(postgres.url())}\n${radius}`;
  const server = await Served.start({ data, config });
  server.api = server.admin;
  return server;
}

before(async () => {
  postgres = await Postgres.start();
  const data = path.join(temporaryDirectory(), 'd');
  const made = lockstep(['init', '--data', data, '--store', postgres.url()]);
  assert.equal(made.status, 0, made.stderr);
  servers = await Promise.all([data, anotherPlace(data)].map((one) => serve(one)));
  gates = await Promise.all(servers.map((one) =>
    RadiusPeer.open(Number(/event=radius_listening .*? port=(\d+)/.exec(one.program.err)[1]), SECRET)));
  world = new World(servers[0]);
});
after(async () => {
  for (const one of gates ?? []) one.close();
  await Promise.all((servers ?? []).map((one) => one.stop()));
  await postgres?.stop();
});

/** What both say to one log-in, sent to both before either has answered. */
const askBoth = (how) => Promise.all(gates.map((one) => one.ask(how)));
const decisions = (replies) => replies.map((one) => one.decision);

/** The log-ins of `user` that were accepted, by the positions of their codes; oldest first. */
async function spent(user) {
  const accepted = (await world.events(user, 100)).filter(({ kind }) => kind.startsWith('login.accepted'));
  return accepted.map(({ details }) => Number(details.find(({ name }) => name === 'position').value)).reverse();
}

const users = (what) => Array.from({ length: USERS }, (_, i) => [`${what}${i}`, gates[i % 2]]);

test(`an answer to a challenge, sent to both at once, ${USERS} users: both accept, one code is spent`, async () => {
  for (const [user, gate] of users('both')) {
    const card = (await world.withCard(user, { pin: PIN })).skip(40);
    const before = await spent(user);
    const asked = await gate.ask({ user, password: PIN + card.press() });
    assert.equal(asked.decision, 'challenge', user);
    const position = card.counter;
    const code = card.press();
    const answer = { user, password: code, state: asked.state };
    assert.deepEqual(decisions(await askBoth(answer)), ['accept', 'accept'], user);
    assert.deepEqual(await spent(user), [...before, position], user);
    // Another code with this State lets nobody in, be it the next one, nor does this code without it.
    for (const password of [card.wrong(), card.code(card.counter)]) {
      assert.deepEqual(decisions(await askBoth({ user, password, state: asked.state })), ['reject', 'reject'], user);
    }
    assert.deepEqual(decisions(await askBoth({ user, password: PIN + code })), ['reject', 'reject'], user);
    assert.deepEqual(await spent(user), [...before, position], user);
  }
});

test(`a challenge that follows another, ${USERS} users: the same State from both, both accept its answer`, async () => {
  for (const [user, gate] of users('chain')) {
    const card = (await world.withCard(user, { pin: PIN })).skip(40);
    const before = await spent(user);
    const asked = await gate.ask({ user, password: PIN });
    assert.equal(asked.decision, 'challenge', user);
    const follows = await askBoth({ user, password: card.press(), state: asked.state });
    assert.deepEqual(decisions(follows), ['challenge', 'challenge'], user);
    assert.deepEqual(follows[0].state, follows[1].state, user);
    assert.notDeepEqual(follows[0].state, asked.state, user);
    const position = card.counter;
    const answer = { user, password: card.press(), state: follows[0].state };
    assert.deepEqual(decisions(await askBoth(answer)), ['accept', 'accept'], user);
    assert.deepEqual(await spent(user), [...before, position], user);
    assert.equal((await gate.ask({ user, password: PIN + card.press() })).decision, 'accept', user);
  }
});
