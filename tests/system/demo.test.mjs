// SPDX-License-Identifier: Apache-2.0
// What `lockstep demo` prints to try, tried: in bash, line by line.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import { Client } from './lib/client.mjs';
import { lockstep, LOCKSTEP, Program } from './lib/server.mjs';

let demo;
let guide;

before(async () => {
  demo = new Program(LOCKSTEP, ['demo', '--port', '0', '--json']);
  await demo.wait('the guide', () => demo.out.includes('\n'));
  guide = JSON.parse(demo.out.split('\n')[0]);
});
after(() => demo?.stop());

test('every printed command works and shows what the guide says', () => {
  assert.ok(guide.steps.length >= 6);
  const seen = [];
  for (const step of guide.steps) {
    const done = spawnSync('bash', ['-c', `${guide.setup}\n${step.command}`], { encoding: 'utf8', timeout: 90_000 });
    assert.equal(done.status, 0, `${step.title}: ${done.stderr}`);
    assert.equal(done.stderr, '', step.title);
    const answer = JSON.parse(done.stdout);
    const wanted = /^(accept|reject|moved|every)/.exec(step.expect)?.[1];
    assert.ok(wanted, `the guide expects "${step.expect}"`);
    if (wanted === 'moved') assert.equal(answer.direction, 'behind', done.stdout);
    else if (wanted === 'every') assert.ok(answer.items.length > 3, done.stdout);
    else assert.equal(answer.decision, wanted, `${step.title}: ${done.stdout}`);
    seen.push(wanted);
  }
  for (const wanted of ['accept', 'reject', 'moved', 'every']) assert.ok(seen.includes(wanted), `no step shows ${wanted}`);
});

test('there are 50 users, groups, and tokens of several makers', async () => {
  const client = new Client({ port: Number(new URL(guide.api).port) }, guide.api_key);
  const users = await client.ok('GET', '/users?limit=1000');
  const tokens = await client.ok('GET', '/tokens?limit=1000');
  const groups = await client.ok('GET', '/groups?limit=1000');
  assert.equal(users.items.length, 50);
  assert.ok(groups.items.length >= 3);
  assert.ok(tokens.items.length >= 50);
  assert.ok(new Set(tokens.items.map((one) => one.model)).size >= 4);
  assert.deepEqual(new Set(tokens.items.map((one) => one.kind)), new Set(['hotp', 'totp']));
  client.close();
});

test('the owner\'s commands reach the demo', () => {
  const users = lockstep(['user', 'list', '--data', guide.data, '--json']);
  assert.equal(users.status, 0, users.stderr);
  assert.equal(JSON.parse(users.stdout).items.length, 50);
});

test('the demo leaves nothing behind', async () => {
  await demo.stop();
  assert.equal(existsSync(guide.data), false);
});

test('without --json the guide is for people, with the same commands', async () => {
  const plain = new Program(LOCKSTEP, ['demo', '--port', '0']);
  await plain.wait('the guide', () => /lockstep user list/.test(plain.out));
  for (const part of ['oathtool', 'curl', 'API=http://127.0.0.1:', 'expect: accept', 'expect: reject']) {
    assert.ok(plain.out.includes(part), part);
  }
  await plain.stop();
});
