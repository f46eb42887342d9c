// SPDX-License-Identifier: Apache-2.0
// Known seeds, codes, passwords, PINs and API keys go through the server in every way there is; a
// second later none of them is in a file, a log, an answer or the memory of the process. The memory
// is looked at in builds without sanitizers only, which keep what was freed: ./dev soak runs this
// on the release build.
import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';

import { found, foundInFiles, foundInMemory, seedNeedles, textNeedles } from './lib/canaries.mjs';
import { Client } from './lib/client.mjs';
import { LOCKSTEP, lockstep, run, Served, temporaryDirectory } from './lib/server.mjs';
import { Card, World } from './lib/world.mjs';

const ROUNDS = Number(process.env.LOCKSTEP_CANARY_ROUNDS ?? 3);
const USERS = 6;
const sanitized = run('bash', ['-c', `nm -D ${JSON.stringify(LOCKSTEP)} | grep -c __asan_init || true`]).trim() !== '0';

const servers = [];
after(async () => { for (const server of servers) await server.stop(); });

const needles = [];
const canary = (what, digits) => {
  const hex = createHash('sha256').update(`canary ${what} ${process.pid}`).digest('hex');
  return digits ? BigInt(`0x${hex}`).toString().slice(0, digits) : `${what}-${hex.slice(0, 24)}`;
};
/** A text that must not be found later. */
function secret(name, text) {
  needles.push(...textNeedles(name, text));
  return text;
}

/** Clients that remember every answer. */
const answers = [];
class Listening extends Client {
  async raw(...what) {
    const answer = await super.raw(...what);
    answers.push(Buffer.from(JSON.stringify(answer.rawHeaders) + answer.text));
    return answer;
  }
}
const tlsAgent = new https.Agent({ keepAlive: true, rejectUnauthorized: false });

