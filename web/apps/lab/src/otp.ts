// SPDX-License-Identifier: Apache-2.0
// RFC 4226 and RFC 6238 with the browser's own HMAC.

export interface CodeSpec {
  algorithm: 'sha1' | 'sha256' | 'sha512';
  digits: number;
}

const HASHES = { sha1: 'SHA-1', sha256: 'SHA-256', sha512: 'SHA-512' } as const;

export function bytesOfHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Whether this page may compute codes: browsers offer their cryptography over https and on this machine only. */
export function canCompute(): boolean {
  return (globalThis.crypto as Crypto | undefined)?.subtle !== undefined;
}

/** The code at `position`: the counter of an event token, the number of the time step of a time token. */
export async function hotp(spec: CodeSpec, seed: Uint8Array<ArrayBuffer>, position: number): Promise<string> {
  const key = await crypto.subtle.importKey('raw', seed, { name: 'HMAC', hash: HASHES[spec.algorithm] }, false, ['sign']);
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(position));
  const mac = new DataView(await crypto.subtle.sign('HMAC', key, counter));
  const start = mac.getUint8(mac.byteLength - 1) & 0xf;
  const number = (mac.getUint32(start) & 0x7fffffff) % 10 ** spec.digits;
  return String(number).padStart(spec.digits, '0');
}

/** The time step of `seconds` since 1970. */
export function stepOf(seconds: number, stepSeconds: number): number {
  return Math.floor(seconds / stepSeconds);
}
