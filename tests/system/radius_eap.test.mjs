// SPDX-License-Identifier: Apache-2.0
// Wi-Fi: wpa_supplicant's eapol_test, as an access point and its user are, through FreeRADIUS, which ends
// EAP-TTLS and sends PAP on, or PEAP with GTC and asks over REST, as docs/guides/radius-wifi.md sets it up.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import dgram from 'node:dgram';

import { changed, openGuide } from './lib/guide.mjs';
import { RADIUS_SECTION } from './lib/radius.mjs';
import { Program, Testd, run, temporaryDirectory } from './lib/server.mjs';
import { World } from './lib/world.mjs';

const SECRET = 'secret-of-freeradius-and-us';
const ACCESS_POINT = 'secret-of-the-access-point';
const PIN = '4711';
const directory = temporaryDirectory();
const guide = openGuide('radius-wifi.md');
let server;
let world;
let card;
let freeradius;
let port;

async function freePort() {
  const probe = dgram.createSocket('udp4');
  await new Promise((resolve) => { probe.bind(0, '127.0.0.1', resolve); });
  const { port: free } = probe.address();
  await new Promise((resolve) => { probe.close(resolve); });
  return free;
}

/** The configuration that the guide shows, with this test's places, ports and secrets. */
function guideConfig(key) {
  const edited = changed(guide('text') + guide('server'), [
    ['modules {\n  eap {\n', `modules {\n${guide('rest')}  eap {\n${guide('eap')}`],
    ['https://lockstep.example:8480', `http://127.0.0.1:${server.port}`], ['the-key', key],
    ['/etc/lockstep-wifi', directory], ['/run/lockstep-wifi', directory],
    ['ipaddr = 192.0.2.5', 'ipaddr = 127.0.0.1'], ['port = 1812', `port = ${server.facts.radius_port}`],
    ['ipaddr = 192.0.2.0/24', 'ipaddr = 127.0.0.1'],
    ['type = auth\n    ipaddr = *\n    port = 0', `type = auth\n    ipaddr = 127.0.0.1\n    port = ${port}`],
    ['"the-secret-of-this-freeradius"', `"${SECRET}"`], ['"the-secret-of-the-access-points"', `"${ACCESS_POINT}"`]]);
  return `${edited}\nlog {\n  destination = stderr\n}\n`;
}

before(async () => {
  writeFileSync(`${directory}/wifi.secret`, `${SECRET}\n`, { mode: 0o600 });
  const entry = guide('toml', [['/etc/lockstep/radius', directory], ['192.0.2.6', '127.0.0.1']]);
  server = await Testd.start({ config: RADIUS_SECTION + entry });
  world = new World(server);
  card = await world.withCard('anna', { pin: PIN });
  run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=radius.example',
    '-keyout', `${directory}/key.pem`, '-out', `${directory}/cert.pem`]);
  copyFileSync(`${directory}/cert.pem`, `${directory}/lockstep-ca.pem`);
  port = await freePort();
  const { key } = await world.api.ok('POST', '/api-keys', { name: 'wifi', permissions: ['authenticate'] });
  writeFileSync(`${directory}/radiusd.conf`, guideConfig(key));
  freeradius = new Program('freeradius', ['-X', '-d', directory]);
  await freeradius.wait('it is ready', () => /Ready to process requests/.test(freeradius.out + freeradius.err));
});
after(async () => {
  await freeradius?.kill('SIGTERM');
  await server?.stop();
});

/** Whether a device with this password gets in. */
async function wifi(password, { eap = 'TTLS', phase2 = 'PAP' } = {}) {
  writeFileSync(`${directory}/eapol.conf`, `network={
 key_mgmt=WPA-EAP
 eap=${eap}
 identity="anna"
 anonymous_identity="anonymous"
 password="${password}"
 ca_cert="${directory}/cert.pem"
 phase2="auth=${phase2}"
}\n`);
  const device = new Program('eapol_test', ['-c', `${directory}/eapol.conf`, '-a', '127.0.0.1', '-p', String(port),
    '-s', ACCESS_POINT, '-t', '30']);
  const end = await device.ended;
  return { in: end.code === 0 && /SUCCESS/.test(device.out), out: device.out };
}

test('EAP-TTLS with PIN and code signs in, once', async () => {
  const typed = PIN + card.press();
  const first = await wifi(typed);
  assert.ok(first.in, first.out.slice(-2_000));
  const [event] = await world.events('anna', 1);
  assert.equal(event.actor, 'radius:wifi');
  assert.match(event.source, /^wifi [0-9A-F-]{17}$/i, 'the device is the source');
  assert.ok(!(await wifi(typed)).in);
});

test('two log-ins heal a card 40 codes ahead', async () => {
  card.skip(40);
  assert.ok(!(await wifi(PIN + card.press())).in);
  assert.ok((await wifi(PIN + card.press())).in);
});

test('PEAP with GTC signs in, once, and two log-ins heal a card 40 codes ahead', async () => {
  const gtc = { eap: 'PEAP', phase2: 'GTC' };
  const typed = PIN + card.press();
  const first = await wifi(typed, gtc);
  assert.ok(first.in, first.out.slice(-2_000));
  const [event] = await world.events('anna', 1);
  assert.equal(event.actor, 'key:wifi');
  assert.match(event.source, /^wifi [0-9A-F-]{17}$/i, 'the device is the source');
  assert.ok(!(await wifi(typed, gtc)).in);
  card.skip(40);
  assert.ok(!(await wifi(PIN + card.press(), gtc)).in);
  assert.ok((await wifi(PIN + card.press(), gtc)).in);
});
