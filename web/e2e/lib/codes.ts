// SPDX-License-Identifier: Apache-2.0
// RFC 4226 on node:crypto; the lab has its own on Web Crypto, so each checks the other.
import { createHmac } from 'node:crypto';

const DIGITS = 6;

/** The code of `seed` at `position`, six digits with SHA-1. */
export function hotp(seed: Buffer, position: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(position));
  const mac = createHmac('sha1', seed).update(counter).digest();
  const start = (mac.at(-1) ?? 0) & 0xf;
  return String((mac.readUInt32BE(start) & 0x7fffffff) % 10 ** DIGITS).padStart(DIGITS, '0');
}
