// SPDX-License-Identifier: Apache-2.0
import type { Resynchronised } from '@lockstep/api';
import { duration, useTranslation } from '@lockstep/i18n';
import { Button, Note } from '@lockstep/ui';
import { useLocation } from 'wouter';
import { useSettings } from '../session';

/** How far it was out, as its owner would say it. */
function useHowFar(moved: Resynchronised): string {
  const { t, i18n } = useTranslation();
  if (moved.direction === 'none' || moved.moved === 0) return t('resync.done.none');
  if (moved.unit === 'codes') return t(`resync.done.presses_${moved.direction}`, { count: moved.moved });
  const time = duration(i18n.language, moved.seconds ?? 0);
  return moved.direction === 'behind' ? t('resync.done.slow', { time }) : t('resync.done.fast', { time });
}

export function ResyncDone({ serial, moved }: { serial: string; moved: Resynchronised }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const settings = useSettings();
  const howFar = useHowFar(moved);
  return (
    <div className="stack">
      <Note tone="ok" heading={t('resync.done.head')} focus>
        <p>{`${howFar} ${t('resync.done.use')}`}</p>
      </Note>
      <div className="actions-apart">
        {settings.data?.allow.test === true ? <Button onClick={() => navigate(`/devices/${serial}/test`)}>{t('device.test')}</Button> : <span />}
        <Button kind="primary" onClick={() => navigate('/')}>{t('action.done')}</Button>
      </div>
    </div>
  );
}
