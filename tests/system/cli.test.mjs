// SPDX-License-Identifier: Apache-2.0
// The command line: over the admin socket of a running server, and where none runs.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { hexOfBase32, totp } from './lib/oath.mjs';
import { lockstep, run, Served, temporaryDirectory } from './lib/server.mjs';
import { Card, Fob, seedOf } from './lib/world.mjs';

const directory = temporaryDirectory();
let server;
let cards = 0;

before(async () => { server = await Served.start(); });
after(() => server?.stop());

/** A command on `data`; `input` are lines of standard input. */
function on(data, args, ...input) {
  return lockstep([...args, '--data', data], { input: input.map((line) => `${line}\n`).join('') });
}

/** One that must end with `status`; its JSON where it prints some. */
function expect(status, data, args, ...input) {
  const done = on(data, [...args, '--json'], ...input);
  assert.equal(done.status, status, `lockstep ${args.join(' ')}: ${done.status}\n${done.stdout}${done.stderr}`);
  return done.stdout.trim().startsWith('{') ? JSON.parse(done.stdout) : done.stdout;
}

/** The whole life of a user and a token by commands. */
function lifeOfAUser(data, user) {
  const card = new Card({ serial: `CLI-${++cards}`, digits: 8 });
  const say = (status, args, ...input) => expect(status, data, args, ...input);
  assert.equal(say(0, ['user', 'add', user, '--first', 'Anna', '--last', 'Lind']).id, user);
  say(0, ['user', 'pin', user, '--stdin'], '4711');
  const made = say(0, ['token', 'create', '--kind', 'hotp', '--serial', card.serial, '--digits', '8', '--owner', user, '--stdin'], card.seed);
  assert.equal(made.token.serial, card.serial);
  assert.equal(made.seed, undefined, 'a given seed is not shown');
  const code = card.press();
  assert.equal(say(0, ['authenticate', user, '--password', '--stdin'], '4711', code).decision, 'accept');
  assert.equal(say(1, ['authenticate', user, '--password', '--stdin'], '4711', code).decision, 'reject');
  // 40 ahead: the command asks for the next code as a client that can prompt would.
  card.skip(40);
  assert.equal(say(0, ['authenticate', user, '--password', '--stdin'], '4711', card.press(), card.press()).decision, 'accept');
  card.skip(500);
  assert.equal(say(1, ['authenticate', user, '--password', '--stdin'], '4711', card.press()).decision, 'reject');
  const moved = say(0, ['token', 'resync', card.serial, card.press(), card.press()]);
  assert.deepEqual([moved.moved, moved.unit], [501, 'codes']);
  assert.equal(say(1, ['token', 'resync', card.serial, '11111111', '22222222']).reason, 'no_match');
  say(0, ['token', 'suspend', card.serial]);
  assert.equal(say(0, ['token', 'show', card.serial]).state, 'suspended');
  say(1, ['authenticate', user, '--password', '--stdin'], '4711', card.code(card.counter));
  say(0, ['token', 'resume', card.serial]);
  assert.equal(say(0, ['token', 'test', card.serial, card.code(card.counter)]).moved, 0);
  say(0, ['group', 'add', 'staff']);
  say(0, ['group', 'member-add', 'staff', user]);
  assert.deepEqual(say(0, ['user', 'show', user]).groups, ['staff']);
  assert.ok(say(0, ['user', 'list', '-q', 'lind']).items.some((one) => one.id === user));
  assert.ok(say(0, ['audit', 'list', '--user', user]).items.length > 5);
  say(0, ['user', 'unlock', user]);
  say(0, ['token', 'unassign', card.serial, user]);
  say(0, ['token', 'delete', card.serial]);
  say(0, ['user', 'delete', user]);
  say(3, ['user', 'show', user]);
}

test('verbs reach the running server over its admin socket', () => lifeOfAUser(server.data, 'anna'));

test('the same verbs work where no server runs, on the data directory itself', () => {
  const data = path.join(directory, 'alone');
  assert.equal(expect(0, data, ['init']).data, data);
  lifeOfAUser(data, 'anna');
  assert.equal(expect(0, data, ['audit', 'verify']).intact, true);
});

test('what verbs did without a server is there when one starts, and the other way round', async () => {
  const data = path.join(directory, 'both');
  expect(0, data, ['init']);
  expect(0, data, ['user', 'add', 'before']);
  const later = await Served.start({ data });
  assert.equal((await later.admin.get('/users/before')).status, 200);
  expect(0, data, ['user', 'add', 'during']);
  await later.stop();
  assert.equal(expect(0, data, ['user', 'show', 'during']).id, 'during');
});

