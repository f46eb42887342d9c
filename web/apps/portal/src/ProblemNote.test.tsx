// SPDX-License-Identifier: Apache-2.0
import { Problem } from '@lockstep/api';
import { setLanguage, startTexts } from '@lockstep/i18n';
import english from '@lockstep/i18n/locales/en/portal.json';
import swedish from '@lockstep/i18n/locales/sv/portal.json';
import { AppRoot } from '@lockstep/ui';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { ProblemNote } from './ProblemNote';
import { PROBLEM_TEXTS } from './problems';

beforeAll(() => startTexts('portal'));
afterEach(cleanup);

const help = { phone: '+46 8 555 01 00' };
function show(problem: Problem, onStartAgain?: () => void) {
  const queries = new QueryClient();
  queries.setQueryData(['settings'], { help, allow: { temporary_code: true } });
  render(<AppRoot><QueryClientProvider client={queries}><ProblemNote error={problem} end="4411" onStartAgain={onStartAgain} onRetry={onStartAgain} /></QueryClientProvider></AppRoot>);
}
/** `text` with what stands for a number, a time or a serial matching anything. */
const shape = (text: string) => new RegExp(`^${text.replace(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replace(/\{\{\w+\}\}/g, '.+')}$`);

describe.each([['en', english], ['sv', swedish]] as const)('in %s', (language, texts: Record<string, string>) => {
  test.each(PROBLEM_TEXTS)('%s says its own heading and what to do', async (reason) => {
    await setLanguage(language, 'portal');
    show(new Problem({ reason, status: reason === 'offline' ? 0 : 422, retry_after: 900 }));
    const heading = screen.getByRole('heading');
    expect(heading.textContent).toMatch(shape(texts[`problem.${reason}.head`] ?? ''));
    expect(document.activeElement).toBe(heading);
    expect(screen.getByText(shape(texts[`problem.${reason}.body`] ?? ''))).toBeDefined();
  });
});

test('a reason that nobody knows is a fault of ours, with its reference', async () => {
  await setLanguage('en', 'portal');
  show(new Problem({ reason: 'brand_new', status: 500, reference: '7f3a' }));
  expect(screen.getByRole('heading').textContent).toBe('Something went wrong on our side');
  expect(screen.getByText('Reference: 7f3a')).toBeDefined();
});

test('what only the help desk can mend leads to its telephone', () => {
  show(new Problem({ reason: 'outside_window', status: 422 }), vi.fn());
  expect(screen.getByRole('link').getAttribute('href')).toBe('tel:+46855501 00'.replace(' ', ''));
  expect(screen.queryByRole('button', { name: 'Start again' })).toBeNull();
});
