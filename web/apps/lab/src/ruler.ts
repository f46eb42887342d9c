// SPDX-License-Identifier: Apache-2.0
// Where things stand on the picture of what the server sees. Units are seconds for clocks, presses for counters.

/** `used`: the last one accepted, or for a card a press before it; `spent`: codes of a time before that. */
export type Place = 'in_step' | 'needs_two' | 'far' | 'used' | 'spent';

export interface Ruler {
  from: number;
  to: number;
  ticks: number[];
}

/** What a single code is taken from, and what two in a row are; both ends belong to them. */
export interface Zones {
  accept: [number, number];
  pair: [number, number];
  /** Below this nothing counts any more. */
  spent: number;
}

const MINUTE = 60;
const CLOCK_SPANS = [3, 15, 60, 360, 1440].map((minutes) => minutes * MINUTE);
const CLOCK_TICKS = [1, 5, 15, 120, 480].map((minutes) => minutes * MINUTE);
const COUNTER_SPANS = [20, 60, 120, 600, 2400];
const COUNTER_TICKS = [5, 10, 20, 100, 400];
/** How much of the span may be used before the next wider one is taken. */
const ROOM = 0.85;
const BEFORE = 0.2;

function pick(spans: readonly number[], reach: number): number {
  const index = spans.findIndex((span) => reach <= span * ROOM);
  return index < 0 ? spans.length - 1 : index;
}

function ticksBetween(from: number, to: number, every: number): number[] {
  const first = Math.ceil(from / every);
  return Array.from({ length: Math.floor(to / every) - first + 1 }, (_, index) => (first + index) * every);
}

/** Around true time, wide enough for the clock and for where the server believes it. */
export function clockRuler(offset: number, believed: number): Ruler {
  const index = pick(CLOCK_SPANS, Math.max(Math.abs(offset), Math.abs(believed)));
  const span = CLOCK_SPANS[index] ?? MINUTE;
  return { from: -span, to: span, ticks: ticksBetween(-span, span, CLOCK_TICKS[index] ?? MINUTE) };
}

/** From a little before the next expected press on, wide enough for the last one. */
export function counterRuler(position: number, next: number): Ruler {
  const index = pick(COUNTER_SPANS, Math.abs(position - next));
  const span = COUNTER_SPANS[index] ?? 1;
  const from = next - span * BEFORE;
  const to = next + span;
  return { from, to, ticks: ticksBetween(Math.max(0, from), to, COUNTER_TICKS[index] ?? 1) };
}

/** `value` in percent of the ruler's length, kept on the paper. */
export function percent(ruler: Ruler, value: number): number {
  const share = (value - ruler.from) / (ruler.to - ruler.from);
  return Math.min(100, Math.max(0, share * 100));
}

const within = (value: number, [low, high]: [number, number]) => value >= low && value <= high;

export function placeOf(value: number, zones: Zones): Place {
  if (value < zones.spent) return within(value, zones.accept) ? 'used' : 'spent';
  if (within(value, zones.accept)) return 'in_step';
  return within(value, zones.pair) ? 'needs_two' : 'far';
}

/** A clock's zones around the offset that the server believes, each a whole number of steps wide. */
export function clockZones(believed: number, accept: number, pair: number, step: number, spent: number): Zones {
  const around = (steps: number): [number, number] => [believed - (steps + 0.5) * step, believed + (steps + 0.5) * step];
  return { accept: around(accept), pair: around(pair), spent };
}

export function counterZones(next: number, accept: number, pair: number): Zones {
  return { accept: [next, next + accept], pair: [next, next + pair], spent: next };
}
