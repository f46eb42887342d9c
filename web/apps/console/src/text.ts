// SPDX-License-Identifier: Apache-2.0
// The console's texts, and how it writes numbers and offsets.
import { ago, duration, moment, useTranslation } from '@lockstep/i18n';
import { useEffect } from 'react';

const MINUS = '\u2212';

/** "+4", "−3", "0": which way is always said. */
export function signed(value: number): string {
  if (value === 0) return '0';
  return value > 0 ? `+${value}` : `${MINUS}${-value}`;
}

export function useText() {
  const { t, i18n } = useTranslation('console');
  const { language } = i18n;
  return {
    t,
    language,
    ago: (at: string) => ago(language, new Date(at)),
    moment: (at: string) => moment(language, new Date(at)),
    duration: (seconds: number) => duration(language, seconds),
    number: (value: number) => new Intl.NumberFormat(language).format(value),
  };
}
export type Text = ReturnType<typeof useText>;

/** Names the page in the window's title. */
export function useTitle(page: string): void {
  const { t } = useText();
  const product = t('app.name');
  useEffect(() => {
    document.title = page === '' ? product : `${page} · ${product}`;
  }, [page, product]);
}
