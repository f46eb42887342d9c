// SPDX-License-Identifier: Apache-2.0
// TLS, slow and greedy clients, and stopping in good order: `lockstep serve` on real time.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';

import { API } from './lib/client.mjs';
import { LOCKSTEP, Program, run, Served, temporaryDirectory, until } from './lib/server.mjs';
import { Card, World } from './lib/world.mjs';

const PASSWORD = 'correct horse battery';
const directory = temporaryDirectory();
const certificate = path.join(directory, 'site.crt');
const key = path.join(directory, 'site.key');
let server;
let apiKey;

before(async () => {
  run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key,
    '-out', certificate, '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']);
  server = await Served.start();
  apiKey = (await server.admin.ok('POST', '/api-keys', { name: 'client', permissions: ['authenticate'] })).key;
});
after(() => server?.stop());

/** An open line to the server, with what came back and when it was closed. */
function line(port, text) {
  const socket = net.connect(port, '127.0.0.1');
  const state = { socket, received: '', closed: false, since: Date.now() };
  socket.setEncoding('utf8');
  socket.on('connect', () => socket.write(text));
  socket.on('data', (chunk) => { state.received += chunk; });
  socket.on('error', () => {});
  socket.on('close', () => { state.closed = true; state.after = Date.now() - state.since; });
  return state;
}

test('over TLS, curl signs a user in, and plain HTTP is not spoken', async () => {
  const secure = await Served.start({ config: `tls_certificate = ${JSON.stringify(certificate)}\ntls_key = ${JSON.stringify(key)}` });
  secure.api = secure.admin;
  const world = new World(secure);
  const card = await world.withCard('curl');
  const url = `https://127.0.0.1:${secure.port}`;
  const { key: bearer } = await secure.admin.ok('POST', '/api-keys', { name: 'curl', permissions: ['authenticate'] });
  const body = JSON.stringify({ user: 'curl', code: card.press() });
  const said = run('curl', ['-sS', '--cacert', certificate, '-H', `Authorization: Bearer ${bearer}`,
    '--json', body, `${url}${API}/authenticate`]);
  assert.equal(JSON.parse(said).decision, 'accept');
  assert.notEqual(spawnSync('curl', ['-sS', `${url}/healthz`]).status, 0, 'an unknown certificate is refused');
  assert.notEqual(spawnSync('curl', ['-sS', `http://127.0.0.1:${secure.port}/healthz`]).status, 0);
  const old = spawnSync('openssl', ['s_client', '-connect', `127.0.0.1:${secure.port}`, '-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'],
    { input: '', encoding: 'utf8' });
  assert.match(old.stdout + old.stderr, /alert protocol version|no protocols available|Cipher is \(NONE\)/);
  const modern = await new Promise((resolve, reject) => {
    const socket = tls.connect({ port: secure.port, host: '127.0.0.1', ca: readFileSync(certificate) }, () => {
      resolve(socket.getProtocol());
      socket.destroy();
    });
    socket.on('error', reject);
  });
  assert.equal(modern, 'TLSv1.3');
  await secure.stop();
});

test('plain HTTP beyond loopback is refused at the start, with what to do', async () => {
  const data = path.join(directory, 'plain');
  Served.init(data);
  const config = path.join(directory, 'plain.toml');
  writeFileSync(config, `data = ${JSON.stringify(data)}\n[listen]\naddress = "0.0.0.0"\nport = 0\n`);
  const program = new Program(LOCKSTEP, ['serve', '--config', config]);
  const end = await program.ended;
  assert.equal(end.code, 2, program.err);
  assert.match(program.err, /tls_certificate|TLS|plain_http_anywhere/);
});

test('slow clients are cut off: in the header, in the body, after the handshake', async () => {
  const head = `POST ${API}/authenticate HTTP/1.1\r\nHost: x\r\n`;
  const lines = [
    line(server.port, head.slice(0, 20)),
    line(server.port, `${head}Authorization: Bearer ${apiKey}\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"user"`),
    line(server.port, ''),
  ];
  // One that keeps sending a byte now and then is no better off.
  const drip = line(server.port, head);
  const timer = setInterval(() => { if (!drip.closed) drip.socket.write('X'); }, 200);
  const healthy = server.client(apiKey);
  await until('the slow ones are cut off', () => [...lines.slice(0, 2), drip].every((one) => one.closed), { milliseconds: 30_000 });
  clearInterval(timer);
  for (const one of [...lines.slice(0, 2), drip]) assert.ok(one.after >= 5_000 && one.after < 20_000, `${one.after} ms`);
  assert.equal((await healthy.call('GET', '/healthz')).status, 200);
  healthy.close();
  lines[2].socket.destroy();
});

