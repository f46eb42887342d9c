// SPDX-License-Identifier: Apache-2.0
// Debian's sshd with libpam-radius-auth and a real ssh client, set up by the very blocks of
// docs/guides/radius-ssh.md in the files that Debian's packages bring. sshd asks PAM for a service of its
// own name: this one has a name of its own.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { userInfo } from 'node:os';
import path from 'node:path';

import { changed, openGuide } from './lib/guide.mjs';
import { RADIUS_SECTION } from './lib/radius.mjs';
import { Program, Testd, run, temporaryDirectory, until } from './lib/server.mjs';
import { SmtpServer } from './lib/smtp.mjs';
import { World } from './lib/world.mjs';

const SECRET = 'secret-of-the-host-and-us';
const PIN = '4711';
const SERVICE = `lockstep-test-${process.pid}`;
const PAM = `/etc/pam.d/${SERVICE}`;
const USER = userInfo().username;
const directory = temporaryDirectory();
const guide = openGuide('radius-ssh.md');
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
  const line = guide('radius', [['192.0.2.5:1812', `127.0.0.1:${server.facts.radius_port}`],
    ['the-secret-of-this-host', SECRET], ['  10\n', `  10  ${address}\n`]]);
  writeFileSync(`${directory}/radius.conf`, line, { mode: 0o600 });
}

/** Debian's own stack of sshd with the guide's line in it. */
function writePam() {
  const line = guide('pam', [['pam_radius_auth.so', `pam_radius_auth.so conf=${directory}/radius.conf`]]);
  writeFileSync(PAM, changed(readFileSync('/etc/pam.d/sshd', 'utf8'), [['@include common-auth\n', line]]));
}

/** Debian's own configuration of sshd with the guide's file among those that it includes. */
async function startSshd() {
  sshPort = await freePort();
  run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', `${directory}/host`]);
  mkdirSync('/run/sshd', { recursive: true });
  mkdirSync(`${directory}/conf.d`);
  writeFileSync(`${directory}/conf.d/10-lockstep.conf`, guide('sshd'));
  // Where it listens, and that root may be the user: there is nobody else on every machine.
  writeFileSync(`${directory}/conf.d/20-test.conf`, [`Port ${sshPort}`, 'ListenAddress 127.0.0.1',
    `HostKey ${directory}/host`, `PidFile ${directory}/pid`, 'PermitRootLogin yes', ''].join('\n'));
  writeFileSync(`${directory}/sshd_config`, changed(readFileSync('/usr/share/openssh/sshd_config', 'utf8'),
    [['/etc/ssh/sshd_config.d', `${directory}/conf.d`]]));
  symlinkSync('/usr/sbin/sshd', `${directory}/${SERVICE}`);
  sshd = new Program(`${directory}/${SERVICE}`, ['-D', '-e', '-f', `${directory}/sshd_config`]);
  await sshd.wait('it listens', () => /Server listening/.test(sshd.err));
}

/** The guide's client, and one at another address that is not asked for anything. */
function lockstepConfig(port) {
  writeFileSync(`${directory}/host1.secret`, `${SECRET}\n`, { mode: 0o600 });
  const places = [['/etc/lockstep/radius', directory]];
  const host = guide('toml', [...places, ['192.0.2.20', '127.0.0.1']]);
  const blind = guide('toml', [...places, ['192.0.2.20', '127.0.0.2'], ['name = "host1"', 'name = "blind"'],
    ['challenges = true', 'challenges = false']]);
  const mail = `[mail]\nhost = "localhost"\nport = ${port}\nfrom = "otp@example.org"\ntls = "opportunistic"\n`;
  return `${RADIUS_SECTION}${host}mail_word = "mail"\n${blind}${mail}`;
}

before(async () => {
  smtp = await SmtpServer.start();
  server = await Testd.start({ config: lockstepConfig(smtp.port) });
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
    '-o', 'PreferredAuthentications=keyboard-interactive', '-o', `NumberOfPasswordPrompts=${tries}`, '127.0.0.1',
    'echo signed in'],
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
  assert.equal(event.actor, 'radius:host1');
  assert.match(event.source, /^host1 127\.0\.0\.1$/);
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
  assert.match(server.program.err, /client host1 need not sign its requests/);
});
