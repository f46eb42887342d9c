// SPDX-License-Identifier: Apache-2.0
// What is shipped beside the program: the unit, as systemd's own tools judge it.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { LOCKSTEP, lockstep, ROOT, run, temporaryDirectory } from './lib/server.mjs';

const UNIT = path.join(ROOT, 'packaging/lockstep.service');
const analyze = (...args) => spawnSync('systemd-analyze', args, { encoding: 'utf8' });
const available = analyze('--version').status === 0;

/** systemd's measure, 0.0 (nothing is exposed) to 10.0, times ten. */
const EXPOSURE_MAX = 14;

test('the unit is hardened as far as a server on the network can be', { skip: !available && 'no systemd-analyze' }, () => {
  const verdict = analyze('security', '--offline=true', `--threshold=${EXPOSURE_MAX}`, UNIT);
  assert.equal(verdict.status, 0, verdict.stdout + verdict.stderr);
});

test('a unit that loses its protection is noticed', { skip: !available && 'no systemd-analyze' }, () => {
  const bare = path.join(temporaryDirectory(), 'lockstep.service');
  writeFileSync(bare, readFileSync(UNIT, 'utf8').replace(/^(?:Protect|SystemCallFilter).*\n/gm, ''));
  assert.notEqual(analyze('security', '--offline=true', `--threshold=${EXPOSURE_MAX}`, bare).status, 0);
});

test('systemd understands every line of the unit', { skip: !available && 'no systemd-analyze' }, () => {
  const directory = temporaryDirectory();
  const unit = path.join(directory, 'lockstep.service');
  copyFileSync(LOCKSTEP, path.join(directory, 'lockstep'));
  writeFileSync(unit, readFileSync(UNIT, 'utf8').replace('/usr/bin/lockstep', path.join(directory, 'lockstep'))
    .replace(/^Documentation=.*\n/m, ''));
  const verdict = analyze('verify', unit);
  // It reads the units of whatever else is installed, too.
  const aboutIt = verdict.stderr.split('\n').filter((line) => line.includes('lockstep'));
  assert.deepEqual(aboutIt, [], 'not a word about it');
  assert.equal(verdict.status, 0);
});

test('the unit says what the server says: notify, reload, watchdog, no core dumps, locked memory', () => {
  const text = readFileSync(UNIT, 'utf8');
  for (const line of ['Type=notify', 'ExecReload=/bin/kill -HUP $MAINPID', 'LimitMEMLOCK=infinity', 'LimitCORE=0',
    'NoNewPrivileges=yes', 'ProtectSystem=strict', 'StateDirectory=lockstep', 'UMask=0077']) {
    assert.ok(text.split('\n').includes(line), line);
  }
  assert.match(text, /^WatchdogSec=\d+$/m);
  assert.match(text, /^#LoadCredentialEncrypted=lockstep\.key:/m);
  assert.doesNotMatch(text, /^PrivateUsers=yes|^ProcSubset=pid/m, 'the server would not know its owner, or its boot');
});

test('the manual page is one that both formatters render without a word of complaint', () => {
  const page = path.join(temporaryDirectory(), 'lockstep.1');
  const made = lockstep(['manual']);
  assert.equal(made.status, 0, made.stderr);
  writeFileSync(page, made.stdout);
  const lint = spawnSync('mandoc', ['-Tlint', '-Wwarning', page], { encoding: 'utf8' });
  assert.equal(lint.stdout + lint.stderr, '');
  const groff = spawnSync('groff', ['-ww', '-z', '-man', '-Tutf8', page], { encoding: 'utf8' });
  assert.equal(groff.status, 0);
  assert.equal(groff.stderr, '');
  const text = run('mandoc', ['-Tutf8', page]).replace(/.\x08/g, '');
  for (const part of ['lockstep token resync SERIAL CODES', '--passphrase-fd VALUE', 'EXIT STATUS', 'LOCKSTEP_DATA']) {
    assert.ok(text.includes(part), part);
  }
});

test('bash completes nouns, verbs and options', () => {
  const script = path.join(temporaryDirectory(), 'lockstep.bash');
  writeFileSync(script, lockstep(['manual', '--bash']).stdout);
  const complete = (...words) => run('bash', ['-c', `. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _lockstep; printf "%s\\n" "\${COMPREPLY[@]}" | sort`,
    'bash', script, 'lockstep', ...words]).trim().replaceAll('\n', ' ');
  assert.equal(complete('tok'), 'token');
  assert.equal(complete('token', 'res'), 'resume resync');
  assert.equal(complete('token', 'resync', 'S1', '--adm'), '--admin');
  assert.equal(complete('--data', '/srv', 'user', 'ad'), 'add');
  assert.equal(complete('user', 'add', '--js'), '--json');
  assert.equal(complete('user', 'add', 'anna', 'x'), '', 'names are for the person to know');
});
