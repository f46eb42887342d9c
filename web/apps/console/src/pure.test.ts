// SPDX-License-Identifier: Apache-2.0
import { Problem, type ActivityRecord, type Token } from '@lockstep/api/console';
import { describe, expect, test } from 'vitest';
import { csvOf } from './csv';
import { meaningOf } from './Keys';
import { changed } from './Overtaken';
import { changeOf as operatorChange } from './operator/OperatorForm';
import { fileOf } from './pages/Import';
import { passwordFault } from './pages/Setup';
import { placesOf, textOf } from './problems';
import { askedFor } from './Search';
import { endOf } from './SessionEnd';
import { fromWords } from './ActivityTable';
import { isAbout, resultOf, toldOf, whyOf } from './story';
import { signed } from './text';
import { changeOf, factsOf } from './token/EditToken';
import { acceptOf, along, historyOf, leavesAt, ppmOf, trendOf } from './token/history';
import { EMPTY, faultsOf, movedBy, requestOf, verifyOf } from './token/resync';
import { frameOf } from './token/DriftChart';
import { lineOf, offsetSteps } from './token/Spark';
import { tasksFor } from './token/tasks';
import { stepsTo } from './user/Membership';

const TOKEN: Token = {
  serial: 'FT1', state: 'enabled', life: 'active', kind: 'totp', algorithm: 'sha1', digits: 6, step_seconds: 30, t0_seconds: 0, form: 'hardware', model: 'C200',
  owner: 'anna', created_at: '2026-01-01T00:00:00Z', sync: 'in_sync',
};
const CARD: Token = { ...TOKEN, serial: 'DC1', kind: 'hotp' };
const record = (kind: string, details: Record<string, string> = {}, more: Partial<ActivityRecord> = {}): ActivityRecord => ({
  node: '1', seq: 1, hash: '', kind, at: '2026-11-22T12:00:00Z', actor: 'key:vpn', source: 'vpn', details: Object.entries(details).map(([name, value]) => ({ name, value })), ...more,
});

test.each([[4, '+4'], [-3, '−3'], [0, '0']])('%i is written %j: which way is always said', (value, words) => expect(signed(value)).toBe(words));

test.each([['  *berg* ', 'berg'], ['**', ''], ['a*b', 'a*b']])('%j is asked for as %j', (typed, q) => expect(askedFor(typed)).toBe(q));

describe('keys', () => {
  test('lead to a section after g', () => expect(meaningOf('t', true)).toEqual({ to: '/tokens' }));
  test('lead nowhere alone', () => expect(meaningOf('t', false)).toBeUndefined());
  test('begin a chord, filter and list', () => expect(['g', '/', '?'].map((key) => meaningOf(key, false))).toEqual(['chord', 'filter', 'list']));
});

describe('activity in words', () => {
  test('says where an accepted passcode was', () => expect(whyOf(record('login.accepted', { off: '1' }))).toEqual({ key: 'why.accepted_at', off: '+1' }));
  test('says how far outside a passcode was found', () =>
    expect(whyOf(record('login.refused', { off: '-4' }, { reason: 'outside_window' }))).toEqual({ key: 'why.found_at', off: '−4' }));
  test('says both places of passcodes that do not follow each other', () =>
    expect(whyOf(record('resync.failed', { off: '-5', gap: '2' }, { reason: 'not_consecutive' }))).toEqual({ key: 'why.places', first: '−8', second: '−5', count: 2 }));
  test('says the reason where no place is known', () => expect(whyOf(record('login.refused', {}, { reason: 'no_group' }))).toEqual({ key: 'reason.no_group' }));
  test('says a temporary code', () => expect(whyOf(record('login.accepted', { by: 'temporary_code' }))).toEqual({ key: 'why.temporary' }));
  test('has nothing to say of a reason nobody knows', () => expect(whyOf(record('login.refused', {}, { reason: 'moon' }))).toBeUndefined());
  test('tells failures from successes', () => expect(['login.accepted', 'login.refused', 'login.next_code', 'user.changed'].map((kind) => resultOf(record(kind)))).toEqual(['success', 'failure', 'more', 'done']));
  test('tells sign-ins from changes', () => {
    expect(isAbout('sign_ins', record('login.refused'))).toBe(true);
    expect(isAbout('changes', record('login.refused'))).toBe(false);
    expect(isAbout('changes', record('token.assigned'))).toBe(true);
  });
  test('leaves out what only machines read', () =>
    expect(toldOf(record('resync.succeeded', { note: 'on the phone', next: 'FT1@77', position: '76' }))).toEqual([{ name: 'note', value: 'on the phone' }]));
});

