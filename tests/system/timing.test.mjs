// SPDX-License-Identifier: Apache-2.0
// Who may not know which of two it was cannot tell by the time either. A few tries in each run of the tests
// show that it is measured; LOCKSTEP_TRIES=1000 in the soak judges, as a small difference shows only there.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';

import { API, Client } from './lib/client.mjs';
import { compare, measure } from './lib/paired.mjs';
import { Served, Testd } from './lib/server.mjs';
import { SmtpServer } from './lib/smtp.mjs';
import { World } from './lib/world.mjs';

const TRIES = Number(process.env.LOCKSTEP_TRIES ?? 40);
const ROUNDS = Math.ceil(TRIES / 2);
const JUDGED_FROM = 1000;
const WARM_UP = 10;
const NOW = 1_700_000_015;

let server;
let world;
let api;

before(async () => {
  server = await Testd.start({ start: NOW });
  world = new World(server);
  // One connection: what differs between two of them is not the server's answer.
  api = server.client(server.api.key, 1);
});
after(async () => {
  api?.close();
  await server?.stop();
});

/** One exchange without what the client makes of it, which is not timed. */
async function send(method, path, body, status, client = api) {
  const answer = await client.raw(method, API + path,
    { body: JSON.stringify(body), headers: { 'content-type': 'application/json', 'x-lockstep-csrf': 'none' } });
  if (answer.status !== status) assert.fail(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer;
}

async function judge(context, kinds) {
  await measure(WARM_UP, kinds);
  const seen = await measure(ROUNDS, kinds);
  context.diagnostic(`timing: ${context.name}: ${seen.text}`);
  if (TRIES >= JUDGED_FROM) assert.ok(seen.same, seen.text);
}

test('the right first code of a resynchronisation and a wrong one', async (context) => {
  const fob = await world.withFob('anna');
  const { id } = await world.api.ok('POST', '/resync', { user: 'anna', serial: fob.serial });
  const right = fob.at(NOW);
  const wrong = String((Number(right) + 500_000) % 1_000_000).padStart(6, '0');
  const first = (code) => () => send('PUT', `/resync/${id}/first`, { code }, 202);
  await judge(context, { right: first(right), wrong: first(wrong) });
});

// On real time: these answers wait for a moment that a clock which stands still never shows.
test('asking for a code by mail as somebody there is, and as nobody', async (context) => {
  const smtp = await SmtpServer.start();
  const served = await Served.start({ config: `[mail]\nhost = "localhost"\nport = ${smtp.port}\nfrom = "otp@example.org"\n`
    + 'tls = "opportunistic"\n' });
  // An address may ask five times a second.
  const clients = [2, 3, 4].map((last) => new Client({ port: served.port, localAddress: `127.0.0.${last}` }, '', { connections: 1 }));
  try {
    // Each name once: to one that was sent a mail a moment ago none goes out.
    const rounds = JUDGED_FROM > TRIES ? 4 : ROUNDS;
    const names = Array.from({ length: 2 * rounds }, (_, i) => `there${i}`);
    for (const name of names) await served.admin.ok('PUT', `/users/${name}`, { email: `${name}@example.com` });
    const ask = (who) => (round, turn) => send('POST', '/portal/session/email-code',
      { user: `${who}${2 * round + turn}` }, 202, clients[round % clients.length]);
    await measure(clients.length, { one: ask('nobody'), other: ask('stranger') });
    const seen = await measure(rounds, { known: ask('there'), unknown: ask('nobody') });
    context.diagnostic(`timing: ${context.name}: ${seen.text}`);
    assert.ok(Math.min(...seen.medians) >= 100_000, 'all of them wait for the same moment');
    if (TRIES >= JUDGED_FROM) assert.ok(seen.same, seen.text);
    const { items } = await served.admin.ok('GET', '/audit?kind=mail_code.asked&limit=4');
    const sent = items.map((one) => one.details.find(({ name }) => name === 'sent').value);
    assert.deepEqual([...sent].sort(), ['no', 'no', 'yes', 'yes'], 'the mails did go out');
  } finally {
    for (const client of clients) client.close();
    await served.stop();
    await smtp.stop();
  }
});

test('a difference of a twentieth is found, and none is made up', () => {
  // Answers of 2 ms, each up to half a millisecond late, in a fixed order that looks like chance.
  let state = 1;
  const chance = () => { state = (state * 16_807) % 2_147_483_647; return state / 2_147_483_647; };
  const round = (extra) => [[0, 0], [extra, extra]].map((kind) => kind.map((more) => 2000 + more + 500 * chance()));
  const rounds = (extra) => Array.from({ length: 500 }, () => round(extra));
  assert.ok(compare(['a', 'b'], rounds(0)).same);
  assert.ok(!compare(['a', 'b'], rounds(100)).same);
});
