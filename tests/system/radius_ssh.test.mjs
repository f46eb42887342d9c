// SPDX-License-Identifier: Apache-2.0
// Debian's sshd with libpam-radius-auth and a real ssh client, as docs/guides/radius-ssh.md sets
// them up. sshd asks PAM for a service of its own name: this one has a name of its own.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { userInfo } from 'node:os';
import path from 'node:path';

import { radiusConfig } from './lib/radius.mjs';
import { Program, Testd, run, temporaryDirectory, until } from './lib/server.mjs';
import { SmtpServer } from './lib/smtp.mjs';
import { World } from './lib/world.mjs';

const SECRET = 'secret-of-the-host-and-us';
const PIN = '4711';
const SERVICE = `lockstep-test-${process.pid}`;
const PAM = `/etc/pam.d/${SERVICE}`;
const USER = userInfo().username;
const directory = temporaryDirectory();
let server;
let world;
let card;
let smtp;
let sshd;
let sshPort;

async function freePort() {
  const probe = net.createServer();
  await new Promise((resolve) => { probe.listen(0, '127.0.0.1', resolve); });
  const { port } = probe.address();
  await new Promise((resolve) => { probe.close(resolve); });
  return port;
}

/** From which address the module sends: each is a client of its own. */
function sendFrom(address) {
  writeFileSync(`${directory}/radius.conf`, `127.0.0.1:${server.facts.radius_port} ${SECRET} 10 ${address}\n`,
    { mode: 0o600 });
}

function writePam() {
  writeFileSync(PAM, [
    `auth required pam_radius_auth.so conf=${directory}/radius.conf prompt=Passcode`,
    'account required pam_permit.so', 'session required pam_permit.so', ''].join('\n'));
}

async function startSshd() {
  sshPort = await freePort();
  run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', `${directory}/host`]);
  mkdirSync('/run/sshd', { recursive: true });
  writeFileSync(`${directory}/sshd_config`, [
    `Port ${sshPort}`, 'ListenAddress 127.0.0.1', `HostKey ${directory}/host`, `PidFile ${directory}/pid`,
    'UsePAM yes', 'KbdInteractiveAuthentication yes', 'PasswordAuthentication no', 'PubkeyAuthentication no',
    'PermitRootLogin yes', 'StrictModes no', 'MaxAuthTries 6', 'ForceCommand echo signed in', ''].join('\n'));
  symlinkSync('/usr/sbin/sshd', `${directory}/${SERVICE}`);
  sshd = new Program(`${directory}/${SERVICE}`, ['-D', '-e', '-f', `${directory}/sshd_config`]);
  await sshd.wait('it listens', () => /Server listening/.test(sshd.err));
}

before(async () => {
  const more = 'message_authenticator = "optional"';
  const config = radiusConfig([
    { name: 'host', secret: SECRET, more: `challenges = true\nmail_word = "mail"\n${more}` },
    { name: 'blind', secret: SECRET, networks: ['127.0.0.2'], more },
  ]);
  smtp = await SmtpServer.start();
  const mail = `[mail]\nhost = "localhost"\nport = ${smtp.port}\nfrom = "otp@example.org"\ntls = "opportunistic"\n`;
  server = await Testd.start({ config: config + mail });
  world = new World(server);
  card = await world.withCard(USER, { pin: PIN });
  sendFrom('127.0.0.1');
  writePam();
  await startSshd();
  // What ssh asks goes to this program, which writes the question down and gives the next answer.
  writeFileSync(`${directory}/askpass`, ['#!/bin/sh', `printf '%s\\n' "$1" >> ${directory}/asked`,
    `[ ! -e ${directory}/later ] || while [ ! -s ${directory}/answers ]; do sleep 0.1; done`,
    `head -n 1 ${directory}/answers`, `sed -i 1d ${directory}/answers`, ''].join('\n'));
  chmodSync(`${directory}/askpass`, 0o700);
});
after(async () => {
  rmSync(PAM, { force: true });
  await sshd?.kill('SIGTERM');
  await server?.stop();
  await smtp?.stop();
});

