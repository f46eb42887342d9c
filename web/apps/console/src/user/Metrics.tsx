// SPDX-License-Identifier: Apache-2.0
import { api, type UserDetails, type UserMetrics } from '@lockstep/api/console';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { offered } from '../offered';
import { useMay } from '../session';
import { REASONS, type KnownReason } from '../story';
import { useText } from '../text';

const HEIGHT = 36;
const BAR = 6;
const STEP = 9;
const LEAST = 2;

/** One bar a day, refused above accepted; a table for those who do not see it. */
function Strip({ days }: { days: UserMetrics['days'] }) {
  const { t, language } = useText();
  const most = Math.max(1, ...days.map((one) => one.accepted + one.refused));
  const high = (count: number) => (count === 0 ? 0 : Math.max(LEAST, (count / most) * (HEIGHT - LEAST)));
  const day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  return (
    <>
      <svg className="strip" viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`} aria-hidden preserveAspectRatio="none">
        {days.map((one, index) => {
          const ok = high(one.accepted);
          const bad = high(one.refused);
          return (
            <g key={one.day}>
              <rect className="none" x={index * STEP} y={HEIGHT - 1} width={BAR} height={1} />
              <rect className="ok" x={index * STEP} y={HEIGHT - ok} width={BAR} height={ok} />
              <rect className="bad" x={index * STEP} y={HEIGHT - ok - bad} width={BAR} height={bad} />
            </g>
          );
        })}
      </svg>
      <table className="heard">
        <caption>{t('metrics.days')}</caption>
        <thead><tr><th scope="col">{t('metrics.day')}</th><th scope="col">{t('metrics.accepted')}</th><th scope="col">{t('metrics.refused')}</th></tr></thead>
        <tbody>
          {days.filter((one) => one.accepted + one.refused > 0).map((one) => (
            <tr key={one.day}><th scope="row">{day.format(new Date(one.day))}</th><td>{one.accepted}</td><td>{one.refused}</td></tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Reasons({ reasons }: { reasons: UserMetrics['reasons'] }) {
  const { t } = useText();
  const [all, setAll] = useState(false);
  const words = (reason: string) => ((REASONS as readonly string[]).includes(reason) ? t(`reason.${reason as KnownReason}`) : reason);
  const shown = all ? reasons : reasons.slice(0, 2);
  return (
    <>
      {shown.map((one) => <span key={one.reason} className="small dim reason-count">{`${one.count} × ${words(one.reason)}`}</span>)}
      {reasons.length > shown.length ? <button type="button" className="plain-button" onClick={() => setAll(true)}>{t('metrics.more')}</button> : null}
    </>
  );
}

/** The last 30 days in three tiles; absent where the server does not count. */
export function Metrics({ user }: { user: UserDetails }) {
  const { t, ago, moment, number } = useText();
  const may = useMay();
  const metrics = useQuery({
    queryKey: ['activity', 'metrics', user.id], queryFn: () => offered('metrics', () => api.users.metrics(user.id)), enabled: may('reports.read') && may('users.read'),
  });
  const { data } = metrics;
  if (data === undefined || data === null) return null;
  return (
    <section className="tiles" aria-label={t('metrics.head')}>
      <div className="panel tile"><span className="dim">{t('metrics.accepted_30')}</span><strong>{number(data.accepted)}</strong><Strip days={data.days} /></div>
      <div className="panel tile"><span className="dim">{t('metrics.refused')}</span><strong>{number(data.refused)}</strong><Reasons reasons={data.reasons} /></div>
      <div className="panel tile">
        <span className="dim">{t('metrics.last')}</span>
        <strong>{data.last_accepted_at === undefined ? t('users.never') : ago(data.last_accepted_at)}</strong>
        {data.last_accepted_at === undefined ? null : <span className="small dim">{moment(data.last_accepted_at)}</span>}
      </div>
    </section>
  );
}