test('exit codes say what kind of no it is', () => {
  const { data } = server;
  expect(0, data, ['user', 'add', 'exit']);
  expect(3, data, ['user', 'show', 'nobody']);
  expect(3, data, ['token', 'show', 'NOSUCH']);
  expect(3, data, ['token', 'assign', 'NOSUCH', 'exit']);
  expect(0, data, ['key', 'create', 'exit-key', '--scope', 'authenticate']);
  expect(4, data, ['key', 'create', 'exit-key', '--scope', 'authenticate']);
  expect(4, data, ['init']);
  for (const wrong of [[], ['no-such-verb'], ['user'], ['user', 'add'], ['user', 'add', 'x', '--surname', 'y'],
    ['token', 'create', '--digits', '11'], ['key', 'create', 'x', '--scope', 'everything']]) {
    const done = on(data, wrong);
    assert.equal(done.status, 2, `lockstep ${wrong.join(' ')}: ${done.stderr}`);
    assert.equal(done.stdout, '');
  }
  expect(2, data, ['user', 'add', 'a'.repeat(300)]);
  const nowhere = on(path.join(directory, 'nowhere'), ['user', 'list']);
  assert.equal(nowhere.status, 5, nowhere.stderr);
  assert.match(nowhere.stderr, /--data/);
});

test('help is printed for every verb, with an example and the exit codes', () => {
  const top = lockstep(['--help']);
  assert.equal(top.status, 0);
  for (const verb of ['init', 'serve', 'demo', 'user', 'group', 'token', 'key', 'policy', 'audit', 'import', 'authenticate']) {
    assert.match(top.stdout, new RegExp(`^ +${verb} `, 'm'), verb);
    assert.equal(lockstep([verb, '--help']).status, 0, verb);
  }
  for (const args of [['user', 'add'], ['token', 'resync'], ['audit', 'verify'], ['import'], ['serve']]) {
    const help = lockstep([...args, '--help']).stdout;
    assert.match(help, /Example:/, args.join(' '));
    assert.match(help, /Exit codes: 0 done/, args.join(' '));
  }
  assert.match(lockstep(['--version']).stdout, /^lockstep \d+\.\d+\.\d+/);
});

test('passwords, PINs and seeds are taken from standard input, never from the command line, and never printed', () => {
  const { data } = server;
  expect(0, data, ['user', 'add', 'quiet']);
  const secrets = ['correct horse battery', 'pin-0815', seedOf('quiet')];
  const texts = [
    on(data, ['user', 'password', 'quiet', '--stdin'], secrets[0]), on(data, ['user', 'pin', 'quiet', '--stdin'], secrets[1]),
    on(data, ['token', 'create', '--serial', 'QUIET', '--owner', 'quiet', '--stdin'], secrets[2]),
    on(data, ['user', 'show', 'quiet']), on(data, ['token', 'show', 'QUIET']), on(data, ['token', 'list']), on(data, ['audit', 'export']),
    on(data, ['user', 'show', 'quiet', '--json']), on(data, ['token', 'show', 'QUIET', '--json']),
  ];
  for (const done of texts) {
    assert.equal(done.status, 0, done.stderr);
    for (const secret of secrets) assert.equal((done.stdout + done.stderr).includes(secret), false);
  }
  // Nobody can even try: there is no option that takes one.
  for (const args of [['user', 'password', 'quiet', 'secret'], ['user', 'pin', 'quiet', '--pin', '1234'], ['token', 'create', '--seed', 'abcd']]) {
    assert.equal(on(data, args).status, 2, args.join(' '));
  }
  for (const file of readdirSync(data)) {
    const content = file.endsWith('.sock') ? '' : readFileSync(path.join(data, file), 'latin1');
    for (const secret of [...secrets, Buffer.from(secrets[2], 'hex').toString('latin1')]) {
      assert.equal(content.includes(secret), false, `${file} holds a secret in clear`);
    }
  }
});

test('a seed that is made is shown once, and its codes sign in on the real clock', () => {
  const { data } = server;
  expect(0, data, ['user', 'add', 'phone']);
  const made = expect(0, data, ['token', 'create', '--owner', 'phone']);
  const code = totp(hexOfBase32(made.seed.base32), Date.now() / 1000);
  assert.equal(expect(0, data, ['authenticate', 'phone', '--stdin'], code).decision, 'accept');
  assert.equal(JSON.stringify(expect(0, data, ['token', 'show', made.token.serial])).includes(made.seed.base32), false);
});

