// SPDX-License-Identifier: Apache-2.0
// RADIUS over real sockets: radclient, and packets that no real client would send.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

import { PROXY_STATE, RadiusPeer, accountingRequest, isAccountingResponse, radclient, radiusConfig, readReply,
  request } from './lib/radius.mjs';
import { LOCKSTEP, Testd, lockstep, temporaryDirectory } from './lib/server.mjs';
import { SmtpServer } from './lib/smtp.mjs';
import { World } from './lib/world.mjs';

const SECRET = 'secret of gate one and us';
const PIN = '4711';
let server;
let world;
let gate;
let smtp;

// Each of these addresses of this machine is a client of its own kind; peers bind the first.
before(async () => {
  smtp = await SmtpServer.start();
  const config = radiusConfig([{ name: 'gate', secret: SECRET, more: 'challenges = true\nmail_word = "mail"' }])
    .replace('port = 0', 'port = 0\naccounting_port = 0');
  const mail = `[mail]\nhost = "localhost"\nport = ${smtp.port}\nfrom = "otp@example.org"\ntls = "opportunistic"\n`;
  server = await Testd.start({ config: config + mail });
  world = new World(server);
  world.source = (user) => ({ client: user });
  gate = await RadiusPeer.open(server.facts.radius_port, SECRET);
});
after(async () => {
  gate?.close();
  await server?.stop();
  await smtp?.stop();
});

const ready = async (user) => world.withCard(user, { pin: PIN });
const auth = (user, password, ...more) =>
  [`User-Name = "${user}"`, `User-Password = "${password}"`, 'Message-Authenticator = 0x00', ...more];
const metric = async (fate) => {
  const page = (await server.api.get('/metrics')).text;
  return Number(new RegExp(`lockstep_radius_requests_total\\{fate="${fate}"\\} (\\d+)`).exec(page)[1]);
};

test('radclient gets in with PIN and code, once', async () => {
  const card = await ready('ann');
  const code = card.press();
  const first = await radclient(server.facts.radius_port, 'auth', SECRET, auth('ann', PIN + code));
  assert.match(first.text, /Received Access-Accept/);
  assert.match(first.text, /Message-Authenticator = 0x/);
  assert.equal(first.status, 0);
  const again = await radclient(server.facts.radius_port, 'auth', SECRET, auth('ann', PIN + code));
  assert.match(again.text, /Received Access-Reject/);
});

test('radclient asks whether the server lives', async () => {
  const status = await radclient(server.facts.radius_port, 'status', SECRET, ['Message-Authenticator = 0x00']);
  assert.match(status.text, /Received Access-Accept/);
});

