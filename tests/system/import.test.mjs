// SPDX-License-Identifier: Apache-2.0
// Seed files: written by independent programs, judged before they are taken, all or nothing.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
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
    [{ format: 'csv', content: `D1,${good}\nD2,"${good}\n` }, /line 2/],
    [{ format: 'csv', content: `D1,${good}\nD1,${seedOf('other')}\n` }, /line 2/],
    [{ format: 'pskc', content: container(keyPackage(new Card({ serial: 'D1' }), 'M')).slice(0, -20) }, /line|XML|offset/i],
    [{ format: 'pskc', content: container(keyPackage(new Card({ serial: 'D1' }), 'M').replace(/<Secret>.*<\/Secret>/s, '')) }, /D1|package 1/],
    [{ format: 'pskc', content: '<html/>' }, /./],
    [{ format: 'csv', content: '' }, /./],
  ];
  for (const [body, where] of damaged) {
    const answer = await stage({ ...body, ...(body.format === 'csv' ? { spec: { kind: 'hotp' } } : {}) });
    if (answer.status === 201) {
      // The line stands in the report then, and nothing of it would be added.
      assert.equal(answer.json.rejected > 0, true, `${body.content} was taken`);
      assert.match(`line ${answer.json.rejected_list[0].line}`, where);
    } else {
      refusedFor(answer, 400, 'invalid_input');
      assert.match(answer.json.detail, where, body.content);
    }
    assert.equal(answer.text.includes(good), false);
  }
  assert.deepEqual(await serials(), before);
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
