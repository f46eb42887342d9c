// SPDX-License-Identifier: Apache-2.0
// A real OpenVPN server and client, as docs/guides/radius-openvpn.md sets them up. No address or route
// of this machine is changed.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import dgram from 'node:dgram';

import { openGuide } from './lib/guide.mjs';
import { RADIUS_SECTION } from './lib/radius.mjs';
import { Program, Testd, run, temporaryDirectory, until } from './lib/server.mjs';
import { World } from './lib/world.mjs';

const SECRET = 'secret-of-the-gateway-and-us';
const PIN = '4711';
const SERVICE = `lockstep-test-openvpn-${process.pid}`;
const PAM = `/etc/pam.d/${SERVICE}`;
const STILL = 'ifconfig-noexec\nroute-noexec\n';
const directory = temporaryDirectory();
const guide = openGuide('radius-openvpn.md');
let server;
let world;
let card;
let gateway;
let port;

async function freePort() {
  const probe = dgram.createSocket('udp4');
  await new Promise((resolve) => { probe.bind(0, '127.0.0.1', resolve); });
  const { port: free } = probe.address();
  await new Promise((resolve) => { probe.close(resolve); });
  return free;
}

before(async () => {
  writeFileSync(`${directory}/openvpn.secret`, `${SECRET}\n`, { mode: 0o600 });
  const entry = guide('toml', [['/etc/lockstep/radius', directory], ['192.0.2.40', '127.0.0.1']]);
  server = await Testd.start({ config: RADIUS_SECTION + entry });
  world = new World(server);
  card = await world.withCard('anna', { pin: PIN });
  port = await freePort();
  run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-subj', '/CN=vpn.example', '-addext', 'extendedKeyUsage=serverAuth', '-addext', 'keyUsage=digitalSignature',
    '-keyout', `${directory}/server.key`, '-out', `${directory}/server.pem`]);
  const line = guide('radius', [['192.0.2.5:1812', `127.0.0.1:${server.facts.radius_port}`],
    ['the-secret-of-this-gateway', SECRET]]);
  writeFileSync(`${directory}/radius.conf`, line, { mode: 0o600 });
  writeFileSync(PAM, guide('pam', [['/etc/pam_radius_auth.conf', `${directory}/radius.conf`]]));
  writeFileSync(`${directory}/server.conf`, STILL + guide('server', [
    ['port 1194', `port ${port}\nlocal 127.0.0.1`], ['/etc/openvpn/server/ca.pem', `${directory}/server.pem`],
    ['/etc/openvpn/server', directory], ['auth-pam.so openvpn', `auth-pam.so ${SERVICE}`]]));
  gateway = new Program('openvpn', ['--config', `${directory}/server.conf`]);
  await gateway.wait('it listens', () => /Initialization Sequence Completed/.test(gateway.out));
});
after(async () => {
  rmSync(PAM, { force: true });
  await gateway?.kill('SIGTERM');
  await server?.stop();
});

/** Whether a client whose user types this gets its tunnel. */
async function connect(password) {
  writeFileSync(`${directory}/typed`, `anna\n${password}\n`, { mode: 0o600 });
  writeFileSync(`${directory}/client.conf`, STILL + guide('client', [
    ['remote vpn.example 1194', `remote 127.0.0.1 ${port}`], ['ca ca.pem', `ca ${directory}/server.pem`],
    ['auth-user-pass', `auth-user-pass ${directory}/typed`]]));
  const client = new Program('openvpn', ['--config', `${directory}/client.conf`]);
  await until('it is in or not', () => client.end || /Initialization Sequence Completed|AUTH_FAILED/.test(client.out));
  await client.kill('SIGTERM');
  return { in: /Initialization Sequence Completed/.test(client.out), out: client.out };
}

test('PIN and code sign in, once', async () => {
  const typed = PIN + card.press();
  const first = await connect(typed);
  assert.ok(first.in, first.out);
  const [event] = await world.events('anna', 1);
  assert.equal(event.actor, 'radius:openvpn');
  assert.ok(!(await connect(typed)).in);
});

test('two log-ins heal a card 40 codes ahead', async () => {
  card.skip(40);
  assert.ok(!(await connect(PIN + card.press())).in);
  const second = await connect(PIN + card.press());
  assert.ok(second.in, second.out);
});
