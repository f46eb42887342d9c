// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { compare, placeholders, unused } from '../check.mjs';
import { ago, duration, moment } from './format';
import { chooseLanguage } from './language';
import { pseudo } from './pseudo';

describe('durations', () => {
  test.each([[1, '1 second'], [40, '40 seconds'], [60, '1 minute'], [90, '90 seconds'], [240, '4 minutes'], [-540, '9 minutes'], [3600, '1 hour'], [52_320, '14 hours 32 minutes'], [86_400, '24 hours'], [172_800, '2 days']])(
    '%i seconds are %j', (seconds, words) => expect(duration('en', seconds)).toBe(words));

  test('are said in the reader’s language', () => expect(duration('sv', 540)).toBe('9 minuter'));
});

describe('times', () => {
  const now = new Date(2026, 10, 22, 12, 0);

  test('say today and yesterday', () => {
    expect(moment('sv', new Date(2026, 10, 22, 18, 0), now)).toBe('i dag 18:00');
    expect(moment('sv', new Date(2026, 10, 21, 9, 12), now)).toBe('i går 09:12');
  });

  test('say how long ago', () => {
    expect(ago('en', new Date(2026, 10, 22, 11, 57), now)).toBe('3 minutes ago');
    expect(ago('en', new Date(2026, 10, 22, 12, 0), now)).toBe('now');
    expect(ago('en', new Date(2026, 10, 1, 12, 0), now)).toBe('21 days ago');
  });
});

describe('the language to begin with', () => {
  const known = ['en', 'sv'];
  test('is the one that was kept', () => expect(chooseLanguage('sv', ['en-GB'], known)).toBe('sv'));
  test('is the first of the browser’s that is known', () => expect(chooseLanguage(null, ['fi', 'sv-FI', 'en'], known)).toBe('sv'));
  test('is English where nothing is known', () => expect(chooseLanguage('xx', ['fi'], known)).toBe('en'));
});

test('the pseudo-locale is longer and keeps variables and tags', () => {
  const text = pseudo({ a: 'For <b>{{user}}</b> now' })['a'] ?? '';
  expect(text).toContain('<b>{{user}}</b>');
  expect(text).not.toContain('now');
  expect(text.length).toBeGreaterThan('For <b>{{user}}</b> now'.length);
});

describe('the check of the texts', () => {
  const english = { a: 'Hello {{name}}', b_one: '{{count}} try', b_other: '{{count}} tries', c: 'A <b>word</b>' };

  test('has nothing to say of equal ones', () => {
    expect(compare('sv', english, { a: 'Hej {{name}}', b_one: '{{count}} gång', b_other: '{{count}} gånger', c: 'Ett <b>ord</b>' })).toEqual([]);
  });

  test('finds what is missing, too much, or has other variables', () => {
    expect(compare('sv', english, { a: 'Hej', b_other: '{{count}} gånger', d: 'x' })).toEqual([
      'sv: a has nothing where English has {{name}}', 'sv: c is missing', 'sv: d is not in English', 'sv: b_one is missing',
    ]);
  });

  test('finds empty texts and shouting', () => {
    expect(compare('en', { a: ' ', b: 'Oh!' }, { a: ' ', b: 'Oh!' })).toEqual(['en: a is empty', 'en: b shouts']);
  });

  test('finds keys that no source names', () => {
    expect(unused(['a', 'b_one', 'life.lost', 'x.gone'], 't(\'a\') t("b") t(`life.${state}`)')).toEqual(['x.gone']);
  });

  test('sees variables and tags', () => expect(placeholders('{{b}} <i>{{a}}</i>')).toEqual(['</i>', '<i>', '{{a}}', '{{b}}']));
});
