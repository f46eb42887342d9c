// SPDX-License-Identifier: Apache-2.0
// Who may not know why is told the same, byte for byte.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';

import { API } from './lib/client.mjs';
import { Testd } from './lib/server.mjs';
import { World } from './lib/world.mjs';

const PASSWORD = 'correct horse battery';
let server;
let world;

before(async () => {
  server = await Testd.start();
  world = new World(server);
});
after(() => server?.stop());

/** Status line, headers but Date, and body. */
async function bytesOf(body) {
  const answer = await world.api.raw('POST', `${API}/authenticate`,
    { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  const lines = [String(answer.status)];
  for (let i = 0; i < answer.rawHeaders.length; i += 2) {
    if (answer.rawHeaders[i].toLowerCase() !== 'date') lines.push(`${answer.rawHeaders[i]}: ${answer.rawHeaders[i + 1]}`);
  }
  return [...lines, '', answer.text].join('\n');
}

/** What each cause of a refusal sends, ready to be sent. */
async function causes() {
  const found = {};
  const person = async (name, more = {}) => {
    const card = await world.withCard(name, { password: PASSWORD, ...more });
    return { card, ask: (code, extra = {}) => ({ user: name, password: PASSWORD, code, ...extra }) };
  };
  const plain = await person('plain');
  found['unknown user'] = { user: 'no-such-user', password: PASSWORD, code: '123456' };
  found['unknown user without password'] = { user: 'no-such-user', code: '123456' };
  found['wrong password, right code'] = { user: 'plain', password: 'wrong horse battery', code: plain.card.press() };
  found['wrong password, wrong code'] = { user: 'plain', password: 'wrong horse battery', code: plain.card.wrong() };
  found['no password'] = { user: 'plain', code: plain.card.press() };
  found['wrong code'] = plain.ask(plain.card.wrong());
  found['malformed code'] = plain.ask('12a456');
  found['code too short'] = plain.ask('12345');
  found['no code'] = plain.ask('');
  found['code much too long'] = plain.ask('1'.repeat(1000));
  found['name much too long'] = { user: 'x'.repeat(1000), password: PASSWORD, code: '123456' };
  found['name that is none'] = { user: ' \u0001 ', password: PASSWORD, code: '123456' };
  found['state that is none'] = plain.ask(plain.card.wrong(), { state: 'A'.repeat(43) });

  const near = await person('near');
  found['near code'] = near.ask(near.card.skip(40).press());
  const used = await person('used');
  found['used code'] = used.ask(used.card.code(0));

  const locked = await person('locked', { pin: '4711' });
  for (let i = 0; i < 3; ++i) await world.reject('locked', locked.card.wrong(), { password: '4711' });
  for (const code of [locked.card.wrong(), '900001']) await world.reject('locked', code, { password: '4711' });
  assert.equal((await world.api.ok('GET', '/users/locked')).escalation, 'disabled');
  found['locked user, right code'] = locked.ask(locked.card.press());

  const disabled = await person('disabled');
  await world.api.ok('PUT', '/users/disabled', { status: 'disabled' });
  found['disabled user, right code'] = disabled.ask(disabled.card.press());
  for (const state of ['suspended', 'lost']) {
    const one = await person(state);
    await world.api.ok('PATCH', `/tokens/${one.card.serial}`, { state });
    found[`${state} token, right code`] = one.ask(one.card.press());
  }
  const expired = await person('expired');
  await world.api.ok('PATCH', `/tokens/${expired.card.serial}`, { valid_until: '2020-01-01T00:00:00Z' });
  found['expired token, right code'] = expired.ask(expired.card.press());
  await world.api.ok('PUT', '/users/bare', { password: PASSWORD });
  found['user without token'] = { user: 'bare', password: PASSWORD, code: '123456' };
  const due = await person('due', { pin: '4711' });
  await world.api.ok('PUT', '/users/due/pin', { pin: '4711', must_change: true });
  found['PIN to be changed, and nobody can be asked'] = due.ask(due.card.press());
  await world.api.ok('PUT', '/groups/inner');
  found['not in the group'] = plain.ask(plain.card.press(), { group: 'inner' });
  return found;
}

test('every cause of a refusal is answered by the same bytes', async () => {
  await world.policy('default', { misses_to_two_codes: 3, misses_to_disabled: 4 });
  const found = await causes();
  const wanted = await bytesOf(found['wrong code']);
  assert.match(wanted, /^200\n/);
  assert.match(wanted, /\{"decision":"reject"\}$/);
  for (const [cause, body] of Object.entries(found)) assert.equal(await bytesOf(body), wanted, cause);
  await world.policy('default');
});

test('who could be prompted but has proven nothing is refused in the same bytes', async () => {
  const card = await world.withCard('prompt', { password: PASSWORD });
  const wanted = await bytesOf({ user: 'nobody-here', code: '123456', can_prompt: true });
  card.skip(40);
  const far = card.press();
  assert.equal(await bytesOf({ user: 'prompt', password: 'wrong horse battery', code: far, can_prompt: true }), wanted);
  assert.equal(await bytesOf({ user: 'prompt', code: card.press(), can_prompt: true }), wanted);
  await world.withCard('bare2', {});
  const bare = (await world.withCard('bare3')).skip(40);
  assert.equal(await bytesOf({ user: 'bare3', code: bare.press(), can_prompt: true }), wanted);
});

test('where two codes are asked for, a right and a wrong first code are prompted alike', async () => {
  const shapes = [];
  for (const [user, pick] of [['two-right', (c) => c.press()], ['two-wrong', (c) => c.wrong()]]) {
    const card = await world.withCard(user, { pin: '4711' });
    for (let i = 0; i < 10; ++i) await world.reject(user, card.wrong(), { password: '4711' });
    assert.equal((await world.api.ok('GET', `/users/${user}`)).escalation, 'two_codes');
    const bytes = await bytesOf({ user, password: '4711', code: pick(card), can_prompt: true });
    shapes.push(bytes.replace(/"state":"[^"]{43}"/, '"state":"…"'));
  }
  assert.match(shapes[0], /"decision":"challenge"/);
  assert.equal(shapes[0], shapes[1]);
});
