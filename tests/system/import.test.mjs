// SPDX-License-Identifier: Apache-2.0
// Seed files: written by independent programs, judged before they are taken, all or nothing.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { base32 } from './lib/oath.mjs';
import { run, temporaryDirectory, Testd } from './lib/server.mjs';
import { Card, Fob, refusedFor, seedOf, World } from './lib/world.mjs';

let server;
let world;
const directory = temporaryDirectory();

before(async () => {
  server = await Testd.start();
  world = new World(server);
});
after(() => server?.stop());

/** A key package as a maker describes a token. */
function keyPackage(token, maker) {
  const event = token instanceof Card;
  const kind = event ? 'hotp' : 'totp';
  const suite = token.hash && token.hash !== 'sha1' ? `<Suite>HMAC-${token.hash.toUpperCase()}</Suite>` : '';
  const moving = event
    ? `<Counter><PlainValue>${token.counter}</PlainValue></Counter>`
    : `<Time><PlainValue>0</PlainValue></Time><TimeInterval><PlainValue>${token.step}</PlainValue></TimeInterval>`;
  return `<KeyPackage><DeviceInfo><Manufacturer>${maker}</Manufacturer><SerialNo>${token.serial}</SerialNo></DeviceInfo>
    <Key Id="${token.serial}" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:${kind}">
    <AlgorithmParameters>${suite}<ResponseFormat Length="${token.digits}" Encoding="DECIMAL"/></AlgorithmParameters>
    <Data><Secret><PlainValue>${Buffer.from(token.seed, 'hex').toString('base64')}</PlainValue></Secret>${moving}</Data>
    </Key></KeyPackage>`;
}

const container = (packages) => `<?xml version="1.0" encoding="UTF-8"?>
<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc">${packages}</KeyContainer>`;

/** The container as pskctool writes it: parsed, signed, printed anew. */
function byPskctool(xml) {
  const file = (name) => path.join(directory, name);
  writeFileSync(file('in.xml'), xml);
  run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', file('key.pem'),
    '-out', file('crt.pem'), '-subj', '/CN=maker', '-days', '2']);
  const written = run('pskctool', ['--sign', `--sign-key=${file('key.pem')}`, `--sign-crt=${file('crt.pem')}`, file('in.xml')]);
  writeFileSync(file('out.xml'), written);
  assert.match(run('pskctool', ['--verify', `--verify-crt=${file('crt.pem')}`, file('out.xml')]), /OK/);
  assert.match(run('pskctool', ['--info', file('out.xml')]), /KeyPackage 0:/);
  return written;
}

const stage = (body) => world.api.post('/imports', body);

/** Stages and commits; the report of the commit. */
async function take(body) {
  const staged = await stage(body);
  assert.equal(staged.status, 201, staged.text);
  assert.equal(staged.json.committed, false);
  return world.api.ok('POST', `/imports/${staged.json.id}/commit`);
}

/** Only so many uploads of one caller wait: what is not committed is dropped. */
const drop = (staged) => world.api.ok('DELETE', `/imports/${staged.json.id}`);

const serials = async () => (await world.api.ok('GET', '/tokens?limit=1000')).items.map((one) => one.serial);

test('a PSKC file written by pskctool is imported, and codes of oathtool sign in, each once', async () => {
  const tokens = [
    new Card({ serial: '1000117803294', seed: '4dfa5f4fef099fdb3a158348c928bebb35e4222d' }),
    new Card({ serial: 'P8', digits: 8, counter: 5 }),
    new Fob({ serial: 'P30' }),
    new Fob({ serial: 'P60', step: 60, digits: 8 }),
    new Fob({ serial: 'P256', hash: 'sha256', seed: seedOf('a').slice(0, 24) + seedOf('b') }),
  ];
  const report = await take({ format: 'pskc', content: byPskctool(container(tokens.map((t) => keyPackage(t, 'Feitian')).join(''))) });
  assert.deepEqual([report.committed, report.added, report.rejected], [true, tokens.length, 0]);
  for (const token of tokens) {
    const user = `p-${token.serial.toLowerCase()}`;
    await world.api.ok('PUT', `/users/${user}`, {});
    await world.api.ok('PUT', `/users/${user}/tokens/${token.serial}`);
    const code = token instanceof Card ? token.press() : token.at(await server.clock.now());
    await world.accept(user, code);
    await world.reject(user, code);
    const record = await world.api.ok('GET', `/tokens/${token.serial}`);
    assert.match(record.model, /Feitian/);
    assert.equal(JSON.stringify(record).includes(token.seed), false);
  }
});

