// SPDX-License-Identifier: Apache-2.0
import { api, type UserDetails, type UserMetrics } from '@lockstep/api/console';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../session';
import { REASONS, type KnownReason } from '../story';
import { useText } from '../text';

function Reasons({ reasons }: { reasons: UserMetrics['refused_by_reason'] }) {
  const { t } = useText();
  const [all, setAll] = useState(false);
  const words = (reason = '') => ((REASONS as readonly string[]).includes(reason) ? t(`reason.${reason as KnownReason}`) : reason);
  const shown = all ? reasons : reasons.slice(0, 2);
  return (
    <>
      {shown.map((one) => <span key={one.reason} className="small dim reason-count">{`${one.count} × ${words(one.reason)}`}</span>)}
      {reasons.length > shown.length ? <button type="button" className="plain-button" onClick={() => setAll(true)}>{t('metrics.more')}</button> : null}
    </>
  );
}

/** The last 30 days in three tiles */
export function Metrics({ user }: { user: UserDetails }) {
  const { t, ago, moment, number } = useText();
  const may = useMay();
  const metrics = useQuery({
    queryKey: ['activity', 'metrics', user.id], queryFn: () => api.users.metrics(user.id), enabled: may('reports.read') && may('users.read'),
  });
  const { data } = metrics;
  if (data === undefined) return null;
  return (
    <section className="tiles" aria-label={t('metrics.head')}>
      <div className="panel tile"><span className="dim">{t('metrics.accepted_30')}</span><strong>{number(data.accepted)}</strong></div>
      <div className="panel tile"><span className="dim">{t('metrics.refused')}</span><strong>{number(data.refused)}</strong><Reasons reasons={data.refused_by_reason} /></div>
      <div className="panel tile">
        <span className="dim">{t('metrics.last')}</span>
        <strong>{data.last_accepted === undefined ? t('users.never') : ago(data.last_accepted)}</strong>
        {data.last_accepted === undefined ? null : <span className="small dim">{moment(data.last_accepted)}</span>}
      </div>
    </section>
  );
}
