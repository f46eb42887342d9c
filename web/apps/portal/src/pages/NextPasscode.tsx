// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from '@lockstep/i18n';
import { Countdown } from '@lockstep/ui';
import type { Waiting } from '../wizard';

interface Props {
  left: number;
  wait: number;
  waiting: Waiting;
  isEvent: boolean;
}

/** How long at most until the display shows another code: an upper bound, since nobody knows where it stands. */
export function NextPasscode({ left, wait, waiting, isEvent }: Props) {
  const { t } = useTranslation();
  const ready = isEvent ? t('resync.ready_press') : t('resync.ready');
  const spoken = (seconds: number) => (seconds === 0 ? ready : t('resync.spoken', { count: seconds }));
  return (
    <Countdown left={left} total={wait} label={t('resync.timer')} spoken={spoken}>
      {waiting === 'waiting' ? (
        <>
          <p className="strong">{isEvent ? t('resync.gone_within') : t('resync.new_within')}</p>
          <p className="dim">{t('resync.seconds', { count: left })}</p>
        </>
      ) : (
        <p className="strong">{waiting === 'late' && !isEvent ? t('resync.late') : ready}</p>
      )}
    </Countdown>
  );
}
