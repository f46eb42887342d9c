// SPDX-License-Identifier: Apache-2.0
// A user at the portal, as a browser speaks to it, with mails through a real mail server.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';

import { lockstep, Testd } from './lib/server.mjs';
import { SmtpServer } from './lib/smtp.mjs';
import { Fob, World } from './lib/world.mjs';

const BEGIN = 1_700_000_000;
const config = (port) => `[mail]
host = "localhost"
port = ${port}
from = "otp@example.org"
tls = "opportunistic"
[portal.help]
email = "help@example.org"
`;

let smtp;
let server;
let world;
let now = BEGIN;

before(async () => {
  smtp = await SmtpServer.start();
  server = await Testd.start({ start: BEGIN, config: config(smtp.port) });
  world = new World(server);
});
after(async () => {
  await server?.stop();
  await smtp?.stop();
});

async function wait(seconds) {
  now += seconds;
  await server.clock.advance(seconds);
}

/** A browser: keeps the portal's cookie and what changes have to carry. */
class Browser {
  constructor() { this.client = server.client(undefined); this.cookie = undefined; this.csrf = 'none'; }

  async call(method, route, body) {
    const headers = { 'x-lockstep-csrf': this.csrf, ...(this.cookie ? { cookie: this.cookie } : {}) };
    const answer = await this.client.call(method, route, body, headers);
    for (const one of answer.headers['set-cookie'] ?? []) this.cookie = one.split(';')[0];
    if (answer.json?.session) this.csrf = answer.json.session.csrf;
    return answer;
  }
  get(route) { return this.call('GET', route); }
  post(route, body) { return this.call('POST', route, body); }
  put(route, body) { return this.call('PUT', route, body); }

  /** With a code by mail. */
  async signIn(user) {
    const sent = await this.post('/portal/session/email-code', { user });
    assert.equal(sent.status, 202, sent.text);
    return this.confirm('/portal/session/email-code', sent.json.state);
  }
  async confirm(route, state) {
    const done = await this.put(route, { state, code: await mailedCode() });
    assert.equal(done.json.decision, 'accept', done.text);
    return done.json.session;
  }
}

let taken = 0;
const codes = [];
/** The next `count` mails. */
async function mails(count = 1) {
  taken += count;
  await smtp.mail(taken);
  return smtp.mails().slice(taken - count, taken);
}
async function mailedCode() {
  const [mail] = await mails();
  const code = /^(\d{6}) /.exec(mail.subject)?.[1];
  assert.ok(code, mail.subject);
  codes.push(code);
  return code;
}

/** A user with a mailbox and a fob that signed in an hour ago, and is `slow` seconds slow by now. */
async function person(user, slow = 0) {
  await world.api.ok('PUT', `/users/${user}`, { first_name: 'Anna', last_name: 'Berg', email: `${user}@example.com` });
  const fob = await world.token(new Fob({ serial: `F-${user.toUpperCase()}` }), user);
  await wait(30);
  await world.accept(user, fob.at(now));
  await wait(3_600);
  fob.slow = slow;
  return fob;
}

test('a fob nine minutes slow: sign-in fails, a code by mail, two codes, and the next one signs in', async () => {
  const fob = await person('anna', 540);
  const browser = new Browser();
  const refused = await browser.post('/portal/session', { user: 'anna', code: fob.at(now) });
  assert.deepEqual(refused.json, { decision: 'reject' });
  assert.equal(browser.cookie, undefined);

  const session = await browser.signIn('anna');
  assert.equal(session.by, 'email_code');
  assert.ok(session.fresh_until);
  const { items: [device] } = (await browser.get('/portal/devices')).json;
  assert.equal(device.sync, 'out_of_sync');
  assert.ok(device.actions.includes('resync'));

  const { id, step_seconds: step } = (await browser.post('/resync', { serial: fob.serial })).json;
  assert.equal((await browser.put(`/resync/${id}/first`, { code: fob.at(now) })).status, 202);
  await wait(step);
  const done = await browser.post(`/resync/${id}/complete`, { code2: fob.at(now) });
  assert.equal(done.status, 200, done.text);
  assert.equal(done.json.seconds, 540);
  assert.equal(done.json.direction, 'behind');
  const again = await browser.post(`/resync/${id}/complete`, { code2: fob.at(now) });
  assert.equal(again.text, done.text, 'who has not seen the answer gets it again');
  const [told] = await mails();
  assert.match(told.subject, /step|resync/i);
  await wait(30);
  await world.accept('anna', fob.at(now));
  assert.equal((await browser.get('/portal/devices')).json.items[0].sync, 'in_sync');
});

test('killed in the middle of a resynchronisation, the session and the conversation go on', async () => {
  const fob = await person('karl', 540);
  const browser = new Browser();
  await browser.signIn('karl');
  const { id } = (await browser.post('/resync', { serial: fob.serial })).json;
  assert.equal((await browser.put(`/resync/${id}/first`, { code: fob.at(now) })).status, 202);
  const { data, api: { key } } = server;
  await server.program.kill('SIGKILL');
  browser.client.close();
  server = await Testd.start({ data, start: now, config: config(smtp.port) });
  server.api.key = key;
  world = new World(server);
  browser.client = server.client(undefined);
  await wait(30);
  const done = await browser.post(`/resync/${id}/complete`, { code2: fob.at(now) });
  assert.equal(done.status, 200, done.text);
  await mails();
});

