// SPDX-License-Identifier: Apache-2.0
// Somebody sets the server's clock while it runs: nothing is decided that would rest on it.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';

import { lockstep, Testd } from './lib/server.mjs';
import { World } from './lib/world.mjs';

const NOW = 1_700_000_015;
const REFERENCE = /^[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$/;

let server;
let world;
let fob;
let now = NOW;

before(async () => {
  server = await Testd.start({ start: NOW });
  world = new World(server);
  fob = await world.withFob('anna');
  await world.accept('anna', fob.at(now));
});
after(() => server?.stop());

async function jump(seconds) {
  now += seconds;
  await server.clock.jump(seconds);
}
async function wait(seconds) {
  now += seconds;
  await server.clock.advance(seconds);
}
const clock = () => world.api.ok('GET', '/clock');
const cli = (...words) => lockstep([...words, '--data', server.data]).stdout;
const facts = async () => {
  const token = await world.api.ok('GET', `/tokens/${fob.serial}`);
  const { items } = await world.api.ok('GET', '/audit?limit=1000');
  return { token, resyncs: items.filter((one) => /^(resync|token\.tested)/.test(one.kind)).length };
};
function unhealthy(answer) {
  assert.equal(answer.status, 503, answer.text);
  assert.equal(answer.json.reason, 'clock_unhealthy');
  assert.match(answer.json.reference, REFERENCE);
  return answer.json;
}

test('a clock that was set is in doubt, and everything that watches the server says so', async () => {
  assert.equal((await clock()).state, 'trusted');
  await wait(60);
  await jump(300);
  const seen = await clock();
  assert.equal(seen.state, 'in_doubt');
  assert.equal(seen.why, 'jumped');
  assert.equal(seen.off_seconds, 300);
  assert.match(seen.text, /300\.0 s forward/);
  assert.equal((await world.api.get('/readyz')).json.clock, 'in_doubt');
  const metrics = await world.api.raw('GET', '/metrics');
  assert.match(metrics.text, /^lockstep_clock_trusted 0$/m);
  await server.program.wait('the log says so', () => /event=clock_in_doubt/.test(server.program.err));
  assert.match(cli('clock', 'show'), /in_doubt/);
});

test('resynchronisation and test of a time token answer 503, and nothing is spent or counted', async () => {
  const before = await facts();
  const codes = [fob.at(now), fob.at(now + 30)];
  const refused = unhealthy(await world.resync(fob.serial, { codes }));
  assert.match(refused.detail, /NTP/);
  unhealthy(await world.api.post(`/tokens/${fob.serial}/test`, { code: fob.at(now) }));
  unhealthy(await world.api.post('/resync', { user: 'anna', serial: fob.serial }));
  assert.deepEqual(await facts(), before);
  const line = server.program.err.split('\n').find((one) => one.includes(refused.reference));
  assert.match(line, /event=request_failed .*clock_unhealthy/);
});

test('a card does not notice, and a code in step signs in', async () => {
  const card = await world.withCard('karl');
  assert.equal((await world.resync(card.serial, { codes: [card.press(), card.press()] })).status, 200);
  await world.accept('anna', fob.at(now));
});

test('a conversation waits, and goes on once the clock is put back', async () => {
  await jump(-300);
  assert.equal((await clock()).state, 'trusted');
  const { id } = await world.api.ok('POST', '/resync', { user: 'anna', serial: fob.serial });
  // The step that signed in under the wrong clock, and all before it, stay used.
  fob.slow = -360;
  await jump(-60);
  unhealthy(await world.api.put(`/resync/${id}/first`, { code: fob.at(now) }));
  await jump(60);
  await world.api.ok('PUT', `/resync/${id}/first`, { code: fob.at(now) });
  await wait(30);
  await jump(60);
  unhealthy(await world.api.post(`/resync/${id}/complete`, { code2: fob.at(now - 60) }));
  await jump(-60);
  await world.api.ok('POST', `/resync/${id}/complete`, { code2: fob.at(now) });
});

test('an operator confirms a clock that is right as it is', async () => {
  assert.equal((await world.api.post('/clock/confirm')).status, 409);
  await jump(3_600);
  assert.match(cli('clock', 'confirm'), /trusted/);
  assert.equal((await clock()).state, 'trusted');
  const { items: [record] } = await world.api.ok('GET', '/audit?kind=clock.trusted&limit=1');
  assert.equal(record.actor, 'owner');
  await server.program.wait('the log says so', () => /event=clock_trusted_again by=confirmed/.test(server.program.err));
});

test('a clock that is behind the audit is noticed at the start', async () => {
  const { data, api: { key } } = server;
  await server.stop();
  server = await Testd.start({ data, start: NOW - 86_400 });
  server.api.key = key;
  world = new World(server);
  const seen = await clock();
  assert.equal(seen.why, 'behind_audit');
  assert.ok(seen.off_seconds < -86_000, seen.text);
});
