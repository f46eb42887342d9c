// SPDX-License-Identifier: Apache-2.0
// What the records of a token say about its clock or counter: points, marks of resyncs, the zone of a single code, the trend.
import type { ActivityRecord, ExplainedValues, Token } from '@lockstep/api/console';
import { detail } from '../story';

export interface Point {
  /** Milliseconds. */
  at: number;
  /** Time tokens: steps from the server's clock, positive ahead. Event tokens: codes skipped. */
  off: number;
  /** Where a single code was expected at that moment, in steps from the server's clock. */
  expected: number;
  accepted: boolean;
}
export interface History {
  points: Point[];
  resyncs: number[];
}

const number = (record: ActivityRecord, name: string): number | undefined => {
  const value = detail(record, name);
  return value === undefined || value === '' || Number.isNaN(Number(value)) ? undefined : Number(value);
};
const ACCEPTED = new Set(['login.accepted', 'login.accepted_resynced']);
const FOUND = new Set(['login.accepted', 'login.accepted_resynced', 'login.next_code', 'login.refused', 'resync.succeeded']);
const RESYNC = new Set(['login.accepted_resynced', 'resync.succeeded']);

/** The point of `record`; undefined where no code was found. */
export function pointOf(record: ActivityRecord, token: Token): Point | undefined {
  const off = number(record, 'off');
  const position = number(record, 'position');
  if (!FOUND.has(record.kind) || off === undefined) return undefined;
  const at = Date.parse(record.at);
  const accepted = ACCEPTED.has(record.kind) || record.kind === 'resync.succeeded';
  if (token.kind === 'hotp') return { at, off, expected: 0, accepted };
  if (position === undefined) return undefined;
  const step = (token.step_seconds ?? 30) * 1000;
  const fromServer = position - Math.floor((at - (token.t0_seconds ?? 0) * 1000) / step);
  return { at, off: fromServer, expected: fromServer - off, accepted };
}

/** The oldest first. */
export function historyOf(records: readonly ActivityRecord[], token: Token): History {
  const sorted = records.filter((record) => record.serial === undefined || record.serial === token.serial).toReversed();
  return {
    points: sorted.map((record) => pointOf(record, token)).filter((point) => point !== undefined),
    resyncs: sorted.filter((record) => RESYNC.has(record.kind)).map((record) => Date.parse(record.at)),
  };
}

/** How many positions beside the expected one a single code may lie, by the policy that holds; undefined where that cannot be read. */
export function acceptOf(token: Token, values: ExplainedValues | undefined): number | undefined {
  const key = token.kind === 'totp' ? `${token.form}.accept` : (token.digits >= 8 ? 'event.accept_8' : 'event.accept');
  const found = values?.find((one) => one.key === key)?.value;
  return typeof found === 'number' ? found : undefined;
}

export interface Trend {
  /** Steps a day. */
  slope: number;
  /** At `from`, in steps. */
  start: number;
  from: number;
}
const DAY_MS = 86_400_000;
const POINTS_MIN = 3;
const SPAN_MIN_DAYS = 3;

/** The straight line nearest to the points accepted since the last resync; undefined where there are too few, over too short a time. */
export function trendOf({ points, resyncs }: History): Trend | undefined {
  const since = resyncs.at(-1) ?? Number.NEGATIVE_INFINITY;
  const used = points.filter((point) => point.accepted && point.at >= since);
  const from = used[0]?.at ?? 0;
  const days = used.map((point) => (point.at - from) / DAY_MS);
  if (used.length < POINTS_MIN || (days.at(-1) ?? 0) < SPAN_MIN_DAYS) return undefined;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(days);
  const y = mean(used.map((point) => point.off));
  const over = used.reduce((sum, point, index) => sum + ((days[index] ?? 0) - x) * (point.off - y), 0);
  const under = days.reduce((sum, one) => sum + (one - x) ** 2, 0);
  const slope = over / under;
  return { slope, start: y - slope * x, from };
}

/** Where `trend` is at `at`, in steps. */
export const along = (trend: Trend, at: number): number => trend.start + (trend.slope * (at - trend.from)) / DAY_MS;

const FORECAST_DAYS = 365;

/**
 * When `trend` is further than `accept` steps from the last accepted code, milliseconds: from then on a single
 * code is not enough any more, unless the token is used before and its zone follows it. Half a step more shows
 * as one more. Undefined where that is not within a year.
 */
export function leavesAt({ points }: History, trend: Trend | undefined, accept: number | undefined): number | undefined {
  const last = points.findLast((point) => point.accepted);
  if (trend === undefined || accept === undefined || last === undefined || trend.slope === 0) return undefined;
  const edge = last.off + Math.sign(trend.slope) * (accept + 0.5);
  const days = (edge - along(trend, last.at)) / trend.slope;
  return days < 0 || days > FORECAST_DAYS ? undefined : last.at + days * DAY_MS;
}

/** Parts in a million that the clock is fast. */
export function ppmOf(trend: Trend, stepSeconds: number): number {
  return (trend.slope * stepSeconds * 1e6) / (DAY_MS / 1000);
}
