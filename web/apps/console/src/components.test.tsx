// SPDX-License-Identifier: Apache-2.0
import { Problem } from '@lockstep/api/console';
import { startTexts } from '@lockstep/i18n';
import { AppRoot } from '@lockstep/ui';
import { cleanup, render, screen } from '@testing-library/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ProblemNote } from './ProblemNote';
import { PROBLEM_TEXTS } from './problems';
import { KINDS, REASONS } from './story';
import { begin, leave, noticeOver, SESSION } from './session';
import english from '../../../packages/i18n/locales/en/console.json';

beforeAll(() => startTexts('console'));
afterEach(cleanup);

const show = (children: ReactNode) => render(<QueryClientProvider client={new QueryClient()}><AppRoot>{children}</AppRoot></QueryClientProvider>);

describe('a problem', () => {
  test('of a resync shows both places and the tries that are left', () => {
    show(<ProblemNote error={new Problem({ reason: 'not_consecutive', status: 422, attempts_left: 3, evidence: { off: -5, gap: 2 } })} />);
    expect(screen.getByText('Found at −8 and −5: 2 skipped.')).toBeTruthy();
    expect(screen.getByText('3 tries left before a pause.')).toBeTruthy();
  });

  test('outside of the zone says how far the clock is off', () => {
    show(<ProblemNote error={new Problem({ reason: 'outside_window', status: 422, evidence: { off: 1744, offset_after: 52_320 } })} />);
    expect(screen.getByText('The device’s clock is 14 hours 32 minutes fast.')).toBeTruthy();
  });

  test('that nobody knows is on our side', () => {
    show(<ProblemNote error={new Error('x')} />);
    expect(screen.getByText('Something went wrong on our side')).toBeTruthy();
  });
});

test('each reason, kind and problem has its text', () => {
  const wanted = [...REASONS.map((one) => `reason.${one}`), ...KINDS.map((one) => `event.${one}`), ...PROBLEM_TEXTS.flatMap((one) => [`problem.${one}.head`, `problem.${one}.body`])];
  expect(wanted.filter((key) => !(key in english))).toEqual([]);
});

describe('a session', () => {
  const own = (name: string) => ({ operator: { name }, permissions: [] }) as unknown as Parameters<typeof begin>[1];
  const queries = () => {
    const made = new QueryClient();
    begin(made, own('karin'));
    made.setQueryData(['users', 'anna'], 'what was typed about');
    return made;
  };

  test('that ends by itself leaves the page to its operator', () => {
    const made = queries();
    noticeOver(made);
    expect(made.getQueryData(SESSION)).toEqual({ over: own('karin') });
    begin(made, own('karin'));
    expect(made.getQueryData(['users', 'anna'])).toBe('what was typed about');
  });

  test('of somebody else finds nothing of it', () => {
    const made = queries();
    noticeOver(made);
    begin(made, own('olle'));
    expect(made.getQueryData(['users', 'anna'])).toBeUndefined();
  });

  test('that is left on purpose leaves nothing', () => {
    const made = queries();
    leave(made);
    expect([made.getQueryData(SESSION), made.getQueryData(['users', 'anna'])]).toEqual([{}, undefined]);
  });
});
