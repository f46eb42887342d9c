// SPDX-License-Identifier: Apache-2.0
// The tokens of the lab as their owners hold them: a clock that may be wrong, a counter that may be ahead.

const PPM = 1e-6;
export const DAY = 86_400;
export const MONTH = 30 * DAY;
export const POCKET_PRESSES = 40;
export const SHOWN_MS = 60_000;

/** `offset` seconds ahead at `since` (milliseconds, true time), and `ppm` faster from then on. */
export interface FobState {
  offset: number;
  ppm: number;
  since: number;
}

/** Seconds that the fob's clock is ahead at true time `now`. */
export function offsetAt(fob: FobState, now: number): number {
  return fob.offset + (fob.ppm * PPM * (now - fob.since)) / 1000;
}

export function withOffset(fob: FobState, offset: number, now: number): FobState {
  return { ...fob, offset, since: now };
}

export function withPpm(fob: FobState, ppm: number, now: number): FobState {
  return { offset: offsetAt(fob, now), ppm, since: now };
}

/** After `seconds` in a drawer, as if they had passed. */
export function afterDrawer(fob: FobState, seconds: number, now: number): FobState {
  return { ...fob, offset: offsetAt(fob, now) + fob.ppm * PPM * seconds, since: now };
}

/** `next` is the counter of the code that the next press shows; `shownUntil` is milliseconds of this clock. */
export interface CardState {
  next: number;
  shownUntil: number;
}

export function pressed(card: CardState, times: number, now: number): CardState {
  return { next: card.next + times, shownUntil: now + SHOWN_MS };
}

/** What was kept in the browser under `key`, if it has the numbers of `fallback`; else `fallback`. */
export function kept<T extends object>(key: string, fallback: T): T {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    if (typeof value !== 'object' || value === null) return fallback;
    const numbers = Object.keys(fallback).map((name) => [name, Reflect.get(value, name) as unknown] as const);
    return numbers.every(([, number]) => typeof number === 'number' && Number.isFinite(number)) ? (Object.fromEntries(numbers) as T) : fallback;
  } catch {
    return fallback;
  }
}

/** Keeps clock or counter, never a code, so that a token is the same after the page was loaded again. */
export function keep(key: string, state: object): void {
  try {
    localStorage.setItem(key, JSON.stringify(state));
  } catch {
    // Then it begins anew.
  }
}