test.each([
  [record('login.accepted', {}, { source: 'vpn 10.20.4.11', actor: 'key:vpn' }), 'vpn 10.20.4.11'],
  [record('token.changed', {}, { source: 'console 10.0.0.7', actor: 'operator:karin' }), 'console 10.0.0.7 · operator:karin'],
  [record('pin.changed', {}, { source: '', actor: 'anna', user: 'anna' }), ''],
])('where something came from names who did it only where that says more', (one, words) => expect(fromWords(one)).toBe(words));

describe('problems', () => {
  test('of a reason nobody knows are on our side', () => expect(textOf(new Problem({ reason: 'moon', status: 500 }))).toBe('unavailable'));
  test('name both places, the older first', () => expect(placesOf({ off: -5, gap: 2 })).toEqual({ first: '−8', second: '−5', skipped: 2 }));
  test('name no places that are not known', () => expect(placesOf({ off: 3 })).toBeUndefined());
});

describe('the resync form', () => {
  const codes = { ...EMPTY, first: '123 456', second: '654-321' };
  test('sends clean codes in order', () => expect(requestOf(codes, false)).toEqual({ codes: ['123456', '654321'] }));
  test('sends a third one only when it was asked for', () => expect(requestOf({ ...codes, third: '111222' }, true).codes).toEqual(['123456', '654321', '111222']));
  test('sends a counter with one proving passcode', () =>
    expect(requestOf({ ...codes, method: 'counter', counter: ' 1842 ' }, false)).toEqual({ codes: ['123456'], counter: 1842 }));
  test('says how the caller was verified, beside the note', () =>
    expect(requestOf({ ...codes, verified: 'call_back', note: ' ticket 7 ' }, false)).toEqual({ codes: ['123456', '654321'], note: 'ticket 7', caller_verified: 'call_back' }));
  test('wants two different, whole passcodes', () =>
    expect(faultsOf({ ...EMPTY, first: '12345', second: '' }, TOKEN, 'may', false)).toEqual({ first: 'length', second: 'empty' }));
  test('wants the second to be another one', () => expect(faultsOf({ ...codes, second: '123456' }, TOKEN, 'may', false)).toEqual({ second: 'same_code' }));
  test('wants the serial number typed again before a counter is set', () =>
    expect(faultsOf({ ...codes, method: 'counter', counter: 'x', serial: 'DC2' }, CARD, 'may', false)).toEqual({ serial: 'serial', counter: 'counter' }));
  test('takes a serial number in another case', () => expect(faultsOf({ ...codes, method: 'counter', counter: '5', serial: 'dc 1' }, CARD, 'may', false)).toEqual({}));
  test('wants a reason to look further', () => expect(faultsOf({ ...codes, admin: true }, TOKEN, 'may', false)).toEqual({ note: 'needed' }));
  test('wants the caller verified where the policy does', () => expect(faultsOf(codes, TOKEN, 'must', false)).toEqual({ verified: 'needed' }));
  test('knows from the policy whether it does', () => {
    const value = { value_words: '', from: { part: 'everybody' as const }, from_words: '' };
    expect(verifyOf(undefined)).toBe('may');
    expect(verifyOf([{ key: 'resync.caller_verified', value: true, ...value }])).toBe('must');
    expect(verifyOf([{ key: 'resync.caller_verified', value: false, ...value }])).toBe('may');
  });
  test('says which way the token was off', () => expect(movedBy({ moved: 8, unit: 'steps', direction: 'behind' })).toBe('−8'));
});

