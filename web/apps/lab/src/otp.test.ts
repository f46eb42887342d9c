// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { bytesOfHex, hotp, stepOf } from './otp';

const ascii = (text: string) => Uint8Array.from(text, (c) => c.codePointAt(0) ?? 0);
const SEEDS = {
  sha1: ascii('12345678901234567890'),
  sha256: ascii('12345678901234567890123456789012'),
  sha512: ascii('1234567890123456789012345678901234567890123456789012345678901234'),
};

// RFC 4226, appendix D.
const RFC4226 = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'];
test.each(RFC4226.map((code, counter) => ({ code, counter })))('HOTP of RFC 4226 at counter $counter', async ({ code, counter }) => {
  expect(await hotp({ algorithm: 'sha1', digits: 6 }, SEEDS.sha1, counter)).toBe(code);
});

// RFC 6238, appendix B, with the seeds of its erratum: one length for each hash.
const RFC6238 = [
  [59, '94287082', '46119246', '90693936'],
  [1111111109, '07081804', '68084774', '25091201'],
  [1111111111, '14050471', '67062674', '99943326'],
  [1234567890, '89005924', '91819424', '93441116'],
  [2000000000, '69279037', '90698825', '38618901'],
  [20000000000, '65353130', '77737706', '47863826'],
] as const;
test.each(RFC6238)('TOTP of RFC 6238 at %i', async (seconds, sha1, sha256, sha512) => {
  const at = stepOf(seconds, 30);
  expect(await hotp({ algorithm: 'sha1', digits: 8 }, SEEDS.sha1, at)).toBe(sha1);
  expect(await hotp({ algorithm: 'sha256', digits: 8 }, SEEDS.sha256, at)).toBe(sha256);
  expect(await hotp({ algorithm: 'sha512', digits: 8 }, SEEDS.sha512, at)).toBe(sha512);
});

test('a code keeps its leading zeros', async () => {
  expect(await hotp({ algorithm: 'sha1', digits: 8 }, SEEDS.sha1, stepOf(1111111109, 30))).toMatch(/^0/);
});

test('hexadecimal seeds are read in either case', () => {
  expect([...bytesOfHex('00fF7a')]).toEqual([0, 255, 122]);
});