test('a fob with a clock nine hours slow, as faketime shows it, is brought back on the real clock', () => {
  const { data } = server;
  const fob = new Fob({ serial: 'SLOW9' });
  expect(0, data, ['user', 'add', 'slow9']);
  expect(0, data, ['token', 'create', '--serial', fob.serial, '--owner', 'slow9', '--form', 'hardware', '--stdin'], fob.seed);
  const shown = () => run('faketime', ['-f', '-9h', 'oathtool', '--totp', '-w', '1', '-'], { input: `${fob.seed}\n` }).trim().split('\n');
  const [now, next] = shown();
  expect(1, data, ['authenticate', 'slow9', '--stdin'], now);
  const moved = expect(0, data, ['token', 'resync', fob.serial, now, next]);
  assert.equal(moved.direction, 'behind');
  assert.ok(Math.abs(moved.seconds - 9 * 3600) <= 60, `${moved.seconds} s`);
});

test('seed files are imported: asked first, and said what would be done', () => {
  const { data } = server;
  const file = path.join(directory, 'seeds.csv');
  writeFileSync(file, `IMP-1,${seedOf('i1')}\nIMP-2,${seedOf('i2')}\n`);
  assert.equal(expect(0, data, ['import', file, '--format', 'csv', '--kind', 'hotp', '--dry-run']).added, 2);
  expect(3, data, ['token', 'show', 'IMP-1']);
  assert.equal(expect(0, data, ['import', file, '--format', 'csv', '--kind', 'hotp', '--yes']).added, 2);
  assert.equal(expect(0, data, ['token', 'show', 'IMP-1']).kind, 'hotp');
  writeFileSync(file, `IMP-3,${seedOf('i3')}\nIMP-4,xyz!\n`);
  const refused = on(data, ['import', file, '--yes']);
  assert.equal(refused.status, 2, refused.stderr);
  assert.match(refused.stderr, /events or time/);
  assert.equal(refused.stderr.includes(seedOf('i3')), false);
  expect(3, data, ['token', 'show', 'IMP-3']);
  const some = on(data, ['import', file, '--kind', 'hotp', '--yes']);
  assert.equal(some.status, 0, some.stderr);
  assert.match(some.stdout, /^ *2 +IMP-4 +the seed is not hex/m);
  expect(0, data, ['token', 'show', 'IMP-3']);
});

test('encrypted seed files are opened by a key file or a password from a pipe', () => {
  const { data } = server;
  const file = path.join(directory, 'figure7.xml');
  // RFC 6030 figure 7: AES-128-CBC under PBKDF2 of "qwerty".
  writeFileSync(file, `<KeyContainer><EncryptionKey><DerivedKey><KeyDerivationMethod Algorithm="x#pbkdf2"><PBKDF2-params>
    <Salt><Specified>Ej7/PEpyEpw=</Specified></Salt><IterationCount>1000</IterationCount><KeyLength>16</KeyLength>
    </PBKDF2-params></KeyDerivationMethod></DerivedKey></EncryptionKey><MACMethod Algorithm="x#hmac-sha1"><MACKey>
    <EncryptionMethod Algorithm="x#aes128-cbc"/><CipherData><CipherValue>2GTTnLwM3I4e5IO5FkufoOEiOhNj91fhKRQBtBJYluUDsPOLTfUvoU2dStyOwYZx</CipherValue>
    </CipherData></MACKey></MACMethod><KeyPackage><Key Id="FIG7" Algorithm="hotp"><Data><Secret><EncryptedValue>
    <EncryptionMethod Algorithm="x#aes128-cbc"/><CipherData><CipherValue>oTvo+S22nsmS2Z/RtcoF8Hfh+jzMe0RkiafpoDpnoZTjPYZu6V+A4aEn032yCr4f</CipherValue>
    </CipherData></EncryptedValue><ValueMAC>LP6xMvjtypbfT9PdkJhBZ+D6O4w=</ValueMAC></Secret></Data></Key></KeyPackage></KeyContainer>`);
  assert.match(on(data, ['import', file, '--yes']).stderr, /password: it has to be given/);
  const wrong = on(data, ['import', file, '--password', '--stdin', '--yes'], 'qwertz');
  assert.equal(wrong.status, 2, wrong.stderr);
  assert.match(wrong.stderr, /does not open/);
  assert.equal(wrong.stderr.includes('qwertz'), false);
  assert.equal(expect(0, data, ['import', file, '--password', '--stdin', '--yes'], 'qwerty').added, 1);
  assert.equal(expect(0, data, ['token', 'show', 'FIG7']).kind, 'hotp');
});