describe('what can be done with a token', () => {
  const all = () => true;
  const desk = (permission: string) => ['tokens.resync', 'diagnose', 'tokens.manage'].includes(permission);
  test('follows from its state', () => {
    expect(tasksFor(TOKEN, all, false)).toEqual(['resync', 'test', 'replace', 'suspend', 'lost', 'faulty', 'revoke', 'unassign', 'primary']);
    expect(tasksFor({ ...TOKEN, state: 'suspended' }, all, true)).toContain('resume');
    expect(tasksFor({ ...TOKEN, state: 'revoked' }, all, true)).toEqual(['replace', 'unassign']);
  });
  test('follows from the role', () => {
    expect(tasksFor(TOKEN, desk, false)).not.toContain('revoke');
    expect(tasksFor(TOKEN, () => false, false)).toEqual([]);
  });
  test('of one in stock is not about an owner', () => {
    const { owner: _, ...stock } = TOKEN;
    expect(tasksFor(stock, all, false)).toEqual(['suspend', 'lost', 'faulty', 'revoke', 'delete']);
  });
});

describe('the drift of a token', () => {
  const day = 86_400_000;
  const start = Date.parse('2026-10-01T00:00:00Z');
  // A fob that gains a step in ten days; the server expects it where it was seen last.
  const seen = (days: number, kind = 'login.accepted') => {
    const at = start + days * day;
    const off = Math.round(days / 10);
    return record(kind, { position: String(at / 30_000 + off), off: '0' }, { at: new Date(at).toISOString(), serial: 'FT1' });
  };
  const records = [0, 10, 20, 30].map((days) => seen(days)).toReversed();

  test('is told from the server’s clock, the oldest point first', () => expect(historyOf(records, TOKEN).points.map((point) => point.off)).toEqual([0, 1, 2, 3]));
  test('keeps where a single code was expected', () => expect(historyOf(records, TOKEN).points.at(-1)?.expected).toBe(3));
  test('has a trend in steps a day and parts in a million', () => {
    const trend = trendOf(historyOf(records, TOKEN));
    expect(trend?.slope).toBeCloseTo(0.1);
    expect(trend === undefined ? 0 : along(trend, start + 40 * day)).toBeCloseTo(4);
    expect(trend === undefined ? 0 : ppmOf(trend, 30)).toBeCloseTo(34.72, 1);
  });
  test('says when a single passcode is too far off, where the clock goes on so', () => {
    const history = historyOf(records, TOKEN);
    const trend = trendOf(history);
    // From +3 on day 30, a step in ten days: with one step of room it is half a step beyond that on day 45.
    expect(leavesAt(history, trend, 1)).toBeCloseTo(start + 45 * day, -6);
    expect(leavesAt(history, trend === undefined ? undefined : { ...trend, slope: -trend.slope }, 1)).toBeUndefined();
    expect(leavesAt(history, undefined, 1)).toBeUndefined();
    expect(leavesAt(history, trend === undefined ? undefined : { ...trend, slope: 1e-6 }, 1)).toBeUndefined();
  });
  test('has none before the third point after a resync', () => expect(trendOf(historyOf([...records.slice(0, 1), seen(25, 'resync.succeeded'), ...records.slice(1)], TOKEN))).toBeUndefined());
  test('of an event token is what was skipped', () => expect(historyOf([record('login.accepted', { off: '2' })], CARD).points.map((point) => point.off)).toEqual([2]));
  test('is not made of records about another token', () => expect(historyOf([record('login.accepted', { off: '2' }, { serial: 'other' })], CARD).points).toEqual([]));
  test('is drawn with the zone and the newest point inside', () => {
    const frame = frameOf(historyOf(records, TOKEN), 1, start + 31 * day, undefined);
    expect(frame.ticks).toContain(0);
    expect(frame.y(4)).toBeGreaterThan(0);
    expect(frame.x(start + 30 * day)).toBeLessThan(960);
  });
  test('reads its zone from the policy by form and digits', () => {
    const value = (key: string, number: number) => ({ key, value: number, value_words: '', from: { part: 'everybody' as const }, from_words: '' });
    const values = [value('hardware.accept', 1), value('software.accept', 3), value('event.accept', 2), value('event.accept_8', 10)];
    expect([TOKEN, { ...TOKEN, form: 'software' as const }, CARD, { ...CARD, digits: 8 }].map((token) => acceptOf(token, values))).toEqual([1, 3, 2, 10]);
  });
  test('now is in whole steps', () => expect(offsetSteps({ ...TOKEN, progress: { next: 5, resync_failures: 0, offset: -150 } })).toBe(-5));
  test('as a small line stays nearly flat where it is noise', () => expect(lineOf([0, 1])).toBe('0.0,12.0 88.0,9.8'));
});

