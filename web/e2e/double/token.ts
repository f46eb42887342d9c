// SPDX-License-Identifier: Apache-2.0
// One token as the server believes it to be: log-ins, auto-sync over two of them, resync on purpose.
import type { Device } from '@lockstep/api';
import { hotp, positionsOf, type CodeSpec } from './codes';

const PAIR_SECONDS = 180;
const GUARD_PPM = 200e-6;
const GUARD_STEPS = 2;
const FAILURES_MAX = 5;
const PAUSE_SECONDS = 900;
const PAIR_DISTANCE_TIME = 3;
const FAR = { hotp: 5000, totp: 20_160 };

export interface Attempt {
  accepted: boolean;
  reason?: string;
  off?: number;
  moved?: boolean;
}
export interface Moved {
  moved: number;
  unit: 'codes' | 'steps';
  direction: 'ahead' | 'behind' | 'none';
  seconds?: number;
}
export type Resync = { ok: true; moved: Moved } | { ok: false; reason: string; retryAfter?: number };
export interface GivenCode {
  code: string;
  at: number;
}

export interface TokenFacts {
  serial: string;
  user: string;
  model: string;
  form: 'hardware' | 'software';
  spec: CodeSpec;
  seed: Buffer;
  accept: number;
  pair: number;
  resync: number;
  shownSeconds?: number;
}

/** Times are seconds since 1970. */
export class Token {
  name: string;
  primary = false;
  life: Device['life'] = 'active';
  sync: Device['sync'] = 'in_sync';
  next = 0;
  offset = 0;
  failures = 0;
  pausedUntil = 0;
  lastUsed: number | undefined;
  remembered: { position: number; until: number } | undefined;
  private evidenceAt: number;

  constructor(readonly facts: TokenFacts, readonly addedAt: number, now: number) {
    this.name = facts.model;
    this.evidenceAt = now - 20 * 3600;
    this.lastUsed = this.evidenceAt;
    this.next = facts.spec.kind === 'hotp' ? 117 : this.stepAt(now - 20 * 3600) + 1;
  }

  get isTime(): boolean {
    return this.facts.spec.kind === 'totp';
  }

  stepAt(seconds: number): number {
    return Math.floor(seconds / this.facts.spec.step);
  }

  expected(now: number): number {
    return this.isTime ? this.stepAt(now + this.offset) : this.next;
  }

  codeAt(position: number): string {
    return hotp(this.facts.spec, this.facts.seed, position);
  }

  private find(code: string, around: number, width: number): number[] {
    const { spec, seed } = this.facts;
    const low = this.isTime ? around - width : around;
    return positionsOf(spec, seed, code, Math.max(low, this.next), around + width);
  }

  /** A log-in: one code, or the second of two in a row. */
  attempt(code: string, now: number): Attempt {
    if (this.life !== 'active') return { accepted: false, reason: this.life };
    const expected = this.expected(now);
    const near = this.find(code, expected, this.facts.accept)[0];
    if (near !== undefined) return this.accept(near, near - expected, false, now);
    const confirmed = this.confirms(code, now);
    if (confirmed !== undefined) {
      if (this.isImplausible(confirmed - expected, now)) {
        return { accepted: false, reason: 'implausible_jump', off: confirmed - expected };
      }
      return this.accept(confirmed, confirmed - expected, true, now);
    }
    const far = this.find(code, expected, this.facts.pair)[0];
    if (far !== undefined) {
      this.remembered = { position: far, until: now + PAIR_SECONDS };
      this.sync = 'out_of_sync';
      const reason = this.isImplausible(far - expected, now) ? 'implausible_jump' : 'next_code';
      return { accepted: false, reason, off: far - expected };
    }
    return { accepted: false, ...this.elsewhere(code, expected) };
  }

  private confirms(code: string, now: number): number | undefined {
    const before = this.remembered;
    if (before === undefined || now > before.until) return undefined;
    const reach = this.isTime ? PAIR_DISTANCE_TIME : 1;
    return positionsOf(this.facts.spec, this.facts.seed, code, before.position + 1, before.position + reach)[0];
  }

