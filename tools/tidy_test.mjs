// SPDX-License-Identifier: Apache-2.0
// Each rule of tidy must find what it is for and leave the rest alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { longFunctions, rules, stripped } from './tidy.mjs';

/** A tree of made-up files for a rule to look at. */
function tree(contents) {
  const files = Object.keys(contents);
  return { files, read: (file) => contents[file], exists: (file) => files.includes(file) };
}

const finds = (rule, contents) => rules[rule](tree(contents)).length;

test('an include against the arrows is found, along them it is not', () => {
  assert.equal(finds('arrows', { 'src/core/sync/a.cc': '#include "ports/store.h"\n' }), 1);
  assert.equal(finds('arrows', { 'src/service/a.cc': '#include "ports/store.h"\n' }), 0);
  assert.equal(finds('arrows', { 'src/ports/a.h': '#include "core/model/user.h"\n' }), 0);
  assert.equal(finds('arrows', { 'src/service/a.cc': '#include "adapters/sql/sql_store.h"\n' }), 1);
  assert.equal(finds('arrows', { 'src/attic/a.cc': '\n' }), 1, 'a folder outside the picture');
});

test('a clock outside adapters/system is found', () => {
  const call = 'auto now = std::chrono::system_clock::now();\n';
  assert.equal(finds('bannedCalls', { 'src/service/a.cc': call }), 1);
  assert.equal(finds('bannedCalls', { 'src/adapters/system/a.cc': call }), 0);
  assert.equal(finds('bannedCalls', { 'src/service/a.cc': `// ${call}` }), 0, 'in a comment');
});

test('reveal outside crypto and formats is found', () => {
  assert.equal(finds('bannedCalls', { 'src/service/a.cc': 'use(seed.reveal());\n' }), 1);
  assert.equal(finds('bannedCalls', { 'src/crypto/a.cc': 'use(seed.reveal());\n' }), 0);
});

test('exceptions, new and unfinished work are found', () => {
  assert.equal(finds('bannedCalls', { 'src/service/a.cc': '  throw Oops();\n' }), 1);
  assert.equal(finds('bannedCalls', { 'src/service/a.cc': '  auto* p = new Thing;\n' }), 1);
  assert.equal(finds('bannedCalls', { 'src/service/a.cc': '  A(const A&) = delete;\n' }), 0);
  assert.equal(finds('bannedCalls', { 'src/app/a.cc': '  int TODO = 1;\n' }), 1);
  assert.equal(finds('bannedCalls', { 'src/app/a_test.cc': '  TEST(A, DISABLED_b) {}\n' }), 1);
});

test('long files, lines and functions are found', () => {
  assert.equal(finds('sizes', { 'src/app/a.cc': 'x\n'.repeat(500) }), 0);
  assert.equal(finds('sizes', { 'src/app/a.cc': 'x\n'.repeat(501) }), 1);
  assert.equal(finds('sizes', { 'src/app/a.cc': `${'x'.repeat(101)}\n` }), 1);
  const body = (lines) => ['int f(int a) {', ...Array(lines - 2).fill('  g();'), '}'];
  assert.deepEqual(longFunctions(body(60)), []);
  assert.deepEqual(longFunctions(body(61)), [[1, 61]]);
});

test('a source that no CMakeLists names is found', () => {
  const list = { 'src/app/CMakeLists.txt': 'lockstep_library(app\n  SOURCES a.cc)\n' };
  assert.equal(finds('testsInCmake', { ...list, 'src/app/a.cc': '' }), 0);
  assert.equal(finds('testsInCmake', { ...list, 'src/app/b.cc': '' }), 1);
});

test('an event of the log that is not explained, or is written no more, is found', () => {
  const page = { 'docs/reference/logs.md': '| `started` | info | | … |\n| `ended` | info | | … |\n' };
  const writes = (text) => finds('logEvents', { ...page, 'src/app/a.cc': text });
  const both = 'log(LogLevel::info, "started", {{"why", "x"}});\nlog(bad ? LogLevel::error : LogLevel::info,\n    "ended");\n';
  assert.equal(writes(both), 0);
  assert.equal(writes(`${both}log(LogLevel::info, "lost");\n`), 1);
  assert.equal(writes(`${both}options.warn = warns("lost");\n`), 1);
  assert.equal(writes('log(LogLevel::info, "started");\n'), 1);
});

test('a use case without its test is found', () => {
  assert.equal(finds('ownTest', { 'src/service/a.cc': '' }), 1);
  assert.equal(finds('ownTest', { 'src/service/a.cc': '', 'src/service/a_test.cc': '' }), 0);
});

test('a dead link in a document is found', () => {
  assert.equal(finds('docLinks', { 'README.md': '[a](docs/a.md)\n' }), 1);
  assert.equal(finds('docLinks', { 'README.md': '[a](docs/a.md#b)\n', 'docs/a.md': '' }), 0);
  assert.equal(finds('docLinks', { 'README.md': 'see `src/core/gone.h`\n' }), 1);
});

test('a reason that no page explains is found', () => {
  const source = { 'src/core/model/reason.cc': '    "lost",\n' };
  assert.equal(finds('catalogues', source), 1);
  assert.equal(finds('catalogues', { ...source, 'docs/reference/reasons.md': '| `lost` | … |' }), 0);
});

test('a source without its licence line is found', () => {
  assert.equal(finds('licence', { 'src/a.cc': '#include <x>\n' }), 1);
  assert.equal(finds('licence', { 'src/a.cc': '// SPDX-License-Identifier: Apache-2.0\n' }), 0);
});

test('words in strings and comments do not count', () => {
  assert.deepEqual(stripped('a("throw x"); // throw y'), ['a(""); ']);
});
