// SPDX-License-Identifier: Apache-2.0
// The real server as monitoring and the service manager see it: metrics, readiness, limits, SIGHUP,
// the datagrams of sd_notify, and the form of its log.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';

import { Program, ROOT, run, Served, temporaryDirectory, until } from './lib/server.mjs';
import { Card, World } from './lib/world.mjs';

const directory = temporaryDirectory();
const mirror = path.join(directory, 'audit.jsonl');
const file = (name) => path.join(directory, name);
let server;
let world;
let manager;
let small;

/** A service manager that writes down what it is told, as systemd's own is a datagram socket. */
class Manager {
  constructor() {
    this.socket = file('notify');
    this.program = new Program('/usr/bin/python3', ['-uc', `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('bound')
while True:
    print(s.recv(4096).decode().replace('\\n', ' '))
`, this.socket]);
  }

  listens() { return this.program.wait('it listens', () => this.program.out.includes('bound')); }
  get said() { return this.program.out; }
  /** Waits for what `pattern` matches, behind the first `from` characters. */
  hears(pattern, from = 0) { return until(`the manager hears ${pattern}`, () => pattern.exec(this.said.slice(from))); }
}

function makeCertificate(name) {
  run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file(`${name}.key`),
    '-out', file(`${name}.crt`), '-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']);
}

function useCertificate(name) {
  copyFileSync(file(`${name}.crt`), file('site.crt'));
  copyFileSync(file(`${name}.key`), file('site.key'));
}

/** Whom the server says it is to a connection that comes now. */
const nameShown = () => new Promise((resolve, reject) => {
  const socket = tls.connect({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
    resolve(socket.getPeerCertificate().subject.CN);
    socket.destroy();
  });
  socket.on('error', reject);
});

const configuration = (rest, { level = 'info', drain = 2 } = {}) => `tls_certificate = ${JSON.stringify(file('site.crt'))}
tls_key = ${JSON.stringify(file('site.key'))}
drain_seconds = ${drain}
[audit]
mirror = ${JSON.stringify(mirror)}
[log]
level = "${level}"
${rest}`;

const LIMITS = '[limits]\nrequests_per_second = 1000\n[limits.keys.small]\nrequests_per_second = 1\nburst = 3\n';

function writeConfiguration(text) {
  const head = readFileSync(server.configFile, 'utf8').split('[listen]')[0];
  writeFileSync(server.configFile, `${head}[listen]\nport = 0\n${text}`);
}

/** Writes the configuration anew, signals, and waits for what the log says. */
async function reload(text, said) {
  const seen = server.program.err.length;
  writeConfiguration(text);
  server.program.child.kill('SIGHUP');
  await server.program.wait(String(said), () => said.exec(server.program.err.slice(seen)));
}

/** An exchange over TLS with a key. */
const curl = (key, target, ...more) => {
  const done = spawnSync('curl', ['-sk', '-w', '\n%{http_code} %header{retry-after}', '-H', `Authorization: Bearer ${key}`,
    ...more, `https://127.0.0.1:${server.port}${target}`], { encoding: 'utf8' });
  const [, body, status, retry] = /^([\s\S]*)\n(\d+) (\d*)$/.exec(done.stdout);
  return { body, status: Number(status), retry };
};

const key = async (name, ...permissions) => (await server.admin.ok('POST', '/api-keys', { name, permissions })).key;

before(async () => {
  makeCertificate('one');
  makeCertificate('two');
  useCertificate('one');
  manager = new Manager();
  await manager.listens();
  server = await Served.start({ config: configuration(LIMITS),
    env: { NOTIFY_SOCKET: manager.socket, WATCHDOG_USEC: '400000' } });
  server.api = server.admin;
  world = new World(server);
});
after(async () => {
  if (server && !server.program.end) await server.program.kill();
  await manager?.program.kill();
});

test('the service manager hears when the server is ready, and that it lives', async () => {
  await manager.hears(/READY=1 STATUS=serving/);
  await manager.hears(/WATCHDOG=1[\s\S]*WATCHDOG=1/);
});

