// SPDX-License-Identifier: Apache-2.0
// The resynchronisation as a value: what the page shows follows from it, and nothing of it is kept anywhere else.
import type { FirstTaken, Problem, ResyncStarted, Resynchronised } from '@lockstep/api';
import { onThisClock } from '@lockstep/ui';
import type { FieldFault } from './problems';

export type Field = 'first' | 'second' | 'third';
export interface Wizard {
  stage: 'starting' | Field | 'done' | 'failed';
  started?: ResyncStarted;
  codes: Record<Field, string>;
  fault?: FieldFault | 'empty';
  /** Nothing reached the server; the fields are kept. */
  away?: Problem;
  /** On this clock, in milliseconds: when the next code shows at the latest, and how long that is in all. */
  nextBy?: number;
  wait: number;
  /** On this clock: until when the server takes the next code. */
  acceptUntil?: number;
  moved?: Resynchronised;
  problem?: Problem;
}

export type Event =
  | { type: 'started'; started: ResyncStarted }
  | { type: 'typed'; field: Field; code: string }
  | { type: 'fault'; fault: FieldFault | 'empty' }
  | { type: 'away'; problem: Problem }
  | { type: 'first_taken'; taken: FirstTaken; received: number }
  | { type: 'one_more' }
  | { type: 'moved'; moved: Resynchronised }
  | { type: 'failed'; problem: Problem }
  | { type: 'back' }
  | { type: 'again' };

export const BEGIN: Wizard = { stage: 'starting', codes: { first: '', second: '', third: '' }, wait: 0 };

/** `wizard` without what belongs to one attempt at one step. */
function calm(wizard: Wizard): Wizard {
  const { fault: _fault, away: _away, ...rest } = wizard;
  return rest;
}

function firstTaken(wizard: Wizard, { taken, received }: Extract<Event, { type: 'first_taken' }>): Wizard {
  const wait = taken.next_within_seconds ?? wizard.started?.display_seconds ?? 0;
  const { server_time: serverTime, expires_at: expiresAt } = wizard.started ?? { server_time: '', expires_at: '' };
  // The server's clock as it was at the start of the conversation, and the time that has passed here since, are
  // not known apart; the length of the conversation is, and bounds the rest.
  const spent = Date.parse(taken.accept_until) - Date.parse(expiresAt);
  const acceptUntil = wizard.acceptUntil === undefined
    ? onThisClock(taken.accept_until, serverTime, received)
    : wizard.acceptUntil + (Number.isNaN(spent) ? 0 : spent);
  return { ...calm(wizard), stage: 'second', wait, acceptUntil, ...(wait > 0 ? { nextBy: received + wait * 1000 } : {}) };
}

export function step(wizard: Wizard, event: Event): Wizard {
  switch (event.type) {
    case 'started':
      return { ...BEGIN, stage: 'first', started: event.started, acceptUntil: onThisClock(event.started.expires_at, event.started.server_time, Date.now()) };
    case 'typed':
      return { ...calm(wizard), codes: { ...wizard.codes, [event.field]: event.code } };
    case 'fault':
      return { ...calm(wizard), fault: event.fault };
    case 'away':
      return { ...calm(wizard), away: event.problem };
    case 'first_taken':
      return firstTaken(wizard, event);
    case 'one_more':
      return { ...calm(wizard), stage: 'third' };
    case 'moved':
      return { ...calm(wizard), stage: 'done', moved: event.moved, codes: BEGIN.codes };
    case 'failed':
      return { ...calm(wizard), stage: 'failed', problem: event.problem, codes: BEGIN.codes };
    case 'back':
      return { ...calm(wizard), stage: 'first' };
    case 'again':
      return BEGIN;
  }
}

/** Which bar of First passcode, Final step, Result is lit. */
export function barOf(stage: Wizard['stage']): number {
  if (stage === 'done') return 3;
  if (stage === 'failed') return 2;
  return stage === 'second' || stage === 'third' ? 1 : 0;
}

export type Waiting = 'none' | 'waiting' | 'ready' | 'late' | 'too_late';
/** What to say beside the field of the second code at `now`. */
export function waitingAt(wizard: Wizard, now: number): Waiting {
  if (wizard.acceptUntil !== undefined && now >= wizard.acceptUntil) return 'too_late';
  if (wizard.nextBy === undefined) return 'none';
  if (now < wizard.nextBy) return 'waiting';
  return now < wizard.nextBy + wizard.wait * 1000 ? 'ready' : 'late';
}