test('radclient without Message-Authenticator, or with another secret, hears nothing', async () => {
  const card = await ready('bea');
  const before = await metric('unsigned') + await metric('forged');
  const options = ['-t', '1'];
  const bare = [`User-Name = "bea"`, `User-Password = "${PIN}${card.press()}"`];
  const unsigned = await radclient(server.facts.radius_port, 'auth', SECRET, bare, options);
  assert.match(unsigned.text, /No reply from server/);
  const other = await radclient(server.facts.radius_port, 'auth', 'quite another secret', auth('bea', 'x'), options);
  assert.match(other.text, /No reply from server/);
  assert.equal(await metric('unsigned') + await metric('forged'), before + 2);
  assert.match(server.program.err, /event=radius_trouble why=".*gate: what it sent is signed with another secret/);
});

test('CHAP and MS-CHAP are rejected, and the log says why', async () => {
  const chap = await radclient(server.facts.radius_port, 'auth', SECRET,
    ['User-Name = "ann"', 'CHAP-Password = "123456"', 'Message-Authenticator = 0x00']);
  assert.match(chap.text, /Received Access-Reject/);
  const ms = await radclient(server.facts.radius_port, 'auth', SECRET,
    ['User-Name = "ann"', 'MS-CHAP-Password = "123456"', 'Message-Authenticator = 0x00']);
  assert.match(ms.text, /Received Access-Reject/);
  assert.match(server.program.err, /CHAP shows a hash/);
  assert.match(server.program.err, /MS-CHAP shows a hash/);
});

test('Proxy-States come back in order', async () => {
  const card = await ready('cleo');
  const states = ['one', 'two', '', 'three'].map((text) => [PROXY_STATE, Buffer.from(text || '\0')]);
  const reply = await gate.ask({ user: 'cleo', password: PIN + card.press(), attributes: states });
  assert.equal(reply.decision, 'accept');
  assert.deepEqual(reply.all(PROXY_STATE), states.map(([, value]) => value));
});

test('a card 40 codes ahead is asked for the next code and gets in', async () => {
  const card = (await ready('dora')).skip(40);
  const asked = await gate.ask({ user: 'dora', password: PIN + card.press() });
  assert.equal(asked.decision, 'challenge');
  assert.match(asked.message, /next code/);
  const answer = await gate.ask({ user: 'dora', password: card.press(), state: asked.state });
  assert.equal(answer.decision, 'accept');
});

test('after many wrong codes under the right PIN two codes are asked for, and those let in', async () => {
  const card = await ready('emil');
  for (let i = 1; i <= 10; ++i) {
    assert.equal((await gate.ask({ user: 'emil', password: PIN + card.wrong() })).decision, 'reject', `miss ${i}`);
  }
  // From here on a code is a first one, right or wrong, and what comes next makes a pair of both.
  const first = await gate.ask({ user: 'emil', password: PIN + card.wrong() });
  assert.equal(first.decision, 'challenge');
  assert.equal((await gate.ask({ user: 'emil', password: PIN + card.wrong() })).decision, 'reject');
  assert.equal((await gate.ask({ user: 'emil', password: PIN + card.press() })).decision, 'reject', 'pairs wait');
  await server.clock.advance(31);
  const asked = await gate.ask({ user: 'emil', password: PIN + card.press() });
  assert.equal(asked.decision, 'challenge');
  assert.match(asked.message, /next code/);
  const answer = await gate.ask({ user: 'emil', password: card.press(), state: asked.state });
  assert.equal(answer.decision, 'accept');
  assert.equal((await gate.ask({ user: 'emil', password: PIN + card.press() })).decision, 'accept', 'one is enough');
});

test('a State is good once, for its user, and not for long', async () => {
  const card = (await ready('edda')).skip(40);
  await ready('egon');
  const asked = await gate.ask({ user: 'edda', password: PIN + card.press() });
  assert.equal((await gate.ask({ user: 'egon', password: card.code(card.counter), state: asked.state })).decision, 'reject');
  assert.equal((await gate.ask({ user: 'edda', password: card.wrong(), state: asked.state })).decision, 'reject');
  assert.equal((await gate.ask({ user: 'edda', password: card.press(), state: asked.state })).decision, 'reject');
  const late = await gate.ask({ user: 'edda', password: PIN + card.skip(20).press() });
  assert.equal(late.decision, 'challenge');
  await server.clock.advance(181);
  assert.equal((await gate.ask({ user: 'edda', password: card.press(), state: late.state })).decision, 'reject');
});

test('the PIN alone, nothing, or the word challenge asks for the code', async () => {
  const card = await ready('fay');
  for (const typed of [PIN, '', 'challenge']) {
    const asked = await gate.ask({ user: 'fay', password: typed });
    assert.equal(asked.decision, 'challenge', typed);
    const code = (typed === PIN ? '' : PIN) + card.press();
    assert.equal((await gate.ask({ user: 'fay', password: code, state: asked.state })).decision, 'accept', typed);
  }
  const wrong = await gate.ask({ user: 'fay', password: '9999' });
  assert.equal(wrong.decision, 'challenge');
  assert.equal((await gate.ask({ user: 'fay', password: card.press(), state: wrong.state })).decision, 'reject');
});

test('lockstep radius test asks what a user of the client would be asked', async () => {
  const card = (await ready('greta')).skip(40);
  const file = `${temporaryDirectory()}/secret`;
  writeFileSync(file, `${SECRET}\n`);
  const call = (answers, secret = file) => lockstep(['radius', 'test', 'greta', '--port', String(server.facts.radius_port),
    '--secret-file', secret, '--stdin'], { input: answers.map((one) => `${one}\n`).join('') });
  const healed = call([PIN + card.press(), card.press()]);
  assert.equal(healed.status, 0, healed.stderr);
  assert.match(healed.stderr, /Access-Challenge: .*next code/);
  assert.match(healed.stdout, /^Access-Accept$/m);
  const refused = call([PIN + card.wrong()]);
  assert.equal(refused.status, 1, refused.stderr);
  assert.match(refused.stdout, /^Access-Reject$/m);
  assert.match(call(['x'], '/nowhere').stderr, /cannot read a secret/);
});

// Debian's own /etc/hosts has `localhost` as ::1, too, where a server of 0.0.0.0 does not listen.
test('lockstep radius test asks a name of two addresses where somebody listens', async (context) => {
  const card = await ready('gus');
  const directory = temporaryDirectory();
  writeFileSync(`${directory}/hosts`, '127.0.0.1 two.test\n::1 two.test\n');
  writeFileSync(`${directory}/secret`, `${SECRET}\n`);
  const within = (file, args, input = '') => spawnSync('unshare',
    ['--map-root-user', '--mount', 'sh', '-c', `mount --bind ${directory}/hosts /etc/hosts && exec "$@"`, 'sh', file, ...args],
    { input, encoding: 'utf8' });
  const first = /^(\S+) +DGRAM/m.exec(within('getent', ['ahosts', 'two.test']).stdout)?.[1];
  if (first !== '::1') { context.skip(`the first address here is ${first}`); return; }
  const ask = (name, input) => within(LOCKSTEP, ['radius', 'test', 'gus', '--server', name,
    '--port', String(server.facts.radius_port), '--secret-file', `${directory}/secret`, '--stdin'], input);
  assert.match(ask('::1', 'x\n').stderr, /nobody listens there/);
  const answer = ask('two.test', `${PIN}${card.press()}\n`);
  assert.equal(answer.status, 0, answer.stderr);
  assert.match(answer.stdout, /^Access-Accept$/m);
});

// ---- Accounting

const detailsOf = (event) => Object.fromEntries(event.details.map(({ name, value }) => [name, value]));
const report = (user, kind, more = [], secret = SECRET, options = []) =>
  radclient(server.facts.radius_accounting_port, 'acct', secret, [`User-Name = "${user}"`, `Acct-Status-Type = ${kind}`,
    'Acct-Session-Id = "s-1"', 'Calling-Station-Id = "198.51.100.7"', ...more], options);
const activity = async (user) =>
  (await server.admin.ok('GET', `/activity?user=${user}`)).items.filter(({ kind }) => kind.startsWith('access_session.'));

test('radclient reports a session, which stands with the user\'s activity', async () => {
  await ready('gwen');
  const parts = [['Start', ['Framed-IP-Address = 10.0.0.9']], ['Interim-Update', ['Acct-Session-Time = 30']],
    ['Stop', ['Acct-Session-Time = 60', 'Acct-Input-Octets = 7', 'Acct-Input-Gigawords = 1', 'Acct-Terminate-Cause = User-Request']]];
  for (const [kind, more] of parts) {
    // radclient checks the Response Authenticator, and says nothing of a reply where it is wrong.
    const answer = await report('gwen', kind, more);
    assert.match(answer.text, /Received Accounting-Response/, answer.text);
    assert.equal(answer.status, 0);
  }
  const [ended, started, ...others] = await activity('gwen');
  assert.deepEqual(others, [], 'an interim update is answered and not written down');
  assert.equal(started.kind, 'access_session.started');
  assert.deepEqual(detailsOf(started), { session: 's-1', address: '10.0.0.9' });
  assert.equal(ended.kind, 'access_session.ended');
  assert.equal(ended.source, 'gate 198.51.100.7');
  assert.deepEqual(detailsOf(ended), { session: 's-1', seconds: '60', bytes_in: String(2 ** 32 + 7), cause: 'user_request' });
});

test('who reports with another secret is not answered, and nothing is written down', async () => {
  await ready('gyde');
  const before = await metric('forged');
  const answer = await report('gyde', 'Start', [], 'quite another secret', ['-t', '1']);
  assert.match(answer.text, /No reply from server/);
  assert.equal(await metric('forged'), before + 1);
  assert.deepEqual(await activity('gyde'), []);
});

test('a report that comes again gets the same bytes and is written down once', async () => {
  await ready('gesa');
  const peer = await RadiusPeer.open(server.facts.radius_accounting_port, SECRET);
  const packet = accountingRequest(SECRET, { user: 'gesa', status: 1, session: 's-2' });
  peer.send(packet);
  const first = await peer.next();
  assert.equal(first[0], 5);
  assert.ok(isAccountingResponse(SECRET, packet, first));
  peer.send(packet);
  assert.deepEqual(await peer.next(), first);
  peer.close();
  assert.equal((await activity('gesa')).length, 1);
});

// ---- A code by mail

test('the word after the PIN asks for a code by mail, which lets in once', async () => {
  await ready('hedy');
  await server.admin.ok('PUT', '/users/hedy', { email: 'hedy@example.com' });
  await world.policy('default', { 'login.mail_code': true });
  const asked = await gate.ask({ user: 'hedy', password: `${PIN}mail` });
  assert.equal(asked.decision, 'challenge');
  assert.match(asked.message, /A code was sent to you by mail/);
  const mail = await smtp.mail();
  assert.equal(mail.to, 'hedy@example.com');
  const code = /^(\d{8}) is your code$/.exec(mail.subject)?.[1];
  assert.ok(code, mail.subject);
  assert.match(mail.plain, /in place of your token's/);
  assert.equal((await gate.ask({ user: 'hedy', password: code, state: asked.state })).decision, 'accept');
  await server.clock.advance(11);  // until then the same answer gets the same decision
  assert.equal((await gate.ask({ user: 'hedy', password: code, state: asked.state })).decision, 'reject');
  const [accepted] = (await server.admin.ok('GET', '/activity?user=hedy&kind=login.accepted')).items;
  assert.equal(detailsOf(accepted).by, 'mail_code');
});

test('a code by mail is offered to everybody and sent only under the right PIN', async () => {
  await ready('hugo');
  await server.admin.ok('PUT', '/users/hugo', { email: 'hugo@example.com' });
  await world.policy('default', { 'login.mail_code': true });
  const sent = (await server.admin.ok('GET', '/mails?limit=100')).items.length;
  const messages = [];
  for (const [user, password] of [['hugo', '9999mail'], ['hugo', 'mail'], ['nobody-at-all', `${PIN}mail`]]) {
    const asked = await gate.ask({ user, password });
    assert.equal(asked.decision, 'challenge');
    messages.push(asked.message);
    assert.equal((await gate.ask({ user, password: '12345678', state: asked.state })).decision, 'reject');
  }
  assert.equal(new Set(messages).size, 1);
  await world.policy('default');
  assert.equal((await gate.ask({ user: 'hugo', password: `${PIN}mail` })).message, messages[0], 'policy off');
  assert.equal((await server.admin.ok('GET', '/mails?limit=100')).items.length, sent);
});

// ---- Retransmits; many of many users are in radius_duplicates.test.mjs

test('a request that comes again, at once or later, gets the same bytes and is judged once', async () => {
  const card = await ready('gina');
  const before = await metric('accepted');
  const packet = request(SECRET, { user: 'gina', password: PIN + card.press() });
  for (let i = 0; i < 20; ++i) gate.send(packet);
  const first = await gate.next();
  assert.equal(readReply(SECRET, packet, first).decision, 'accept');
  // Those that came while it was judged are not answered for themselves; the rest is, and alike.
  for (let more = await gate.next(300); more; more = await gate.next(300)) assert.deepEqual(more, first);
  await server.clock.advance(29);
  gate.send(packet);
  assert.deepEqual(await gate.next(), first);
  assert.equal(await metric('accepted'), before + 1);
  await server.clock.advance(2);
  gate.send(packet);
  assert.equal(readReply(SECRET, packet, await gate.next()).decision, 'reject');
});

test('the answer to a challenge, sent anew by way of another port, gets the same decision', async () => {
  const card = (await ready('hanna')).skip(40);
  const asked = await gate.ask({ user: 'hanna', password: PIN + card.press() });
  const code = card.press();
  const other = await RadiusPeer.open(server.facts.radius_port, SECRET);
  try {
    const answer = { user: 'hanna', password: code, state: asked.state };
    const both = await Promise.all([gate.ask(answer), other.ask(answer)]);
    assert.deepEqual(both.map((one) => one.decision), ['accept', 'accept']);
    assert.equal((await world.story('hanna', 3)).filter((one) => one.startsWith('login.accepted')).length, 2);
    await server.clock.advance(11);
    assert.equal((await other.ask(answer)).decision, 'reject');
  } finally {
    other.close();
  }
});

// ---- Hostile packets

test('packets in the shape of Blast-RADIUS get no reply', async () => {
  const card = await ready('ida');
  const blocks = Array.from({ length: 3 }, (_, i) => [PROXY_STATE, Buffer.alloc(220, i + 1)]);
  gate.send(request(SECRET, { user: 'ida', password: PIN + card.press(), signed: false, attributes: blocks }));
  const signed = request(SECRET, { user: 'ida', password: PIN + card.press(), attributes: blocks });
  // Stripped of its Message-Authenticator on the way.
  const stripped = Buffer.concat([signed.subarray(0, 20), signed.subarray(38)]);
  stripped.writeUInt16BE(stripped.length, 2);
  gate.send(stripped);
  // One more Proxy-State appended on the way.
  const appended = Buffer.concat([signed, Buffer.from([PROXY_STATE, 4, 1, 2])]);
  appended.writeUInt16BE(appended.length, 2);
  gate.send(appended);
  assert.equal(await gate.next(500), undefined);
});

test('noise does no harm', async () => {
  const card = await ready('jana');
  const good = request(SECRET, { user: 'jana', password: PIN + card.press() });
  for (let size = 0; size < good.length; ++size) gate.send(good.subarray(0, size));
  gate.send(Buffer.alloc(5_000, 0xff));
  for (let i = 0; i < good.length; ++i) {
    const bent = Buffer.from(good);
    bent[i] ^= 0x55;
    gate.send(bent);
  }
  assert.equal(await gate.next(500), undefined);
  gate.send(good);
  assert.equal(readReply(SECRET, good, await gate.next()).decision, 'accept');
});