test('people come from a CSV file, and the inventory goes into one', () => {
  const { data } = server;
  const file = path.join(directory, 'people.csv');
  writeFileSync(file, 'login;mail;groups\ncsv-anna;anna@example.org;csv-staff\ncsv-bo;;\n;x@y;\n');
  assert.equal(expect(0, data, ['user', 'import', file, '--dry-run']).added, 2);
  expect(3, data, ['user', 'show', 'csv-anna']);
  const done = on(data, ['user', 'import', file, '--yes']);
  assert.equal(done.stdout, '2 users added, 0 changed, 1 lines refused\n', done.stderr);
  assert.deepEqual(expect(0, data, ['user', 'show', 'csv-anna']).groups, ['csv-staff']);
  assert.equal(expect(0, data, ['user', 'import', file, '--yes']).unchanged, 2);

  const seed = seedOf('inventory');
  expect(0, data, ['token', 'create', '--kind', 'hotp', '--serial', 'INV-1', '--owner', 'csv-bo', '--stdin'], seed);
  const csv = on(data, ['token', 'export', '-q', 'INV-']).stdout;
  assert.match(csv, /^serial,state,kind,/);
  assert.match(csv, /^INV-1,[a-z_]+,hotp,sha1,6,,,hardware,,csv-bo,/m);
  assert.equal(csv.trim().split('\n').length, 2);
  assert.equal(csv.includes(seed), false);
});

test('policy: presets, a document, and the odds in words', () => {
  const { data } = server;
  assert.equal(expect(0, data, ['policy', 'show']).preset, 'default');
  assert.equal(expect(0, data, ['policy', 'set', '--preset', 'mideye']).preset, 'mideye');
  const file = path.join(directory, 'policy.json');
  writeFileSync(file, JSON.stringify({ preset: 'default', set: { 'event.accept': 3 } }));
  expect(0, data, ['policy', 'set', file]);
  writeFileSync(file, '{"preset":"default","set":{"event.accept":99}}');
  expect(2, data, ['policy', 'set', file]);
  const odds = on(data, ['policy', 'odds']);
  assert.equal(odds.status, 0, odds.stderr);
  assert.match(odds.stdout, /1 in [\d,]+/);
  expect(0, data, ['policy', 'set', '--preset', 'default']);
});

test('audit verify finds a row that somebody edited, removed, moved or cut off', () => {
  const made = path.join(directory, 'audit');
  expect(0, made, ['init']);
  for (let i = 0; i < 5; ++i) expect(0, made, ['user', 'add', `u${i}`]);
  assert.equal(expect(0, made, ['audit', 'verify']).intact, true);
  const middle = "(SELECT seq FROM audit WHERE user_name = 'u2')";
  for (const [name, sql] of [
    ['edited', `UPDATE audit SET actor = 'key:innocent' WHERE seq = ${middle}`],
    ['retimed', `UPDATE audit SET at_time = at_time + 1 WHERE seq = ${middle}`],
    ['removed', `DELETE FROM audit WHERE seq = ${middle}`],
    ['cut off', `DELETE FROM audit WHERE seq >= ${middle}`],
    ['moved', `UPDATE audit SET seq = -seq WHERE user_name IN ('u1', 'u2');
      UPDATE audit SET seq = CASE user_name WHEN 'u1' THEN -seq + 1 ELSE -seq - 1 END WHERE seq < 0`],
    ['respelled', `UPDATE audit SET user_name = upper(user_name) WHERE seq = ${middle}`],
    ['unreadable', `UPDATE audit SET kind = 'x' WHERE seq = ${middle}`],
    ['head forgotten', 'DELETE FROM audit_heads'],
  ]) {
    const copy = path.join(directory, `audit-${name.replace(' ', '-')}`);
    run('cp', ['-a', made, copy]);
    run('sqlite3', [path.join(copy, 'lockstep.db'), sql]);
    const verdict = on(copy, ['audit', 'verify', '--json']);
    assert.equal(verdict.status, 1, `${name}: ${verdict.stdout}${verdict.stderr}`);
    assert.equal(JSON.parse(verdict.stdout).intact, false, name);
    assert.ok(JSON.parse(verdict.stdout).broken.seq >= 0, name);
  }
});

test('a data directory with another key is refused, and nothing is overwritten', () => {
  const one = path.join(directory, 'key1');
  const two = path.join(directory, 'key2');
  expect(0, one, ['init']);
  expect(0, one, ['user', 'add', 'a']);
  expect(0, two, ['init']);
  run('cp', [path.join(two, 'key'), path.join(one, 'key')]);
  const refused = on(one, ['user', 'list']);
  assert.equal(refused.status, 7, refused.stderr);
  assert.ok(existsSync(path.join(one, 'lockstep.db')));
});
