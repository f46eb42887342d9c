// SPDX-License-Identifier: Apache-2.0
// clang-tidy over the sources of a build, each file again only when something it reads has changed:
// `node tools/clang_tidy.mjs BUILD_DIR [OPTION…] <FILES`. A whole run takes most of an hour on two
// cores; the second one only what was edited. BUILD_DIR has to be built: ninja knows from the
// compiler which headers a source reads. Findings go to standard output, exit code 1.
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const CLANG_TIDY = 'clang-tidy-19';
const OUTPUT_BYTES_MAX = 64 << 20;

const [build, ...options] = process.argv.slice(2);
const sources = readFileSync(0, 'utf8').split('\n').filter(Boolean);
const clean = path.join(build, 'clang-tidy');
mkdirSync(clean, { recursive: true });

/** Source → the files its compiler read, from ninja's log. The first of each entry is the source. */
function dependencies() {
  const log = execFileSync('ninja', ['-C', build, '-t', 'deps'], { maxBuffer: 1 << 30 }).toString();
  const found = new Map();
  for (const entry of log.split('\n\n')) {
    const files = entry.split('\n').slice(1).filter((line) => line.startsWith('    '));
    const paths = files.map((line) => path.resolve(build, line.trim()));
    if (paths.length > 0) found.set(paths[0], paths);
  }
  return found;
}

const hashes = new Map();
function hashOf(file) {
  if (!hashes.has(file)) {
    const text = existsSync(file) ? readFileSync(file) : '';
    hashes.set(file, createHash('sha256').update(text).digest('hex'));
  }
  return hashes.get(file);
}

/** Everything the answer depends on, as the name of a file that exists once the answer was "clean". */
function stampOf(source, read, rules) {
  const hash = createHash('sha256').update(`${rules}\n${source}\n`);
  for (const file of read) hash.update(`${hashOf(file)}\n`);
  return path.join(clean, hash.digest('hex'));
}

function tidy(source) {
  const args = ['-p', build, '--quiet', "--warnings-as-errors=*", ...options, source];
  return new Promise((resolve) => {
    execFile(CLANG_TIDY, args, { maxBuffer: OUTPUT_BYTES_MAX }, (error, output) =>
      resolve(error ? output || String(error) : null));
  });
}

const rules = [execFileSync(CLANG_TIDY, ['--version']), readFileSync('.clang-tidy'), ...options].join('\n');
const dependenciesOf = dependencies();
const todo = [];
let unknown = 0;
for (const source of sources) {
  const read = dependenciesOf.get(path.resolve(source));
  if (!read) {
    console.log(`${source}: ninja does not know it; build first, or add it to CMakeLists.txt`);
    unknown += 1;
    continue;
  }
  const stamp = stampOf(source, read, rules);
  if (!existsSync(stamp)) todo.push({ source, stamp });
}
console.log(`clang-tidy: ${todo.length} of ${sources.length} files to look at`);

let findings = unknown;
let done = 0;
async function worker() {
  while (todo.length > 0) {
    const { source, stamp } = todo.shift();
    const finding = await tidy(source);
    done += 1;
    if (finding === null) writeFileSync(stamp, '');
    else findings += 1;
    if (finding !== null) process.stdout.write(`${finding}\n`);
    if (done % 20 === 0) console.log(`clang-tidy: ${done} done, ${todo.length} waiting`);
  }
}
await Promise.all(Array.from({ length: os.availableParallelism() }, worker));
process.exit(findings > 0 ? 1 : 0);
