// SPDX-License-Identifier: Apache-2.0
// RADIUS over TLS: Debian's radsecproxy in front of a client that speaks UDP, as the guide sets it up.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import dgram from 'node:dgram';
import tls from 'node:tls';

import { openGuide } from './lib/guide.mjs';
import { radclient, readReply, request } from './lib/radius.mjs';
import { Program, Testd, run, temporaryDirectory, until } from './lib/server.mjs';
import { World } from './lib/world.mjs';

const DEVICE = 'secret-of-the-device';
const PIN = '4711';
const directory = temporaryDirectory();
const guide = openGuide('radius.md');
let server;
let world;
let card;
let proxy;
let port;

async function freePort() {
  const probe = dgram.createSocket('udp4');
  await new Promise((resolve) => { probe.bind(0, '127.0.0.1', resolve); });
  const { port: free } = probe.address();
  await new Promise((resolve) => { probe.close(resolve); });
  return free;
}

/** The certificates, by the very commands that the guide shows. */
function makeCertificates() {
  run('sh', ['-ec', guide('sh', [['cd /etc/lockstep/radius', `cd ${directory}`], ['IP:192.0.2.5', 'IP:127.0.0.1']])]);
}

async function startProxy() {
  port = await freePort();
  writeFileSync(`${directory}/proxy.conf`, guide('text', [
    ['/etc/radsecproxy', directory], ['127.0.0.1:1812', `127.0.0.1:${port}`], ['host 192.0.2.5', 'host 127.0.0.1'],
    ['port 2083', `port ${server.facts.radius_tls_port}`], ['the-secret-of-the-device', DEVICE]]));
  proxy = new Program('radsecproxy', ['-f', '-d', '2', '-c', `${directory}/proxy.conf`]);
  await until('it is connected', async () =>
    /lockstep_radius_tls_connections 1/.test((await server.api.get('/metrics')).text));
}

before(async () => {
  makeCertificates();
  const config = ['[radius]', 'address = "127.0.0.1"', 'port = 0', '[radius.tls]', 'address = "127.0.0.1"', 'port = 0',
    `certificate = "${directory}/server.pem"`, `key = "${directory}/server.key"`,
    `client_ca = "${directory}/authority.pem"`, '[[radius.client]]', 'name = "vpn"',
    'certificate_name = "vpn.example"', 'first_factor = "pin"', 'challenges = true', ''].join('\n');
  server = await Testd.start({ config });
  world = new World(server);
  card = await world.withCard('anna', { pin: PIN });
  await startProxy();
});
after(async () => {
  await proxy?.kill('SIGTERM');
  await server?.stop();
});

const auth = (password, ...more) => [`User-Name = "anna"`, `User-Password = "${password}"`, ...more];

test('a client of the proxy gets in, though it signs nothing, and the certificate names the client', async () => {
  const answer = await radclient(port, 'auth', DEVICE, auth(PIN + card.press()));
  assert.match(answer.text, /Received Access-Accept/);
  const [event] = await world.events('anna', 1);
  assert.equal(event.actor, 'radius:vpn');
});

test('a card 40 codes ahead is asked for the next code through the proxy', async () => {
  card.skip(40);
  const asked = await radclient(port, 'auth', DEVICE, auth(PIN + card.press()));
  assert.match(asked.text, /Received Access-Challenge/);
  const state = /State = (0x[0-9a-f]+)/.exec(asked.text)[1];
  const answer = await radclient(port, 'auth', DEVICE, auth(card.press(), `State = ${state}`));
  assert.match(answer.text, /Received Access-Accept/);
});

test('what was said is shown decoded and without secrets', async () => {
  const { json } = await server.api.get('/radius/exchanges?client=vpn');
  assert.equal(json.items[0].fate, 'accepted');
  assert.equal(json.items[0].user, 'anna');
  assert.equal(json.items[1].reply.kind, 'Access-Challenge');
  assert.ok(!JSON.stringify(json).includes(PIN));
});

/** A connection with these files; resolves with the reply, or nothing when it is refused. */
function ask(files, packet) {
  return new Promise((resolve) => {
    const socket = tls.connect({ host: '127.0.0.1', port: server.facts.radius_tls_port,
      ca: readFileSync(`${directory}/authority.pem`), ...files }, () => socket.write(packet));
    socket.on('data', (bytes) => { resolve(bytes); socket.destroy(); });
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => resolve(undefined));
  });
}

test('only who has a certificate of a client is heard', async () => {
  const packet = request('radsec', { user: 'anna', password: PIN + card.press() });
  assert.equal(await ask({}, packet), undefined);
  const wrong = { cert: readFileSync(`${directory}/server.pem`), key: readFileSync(`${directory}/server.key`) };
  assert.equal(await ask(wrong, packet), undefined);
  assert.match(server.program.err, /no client has a name of its certificate/);
  const right = { cert: readFileSync(`${directory}/vpn.pem`), key: readFileSync(`${directory}/vpn.key`) };
  assert.equal(readReply('radsec', packet, await ask(right, packet)).decision, 'accept');
});