test('right and wrong first codes, known and unknown users: the same bytes', async () => {
  const fob = await person('same', 540);
  const browser = new Browser();
  await browser.signIn('same');
  const answers = [];
  for (const code of [fob.at(now), '000000']) {
    const { id } = (await browser.post('/resync', { serial: fob.serial })).json;
    const { status, text, rawHeaders } = await browser.put(`/resync/${id}/first`, { code });
    answers.push({ status, text, names: rawHeaders.filter((_, i) => i % 2 === 0) });
  }
  assert.deepEqual(answers[1], answers[0]);

  const asked = [];
  for (const user of ['same', 'nobody-at-all']) {
    const stranger = new Browser();
    const sent = await stranger.post('/portal/session/email-code', { user });
    const wrong = await stranger.put('/portal/session/email-code', { state: sent.json.state, code: '000000x' });
    asked.push({ status: sent.status, text: sent.text.replace(sent.json.state, ''), wrong: wrong.text });
  }
  assert.deepEqual(asked[1], asked[0]);
});

test('what matters needs a fresh code by mail, and step-up gives it', async () => {
  const fob = await person('fresh');
  const browser = new Browser();
  const accepted = await browser.post('/portal/session', { user: 'fresh', code: fob.at(now) });
  assert.equal(accepted.json.decision, 'accept', accepted.text);
  for (const [method, route, body] of [['POST', '/resync', { serial: fob.serial }], ['POST', '/portal/temporary-code'],
    ['PUT', `/portal/devices/${fob.serial}/primary`], ['POST', `/portal/devices/${fob.serial}/lost`, { how: 'lost' }]]) {
    const refused = await browser.call(method, route, body);
    assert.equal(refused.status, 401, route);
    assert.equal(refused.json.reason, 'step_up_required', route);
  }
  const before = browser.cookie;
  const sent = await browser.post('/portal/session/step-up');
  assert.equal(sent.json.address, 'f•••@example.com');
  await browser.confirm('/portal/session/step-up', sent.json.state);
  assert.notEqual(browser.cookie, before);
  assert.equal((await browser.put(`/portal/devices/${fob.serial}/primary`)).status, 204);
  await mails();
});

test('lost: refused at once; a temporary code stands in; both are mailed, and the help desk is told', async () => {
  const fob = await person('lena');
  const browser = new Browser();
  await browser.signIn('lena');
  const lost = await browser.post(`/portal/devices/${fob.serial}/lost`, { how: 'stolen', note: 'on the train' });
  assert.equal(lost.json.life, 'lost');
  await world.reject('lena', fob.at(now));
  const given = await browser.post('/portal/temporary-code');
  assert.equal(given.status, 201, given.text);
  await world.accept('lena', given.json.codes[0]);
  const told = await mails(3);
  assert.deepEqual(told.map((one) => one.to).sort(), ['help@example.org', 'lena@example.com', 'lena@example.com']);
  for (const one of told) assert.ok(!one.plain.includes(given.json.codes[0]), 'no code in it');
});

test('"this was not me" suspends, ends other sessions, and is an answer that stays', async () => {
  const fob = await person('nils');
  const thief = new Browser();
  await thief.post('/portal/session', { user: 'nils', code: fob.at(now) });
  await wait(30);
  const browser = new Browser();
  await browser.signIn('nils');
  const { items } = (await browser.get('/portal/activity')).json;
  const entry = items.find((one) => one.what === 'portal_sign_in');
  const done = await browser.post(`/portal/activity/${entry.id}/not-me`);
  assert.deepEqual(done.json.suspended, [fob.serial]);
  assert.equal((await thief.get('/portal/devices')).status, 401);
  assert.equal((await browser.post(`/portal/activity/${entry.id}/not-me`)).text, done.text);
  await world.reject('nils', fob.at(now));
  await mails(2);
});

test('a link from IT leads to one resynchronisation, after a code by mail, once', async () => {
  const fob = await person('lina');
  const made = lockstep(['user', 'link', 'lina', fob.serial, '--data', server.data]);
  assert.equal(made.status, 0, made.stderr);
  const [mail] = await mails();
  const token = /\/portal\/link#([\w-]{22})/.exec(mail.plain)?.[1];
  assert.ok(token, mail.plain);
  const browser = new Browser();
  const sent = await browser.post('/portal/session/link', { token });
  assert.equal(sent.json.address, 'l•••@example.com');
  const session = await browser.confirm('/portal/session/email-code', sent.json.state);
  assert.deepEqual(session.task, { kind: 'resync', serial: fob.serial });
  assert.equal((await new Browser().post('/portal/session/link', { token })).status, 410);
});

test('without the header field of our own pages nothing changes', async () => {
  const fob = await person('forged');
  const browser = new Browser();
  await browser.post('/portal/session', { user: 'forged', code: fob.at(now) });
  const forged = await browser.client.call('DELETE', '/portal/sessions', undefined, { cookie: browser.cookie });
  assert.equal(forged.status, 403);
  assert.equal((await browser.get('/portal/devices')).status, 200);
});

test('neither a code nor a secret is in the server\'s log', () => {
  assert.ok(codes.length > 5);
  for (const code of codes) assert.ok(!server.program.err.includes(code));
  assert.doesNotMatch(server.program.err, /lockstep_portal=|link#/);
});