/** An ssh session whose user types `answers`, one for each question; `later`: a promise of the one after them. */
async function ssh(answers, { tries = 1, later } = {}) {
  writeFileSync(`${directory}/answers`, answers.map((one) => `${one}\n`).join(''));
  writeFileSync(`${directory}/asked`, '');
  if (later) writeFileSync(`${directory}/later`, '');
  const client = new Program('ssh', ['-F', 'none', '-p', String(sshPort), '-l', USER,
    '-o', 'StrictHostKeyChecking=no', '-o', `UserKnownHostsFile=${directory}/known`, '-o', 'LogLevel=ERROR',
    '-o', 'PreferredAuthentications=keyboard-interactive', '-o', `NumberOfPasswordPrompts=${tries}`, '127.0.0.1'],
  { env: { SSH_ASKPASS: `${directory}/askpass`, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' } });
  if (later) writeFileSync(`${directory}/answers`, `${await later}\n`);
  await client.ended;
  rmSync(`${directory}/later`, { force: true });
  return { in: client.out.includes('signed in'), asked: readFileSync(`${directory}/asked`, 'utf8'),
    err: client.err };
}

test('PIN and code sign in', async () => {
  const session = await ssh([PIN + card.press()]);
  assert.ok(session.in, JSON.stringify({ ...session, story: await world.story(USER, 3) }));
  assert.match(session.asked, /Passcode/);
  const [event] = await world.events(USER, 1);
  assert.equal(event.actor, 'radius:host');
  assert.match(event.source, /^host 127\.0\.0\.1$/);
});

test('a wrong PIN does not', async () => {
  assert.ok(!(await ssh([`9999${card.press()}`])).in);
});

test('a card 40 codes ahead: ssh asks for the next code and lets the user in, in one session', async () => {
  card.skip(40);
  const session = await ssh([PIN + card.press(), card.press()]);
  assert.ok(session.in, JSON.stringify({ ...session, story: await world.story(USER, 3) }));
  assert.match(session.asked, /next code/);
});

test('the PIN alone is answered by asking for the code', async () => {
  const session = await ssh([PIN, card.press()]);
  assert.ok(session.in, JSON.stringify({ ...session, story: await world.story(USER, 3) }));
});

test('where no challenge can be shown, the second log-in succeeds', async () => {
  sendFrom('127.0.0.2');
  card.skip(40);
  assert.ok(!(await ssh([PIN + card.press()])).in);
  const session = await ssh([PIN + card.press()]);
  assert.ok(session.in, JSON.stringify({ ...session, story: await world.story(USER, 3) }));
  assert.doesNotMatch(session.asked, /next code/);
  const two = card.skip(40).press();
  assert.ok((await ssh([`${PIN}${two} ${card.press()}`])).in, 'both codes in one field');
  sendFrom('127.0.0.1');
});

test('a prompt that is not answered is no lock', async () => {
  card.skip(40);
  assert.ok(!(await ssh([PIN + card.press(), ''])).in);
  assert.ok((await ssh([PIN + card.press(), card.press()])).in);
});

test('the word after the PIN asks for a code by mail, which lets in', async () => {
  await world.policy('default', { 'login.mail_code': true });
  await world.api.ok('PUT', `/users/${USER}`, { email: 'somebody@example.com' });
  const session = await ssh([`${PIN}mail`], { later: smtp.mail().then((mail) => mail.subject.slice(0, 8)) });
  assert.ok(session.in, JSON.stringify({ ...session, story: await world.story(USER, 3) }));
  assert.match(session.asked, /A code was sent to you by mail/);
  await world.policy('default');
});

test('a PIN that has to be changed is changed within the session', async () => {
  await world.policy('default', { 'pin.first_use': 'change' });
  await world.api.ok('PUT', `/users/${USER}`, { pin: '2580' });
  const session = await ssh([`2580${card.press()}`, '74', '7413', '7413']);
  assert.ok(session.in, JSON.stringify({ ...session, story: await world.story(USER, 5) }));
  assert.match(session.asked, /Enter a new PIN of 4 to 16 characters/);
  assert.match(session.asked, /Too short/);
  assert.match(session.asked, /Enter your new PIN again/);
  assert.ok((await ssh([`7413${card.press()}`])).in);
  assert.ok(!(await ssh([`2580${card.press()}`])).in);
  await world.policy('default');
});

test('nothing of it lies about: PAM is told of no secret in the log of the server', async () => {
  await until('the log is there', () => server.program.err.includes('radius_alarm'));
  assert.ok(!server.program.err.includes(SECRET));
  assert.match(server.program.err, /client host need not sign its requests/);
});
