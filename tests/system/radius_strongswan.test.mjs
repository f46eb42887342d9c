// SPDX-License-Identifier: Apache-2.0
// A real strongSwan gateway and client, as docs/guides/radius-strongswan.md sets them up, each with a network
// and mounts of its own (lib/machine.mjs). libipsec carries the packets: the kernel here need not have ESP.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { copyFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import dgram from 'node:dgram';

import { changed, openGuide } from './lib/guide.mjs';
import { Machine } from './lib/machine.mjs';
import { radiusConfig } from './lib/radius.mjs';
import { Program, Testd, run, temporaryDirectory, until } from './lib/server.mjs';
import { World } from './lib/world.mjs';

// As `openssl rand -base64` makes them, with all that could be read as something else.
const SECRET = 'c2VjcmV0/b2YgdGhl+Z2F0ZXdheQ==';
const PIN = '4711';
const directory = temporaryDirectory();
const block = openGuide('radius-strongswan.md');
let server;
let world;
let card;
let gateway;
let laptop;
let freeradius;
const machines = [];

async function freePort() {
  const probe = dgram.createSocket('udp4');
  await new Promise((resolve) => { probe.bind(0, '127.0.0.1', resolve); });
  const { port } = probe.address();
  await new Promise((resolve) => { probe.close(resolve); });
  return port;
}

/** A machine whose /etc/strongswan.d and /etc/swanctl are copies: what is written there stays there. */
async function machineWithStrongswan(name) {
  const machine = await Machine.start();
  machines.push(machine);
  for (const place of ['strongswan.d', 'swanctl']) {
    cpSync(`/etc/${place}`, `${directory}/${name}/${place}`, { recursive: true });
    machine.mount(`${directory}/${name}/${place}`, `/etc/${place}`);
  }
  machine.write = (file, text) => {
    assert.match(file, /^\/etc\/(strongswan\.d|swanctl)\//);
    writeFileSync(file.replace('/etc', `${directory}/${name}`), text, { mode: 0o600 });
  };
  machine.write('/etc/strongswan.d/charon/kernel-libipsec.conf', 'kernel-libipsec {\n  load = yes\n}\n');
  machine.write('/etc/strongswan.d/log.conf', 'charon-systemd {\n  filelog {\n    stderr {\n    }\n  }\n}\n');
  return machine;
}

/** What `systemctl restart strongswan` does. */
async function restart(machine) {
  if (machine.charon) await machine.end(machine.charon);
  machine.charon = machine.start('charon-systemd', []);
  await machine.charon.wait('it listens', () => /spawning \d+ worker threads/.test(machine.charon.err));
  machine.run('swanctl', ['--load-all', '--noprompt']);
}

before(async () => {
  const config = radiusConfig([{ name: 'vpn', secret: SECRET }]);
  server = await Testd.start({ config: changed(config, [['port = 0', 'port = 0\naccounting_port = 0']]) });
  world = new World(server);
  card = await world.withCard('anna', { pin: PIN });

  gateway = await machineWithStrongswan('gateway');
  await gateway.relay('192.0.2.5', [[1812, server.facts.radius_port], [1813, server.facts.radius_accounting_port]]);
  gateway.run('bash', ['-euc', block('sh')]);
  gateway.write('/etc/strongswan.d/charon/eap-gtc.conf', block('gtc'));
  gateway.write('/etc/strongswan.d/charon/eap-radius.conf', block('radius', [['the-secret-of-this-gateway', SECRET]]));
  gateway.write('/etc/swanctl/conf.d/vpn.conf', block('connection'));
  await restart(gateway);
  // What is behind it: a server that says who asked.
  gateway.run('ip', ['address', 'add', '10.1.0.1/16', 'dev', 'lo']);
  gateway.start(process.execPath, ['-e',
    'http.createServer((asked, answer) => answer.end(asked.socket.remoteAddress)).listen(80, "10.1.0.1")']);

  laptop = await machineWithStrongswan('laptop');
  gateway.cable(laptop, '198.51.100.1/24', '198.51.100.2/24');
  writeFileSync(`${directory}/hosts`, '198.51.100.1 vpn.example\n');
  laptop.mount(`${directory}/hosts`, '/etc/hosts');
  laptop.write('/etc/swanctl/x509ca/vpn-ca.pem', gateway.run('cat', ['/etc/swanctl/x509ca/vpn-ca.pem']));
  laptop.write('/etc/swanctl/conf.d/vpn.conf', block('client'));
  writeFileSync(`${directory}/vpn-login`, block('login'), { mode: 0o755 });
  await restart(laptop);
});
after(async () => {
  for (const machine of machines) await machine.stop();
  await freeradius?.kill('SIGTERM');
  await server?.stop();
});

/** A log-in whose user types `password` when asked, on a terminal, and then fetches a page and leaves. */
async function connect(password) {
  const client = laptop.start('script', ['-qec', `${directory}/vpn-login`, '/dev/null'], { stdin: 'pipe' });
  await client.wait('it asks', () => client.out.includes('PIN and code: '));
  client.child.stdin.write(`${password}\n`);
  const { code } = await client.ended;
  const session = { in: code === 0, out: client.out };
  assert.ok(!client.out.includes(password), 'what is typed is not shown');
  if (!session.in) return session;
  session.address = laptop.run('curl', ['-sS', '--max-time', '20', 'http://10.1.0.1/']);
  // Not run(): the gateway tells of the end first, and this process is on the way (relay).
  await laptop.start('swanctl', ['--terminate', '--ike', 'vpn']).ended;
  return session;
}

test('PIN and code sign in, once', async () => {
  const typed = PIN + card.press();
  const first = await connect(typed);
  assert.ok(first.in, first.out + gateway.charon.err);
  assert.match(first.address, /^10\.9\.0\./, 'packets come through the tunnel');
  const [ended, started, event] = await until('its end is told', async () => {
    const events = await world.events('anna', 3);
    return events[0].kind === 'access_session.ended' && events;
  });
  assert.equal(started.kind, 'access_session.started');
  for (const one of [event, started, ended]) {
    assert.equal(one.actor, 'radius:vpn');
    assert.equal(one.source, 'vpn 198.51.100.2');
  }
  const replay = await connect(typed);
  assert.ok(!replay.in);
  assert.match(replay.out, /EAP_FAILURE|AUTH_FAILED/);
});

test('two log-ins heal a card 40 codes ahead', async () => {
  card.skip(40);
  assert.ok(!(await connect(PIN + card.press())).in);
  const second = await connect(PIN + card.press());
  assert.ok(second.in, second.out);
});

/** FreeRADIUS as the page on Wi-Fi shows it, with what this one changes and this test's places. */
async function startFreeradius() {
  const wifi = openGuide('radius-wifi.md');
  const port = await freePort();
  run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=FreeRADIUS',
    '-addext', 'subjectAltName=DNS:radius.example',
    '-keyout', `${directory}/key.pem`, '-out', `${directory}/cert.pem`]);
  copyFileSync(`${directory}/cert.pem`, `${directory}/lockstep-ca.pem`);
  const { key } = await world.api.ok('POST', '/api-keys', { name: 'freeradius', permissions: ['authenticate'] });
  const text = changed(wifi('text') + wifi('server'), [
    ['modules {\n  eap {\n', `modules {\n${wifi('rest')}  eap {\n${wifi('eap')}`],
    ['      virtual_server = inner\n', block('ttls')],
    ['  authorize {\n    inner-eap\n', `  authorize {\n    inner-eap\n${block('pap')}`],
    ['https://lockstep.example:8480', `http://127.0.0.1:${server.port}`], ['the-key', key],
    ['/etc/lockstep-wifi', directory], ['/run/lockstep-wifi', directory],
    ['ipaddr = 192.0.2.5\n  port = 1812', `ipaddr = 127.0.0.1\n  port = ${server.facts.radius_port}`],
    ['"the-secret-of-this-freeradius"', `"${SECRET}"`],
    ['ipaddr = 192.0.2.0/24', 'ipaddr = 127.0.0.1'],
    ['type = auth\n    ipaddr = *\n    port = 0', `type = auth\n    ipaddr = 127.0.0.1\n    port = ${port}`],
    ['"the-secret-of-the-access-points"', `"${SECRET}"`],
  ]);
  writeFileSync(`${directory}/radiusd.conf`, `${text}\nlog {\n  destination = stderr\n}\n`);
  freeradius = new Program('freeradius', ['-X', '-d', directory]);
  await freeradius.wait('it is ready', () => /Ready to process requests/.test(freeradius.out + freeradius.err));
  freeradius.port = port;
}

