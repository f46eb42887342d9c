// SPDX-License-Identifier: Apache-2.0
// A policy from its draft to what it does to log-ins, and back; PINs as it wants them.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';

import { Testd } from './lib/server.mjs';
import { World, refusedFor } from './lib/world.mjs';

const DAY = 86_400;
let server;
let world;

before(async () => {
  server = await Testd.start();
  world = new World(server);
  world.source = (user) => ({ client: user });
});
after(() => server?.stop());

const number = (explained, key) => {
  const found = explained.values.find((one) => one.key === key);
  return `${found.value_words} from ${found.from_words}`;
};

test('a draft changes nobody, what it would change is said, and applied it does; a revert undoes it', async () => {
  const anna = await world.withCard('anna');
  const bert = await world.withCard('bert');
  await world.api.ok('PUT', '/groups/staff');
  await world.api.ok('PUT', '/groups/staff/members/anna');
  await world.api.ok('PUT', '/policy/draft',
    { preset: 'strict', groups: [{ group: 'Staff', preset: 'mideye' }] });
  await world.accept('bert', bert.skip(2).press());

  const diff = await world.api.ok('GET', '/policy/diff');
  const words = diff.changes.map((one) => one.words);
  assert.ok(words.includes('event.accept: 2 codes -> 0 codes'), words.join('; '));
  assert.ok(words.includes('group Staff: event.accept: 2 codes -> 10 codes'), words.join('; '));
  const odds = diff.odds.find((one) => one.name === 'Staff' && one.label === 'event, 6 digits');
  assert.ok(Math.abs(odds.after.per_attempt / odds.before.per_attempt - 11 / 3) < 1e-9);

  await world.api.ok('POST', '/policy/apply');
  await world.accept('anna', anna.skip(9).press());
  await world.reject('bert', bert.skip(2).press());
  const explained = await world.api.ok('GET', '/users/anna/policy');
  assert.equal(number(explained, 'event.accept'), '10 codes from group Staff, preset mideye');
  assert.equal(number(await world.api.ok('GET', '/users/bert/policy'), 'event.accept'), '0 codes from preset strict');

  await world.api.ok('POST', '/policy/revert', { revision: 0 });
  await world.accept('bert', bert.press());
  await world.accept('bert', bert.skip(2).press());
  const revisions = await world.api.ok('GET', '/policy/revisions');
  assert.deepEqual(revisions.items.map((one) => [one.revision, one.document.preset]), [[2, 'default'], [1, 'strict']]);
});

test('of two who draft at once the second is told', async () => {
  const first = await world.api.put('/policy/draft', { preset: 'sas' });
  await world.policy('default');
  refusedFor(await world.api.post('/policy/apply'), 409, 'conflict');
  assert.equal((await world.api.ok('GET', '/policy/draft')).is_overtaken, true);
  assert.equal(first.status, 200);
  assert.equal((await world.api.raw('DELETE', '/api/v1/policy/draft')).status, 204);
  refusedFor(await world.api.post('/policy/apply'), 404, 'not_found');
});

test('a token model has its own zone, whoever the owner is', async () => {
  const drifting = await world.withCard('model-a');
  const usual = await world.withCard('model-b');
  await world.api.ok('PATCH', `/tokens/${drifting.serial}`, { model: 'Acme 5' });
  await world.api.ok('PUT', '/policy', { preset: 'default', models: [{ model: 'Acme 5', set: { 'event.accept': 5 } }] });
  await world.accept('model-a', drifting.skip(5).press());
  await world.reject('model-b', usual.skip(5).press());
  await world.policy('default');
});

const newPin = async (user, code, more) => {
  const answer = await world.login(user, code, { can_prompt: true, ...more });
  assert.equal(answer.decision, 'challenge', JSON.stringify(answer));
  return answer;
};

test('a PIN that an operator gave is changed at the first log-in, which then goes on', async () => {
  const card = await world.withCard('new-pin', { pin: '4711' });
  await world.policy('default', { 'pin.first_use': 'change', 'pin.complexity': 'no_patterns', 'pin.history': 2 });
  const given = await world.api.ok('POST', '/users/new-pin/pin');
  assert.match(given.pin, /^\d{6}$/);
  assert.equal(given.must_change, true);

  const asked = await newPin('new-pin', `${given.pin}${card.press()}`);
  assert.equal(asked.prompt, 'new_pin');
  const problems = [];
  let state = asked.state;
  for (const typed of ['123', '4567', '4711 4711', '9517 9518']) {
    const again = await newPin('new-pin', typed, { state });
    problems.push(again.pin.problem);
    state = again.state;
  }
  assert.deepEqual(problems, ['too_short', 'pattern', 'used_before', 'different']);
  await world.accept('new-pin', '9517 9517', { state });
  await world.reject('new-pin', '9517 9517', { state });
  await world.accept('new-pin', `9517${card.press()}`);
  await world.reject('new-pin', `${given.pin}${card.press()}`);
  await world.policy('default');
});

test('an expired PIN is changed in two steps too; who cannot ask is refused', async () => {
  const card = await world.withCard('old-pin', { pin: '4711' });
  await world.policy('default', { 'pin.expires_days': 30 });
  await server.clock.advance(30 * DAY);
  await world.reject('old-pin', `4711${card.press()}`);
  assert.deepEqual(await world.story('old-pin', 1), ['login.refused pin_expired']);
  const once = await newPin('old-pin', `4711${card.press()}`);
  const twice = await newPin('old-pin', '8520', { state: once.state });
  assert.equal(twice.prompt, 'new_pin_again');
  await world.accept('old-pin', '8520', { state: twice.state });
  await world.accept('old-pin', `8520${card.press()}`);
  await world.policy('default');
});

test('no audit record holds a PIN', async () => {
  const all = JSON.stringify(await world.api.ok('GET', '/audit?limit=1000'));
  for (const pin of ['9517', '8520']) assert.ok(!all.includes(`"${pin}"`), pin);
});