test('importing a file again adds nothing, and committing twice gives the same report', async () => {
  const token = new Card({ serial: 'TWICE1' });
  const file = { format: 'pskc', content: container(keyPackage(token, 'Maker')) };
  const staged = (await stage(file)).json;
  const first = await world.api.ok('POST', `/imports/${staged.id}/commit`);
  const second = await world.api.ok('POST', `/imports/${staged.id}/commit`);
  assert.deepEqual([first.added, second.added], [1, 1]);
  assert.equal((await serials()).filter((one) => one === 'TWICE1').length, 1);
  const again = await take(file);
  assert.deepEqual([again.added, again.already_there], [0, 1]);
});

test('a serial that exists with another seed is named, and its token stays as it is', async () => {
  const card = await world.withCard('taken', { serial: 'TAKEN1' });
  const staged = await stage({ format: 'csv', content: `TAKEN1,${seedOf('another')}\nFREE1,${seedOf('free')}\n`, spec: { kind: 'hotp' } });
  assert.equal(staged.json.rejected, 1);
  assert.deepEqual([staged.json.rejected_list[0].line, staged.json.rejected_list[0].serial], [1, 'TAKEN1']);
  await drop(staged);
  await world.accept('taken', card.press());
});

test('nothing is added before the commit, and an unknown id commits nothing', async () => {
  const staged = (await stage({ format: 'csv', content: `STAGED1,${seedOf('x')}\n`, spec: { kind: 'hotp' } })).json;
  assert.equal((await serials()).includes('STAGED1'), false);
  assert.deepEqual(await world.api.ok('GET', `/imports/${staged.id}`), staged);
  refusedFor(await world.api.post(`/imports/${'A'.repeat(43)}/commit`), 404, 'not_found');
  await server.clock.advance(3601);
  refusedFor(await world.api.post(`/imports/${staged.id}/commit`), 404, 'not_found');
});

for (const [name, seeds] of [['hex', (s) => s], ['upper-case hex', (s) => s.toUpperCase()], ['base32', (s) => base32(s)]]) {
  test(`a CSV file with ${name} seeds and counters is imported`, async () => {
    const tag = name.toUpperCase().replace(/[^A-Z0-9]/g, '');
    const cards = [0, 5, 1000].map((counter) => new Card({ serial: `${tag}-${counter}`, counter, digits: 8 }));
    const content = `\uFEFF# serial,seed,counter\r\n${cards.map((c) => `${c.serial},"${seeds(c.seed)}",${c.counter}`).join('\r\n')}\r\n`;
    const report = await take({ format: 'csv', content, spec: { kind: 'hotp', digits: 8 }, model: 'Display card' });
    assert.equal(report.added, 3);
    for (const card of cards) {
      const user = card.serial.toLowerCase();
      await world.api.ok('PUT', `/users/${user}`, {});
      await world.api.ok('PUT', `/users/${user}/tokens/${card.serial}`);
      await world.accept(user, card.press());
    }
  });
}

test('damaged files are refused with the line, without the seed, and change nothing', async () => {
  const before = await serials();
  const good = seedOf('good');
  const damaged = [
    [{ format: 'csv', content: `D1,${good}\nD2,${good.slice(1)}\n` }, /line 2/],
    [{ format: 'csv', content: `D1,${good}\nD2\n` }, /line 2/],
    [{ format: 'csv', content: `D1,${good}\n\nD2,${good},x\n` }, /line 3/],
    [{ format: 'csv', content: `2.30871E+12,${good}\n` }, /line 1/],
    [{ content: `D1,${good}\nD2,"${good}\n` }, /line 2/],
    [{ content: `D1,${good}\nD2,${base32(good)}\n` }, /line 1 is hex, line 2 is base32/],
    [{ content: '<TKNBatch><TKNHeader/></TKNBatch>' }, /RSA .sdtid/],
    [{ format: 'csv', content: `D1,${good}\nD1,${seedOf('other')}\n` }, /line 2/],
    [{ format: 'pskc', content: container(keyPackage(new Card({ serial: 'D1' }), 'M')).slice(0, -20) }, /line|XML|offset/i],
    [{ format: 'pskc', content: container(keyPackage(new Card({ serial: 'D1' }), 'M').replace(/<Secret>.*<\/Secret>/s, '')) }, /line 1/],
    [{ format: 'pskc', content: '<html/>' }, /./],
    [{ format: 'csv', content: '' }, /./],
  ];
  for (const [body, where] of damaged) {
    const answer = await stage({ ...body, ...(body.format !== 'pskc' ? { spec: { kind: 'hotp' } } : {}) });
    if (answer.status === 201) {
      // The line stands in the report then, and nothing of it would be added.
      assert.equal(answer.json.rejected > 0, true, `${body.content} was taken`);
      assert.match(`line ${answer.json.rejected_list[0].line}`, where);
      await drop(answer);
    } else {
      refusedFor(answer, 400, 'invalid_input');
      assert.match(answer.json.detail, where, body.content);
    }
    assert.equal(answer.text.includes(good), false);
  }
  assert.deepEqual(await serials(), before);
});

