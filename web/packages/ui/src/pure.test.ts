// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { onThisClock, secondsLeft, spokenAt } from './clockwork';
import { cleanCode, faultOf, grouped } from './code';

describe('a countdown', () => {
  test('rounds up, so that it never says less than there is', () => {
    expect(secondsLeft(30_000, 0)).toBe(30);
    expect(secondsLeft(30_000, 1)).toBe(30);
    expect(secondsLeft(30_000, 29_001)).toBe(1);
  });

  test('stands at zero from the deadline on, however late one looks', () => {
    expect(secondsLeft(30_000, 30_000)).toBe(0);
    expect(secondsLeft(30_000, 9_000_000)).toBe(0);
  });

  test('is right after a sleep, since it counts no ticks', () => {
    expect(secondsLeft(30_000, 25_000)).toBe(5);
  });

  test('reckons with a clock that differs from the server’s', () => {
    const hourBehind = Date.parse('2026-11-22T09:00:00Z');
    expect(onThisClock('2026-11-22T10:03:00Z', '2026-11-22T10:00:00Z', hourBehind)).toBe(hourBehind + 180_000);
  });

  test('speaks at the beginning, at ten seconds and at the end', () => {
    const said = Array.from({ length: 31 }, (_, index) => spokenAt(30 - index, 30));
    expect(new Set(said)).toEqual(new Set([30, 10, 0]));
    expect(spokenAt(11, 30)).toBe(30);
    expect(spokenAt(10, 30)).toBe(10);
  });

  test('of less than ten seconds speaks twice', () => {
    expect([spokenAt(5, 5), spokenAt(0, 5)]).toEqual([5, 0]);
  });
});

describe('a code', () => {
  test.each([['123 456', '123456'], ['123-456', '123456'], ['  000123 ', '000123'], ['123\u00a0456', '123456'], ['123–456', '123456'], ['12.34.56', '123456'], ['\t492039\n', '492039']])(
    'typed or pasted as %j is %j', (typed, clean) => expect(cleanCode(typed)).toBe(clean));

  test.each([['', 'empty'], [' - ', 'empty'], ['12a456', 'letters'], ['12345', 'length'], ['4711123456', 'length'], ['１２３４５６', 'letters']])(
    '%j is refused as %s', (typed, fault) => expect(faultOf(typed, 6)).toBe(fault));

  test('may begin with zeros', () => expect(faultOf('000123', 6)).toBeUndefined());

  test('is refused as the same one, however it is spaced', () => {
    expect(faultOf('123 456', 6, '123456')).toBe('same_code');
    expect(faultOf('123 457', 6, '123456')).toBeUndefined();
  });

  test('is shown in groups as on a display', () => {
    expect([grouped('492039'), grouped('49203918'), grouped('4920391')]).toEqual(['492 039', '4920 3918', '492 039 1']);
  });
});