function overTls(port, key, body) {
  return new Promise((resolve, reject) => {
    const request = https.request({ port, host: '127.0.0.1', method: 'POST', path: '/api/v1/authenticate', agent: tlsAgent,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } },
    (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => { answers.push(Buffer.concat(chunks)); resolve({ status: response.statusCode, json: JSON.parse(Buffer.concat(chunks)) }); });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** A card whose seed and every code it shows are canaries. Eight digits: shorter ones occur by chance. */
class CanaryCard extends Card {
  constructor(serial) {
    const seed = createHash('sha1').update(canary(`seed of ${serial}`)).digest('hex');
    super({ serial, seed, digits: 8 });
    needles.push(...seedNeedles(`seed of ${serial}`, seed));
  }
  press() { return secret(`code of ${this.serial}`, super.press()); }
}

async function uses(server, tlsKey, user, card, round) {
  const api = server.api;
  const password = secret('password', canary(`password ${user} ${round}`));
  const pin = secret('PIN', canary(`pin ${user} ${round}`, 12));
  await api.ok('PUT', `/users/${user}`, { password, pin });
  const login = async (more) => (await api.post('/authenticate', { user, ...more })).json?.decision;
  assert.equal(await login({ code: card.press(), password }), 'accept');
  assert.equal(await login({ code: pin + card.press() }), 'accept', 'the PIN in front');
  await login({ code: secret('wrong code', canary(`wrong ${user} ${round}`, 8)), password });
  await login({ code: card.press(), password: secret('wrong password', canary(`no ${user} ${round}`)) });
  const tls = await overTls(server.port, tlsKey, JSON.stringify({ user, code: card.press(), password }));
  assert.equal(tls.json.decision, 'accept');
  await api.post(`/tokens/${card.serial}/test`, { code: card.press() });
  card.skip(20);
  const moved = await api.post(`/tokens/${card.serial}/resync`, { codes: [card.press(), card.press()] });
  assert.equal(moved.status, 200, moved.text);
  // What is refused went through buffers as well.
  await api.raw('POST', '/api/v1/authenticate', { body: `{"user": "${user}", "password": "${secret('broken JSON', canary(`json ${user} ${round}`))}`, headers: { 'content-type': 'application/json' } });
  await api.raw('PUT', `/api/v1/users/${user}`, { body: JSON.stringify({ passwort: secret('unknown member', canary(`member ${user} ${round}`)) }), headers: { 'content-type': 'application/json' } });
  await api.raw('POST', '/api/v1/authenticate', { body: JSON.stringify({ password: secret('wrong type', canary(`type ${user} ${round}`)) }), headers: { 'content-type': 'text/plain' } });
  await overTls(server.port, secret('unknown API key', `lsk_${canary(`key ${user} ${round}`).slice(0, 43)}`), '{}');
  await overTls(server.port, tlsKey, JSON.stringify({ user, code: secret('long code', canary(`long ${user} ${round}`).repeat(9)) }));
}

test(`canaries in ${ROUNDS} rounds of use: in no file, log or answer${sanitized ? '' : ', and not in memory'}`, async (t) => {
  const directory = temporaryDirectory();
  const [certificate, key] = ['crt', 'key'].map((name) => path.join(directory, `tls.${name}`));
  run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=localhost'],
    { stdio: ['ignore', 'pipe', 'ignore'] });
  const server = await Served.start({ data: path.join(directory, 'd'), config: `tls_certificate = ${JSON.stringify(certificate)}\ntls_key = ${JSON.stringify(key)}\n---\n[log]\nlevel = "debug"` });
  servers.push(server);
  server.api = new Listening({ socketPath: server.adminSocket });
  const world = new World(server);
  const made = await server.admin.ok('POST', '/api-keys', { name: 'tls', permissions: ['authenticate'] });
  secret('API key', made.key);

  const cards = Array.from({ length: USERS }, (_, i) => new CanaryCard(`CANARY-${i}`));
  const content = cards.map((card) => `${card.serial},${card.seed}\n`).join('');
  const staged = await server.api.ok('POST', '/imports', { format: 'csv', content, spec: { kind: 'hotp', digits: 8 } });
  await server.api.ok('POST', `/imports/${staged.id}/commit`);
  for (const [i, card] of cards.entries()) {
    await server.api.ok('PUT', `/users/user${i}`, {});
    await server.api.ok('PUT', `/users/user${i}/tokens/${card.serial}`);
  }
  for (let round = 0; round < ROUNDS; ++round) {
    await Promise.all(cards.map((card, i) => uses(server, made.key, `user${i}`, card, round)));
  }
  const rekeyed = lockstep(['rekey', '--data', server.data]);
  assert.equal(rekeyed.status, 0, rekeyed.stderr);
  await new Promise((resolve) => { setTimeout(resolve, 1_000); });

  // Where a backup is made, it is made here as well; it holds what the database holds.
  const backup = path.join(server.data, 'canary.backup');
  if (/^ +backup /m.test(lockstep(['--help']).stdout)) lockstep(['backup', backup, '--data', server.data]);

  assert.deepEqual(found(needles, Buffer.from(server.program.out + server.program.err)), [], 'in the log');
  assert.deepEqual(answers.flatMap((answer) => found(needles, answer)), [], 'in an answer');
  assert.deepEqual(foundInFiles(needles, server.data), [], 'in a file');
  t.diagnostic(`${needles.length} needles, ${answers.length} answers, ${USERS * ROUNDS} users' rounds; a backup: ${existsSync(backup)}`);

  // The search finds what is there: in a file, and in the memory of an unfinished request.
  const planted = 'planted-3f9c2d71-canary';
  const control = textNeedles('control', planted);
  writeFileSync(path.join(directory, 'control'), `xx${planted}xx`);
  assert.deepEqual(foundInFiles(control, directory), ['control text in control']);
  if (sanitized) {
    t.diagnostic('memory not looked at: this build has a sanitizer');
    return;
  }
  const { findings, bytes } = foundInMemory(needles, server.program.child.pid);
  t.diagnostic(`${bytes} bytes of memory`);
  assert.ok(bytes > 1 << 20);
  assert.deepEqual(findings, [], 'in memory');

  const line = net.connect(server.adminSocket);
  line.write(`POST /api/v1/authenticate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"password":"${planted}`);
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  const control_findings = foundInMemory(control, server.program.child.pid).findings;
  line.destroy();
  assert.ok(control_findings.some((one) => /control text/.test(one)), 'the search in memory finds what is there');
  assert.match(readFileSync(`/proc/${server.program.child.pid}/status`, 'utf8'), /VmLck:\s+[1-9]/, 'memory is locked');
});
