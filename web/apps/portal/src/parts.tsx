// SPDX-License-Identifier: Apache-2.0
// What several pages of the portal share.
import type { Device } from '@lockstep/api';
import { useTranslation } from '@lockstep/i18n';
import { Skeleton, type KindWord } from '@lockstep/ui';
import { useEffect, useState } from 'react';

const PATIENCE_MS = 150;
const CARD_HEIGHT = 74;

/** Where cards will be, after a moment: what comes at once needs no such picture. */
export function LoadingCards() {
  const { t } = useTranslation();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <div className="stack" aria-busy="true">
      <span className="heard" role="status">{t('state.loading')}</span>
      {[0, 1, 2].map((key) => <Skeleton key={key} height={CARD_HEIGHT} radius={10} />)}
    </div>
  );
}

/** The end of a serial, as people compare it with the back of a device. */
export function endOf(serial: string): string {
  return serial.slice(-4);
}

export function kindOf(device: Device): KindWord {
  if (device.form === 'software') return 'phone';
  return /card/i.test(device.model) ? 'card' : 'fob';
}

/** Names the page in the window's title; `prefix` is what changes, as a countdown. */
export function useTitle(page: string, prefix = ''): void {
  const { t } = useTranslation();
  const product = t('app.name');
  useEffect(() => {
    document.title = prefix === '' ? `${page} · ${product}` : `${prefix} – ${page}`;
  }, [page, prefix, product]);
}
