// SPDX-License-Identifier: Apache-2.0
// Mails on their way out, through a real mail server.
import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { lockstep, Served, temporaryDirectory, Testd, until } from './lib/server.mjs';
import { certificate, SmtpServer } from './lib/smtp.mjs';

const started = [];
after(async () => { for (const one of started.splice(0).reverse()) await one.stop(); });
async function keep(promise) {
  const one = await promise;
  started.push(one);
  return one;
}

const mailConfig = (port, more = 'tls = "opportunistic"') =>
  `[mail]\nhost = "localhost"\nport = ${port}\nfrom = "otp@example.org"\nfrom_name = "Exämple IT"\n${more}\n`;

/** A server with the user anna, whose clock is steered. */
async function steered(smtp, email = 'anna@example.com') {
  const server = await keep(Testd.start({ config: mailConfig(smtp.port) }));
  await server.admin.ok('PUT', '/users/anna', { first_name: 'Anna', last_name: 'Berg', email });
  return server;
}

/** Asks for a code by mail, as the sign-in page does. */
async function askForCode(server, user = 'anna') {
  const client = server.client();
  const answer = await client.raw('POST', '/api/v1/portal/session/email-code', {
    body: JSON.stringify({ user }), headers: { 'content-type': 'application/json', 'x-lockstep-csrf': 'none' },
  });
  client.close();
  assert.equal(answer.status, 202, answer.text);
}
const newest = async (server) => (await server.admin.ok('GET', '/mails?limit=1')).items[0];

test('a code by mail arrives, and reads well as text and as HTML', async () => {
  const smtp = await keep(SmtpServer.start());
  const server = await steered(smtp);
  await askForCode(server);
  const mail = await smtp.mail();
  assert.deepEqual(mail.to, 'anna@example.com');
  assert.equal(mail.from, 'Exämple IT <otp@example.org>');
  assert.deepEqual(mail.defects, []);
  const code = /^(\d{6}) is your code$/.exec(mail.subject)?.[1];
  assert.ok(code, mail.subject);
  assert.equal(mail.plain.split(/\r?\n/)[0], code, 'alone on the first line');
  assert.ok(mail.html.includes(`>${code}</p>`), mail.html);
  assert.doesNotMatch(mail.html, /<(?:script|img|link)|https?:/i, 'nothing is loaded');
  await until('it is told', async () => (await newest(server)).state === 'sent');
  assert.ok(!JSON.stringify(await newest(server)).includes(code), 'the list never shows what a mail says');
});

test('a mail waits for a mail server that is away, also across a restart', async () => {
  const gone = await SmtpServer.start();
  await gone.stop();
  const server = await steered(gone);
  await askForCode(server);
  const failed = await until('a try', async () => { const one = await newest(server); return one.tries > 0 && one.problem && one; });
  assert.equal(failed.state, 'waiting');
  const before = server.data;
  await started.splice(started.indexOf(server), 1)[0].stop();

  const smtp = await keep(SmtpServer.start({ port: gone.port }));
  const again = await keep(Testd.start({ data: before, config: mailConfig(smtp.port), start: 1_700_000_031 }));
  assert.match((await smtp.mail()).subject, /is your code/);
  assert.equal(smtp.mails().length, 1, 'once');
  await until('it is told', async () => (await newest(again)).state === 'sent');
});

test('one that is asked to come again comes again, later', async () => {
  const smtp = await keep(SmtpServer.start());
  const server = await steered(smtp, 'later@example.com');
  await askForCode(server);
  const waiting = await until('the first try', async () => { const one = await newest(server); return one.problem && one; });
  assert.match(waiting.problem, /451 4\.7\.1 Greylisted/);
  assert.equal(smtp.mails().length, 0);
  await server.clock.advance(30);
  assert.match((await smtp.mail()).subject, /is your code/);
});

test('what is refused for good is given up, and the audit says so', async () => {
  const smtp = await keep(SmtpServer.start());
  const server = await steered(smtp, 'refused@example.com');
  await askForCode(server);
  const mail = await until('it is given up', async () => { const one = await newest(server); return one.state === 'given_up' && one; });
  assert.match(mail.problem, /550 5\.1\.1 No such user here/);
  const { items } = await server.admin.ok('GET', '/audit?user=anna&limit=5');
  const record = items.find((one) => one.kind === 'mail.given_up');
  assert.ok(record, JSON.stringify(items));
  const listed = lockstep(['mail', 'list', '--data', server.data]);
  assert.match(listed.stdout, /refused@example\.com.*given_up/);
});

test('STARTTLS with a certificate and a password from a file; the command says what came of it', async () => {
  const proof = certificate();
  const smtp = await keep(SmtpServer.start({ tls: 'starttls', auth: 'otp:s3cret word', certificate: proof }));
  const password = path.join(temporaryDirectory(), 'password');
  writeFileSync(password, 's3cret word\n', { mode: 0o400 });
  const section = mailConfig(smtp.port, `user = "otp"\npassword_file = "${password}"\ntls_authority = "${proof.cert}"`);
  const server = await keep(Served.start({ config: `\n---\n${section}` }));
  assert.equal((await server.admin.get('/readyz')).json.mail, 'working');
  const done = lockstep(['mail', 'test', 'me@example.com', '--data', server.data]);
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /took the mail to me@example\.com/);
  const mail = await smtp.mail();
  assert.equal(mail.encrypted, true);
  assert.equal(mail.authenticated, true);
  const refused = lockstep(['mail', 'test', 'refused@example.com', '--data', server.data]);
  assert.equal(refused.status, 1, refused.stdout);
  assert.match(refused.stderr, /550 5\.1\.1 No such user here/);
  const metrics = await server.admin.get('/metrics');
  assert.match(metrics.text, /^lockstep_mail_up 1$/m);
  assert.match(metrics.text, /^lockstep_mail_queue_length 0$/m);
  assert.ok(!server.program.err.includes('s3cret'), 'no password in the log');
});

test('a password file that others may read, and a password in the open, keep the server down', async () => {
  const directory = temporaryDirectory();
  const data = path.join(directory, 'd');
  Served.init(data);
  const password = path.join(directory, 'password');
  writeFileSync(password, 'x');
  chmodSync(password, 0o644);
  const serve = (more) => {
    const file = path.join(directory, 'test.toml');
    writeFileSync(file, `data = "d"\n${mailConfig(25, more)}[listen]\nport = 0\n`);
    return lockstep(['serve', '--config', file]);
  };
  const open = serve(`user = "otp"\npassword_file = "${password}"\ntls = "required"`);
  assert.notEqual(open.status, 0);
  assert.match(open.stderr, /mail\.password_file/);
  const plain = serve(`user = "otp"\npassword_file = "${password}"\ntls = "opportunistic"`);
  assert.notEqual(plain.status, 0);
  assert.match(plain.stderr, /a password needs mail\.tls/);
});

test('without a mail server nothing is sent, and it is said', async () => {
  const server = await keep(Served.start());
  assert.equal((await server.admin.get('/readyz')).json.mail, 'off');
  const done = lockstep(['mail', 'test', 'me@example.com', '--data', server.data]);
  assert.equal(done.status, 6, done.stderr);
  assert.match(done.stderr, /\[mail\]/);
  const doctor = lockstep(['doctor', '--config', server.configFile]);
  assert.match(doctor.stdout, /warning\s+mail\s+no mail server is configured/);
  await server.admin.ok('PUT', '/users/anna', { email: 'anna@example.com' });
  await askForCode(server);
  await until('it is looked at', async () => (await newest(server)).problem === 'no mail server is configured');
});