  private isImplausible(off: number, now: number): boolean {
    if (!this.isTime || this.facts.form === 'software') return false;
    return Math.abs(off) * this.facts.spec.step > (now - this.evidenceAt) * GUARD_PPM + GUARD_STEPS * this.facts.spec.step;
  }

  private elsewhere(code: string, expected: number): { reason: string; off?: number } {
    const { spec, seed } = this.facts;
    const behind = this.isTime ? this.facts.pair : 50;
    const old = positionsOf(spec, seed, code, Math.min(expected, this.next) - behind, this.next - 1)[0];
    if (old !== undefined) return { reason: this.spentBecause(old), off: old - expected };
    const far = this.find(code, expected, this.isTime ? 1440 : 1000)[0];
    return far === undefined ? { reason: 'no_match' } : { reason: 'outside_window', off: far - expected };
  }

  /** Only the last code is known to have been used; those of a clock before it were never seen. */
  private spentBecause(position: number): string {
    return this.isTime && position < this.next - 1 ? 'clock_set_back' : 'already_used';
  }

  private accept(position: number, off: number, moved: boolean, now: number): Attempt {
    if (this.isTime && (moved || Math.abs(off) > 0)) this.offset += off * this.facts.spec.step;
    this.used(position, now);
    this.sync = !moved && this.isTime && Math.abs(off) >= this.facts.accept ? 'drifting' : 'in_sync';
    return { accepted: true, off, moved };
  }

  private used(position: number, now: number): void {
    this.next = position + 1;
    this.remembered = undefined;
    this.lastUsed = now;
    this.evidenceAt = now;
  }

  /** Two codes, or three, given on purpose. */
  resynchronise(given: GivenCode[], now: number): Resync {
    const places = given.map(({ code, at }) => this.find(code, this.expected(at), this.facts.resync));
    const reach = this.isTime ? PAIR_DISTANCE_TIME : 1;
    const ends = places.slice(1).reduce<number[]>(
      (before, here) => here.filter((p) => before.some((q) => p > q && p <= q + reach)), places[0] ?? []);
    const [end] = ends;
    if (end !== undefined && ends.length > 1) return { ok: false, reason: 'one_more_code' };
    if (end === undefined) return this.failed(given, places, now);
    const off = end - this.expected(now);
    if (this.isTime) this.offset += off * this.facts.spec.step;
    this.used(end, now);
    this.sync = 'in_sync';
    this.failures = 0;
    return { ok: true, moved: this.inWords(this.isTime ? off : off - (given.length - 1)) };
  }

  inWords(off: number): Moved {
    const direction = off === 0 ? 'none' : off > 0 ? 'ahead' : 'behind';
    const moved = Math.abs(off);
    return this.isTime
      ? { moved, unit: 'steps', direction, seconds: moved * this.facts.spec.step }
      : { moved, unit: 'codes', direction };
  }

  private failed(given: GivenCode[], places: number[][], now: number): Resync {
    this.failures += 1;
    if (this.failures >= FAILURES_MAX) {
      this.failures = 0;
      this.pausedUntil = now + PAUSE_SECONDS;
      return { ok: false, reason: 'too_many_attempts', retryAfter: PAUSE_SECONDS };
    }
    const reason = this.why(given, places, now);
    const shown = this.stepAt(now + this.offset);
    return reason === 'clock_set_back' ? { ok: false, reason, retryAfter: Math.max(1, (this.next - shown) * this.facts.spec.step) } : { ok: false, reason };
  }

  private why(given: GivenCode[], places: number[][], now: number): string {
    const [first, second] = [places[0] ?? [], places[1] ?? []];
    if (first.some((p) => second.some((q) => q === p - 1))) return 'wrong_order';
    if (first.some((p) => second.some((q) => Math.abs(p - q) <= 20))) return 'not_consecutive';
    const { spec, seed } = this.facts;
    const behind = this.isTime ? 2880 : 50;
    const used = given.flatMap(({ code }) => positionsOf(spec, seed, code, this.next - behind, this.next - 1))[0];
    if (used !== undefined) return this.spentBecause(used);
    const far = given.map(({ code }) => this.find(code, this.expected(now), FAR[spec.kind]));
    return far[0]?.some((p) => far[1]?.includes(p + 1)) ? 'outside_window' : 'no_match';
  }
}
