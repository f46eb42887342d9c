// SPDX-License-Identifier: Apache-2.0
// Many at once: one code is accepted once, and misses are charged exactly. LOCKSTEP_ROUNDS makes
// it long (./dev soak).
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';

import { Testd } from './lib/server.mjs';
import { testRaces } from './lib/single_use.mjs';
import { World } from './lib/world.mjs';

const ROUNDS = Number(process.env.LOCKSTEP_ROUNDS ?? 100);
const CLIENTS = 64;
const USERS = 12;
const PIN = '4711';

let server;
let world;
let crowd;

before(async () => {
  server = await Testd.start();
  world = new World(server);
  crowd = server.client(server.facts.api_key, CLIENTS);
});
after(() => {
  crowd?.close();
  return server?.stop();
});

/** Log-ins that do not wait for each other, each over a connection of its own. */
const atOnce = (bodies) => Promise.all(bodies.map(async (body) => (await crowd.post('/authenticate', body)).json));

/** Other things that go on: log-ins right and wrong, reading, changing, resynchronising. */
class Traffic {
  constructor() {
    this.client = server.client(server.facts.api_key, 6);
    this.requests = 0;
    this.failures = [];
    this.ends = false;
  }

  async start() {
    const card = await world.withCard('traffic');
    const slow = await world.withCard('traffic2');
    const steps = [
      () => this.client.post('/authenticate', { user: 'traffic', code: card.press() }),
      () => this.client.post('/authenticate', { user: 'nobody', code: '123456', client: `c${this.requests % 50}` }),
      () => this.client.post(`/tokens/${slow.serial}/resync`, { codes: [slow.skip(5).press(), slow.press()] }),
      () => this.client.put('/users/traffic3', { last_name: `n${this.requests}` }),
      () => this.client.get('/audit?limit=20'),
      () => this.client.get('/users?q=race'),
    ];
    this.work = Promise.all(steps.map(async (step) => {
      while (!this.ends) {
        const answer = await step();
        ++this.requests;
        if (answer.status >= 300) this.failures.push(answer.text);
      }
    }));
  }

  async stop() {
    this.ends = true;
    await this.work;
    this.client.close();
    assert.deepEqual(this.failures, []);
  }
}

test(`${CLIENTS} clients send one valid code at once, ${ROUNDS} rounds: exactly one accept each`, async (t) => {
  const cards = [];
  for (let i = 0; i < USERS; ++i) cards.push([`race${i}`, await world.withCard(`race${i}`)]);
  const fob = await world.withFob('racefob');
  const traffic = new Traffic();
  await traffic.start();
  let sent = 0;
  for (let round = 0; round < ROUNDS; ++round) {
    const ofFob = round % 5 === 4;
    const [user, card] = cards[round % USERS];
    const now = ofFob ? await server.clock.advance(30) : 0;
    const login = ofFob ? { user: 'racefob', code: fob.at(now) } : { user, code: card.press() };
    // From one source in one round, from many in the next: neither may help.
    const answers = await atOnce(Array.from({ length: CLIENTS },
      (_, i) => (round % 2 ? { ...login, client: `c${i}` } : login)));
    sent += answers.length;
    const accepted = answers.filter((one) => one.decision === 'accept').length;
    assert.equal(accepted, 1, `round ${round}: ${accepted} of ${CLIENTS} were accepted`);
  }
  await traffic.stop();
  t.diagnostic(`${ROUNDS} rounds, ${sent} log-ins raced, ${ROUNDS} accepted, beside ${traffic.requests} other requests`);
});

testRaces(test, { api: () => world.api, clients: () => [crowd], rounds: Math.max(ROUNDS / 20, 5) });

/** How many of the newest events about `user` were charged, and all of them by what they say. */
async function charges(user) {
  const byReason = {};
  let after = '';
  for (;;) {
    const page = await world.api.ok('GET', `/audit?user=${user}&limit=1000${after}`);
    for (const one of page.items.filter((item) => item.kind.startsWith('login.'))) {
      const key = `${one.kind} ${one.reason ?? ''}`.trim();
      byReason[key] = (byReason[key] ?? 0) + 1;
    }
    if (!page.next) return byReason;
    after = `&after=${page.next}`;
  }
}

const wrongCodes = (card, count) => {
  const near = new Set(Array.from({ length: 400 }, (_, i) => card.code(i)));
  const codes = [];
  for (let value = 7; codes.length < count; value += 997) {
    const code = String(value % 1_000_000).padStart(6, '0');
    if (!near.has(code)) codes.push(code);
  }
  return codes;
};

test('1,000 parallel wrong codes from one client: ten misses, one failed pair, and nothing more is looked at', async () => {
  const card = await world.withCard('storm', { pin: PIN });
  const answers = await atOnce(wrongCodes(card, 1000).map((code) => ({ user: 'storm', code: PIN + code })));
  assert.ok(answers.every((one) => one.decision === 'reject'));
  const said = await charges('storm');
  assert.equal(said['login.accepted'], 1, 'the first use of the card');
  const refused = said['login.refused no_match'];
  assert.equal(refused, 11, JSON.stringify(said));
  assert.equal(said['login.refused too_many_attempts'], 1000 - refused - said['login.next_code next_code'], JSON.stringify(said));
  assert.equal((await world.api.ok('GET', '/users/storm')).escalation, 'two_codes');
  await server.clock.advance(31);
  await world.reject('storm', card.press(), { password: PIN });
  await world.accept('storm', card.press(), { password: PIN });
});

test('failed pairs from many sources at once: the hundredth miss locks the user, and not one more is charged', async () => {
  const card = await world.withCard('flood', { pin: PIN });
  const codes = wrongCodes(card, 1_200);
  const guess = (client) => ({ user: 'flood', client, code: PIN + codes.pop() });
  await atOnce(Array.from({ length: 10 }, () => guess('first')));
  for (let turn = 0; turn < 14; ++turn) {
    const sources = Array.from({ length: 8 }, (_, i) => `s${turn}-${i}`);
    await atOnce(sources.map(guess));
    // Eight second codes for each first one: the pause lets one of them count.
    await atOnce(sources.flatMap((source) => Array(8).fill(source)).map(guess));
  }
  const said = await charges('flood');
  assert.equal(said['login.refused no_match'], 100, JSON.stringify(said));
  assert.equal((await world.api.ok('GET', '/users/flood')).escalation, 'disabled');
  await world.reject('flood', card.press(), { password: PIN });
  await world.api.ok('POST', '/users/flood/unlock');
});

test('wrong PINs in a storm do not touch the budget of codes', async () => {
  const card = await world.withCard('pins', { pin: PIN });
  await atOnce(wrongCodes(card, 200).map((code, i) => ({ user: 'pins', code: `0815${code}`, client: `p${i}` })));
  assert.equal((await world.api.ok('GET', '/users/pins')).escalation, 'open');
  await world.accept('pins', card.press(), { password: PIN });
});

test('parallel failures of explicit resynchronisation are charged exactly', async () => {
  const card = await world.withCard('resyncs');
  const codes = wrongCodes(card, 200);
  const answers = await Promise.all(Array.from({ length: 12 },
    (_, i) => crowd.post(`/tokens/${card.serial}/resync`, { codes: [codes[2 * i], codes[2 * i + 1]] })));
  assert.equal(answers.filter((one) => one.status === 422).length, 5);
  assert.equal(answers.filter((one) => one.status === 429).length, 7);
});