test('a header that is too long is refused, and so is a body', async () => {
  const client = server.client(apiKey);
  const long = await client.raw('GET', '/healthz', { headers: { 'x-long': 'x'.repeat(40_000) } }).catch((error) => error);
  assert.ok(long.status === 431 || /reset|EPIPE|hang up/i.test(long.message), String(long.status ?? long));
  const refused = line(server.port, `POST ${API}/authenticate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${apiKey}\r\n`
    + 'Content-Type: application/json\r\nContent-Length: 2000000\r\n\r\n');
  await until('the answer', () => refused.received.includes('\r\n\r\n'));
  assert.match(refused.received, /^HTTP\/1\.1 413 /);
  refused.socket.destroy();
  client.close();
});

test('one address cannot take all connections', async () => {
  const lines = Array.from({ length: 300 }, () => line(server.port, ''));
  await until('the surplus is refused', () => lines.filter((one) => one.closed).length >= 300 - 256);
  for (const one of lines) one.socket.destroy();
  const client = server.client(apiKey);
  await until('the next one is served', async () => {
    const answer = await client.raw('GET', '/healthz').catch(() => undefined);
    return answer?.status === 200;
  });
  client.close();
});

test('what is not HTTP is answered by 400 or a closed line', async () => {
  for (const text of ['\u0000\u0001\u0002\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', 'GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n',
    'POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n']) {
    const one = line(server.port, text);
    await until('an end', () => one.closed || one.received.includes('\r\n\r\n'));
    assert.doesNotMatch(one.received, /^HTTP\/1\.1 [23]/, JSON.stringify(text));
    one.socket.destroy();
  }
});

test('SIGTERM finishes the requests that run, and the service ends in good order', async () => {
  const own = await Served.start();
  own.api = own.admin;
  const world = new World(own);
  const card = new Card({ serial: 'C-STOP' });
  await own.admin.ok('PUT', '/users/stop', { password: PASSWORD });
  await world.token(card, 'stop');
  const client = own.client((await own.admin.ok('POST', '/api-keys', { name: 'c', permissions: ['authenticate'] })).key, 12);
  await client.raw('GET', '/healthz');
  // Passwords take long enough to be at work when the signal comes.
  const code = card.press();
  const first = client.post('/authenticate', { user: 'stop', password: PASSWORD, code });
  const answers = [first, ...Array.from({ length: 11 }, (_, i) => client.post('/authenticate',
    { user: 'stop', password: `${PASSWORD}${i}`, code: '000000' }))];
  const settled = Promise.allSettled(answers);
  await first;
  own.program.child.kill('SIGTERM');
  const decisions = (await settled).map((one) => one.value?.json.decision);
  assert.deepEqual(decisions, ['accept', ...Array(11).fill('reject')]);
  client.close();
  await own.stop();
  assert.equal((await own.program.ended).code, 0);
  assert.match(own.program.err, /event=stopped/);
  assert.equal(existsSync(own.adminSocket), false, 'the admin socket is gone');
  const verdict = spawnSync(LOCKSTEP, ['audit', 'verify', '--data', own.data, '--json'], { encoding: 'utf8' });
  assert.equal(verdict.status, 0, verdict.stderr);
});

test('the data directory and what is in it belong to the service alone, and to one server at a time', async () => {
  assert.equal(statSync(server.data).mode & 0o777, 0o700);
  assert.equal(statSync(path.join(server.data, 'key')).mode & 0o777, 0o600);
  assert.equal(statSync(server.adminSocket).mode & 0o777, 0o600);
  const second = new Program(LOCKSTEP, ['serve', '--config', server.configFile]);
  const end = await second.ended;
  assert.equal(end.code, 5, second.err);
});