test('metrics are for the holder of the permission, and an independent reader understands all of them', async () => {
  const card = await world.withCard('grafana', { serial: 'C-GRAFANA' });
  await world.reject('grafana', card.wrong());
  card.skip(100);
  await server.admin.ok('POST', '/tokens/C-GRAFANA/resync', { codes: [card.press(), card.press()] });
  assert.equal(curl(await key('vpn', 'authenticate'), '/metrics').status, 403);
  assert.equal(curl('nonsense', '/metrics').status, 401);
  const { body, status } = curl(await key('prometheus', 'metrics.read'), '/metrics');
  assert.equal(status, 200);
  const read = JSON.parse(run('/usr/bin/python3', ['-c', `
import json, sys
from prometheus_client.parser import text_string_to_metric_families as parse
print(json.dumps([[f.type, s.name, s.labels, s.value] for f in parse(sys.stdin.read()) for s in f.samples]))`], { input: body }));
  const value = (name, labels = {}) => read.find(([, n, l]) => n === name
    && Object.entries(labels).every(([k, v]) => l[k] === v))?.[3];
  assert.equal(value('lockstep_logins_total', { result: 'accepted', reason: 'none' }), 1);
  assert.equal(value('lockstep_logins_total', { result: 'refused', reason: 'no_match' }), 1);
  assert.equal(value('lockstep_resyncs_total', { by: 'operator', result: 'succeeded' }), 1);
  assert.equal(value('lockstep_login_commit_duration_seconds_count'), 2);
  assert.equal(value('lockstep_login_commit_duration_seconds_bucket', { le: '+Inf' }), 2);
  assert.ok(value('lockstep_http_requests_total', { route: '/api/v1/authenticate', method: 'POST', code: '200' }) >= 2);
  assert.equal(value('lockstep_http_requests_total', { route: '/metrics', code: '403' }), 1);
  for (const one of ['lockstep_ready', 'lockstep_store_up', 'lockstep_audit_mirror_up', 'lockstep_build_info']) assert.equal(value(one), 1, one);
  assert.equal(value('lockstep_worker_queue_length'), 0);
  assert.ok(value('lockstep_workers_busy') >= 1, 'the one that answers this');
  assert.ok(value('process_open_fds') > 5 && value('process_resident_memory_bytes') > 1e6);
  assert.ok(Math.abs(value('process_start_time_seconds') - Date.now() / 1000) < 600);
  for (const secret of ['grafana', 'C-GRAFANA', '127.0.0.1', 'prometheus', 'vpn', 'lsk_']) {
    assert.equal(body.toLowerCase().includes(secret.toLowerCase()), false, secret);
  }
  // Every metric is explained, and every one that is explained is there.
  const page = readFileSync(path.join(ROOT, 'docs/reference/metrics.md'), 'utf8');
  const explained = new Set(page.split('\n').filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...line.split(' | ')[0].matchAll(/`((?:lockstep|process)_\w+)`/g)].map((m) => m[1])));
  const there = new Set([...body.matchAll(/^# TYPE (\w+)/gm)].map((m) => m[1]));
  assert.deepEqual([...there].sort(), [...explained].sort());
});

test('a key that sends more than its own limit gets 429 and is told when to come back; others go on', async () => {
  small = await key('small', 'users.read');
  const other = await key('other', 'users.read');
  const answers = Array.from({ length: 6 }, () => curl(small, '/api/v1/users'));
  const refused = answers.find((one) => one.status === 429);
  assert.ok(refused, JSON.stringify(answers.map((one) => one.status)));
  assert.equal(JSON.parse(refused.body).reason, 'too_many_requests');
  assert.equal(refused.retry, '1');
  assert.equal(curl(other, '/api/v1/users').status, 200);
  await until('the limit lets it in again', () => curl(small, '/api/v1/users').status === 200);
});

test('SIGHUP takes over certificate, limits and the level of the log, and names what waits for a start', async () => {
  assert.equal(await nameShown(), 'one');
  useCertificate('two');
  const heard = manager.said.length;
  await reload(configuration('[workers]\nthreads = 3\n[limits]\nrequests_per_second = 0\n'),
    /event=reloaded[\s\S]*event=reload_needs_restart keys=workers.threads/);
  assert.equal(await nameShown(), 'two');
  await manager.hears(/RELOADING=1 MONOTONIC_USEC=\d+[\s\S]*READY=1/, heard);
  for (let i = 0; i < 6; ++i) assert.equal(curl(small, '/api/v1/users').status, 200);
});

test('SIGHUP with a wrong file or certificate changes nothing, says why, and the server goes on', async () => {
  const heard = manager.said.length;
  await reload(configuration('[nonsense]\nx = 1\n'), /level=error event=reload_failed why=".*unknown key nonsense/);
  await manager.hears(/RELOADING=1[\s\S]*READY=1/, heard);
  writeFileSync(file('site.crt'), 'no certificate');
  await reload(configuration('[limits]\nrequests_per_second = 1\nburst = 1\n'), /event=reload_failed why=".*TLS certificate/);
  assert.equal(await nameShown(), 'two');
  const free = await key('free', 'users.read');
  for (let i = 0; i < 3; ++i) assert.equal(curl(free, '/api/v1/users').status, 200, 'the limits were not taken over');
  useCertificate('two');
});

test('SIGHUP after a rotation: the mirror goes on in a new file', async () => {
  await until('the mirror is written', () => existsSync(mirror) && readFileSync(mirror, 'utf8').includes('"kind":"'));
  renameSync(mirror, `${mirror}.1`);
  await reload(configuration(LIMITS), /event=reloaded/);
  await server.admin.ok('PUT', '/groups/after-rotation');
  await until('the new file has the newest record', () => existsSync(mirror) && readFileSync(mirror, 'utf8').includes('after-rotation'));
  assert.equal(readFileSync(`${mirror}.1`, 'utf8').includes('after-rotation'), false);
});

test('SIGHUP takes over the level of the log', async () => {
  const heard = manager.said.length;
  const seen = server.program.err.length;
  writeConfiguration(configuration(LIMITS, { level: 'error' }));
  server.program.child.kill('SIGHUP');
  await manager.hears(/RELOADING=1[\s\S]*READY=1/, heard);
  await reload(configuration('[nonsense]\nx = 1\n'), /event=reload_failed/);
  assert.doesNotMatch(server.program.err.slice(seen), /level=(?:info|warning)/);
  await reload(configuration(LIMITS), /level=info event=reloaded/);
});

test('a server that is told to stop is not ready, answers all the same, and then ends in good order', async () => {
  const client = new Card({ serial: 'C-LAST' });
  await server.admin.ok('PUT', '/users/last', {});
  await world.token(client, 'last');
  assert.equal(curl('', '/readyz').status, 200);
  server.program.child.kill('SIGTERM');
  const refused = await until('not ready', () => { const said = curl('', '/readyz'); return said.status === 503 && said; });
  assert.match(JSON.parse(refused.body).detail, /^stopping/);
  assert.equal(curl('', '/healthz').status, 200);
  await world.accept('last', client.press());
  await manager.hears(/STOPPING=1/);
  server.program.child.kill('SIGTERM');  // No more patience.
  assert.equal((await server.program.ended).code, 0);
});

test('every line of the log is pairs of name and value, with time, level and event in front', () => {
  const lines = server.program.err.trim().split('\n');
  assert.ok(lines.length >= 5);
  const pair = /(?:[a-z_]+=(?:"(?:[^"\\]|\\.)*"|[^\s"=\\]+))/.source;
  const form = new RegExp(`^time=\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z level=(?:debug|info|warning|error) event=[a-z_]+(?: ${pair})*$`);
  const page = readFileSync(path.join(ROOT, 'docs/reference/logs.md'), 'utf8');
  for (const line of lines) {
    assert.match(line, form);
    assert.ok(page.includes(`| \`${/event=(\w+)/.exec(line)[1]}\` |`), line);
  }
});
