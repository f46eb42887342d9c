// SPDX-License-Identifier: Apache-2.0
// Codes from an independent program: oathtool, of the OATH Toolkit. Seeds go in over standard input.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The three seeds of RFC 6238 appendix B: ASCII 1234567890 repeated to 20, 32 and 64 bytes. */
export const K20 = Buffer.from('12345678901234567890').toString('hex');
export const K32 = Buffer.from('12345678901234567890123456789012').toString('hex');
export const K64 = Buffer.from('1234567890'.repeat(7).slice(0, 64)).toString('hex');

function oathtool(seedHex, args) {
  const run = spawnSync('oathtool', [...args, '-'], { input: `${seedHex}\n`, encoding: 'utf8', maxBuffer: 64 << 20 });
  assert.equal(run.status, 0, `oathtool ${args.join(' ')}: ${run.stderr}`);
  return run.stdout.trim().split('\n');
}

/** The codes of `count` counters from `counter` on. */
export function hotpCodes(seedHex, counter, count = 1, digits = 6) {
  return oathtool(seedHex, ['--hotp', '-c', String(counter), '-d', String(digits), '-w', String(count - 1)]);
}
export const hotp = (seedHex, counter, digits = 6) => hotpCodes(seedHex, counter, 1, digits)[0];

/** The codes of `count` steps from the one at `seconds` (Unix time) on. */
export function totpCodes(seedHex, seconds, count = 1, { digits = 6, step = 30, hash = 'sha1' } = {}) {
  return oathtool(seedHex, [`--totp=${hash}`, '-N', `@${Math.floor(seconds)}`, '-s', `${step}s`,
    '-d', String(digits), '-w', String(count - 1)]);
}
export const totp = (seedHex, seconds, form = {}) => totpCodes(seedHex, seconds, 1, form)[0];

/** A well-formed code that is none of `codes`. */
export function wrongCode(codes, digits = 6) {
  for (let value = 1; ; value += 7) {
    const code = String(value % 10 ** digits).padStart(digits, '0');
    if (!codes.includes(code)) return code;
  }
}

export function base32(seedHex) {
  let bits = '';
  for (const byte of Buffer.from(seedHex, 'hex')) bits += byte.toString(2).padStart(8, '0');
  return bits.match(/.{1,5}/g).map((five) => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

export function hexOfBase32(text) {
  const bits = [...text.replace(/[=\s]/g, '')].map((c) => BASE32.indexOf(c).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((eight) => Number.parseInt(eight, 2))).toString('hex');
}