test('of a form only what was changed is sent, days as whole days', () => {
  const facts = { ...factsOf(TOKEN), batch: '2026-10', valid_until: '2027-01-31' };
  expect(changeOf(facts, TOKEN)).toEqual({ batch: '2026-10', valid_until: '2027-01-31T23:59:59Z' });
  expect(changeOf(factsOf(TOKEN), { ...TOKEN, warranty_until: '2027-01-01T00:00:00Z' })).toEqual({ warranty_until: null });
});

test('of an operator only what was changed is sent; the order of a scope is none', () => {
  const was = { full_name: 'K', email: '', role: 'help_desk' as const, scope: ['a', 'b'], tokens_of: 'karin' };
  expect(operatorChange({ ...was, scope: ['b', 'a'] }, was)).toEqual({});
  expect(operatorChange({ ...was, role: 'auditor', scope: [] }, was)).toEqual({ role: 'auditor', scope: null });
});

test('of two who edit, the second is told what the first has changed', () =>
  expect(changed([['Email', 'a@x'], ['Name', 'A']], [['Email', 'b@x'], ['Name', 'A']])).toEqual([['Email', 'b@x']]));

test('groups are joined and left as the boxes say', () => expect(stepsTo(['a', 'b'], new Set(['b', 'c']))).toEqual({ add: ['c'], drop: ['a'] }));

test('an import says only what was chosen', () => {
  const form = { name: 'x', content: 'c', format: '' as const, secret: 'p', secretIs: 'password' as const, kind: 'hotp' as const, digits: '' as const, model: ' ' };
  expect(fileOf(form)).toEqual({ content: 'c', password: 'p', spec: { kind: 'hotp' } });
});

test('a file of errors is safe in a spreadsheet', () => expect(csvOf([['1', 'a,"b"', '=SUM(A1)']])).toBe('1,"a,""b""",\'=SUM(A1)\r\n'));

test.each([['short', 'short', 'short'], ['long enough!!', 'other', 'different'], ['long enough!!', 'long enough!!', undefined]])(
  'of the password %j, once more %j, is wrong: %s', (password, again, fault) => expect(passwordFault(password, again)).toBe(fault));

test('a session ends a quarter of an hour after the last call, and at the end of its life', () => {
  const session = { seen_at: '2026-11-22T12:00:00Z', expires_at: '2026-11-22T12:15:00Z', id: '', created_at: '', about: '' };
  const own = { session, ends_at: '2026-11-22T12:20:30Z', server_time: '2026-11-22T12:00:30Z' } as Parameters<typeof endOf>[0];
  expect(endOf(own, 0, 60_000)).toBe(15 * 60_000);
  expect(endOf(own, 0, 10 * 60_000)).toBe(20 * 60_000);
});
