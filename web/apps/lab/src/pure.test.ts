// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, test } from 'vitest';
import { clockRuler, clockZones, counterRuler, counterZones, percent, placeOf } from './ruler';
import { advance, STEPS, type Happening } from './story';
import { afterDrawer, keep, kept, MONTH, offsetAt, pressed, withOffset, withPpm } from './virtual';

describe('a virtual fob', () => {
  const fob = { offset: 0, ppm: 100, since: 0 };

  test('runs ahead by its parts per million', () => {
    expect(offsetAt(fob, 1_000_000_000)).toBeCloseTo(100);
  });

  test('loses minutes in a drawer as its drift says', () => {
    expect(afterDrawer({ ...fob, ppm: -100 }, MONTH, 0).offset).toBeCloseTo(-259.2);
  });

  test('keeps the offset it had when its drift is changed', () => {
    const changed = withPpm(fob, -50, 1_000_000_000);
    expect(offsetAt(changed, 1_000_000_000)).toBeCloseTo(100);
    expect(offsetAt(changed, 2_000_000_000)).toBeCloseTo(50);
  });

  test('is where the slider was put', () => {
    expect(offsetAt(withOffset(fob, -540, 5000), 5000)).toBe(-540);
  });
});

test('a card pressed forty times shows the fortieth code, for a while', () => {
  expect(pressed({ next: 117, shownUntil: 0 }, 40, 1000)).toEqual({ next: 157, shownUntil: 61_000 });
});

describe('what is kept in the browser', () => {
  beforeEach(() => localStorage.clear());

  test('comes back', () => {
    keep('x', { next: 5, shownUntil: 0 });
    expect(kept('x', { next: 0, shownUntil: 0 })).toEqual({ next: 5, shownUntil: 0 });
  });

  test.each(['', 'null', '[]', '{"next":"5"}', '{"next":null}', 'not json'])('is not believed when it is %j', (text) => {
    localStorage.setItem('x', text);
    expect(kept('x', { next: 7 })).toEqual({ next: 7 });
  });
});

describe('the ruler', () => {
  test('is as wide as the clock is off, in few sizes', () => {
    expect(clockRuler(0, 0).to).toBe(180);
    expect(clockRuler(-540, 0).to).toBe(900);
    expect(clockRuler(-540, -540).to).toBe(900);
    expect(clockRuler(3000, 0).from).toBe(-3600);
  });

  test('puts true time in the middle', () => {
    expect(percent(clockRuler(-540, 0), 0)).toBe(50);
    expect(percent(clockRuler(-540, 0), -540)).toBeCloseTo(20);
  });

  test('keeps what is off the paper at its edge', () => {
    expect(percent(clockRuler(0, 0), 9999)).toBe(100);
  });

  test('begins a little before the press that is expected', () => {
    const ruler = counterRuler(157, 117);
    expect(ruler.from).toBe(105);
    expect(ruler.to).toBe(177);
    expect(ruler.ticks).toEqual([110, 120, 130, 140, 150, 160, 170]);
  });

  test('knows what is used up', () => {
    const justUsed = clockZones(0, 1, 70, 30, 12);
    expect([13, 0, -540].map((at) => placeOf(at, justUsed))).toEqual(['in_step', 'used', 'spent']);
    expect(placeOf(116, counterZones(117, 2, 100))).toBe('spent');
  });

  test('says what a place is good for', () => {
    const clock = clockZones(0, 1, 70, 30, -72_000);
    expect([0, 44, -46, -540, 2200].map((at) => placeOf(at, clock))).toEqual(['in_step', 'in_step', 'needs_two', 'needs_two', 'far']);
    const counter = counterZones(117, 2, 100);
    expect([117, 119, 120, 217, 218].map((at) => placeOf(at, counter))).toEqual(['in_step', 'in_step', 'needs_two', 'needs_two', 'far']);
  });
});

describe('the story', () => {
  const tell = (kind: 'totp' | 'hotp', events: Happening[]) => events.reduce((at, event) => advance(kind, at, event), 0);
  const out: Happening = { type: 'stands', inStep: false };
  const followed: Happening = { type: 'followed' };
  const signedIn: Happening = { type: 'signed_in', moved: false };

  test('of a fob ends when it signs in again', () => {
    expect(tell('totp', [out, { type: 'refused' }, followed, signedIn])).toBe(STEPS.totp.length);
  });

  test('of a fob is not told on by turning its clock back', () => {
    expect(tell('totp', [out, { type: 'refused' }, { type: 'stands', inStep: true }])).toBe(2);
  });

  test('of a card is not done by a sign-in that moved nothing', () => {
    expect(tell('hotp', [signedIn, out, { type: 'refused' }, signedIn])).toBe(3);
    expect(tell('hotp', [signedIn, out, { type: 'refused' }, { type: 'signed_in', moved: true }])).toBe(4);
  });

  test('goes no further by what comes too early', () => {
    expect(tell('totp', [{ type: 'refused' }, followed])).toBe(0);
  });
});
