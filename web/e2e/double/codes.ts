// SPDX-License-Identifier: Apache-2.0
// RFC 4226 and 6238 on node:crypto; the lab has its own on Web Crypto, so each checks the other.
import { createHmac } from 'node:crypto';

export interface CodeSpec {
  kind: 'hotp' | 'totp';
  algorithm: 'sha1' | 'sha256' | 'sha512';
  digits: number;
  /** Time tokens. */
  step: number;
}

export function hotp(spec: CodeSpec, seed: Buffer, position: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(position));
  const mac = createHmac(spec.algorithm, seed).update(counter).digest();
  const start = (mac.at(-1) ?? 0) & 0xf;
  const number = (mac.readUInt32BE(start) & 0x7fffffff) % 10 ** spec.digits;
  return String(number).padStart(spec.digits, '0');
}

/** Positions from `from` to `to` (inclusive, not below 0) that show `code`. */
export function positionsOf(spec: CodeSpec, seed: Buffer, code: string, from: number, to: number): number[] {
  const found: number[] = [];
  for (let position = Math.max(0, from); position <= to; position += 1) {
    if (hotp(spec, seed, position) === code) found.push(position);
  }
  return found;
}