/** Files that python3-pskc writes: `[{ name, options, tokens }]`, see the script. */
function byPython(files) {
  const script = path.join(directory, 'write.py');
  writeFileSync(script, `
import json, sys
from pskc import PSKC
out = {}
for file in json.load(sys.stdin):
    pskc = PSKC()
    options = file['options']
    if 'mac' in options: pskc.mac.algorithm = options.pop('mac')
    if 'key' in options: options['key'] = bytes.fromhex(options['key'])
    (pskc.encryption.setup_pbkdf2 if 'password' in options else pskc.encryption.setup_preshared_key)(**options)
    for token in file['tokens']:
        pskc.add_key(id=token['serial'], serial=token['serial'], manufacturer='Maker',
                     algorithm='urn:ietf:params:xml:ns:keyprov:pskc:' + token['kind'],
                     secret=bytes.fromhex(token['seed']), response_length=token['digits'],
                     response_encoding='DECIMAL', **token['data'])
    name = sys.argv[1] + '/' + file['name'] + '.xml'
    pskc.write(name)
    out[file['name']] = open(name).read()
json.dump(out, sys.stdout)
`);
  // Debian's Python, for which the package is: another one may come first in the PATH.
  const done = spawnSync('/usr/bin/python3', [script, directory], { input: JSON.stringify(files), encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
  return JSON.parse(done.stdout);
}

const forPython = (token) => ({
  serial: token.serial, seed: token.seed, digits: token.digits, kind: token instanceof Card ? 'hotp' : 'totp',
  data: token instanceof Card ? { counter: token.counter } : { time_interval: token.step },
});

test('encrypted PSKC files of python3-pskc open with their key or password, and with no other', async () => {
  const key = '000102030405060708090a0b0c0d0e0f';
  const made = [
    { name: 'aes', say: { key }, tokens: [new Card({ serial: 'EA1', counter: 300 }), new Fob({ serial: 'EA2', step: 60 })],
      options: { key, algorithm: 'aes128-cbc', mac: 'hmac-sha256', fields: ['secret', 'counter', 'time_interval'] } },
    { name: 'wrap', say: { key }, tokens: [new Card({ serial: 'EW1', seed: seedOf('w').slice(0, 32) })], options: { key, algorithm: 'kw-aes128' } },
    { name: 'word', say: { password: 'correct horse' }, tokens: [new Fob({ serial: 'EP1', digits: 8 })],
      options: { password: 'correct horse', algorithm: 'camellia256-cbc', iterations: 5000 } },
  ];
  const files = byPython(made.map(({ name, options, tokens }) => ({ name, options: { ...options }, tokens: tokens.map(forPython) })));
  for (const { name, say, tokens } of made) {
    refusedFor(await stage({ content: files[name] }), 400, 'invalid_input');
    const wrong = await stage({ content: files[name], ...(say.key ? { key: key.replace('0', '1') } : { password: 'wrong horse' }) });
    refusedFor(wrong, 400, 'invalid_input');
    assert.match(wrong.json.detail, /does not open/);
    const report = await take({ content: files[name], ...say });
    assert.deepEqual([report.format, report.added, report.rejected], ['pskc', tokens.length, 0]);
    for (const token of tokens) {
      const user = `e-${token.serial.toLowerCase()}`;
      await world.api.ok('PUT', `/users/${user}`, {});
      await world.api.ok('PUT', `/users/${user}/tokens/${token.serial}`);
      await world.accept(user, token instanceof Card ? token.press() : token.at(await server.clock.now()));
    }
  }
  const stripped = files.aes.replace(/<pskc:ValueMAC>[^<]*<\/pskc:ValueMAC>/, '').replaceAll('EA1', 'EA3');
  const report = await stage({ content: stripped, key });
  assert.deepEqual(report.json.rejected_list, [{ line: 1, serial: 'EA3', why: 'it has no MAC' }]);
  await drop(report);
});

test('the files of other servers are known by their form, and their tokens sign in', async () => {
  const card = (serial) => new Card({ serial, counter: 5 });
  const fob = (serial) => new Fob({ serial, step: 60 });
  const cases = [
    ['entra', fob('TF1'), (t) => `upn,serial number,secret key,time interval,manufacturer,model\n,${t.serial},${base32(t.seed)},60,Contoso,Key\n`],
    ['oath', card('TF2'), (t) => `# version: 2\nanna,people,example,${t.serial},${t.seed},hotp,6,5\n`],
    ['oath', fob('TF3'), (t) => `${t.serial}, ${t.seed}, totp, 6, 60\n`],
    ['multiotp', fob('TF4'), (t) => `${t.serial};multiOTP;TOTP;${t.seed};6;60\n`],
    ['yubico', new Card({ serial: '508326' }), (t) => `${t.serial},,0,${t.seed},,2026-12-12T08:41:07,\n`],
    ['yubico-traditional', new Card({ serial: 'UBCD', digits: 8 }), (t) => `OATH-HOTP,11.12.26 18:55,1,ubcd,,${t.seed},,,0,0,0,8,0,0,0,0\n`],
    ['feitian', fob('TF7'), (t) => `${t.serial}\t${base32(t.seed)}\n`, { kind: 'totp', step_seconds: 60 }],
    ['csv', card('TF8'), (t) => `Type;Secret;Serial;Counter\nevent;${t.seed};${t.serial};5\n`],
    ['pingid', card('TF9'), (t) => `${t.serial},${t.seed},5\n`, { kind: 'hotp' }],
    ['netiq', fob('TF10'), (t) => `${t.serial},${t.seed},totp,6,60\n`],
  ];
  for (const [format, token, write, spec] of cases) {
    const named = ['pingid', 'netiq'].includes(format) ? { format } : {};
    const report = await take({ content: write(token), ...named, ...(spec ? { spec } : {}) });
    assert.deepEqual([report.format, report.added, report.rejected], [format, 1, 0]);
    const user = `t-${token.serial.toLowerCase()}`;
    await world.api.ok('PUT', `/users/${user}`, {});
    await world.api.ok('PUT', `/users/${user}/tokens/${token.serial}`);
    await world.accept(user, token instanceof Card ? token.press() : token.at(await server.clock.now()));
  }
});

test('a bad line among good ones is left out and named', async () => {
  const card = new Card({ serial: 'GOOD1' });
  const report = await take({ content: `GOOD1,${card.seed}\nBAD1,xyz\n`, spec: { kind: 'hotp' } });
  assert.deepEqual([report.added, report.rejected], [1, 1]);
  assert.deepEqual(report.rejected_list, [{ line: 2, serial: 'BAD1', why: 'the seed is not hex' }]);
  assert.equal((await serials()).includes('BAD1'), false);
});

test('a document type, encrypted keys and missing values are refused', async () => {
  const card = new Card({ serial: 'X1' });
  const entity = container(keyPackage(card, 'M')).replace('<KeyContainer', '<!DOCTYPE KeyContainer [<!ENTITY s "x">]><KeyContainer');
  refusedFor(await stage({ format: 'pskc', content: entity }), 400, 'invalid_input');
  const encrypted = container(keyPackage(card, 'M').replace(/<PlainValue>[^<]*<\/PlainValue><\/Secret>/,
    '<EncryptedValue><CipherData><CipherValue>AAAA</CipherValue></CipherData></EncryptedValue></Secret>'));
  refusedFor(await stage({ format: 'pskc', content: encrypted }), 400, 'invalid_input');
});

test('a file of several thousand tokens is taken in one piece', async () => {
  const count = 3_000;
  const content = Array.from({ length: count }, (_, i) => `MANY-${i},${seedOf(`many ${i}`)}\n`).join('');
  assert.equal((await take({ format: 'csv', content, spec: { kind: 'totp', step_seconds: 60 } })).added, count);
  const page = await world.api.ok('GET', '/tokens?q=MANY-29&limit=5');
  assert.equal(page.items.length, 5);
});