test('EAP-TTLS through FreeRADIUS signs in, once, and two log-ins heal a card 40 codes ahead', async () => {
  await startFreeradius();
  await gateway.relay('192.0.2.6', [[1812, freeradius.port]]);
  gateway.write('/etc/strongswan.d/charon/eap-radius.conf',
    block('freeradius', [['the-secret-of-the-access-points', SECRET]]));
  gateway.write('/etc/swanctl/conf.d/vpn.conf', block('connection', [['auth = eap-gtc', 'auth = eap-radius']]));
  await restart(gateway);
  laptop.write('/etc/swanctl/x509ca/radius.pem', readFileSync(`${directory}/cert.pem`));
  laptop.write('/etc/swanctl/conf.d/vpn.conf', block('client',
    [['    local {\n      auth = eap-gtc\n      id = anna\n    }\n', block('tunneled')]]));
  await restart(laptop);

  const typed = PIN + card.press();
  const first = await connect(typed);
  assert.ok(first.in, first.out + gateway.charon.err + freeradius.out);
  const [event] = await world.events('anna', 1);
  assert.equal(event.actor, 'key:freeradius');
  assert.equal(event.source, 'freeradius 198.51.100.2');
  assert.ok(!(await connect(typed)).in);
  card.skip(40);
  assert.ok(!(await connect(PIN + card.press())).in);
  assert.ok((await connect(PIN + card.press())).in);
});

test('PAP in the tunnel signs in too', async () => {
  writeFileSync(`${directory}/eapol.conf`, `network={
 key_mgmt=WPA-EAP
 eap=TTLS
 identity="anna"
 password="${PIN}${card.press()}"
 ca_cert="${directory}/cert.pem"
 phase2="auth=PAP"
}\n`);
  const windows = new Program('eapol_test', ['-c', `${directory}/eapol.conf`, '-a', '127.0.0.1', '-p',
    String(freeradius.port), '-s', SECRET, '-t', '30']);
  assert.equal((await windows.ended).code, 0, windows.out.slice(-2_000));
});

test('nobody is asked for a code outside of the tunnel', async () => {
  laptop.write('/etc/swanctl/conf.d/vpn.conf', block('client'));
  await restart(laptop);
  const bare = await connect(PIN + card.press());
  assert.ok(!bare.in);
  assert.match(bare.out, /server requested EAP_TTLS/);
  assert.match(bare.out, /requesting EAP_GTC authentication, sending EAP_NAK/);
  assert.doesNotMatch(bare.out, /server requested EAP_GTC/);
});
