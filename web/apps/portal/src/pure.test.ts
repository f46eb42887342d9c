// SPDX-License-Identifier: Apache-2.0
import { Problem, type ResyncStarted } from '@lockstep/api';
import english from '@lockstep/i18n/locales/en/portal.json';
import swedish from '@lockstep/i18n/locales/sv/portal.json';
import { describe, expect, test } from 'vitest';
import { fieldFaultOf, helpsOf, PROBLEM_TEXTS, textOf } from './problems';
import { isFresh } from './session';
import { barOf, BEGIN, step, waitingAt, type Event, type Wizard } from './wizard';

const problem = (reason: string, status = 422) => new Problem({ reason, status });

describe('a problem', () => {
  test.each(PROBLEM_TEXTS)('%s has a heading and a sentence in both languages', (name) => {
    for (const texts of [english, swedish] as Record<string, string>[]) {
      expect(texts[`problem.${name}.head`]).toBeTruthy();
      expect(texts[`problem.${name}.body`]).toBeTruthy();
    }
  });

  test('of the catalogue has its own text', () => {
    const own = ['no_match', 'wrong_order', 'not_consecutive', 'already_used', 'clock_set_back', 'outside_window', 'implausible_jump', 'typo_likely', 'with_pin', 'locked', 'suspended', 'lost', 'expired_token', 'not_assigned', 'user_disabled', 'too_many_attempts', 'conversation_expired', 'kind_not_supported', 'not_allowed'];
    expect(own.map((reason) => textOf(problem(reason)))).toEqual(own);
  });

  test('that only an operator can mend is called so', () => {
    expect([textOf(problem('wrong_parameters')), textOf(problem('wrong_seed_encoding'))]).toEqual(['set_up_wrong', 'set_up_wrong']);
  });

  test('that nobody knows is one of ours', () => expect(textOf(problem('something_new', 500))).toBe('unavailable'));

  test('of one field stays with the field', () => {
    expect(['malformed', 'wrong_length', 'same_code', 'no_match'].map((reason) => fieldFaultOf(problem(reason)))).toEqual(['letters', 'length', 'same_code', undefined]);
  });

  test('offers what helps, and never to start again where that cannot help', () => {
    expect(helpsOf('no_match')).toContain('start_again');
    for (const name of ['outside_window', 'suspended', 'lost', 'too_many_attempts', 'clock_set_back'] as const) {
      expect(helpsOf(name).length).toBeGreaterThan(0);
      expect(helpsOf(name)).not.toContain('start_again');
    }
  });
});

const started: ResyncStarted = {
  id: 'c', method: 'two_codes', kind: 'totp', digits: 6, step_seconds: 30, attempts_left: 5,
  expires_at: '2026-11-22T10:03:00Z', server_time: '2026-11-22T10:00:00Z',
};
const taken = { accept_until: '2026-11-22T10:03:00Z', next_within_seconds: 30 };
const run = (...events: Event[]): Wizard => events.reduce(step, BEGIN);

describe('the wizard', () => {
  test('goes from the first to the final step and to the result', () => {
    const first = run({ type: 'started', started });
    expect([first.stage, barOf(first.stage)]).toEqual(['first', 0]);
    const second = step(first, { type: 'first_taken', taken, received: 1000 });
    expect([second.stage, barOf(second.stage), second.nextBy]).toEqual(['second', 1, 31_000]);
    const done = step(second, { type: 'moved', moved: { moved: 18, unit: 'steps', direction: 'behind', seconds: 540 } });
    expect([done.stage, barOf(done.stage)]).toEqual(['done', 3]);
  });

  test('keeps the first code on the way back', () => {
    const wizard = run({ type: 'started', started }, { type: 'typed', field: 'first', code: '123456' }, { type: 'first_taken', taken, received: 0 }, { type: 'back' });
    expect([wizard.stage, wizard.codes.first]).toEqual(['first', '123456']);
  });

  test('keeps all fields when the connection is away', () => {
    const wizard = run({ type: 'started', started }, { type: 'first_taken', taken, received: 0 }, { type: 'typed', field: 'second', code: '654321' }, { type: 'away', problem: new Problem({}) });
    expect([wizard.stage, wizard.codes.second, wizard.away?.reason]).toEqual(['second', '654321', 'offline']);
  });

  test('forgets the codes when it is decided', () => {
    const wizard = run({ type: 'started', started }, { type: 'typed', field: 'first', code: '123456' }, { type: 'failed', problem: problem('no_match') });
    expect(wizard.codes.first).toBe('');
  });

  test('asks for a third code where two places fit', () => {
    expect(run({ type: 'started', started }, { type: 'first_taken', taken, received: 0 }, { type: 'one_more' }).stage).toBe('third');
  });

  test('drops a fault as soon as somebody types', () => {
    expect(run({ type: 'started', started }, { type: 'fault', fault: 'length' }, { type: 'typed', field: 'first', code: '1' }).fault).toBeUndefined();
  });

  test('says wait, ready, late and too late', () => {
    const wizard: Wizard = { ...BEGIN, stage: 'second', nextBy: 30_000, wait: 30, acceptUntil: 180_000 };
    expect([0, 29_999, 30_000, 59_999, 60_000, 179_999, 180_000].map((now) => waitingAt(wizard, now)))
      .toEqual(['waiting', 'waiting', 'ready', 'ready', 'late', 'late', 'too_late']);
  });

  test('has no countdown for a button, unless its model shows codes for a known time', () => {
    const button = { ...started, kind: 'hotp' as const };
    const noTime = { accept_until: taken.accept_until };
    const plain = run({ type: 'started', started: button }, { type: 'first_taken', taken: noTime, received: 0 });
    expect(waitingAt(plain, 0)).toBe('none');
    const shows = run({ type: 'started', started: { ...button, display_seconds: 15 } }, { type: 'first_taken', taken: noTime, received: 0 });
    expect([waitingAt(shows, 0), shows.nextBy]).toEqual(['waiting', 15_000]);
  });
});

describe('a fresh factor', () => {
  const session = {
    state: 'signed_in' as const, user: { id: 'a', name: 'A' }, by: 'email_code' as const, csrf: 'x', idle_until: '', ends_at: '',
    server_time: '2026-11-22T10:00:00Z', fresh_until: '2026-11-22T10:10:00Z',
  };
  test('lasts until just before the server’s own end', () => {
    expect([0, 594_999, 595_000].map((now) => isFresh(session, 0, now))).toEqual([true, true, false]);
  });
  test('is not there without one', () => {
    const { fresh_until: _, ...without } = session;
    expect(isFresh(without, 0, 0)).toBe(false);
  });
});
