// SPDX-License-Identifier: Apache-2.0
// A VPN: Debian's ocserv asks Lockstep, and openconnect is its user, set up by the very blocks of
// docs/guides/radius-ocserv.md in the package's own ocserv.conf. No tunnel is made: openconnect ends once
// it is authenticated.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';

import { changed, openGuide } from './lib/guide.mjs';
import { RADIUS_SECTION } from './lib/radius.mjs';
import { Program, Testd, run, temporaryDirectory, until } from './lib/server.mjs';
import { World } from './lib/world.mjs';

const SECRET = 'secret-of-the-gateway-and-us';
const PIN = '4711';
const directory = temporaryDirectory();
const guide = openGuide('radius-ocserv.md');
const HERE = ['/etc/ocserv', directory];
const SERVER = '192.0.2.5';
let server;
let world;
let card;
let ocserv;
let port;
let pin;

async function freePort() {
  const probe = net.createServer();
  await new Promise((resolve) => { probe.listen(0, '127.0.0.1', resolve); });
  const { port: free } = probe.address();
  await new Promise((resolve) => { probe.close(resolve); });
  return free;
}

function configure() {
  const at = [`${SERVER}:1812`, `127.0.0.1:${server.facts.radius_port}`];
  writeFileSync(`${directory}/radius.conf`, guide('radius', [HERE, at]));
  writeFileSync(`${directory}/radius.servers`, guide('servers', [[SERVER, '127.0.0.1'],
    ['the-secret-of-this-gateway', SECRET]]), { mode: 0o600 });
  const original = readFileSync('/etc/ocserv/ocserv.conf', 'utf8');
  const lines = original.match(/^auth = .*\n/gm);
  assert.equal(lines?.length, 1, "Debian's file has the one line that the guide speaks of");
  const followed = original.replace(lines[0], () => guide('ocserv', [HERE]));
  // Its ports and sockets, so that it runs beside another.
  writeFileSync(`${directory}/ocserv.conf`, changed(followed, [
    ['\ntcp-port = 443\n', `\ntcp-port = ${port}\nlisten-host = 127.0.0.1\n`],
    ['\nudp-port = 443\n', `\nudp-port = ${port}\n`], ['\npid-file = /run/', `\npid-file = ${directory}/`],
    ['\n#occtl-socket-file = /run/', `\nocctl-socket-file = ${directory}/`]]));
}

before(async () => {
  writeFileSync(`${directory}/vpn.secret`, `${SECRET}\n`, { mode: 0o600 });
  const client = guide('toml', [['/etc/lockstep/radius', directory], ['192.0.2.30', '127.0.0.1']]);
  server = await Testd.start({ config: RADIUS_SECTION + client });
  world = new World(server);
  card = await world.withCard('anna', { pin: PIN });
  run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=vpn.example',
    '-keyout', `${directory}/server-key.pem`, '-out', `${directory}/server-cert.pem`]);
  const key = new X509Certificate(readFileSync(`${directory}/server-cert.pem`)).publicKey;
  pin = createHash('sha256').update(key.export({ type: 'spki', format: 'der' })).digest('base64');
  port = await freePort();
  configure();
  ocserv = new Program('ocserv', ['-f', '-d', '1', '-c', `${directory}/ocserv.conf`]);
  await ocserv.wait('it listens', () => new Promise((resolve) => {
    const probe = net.connect(port, '127.0.0.1');
    probe.on('connect', () => { probe.destroy(); resolve(true); });
    probe.on('error', () => resolve(false));
  }));
});
after(async () => {
  await ocserv?.kill('SIGTERM');
  await server?.stop();
});

/** A log-in whose user types `answers` at openconnect's questions, on a terminal of its own. */
async function vpn(answers) {
  const command = `openconnect --authenticate --user=anna --servercert pin-sha256:${pin} https://127.0.0.1:${port}`;
  const client = spawn('script', ['-qec', command, '/dev/null']);
  let out = '';
  let ended = false;
  client.stdout.on('data', (chunk) => { out += chunk; });
  client.on('close', () => { ended = true; });
  const questions = () => out.match(/Password\d*:/g)?.length ?? 0;
  for (const [i, answer] of answers.entries()) {
    await until(`question ${i + 1}; so far: ${out}`, () => ended || questions() > i);
    if (!ended) client.stdin.write(`${answer}\n`);
  }
  // A refused log-in is asked for anew: that is its end for us.
  await until(`an end; so far: ${out}`, () => ended || questions() > answers.length);
  client.kill('SIGKILL');
  return { in: /COOKIE=/.test(out), out };
}

test('PIN and code sign in', async () => {
  const session = await vpn([PIN + card.press()]);
  assert.ok(session.in, session.out + ocserv.err);
  const [event] = await world.events('anna', 1);
  assert.equal(event.actor, 'radius:vpn');
  assert.equal(event.source, 'vpn 127.0.0.1');
});

test('a card 40 codes ahead is asked for the next code and gets in, in one dialogue', async () => {
  card.skip(40);
  const session = await vpn([PIN + card.press(), card.press()]);
  assert.ok(session.in, session.out + ocserv.err);
  assert.match(session.out, /next code/);
});

test('a wrong PIN does not', async () => {
  assert.ok(!(await vpn([`9999${card.press()}`])).in);
});
