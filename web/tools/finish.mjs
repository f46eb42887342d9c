// SPDX-License-Identifier: Apache-2.0
// After `vite build`: puts the pages where the server looks for them, compresses what it sends as it is, and
// holds the sizes against their budgets. Pages are not compressed here: each answer has its own nonce in it.
import { readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const KIB = 1024;
const BUDGETS = {
  console: { js: 260 * KIB, css: 45 * KIB },
  portal: { js: 180 * KIB, css: 45 * KIB },
  lab: { js: 180 * KIB, css: 45 * KIB },
};
const LAZY_MAX = 40 * KIB;
const SMALLEST_COMPRESSED = 512;

const dist = new URL('../dist/', import.meta.url).pathname;
const at = (...parts) => path.join(dist, ...parts);
const gzipped = (file) => zlib.gzipSync(readFileSync(file), { level: 9 });

for (const app of Object.keys(BUDGETS)) renameSync(at('apps', app, `${app}.html`), at(`${app}.html`));
rmSync(at('apps'), { recursive: true });

for (const name of readdirSync(at('assets'))) {
  const file = at('assets', name);
  if (!/\.(?:js|css|svg|json)$/.test(name) || statSync(file).size < SMALLEST_COMPRESSED) continue;
  const source = readFileSync(file);
  writeFileSync(`${file}.gz`, gzipped(file));
  writeFileSync(`${file}.br`, zlib.brotliCompressSync(source, {
    params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: source.length },
  }));
}

/** What a page asks for at once: its scripts with their preloads, and its style sheets. */
function firstLoad(html, extension) {
  const names = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, name]) => name);
  return [...new Set(names)].filter((name) => name.endsWith(extension));
}

let over = 0;
function judge(what, size, max) {
  const bad = size > max;
  if (bad) over += 1;
  console.log(`${bad ? 'TOO BIG' : 'ok     '} ${what}: ${(size / KIB).toFixed(1)} of ${max / KIB} KiB (gzip)`);
}

const first = new Set();
for (const [app, budget] of Object.entries(BUDGETS)) {
  const html = readFileSync(at(`${app}.html`), 'utf8');
  for (const [kind, max] of Object.entries(budget)) {
    const names = firstLoad(html, `.${kind}`);
    names.forEach((name) => first.add(name));
    judge(`${app} first ${kind}`, names.reduce((sum, name) => sum + gzipped(at(name)).length, 0), max);
  }
}
for (const name of readdirSync(at('assets')).filter((n) => n.endsWith('.js') && !first.has(`assets/${n}`))) {
  judge(`lazy ${name}`, gzipped(at('assets', name)).length, LAZY_MAX);
}
process.exit(over === 0 ? 0 : 1);
