// SPDX-License-Identifier: Apache-2.0
// Finds secrets that a test knows, in whatever spelling, where no secret should be.
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import path from 'node:path';

import { base32 } from './oath.mjs';

/** How a seed may be written. `name` is what a finding calls it: never the secret. */
export function seedNeedles(name, hex) {
  const raw = Buffer.from(hex, 'hex');
  return [
    [`${name} raw`, raw],
    [`${name} hex`, Buffer.from(hex.toLowerCase())],
    [`${name} HEX`, Buffer.from(hex.toUpperCase())],
    [`${name} base32`, Buffer.from(base32(hex))],
    [`${name} base64`, Buffer.from(raw.toString('base64').replace(/=+$/, ''))],
  ];
}

/** How a code, PIN, password or API key may be written. */
export function textNeedles(name, text) {
  return [
    [`${name} text`, Buffer.from(text)],
    [`${name} hex`, Buffer.from(Buffer.from(text).toString('hex'))],
    [`${name} base64`, Buffer.from(Buffer.from(text).toString('base64').replace(/=+$/, ''))],
  ];
}

/** The names of the needles in `bytes`. */
export function found(needles, bytes) {
  return needles.filter(([, needle]) => bytes.includes(needle)).map(([name]) => name);
}

/** "name in file" for each needle in the files below `directory`. */
export function foundInFiles(needles, directory) {
  const findings = [];
  for (const entry of readdirSync(directory)) {
    const file = path.join(directory, entry);
    const facts = statSync(file);
    if (facts.isDirectory()) findings.push(...foundInFiles(needles, file));
    if (facts.isFile()) findings.push(...found(needles, readFileSync(file)).map((name) => `${name} in ${entry}`));
  }
  return findings;
}

const CHUNK_BYTES = 8 << 20;
const REGION_BYTES_MAX = 2 ** 40;  // A sanitizer's shadow; nobody reads that.

/** "name in region" for each needle in the writable memory of a process, and how much was read. */
export function foundInMemory(needles, pid) {
  const overlap = Math.max(...needles.map(([, needle]) => needle.length)) - 1;
  const findings = new Set();
  let bytes = 0;
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').trim().split('\n')) {
    const [, from, to, rights, what] = /^(\w+)-(\w+) (\S+) \S+ \S+ \S+\s*(.*)$/.exec(line);
    const [start, end] = [Number.parseInt(from, 16), Number.parseInt(to, 16)];
    if (!/^rw/.test(rights) || end - start > REGION_BYTES_MAX || /^\[v/.test(what)) continue;
    for (let at = start; at < end; at += CHUNK_BYTES - overlap) {
      let count = 0;
      try {
        count = readSync(memory, chunk, 0, Math.min(CHUNK_BYTES, end - at), at);
      } catch {
        break;  // a guard page
      }
      bytes += count;
      for (const name of found(needles, chunk.subarray(0, count))) findings.add(`${name} in ${what || 'memory'}`);
      if (at + count >= end) break;
    }
  }
  closeSync(memory);
  return { findings: [...findings], bytes };
}
