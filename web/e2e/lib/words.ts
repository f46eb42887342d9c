// SPDX-License-Identifier: Apache-2.0
// The portal's own texts, so that a test says the same thing in each language.
import english from '@lockstep/i18n/locales/en/portal.json';
import swedish from '@lockstep/i18n/locales/sv/portal.json';

type Key = keyof typeof english;
export type Words = (key: Key, values?: Record<string, string>) => string;

/** The texts of `locale`, with `values` in their places. */
export function wordsOf(locale: string): Words {
  const texts: Record<Key, string> = locale.startsWith('sv') ? swedish : english;
  return (key, values = {}) => texts[key].replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
}
