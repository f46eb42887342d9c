// SPDX-License-Identifier: Apache-2.0
// What a countdown shows, as plain functions of deadlines: nothing here counts ticks.

/** Whole seconds from `now` to `deadline` (both milliseconds), rounded up; 0 from the deadline on. */
export function secondsLeft(deadline: number | undefined, now: number): number {
  return deadline === undefined ? 0 : Math.max(0, Math.ceil((deadline - now) / 1000));
}

/**
 * This clock's time (milliseconds) at which the server's `then` is reached, where the answer that says so came at
 * `received` and the server's clock stood at `serverNow`.
 */
export function onThisClock(then: string, serverNow: string, received: number): number {
  return received + (Date.parse(then) - Date.parse(serverNow));
}

const LAST_CALL = 10;

/** The one of three moments that was reached last, as seconds left: the beginning, ten seconds, the end. */
export function spokenAt(left: number, total: number): number {
  if (left === 0) return 0;
  return left <= LAST_CALL ? Math.min(LAST_CALL, total) : total;
}
