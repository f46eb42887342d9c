// SPDX-License-Identifier: Apache-2.0
import { api, type Token, type Versioned } from '@lockstep/api/console';
import { day } from '@lockstep/i18n';
import { Button, TableSkeleton } from '@lockstep/ui';
import { IconChevronDown, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useActivity } from '../activity';
import { ActivityTable } from '../ActivityTable';
import { useAddress } from '../lists';
import { LifeChip, Page, Section, TokenSync, userPath } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { useMay } from '../session';
import { signed, useText } from '../text';
import { DriftChart, DriftTable } from '../token/DriftChart';
import { EditToken } from '../token/EditToken';
import { acceptOf, historyOf, leavesAt, ppmOf, trendOf, type History, type Trend } from '../token/history';
import { ManageMenu } from '../token/ManageMenu';
import { useOwnerPolicy } from '../token/Resync';
import { isTask, tasksFor } from '../token/tasks';
import { TokenTask } from '../token/TokenTask';

const RECORDS = 500;
const SHOWN = 8;

function Tile({ label, children, hint }: { label: string; children: ReactNode; hint?: string | undefined }) {
  return (
    <div className="fact-tile">
      <span className="dim small">{label}</span>
      <strong>{children}</strong>
      {hint === undefined ? null : <span className="dim small">{hint}</span>}
    </div>
  );
}

/** How far off, how fast, until when that goes well, whose, and when it was used last. */
function Strip({ token, trend, leaves, now }: { token: Token; trend: Trend | undefined; leaves: number | undefined; now: number }) {
  const { t, duration, ago, number, language } = useText();
  const { progress } = token;
  const step = token.step_seconds ?? 30;
  const drift = () => {
    if (progress?.offset === undefined) return '–';
    if (progress.offset === 0) return t('token.on_time');
    return t(progress.offset > 0 ? 'offset.fast' : 'offset.slow', { time: duration(progress.offset) });
  };
  return (
    <section className="panel fact-tiles" aria-label={t('token.strip')}>
      {progress === undefined || token.kind === 'hotp' ? null : (
        <Tile label={t('token.drift_now')} hint={progress.offset === undefined ? undefined : t('token.steps', { off: signed(Math.round(progress.offset / step)) })}>{drift()}</Tile>
      )}
      {progress === undefined || token.kind === 'totp' ? null : <Tile label={t('token.counter')}>{number(progress.next)}</Tile>}
      {trend === undefined ? null : <Tile label={t('token.rate')}>{`${signed(Math.round(ppmOf(trend, step) * 10) / 10)} ppm`}</Tile>}
      {leaves === undefined ? null : (
        <Tile label={t(leaves > now ? 'drift.leaves' : 'drift.left')} hint={leaves > now ? t('drift.leaves_hint') : undefined}>{day(language, new Date(leaves))}</Tile>
      )}
      <Tile label={t('token.owner')}>{token.owner === undefined ? t('tokens.in_stock') : <Link to={userPath(token.owner)}>{token.owner}</Link>}</Tile>
      {progress === undefined ? null : <Tile label={t('token.used')}>{progress.last_used_at === undefined ? t('users.never') : ago(progress.last_used_at)}</Tile>}
    </section>
  );
}

interface DriftProps {
  token: Token;
  history: History;
  trend: Trend | undefined;
  accept: number | undefined;
  leaves: number | undefined;
  now: number;
}
function Drift({ token, history, trend, accept, leaves, now }: DriftProps) {
  const { t, moment } = useText();
  const [asTable, setAsTable] = useState(false);
  const last = history.points.at(-1);
  const label = t(token.kind === 'totp' ? 'drift.label' : 'drift.label_event', {
    count: history.points.length, last: last === undefined ? '–' : signed(last.off), at: last === undefined ? '–' : moment(new Date(last.at).toISOString()),
  });
  const subtitle = token.kind === 'hotp' ? t('drift.subtitle_event')
    : t(accept === undefined ? 'drift.subtitle' : 'drift.subtitle_zone', { step: token.step_seconds ?? 30, accept: accept ?? 0 });
  return (
    <Section title={t('drift.head')} subtitle={subtitle}
      actions={<button type="button" className="plain-button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>{t(asTable ? 'drift.as_chart' : 'drift.as_table')}</button>}>
      {asTable ? <DriftTable token={token} history={history} trend={trend} leaves={leaves} now={now} label={label} />
        : <div className="panel-pad"><DriftChart token={token} history={history} accept={accept} trend={trend} leaves={leaves} now={now} label={label} /></div>}
    </Section>
  );
}

function Facts({ token, onEdit }: { token: Token; onEdit: (() => void) | undefined }) {
  const { t, language } = useText();
  const date = (at: string | undefined) => (at === undefined ? undefined : day(language, new Date(at)));
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t('facts.type'), t(`kind.${token.kind}`)],
    [t('facts.form'), t(`form.${token.form}`)],
    [t('facts.model'), token.model === '' ? undefined : <Link key="model" to={`/tokens?model=${encodeURIComponent(token.model)}`}>{token.model}</Link>],
    [t('facts.batch'), token.batch === undefined ? undefined : <Link key="batch" to={`/tokens?batch=${encodeURIComponent(token.batch)}`}>{token.batch}</Link>],
    [t('facts.digits'), token.digits],
    [t('facts.period'), token.kind === 'totp' ? t('facts.seconds', { count: token.step_seconds ?? 30 }) : undefined],
    [t('facts.algorithm'), token.algorithm.toUpperCase()],
    [t('facts.fingerprint'), token.seed_fingerprint === undefined ? undefined : <code key="fingerprint">{token.seed_fingerprint}</code>],
    [t('facts.valid_from'), date(token.valid_from)],
    [t('facts.valid_until'), date(token.valid_until)],
    [t('facts.warranty'), date(token.warranty_until)],
    [t('facts.failures'), token.progress === undefined || token.progress.resync_failures === 0 ? undefined : token.progress.resync_failures],
    [t('facts.created'), date(token.created_at)],
  ];
  return (
    <Section title={t('facts.head')} actions={onEdit === undefined ? undefined : <Button onClick={onEdit}>{t('user.edit')}</Button>}>
      <dl className="facts">
        {facts.filter(([, value]) => value !== undefined).map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
      </dl>
    </Section>
  );
}

function There({ seen }: { seen: Versioned<Token> }) {
  const { t } = useText();
  const may = useMay();
  const [, navigate] = useLocation();
  const { get, change } = useAddress();
  const token = seen.value;
  const task = get('do');
  const open = (name: string) => change({ do: name }, { replace: true });
  const records = useActivity({ serial: token.serial, limit: RECORDS });
  const history = historyOf(records.data?.items ?? [], token);
  // The counter of an event token does not run by itself.
  const trend = token.kind === 'totp' ? trendOf(history) : undefined;
  const accept = acceptOf(token, useOwnerPolicy(token).data?.values);
  const leaves = leavesAt(history, trend, accept);
  const [now] = useState(() => Date.now());
  const owner = useQuery({
    queryKey: ['users', token.owner ?? ''], queryFn: () => api.users.get(token.owner ?? ''), enabled: token.owner !== undefined && may('users.read'),
  });
  const isPrimary = owner.data?.value.primary === token.serial;
  const tasks = tasksFor(token, may, isPrimary);
  const [rows, setRows] = useState(SHOWN);
  return (
    <Page title={token.serial} crumbs={[{ to: '/tokens', text: t('nav.tokens') }]}
      marks={<><LifeChip life={token.life} /><TokenSync token={token} /></>}
      actions={(
        <>
          <ManageMenu token={token} isPrimary={isPrimary} without={['resync']} onTask={open}>
            <Button iconEnd={<IconChevronDown size={16} aria-hidden />}>{t('methods.manage')}</Button>
          </ManageMenu>
          {tasks.includes('resync') ? <Button kind="primary" icon={<IconRefresh size={16} aria-hidden />} onClick={() => open('resync')}>{t('task.resync')}</Button> : null}
        </>
      )}>
      <Strip token={token} trend={trend} leaves={leaves} now={now} />
      {history.points.length === 0 ? null : <Drift token={token} history={history} trend={trend} accept={accept} leaves={leaves} now={now} />}
      <Facts token={token} onEdit={may('tokens.write') ? () => open('edit') : undefined} />
      <Section title={t('token.log')}>
        <ActivityTable query={records} label={t('token.log')} rows={rows} onMore={() => setRows(RECORDS)} />
      </Section>
      {task === 'edit' ? <EditToken token={seen} onClose={() => open('')} /> : null}
      {isTask(task) && tasks.includes(task) ? (
        <TokenTask task={task} token={token} tag={seen.tag} onClose={() => open('')} onTask={open} onDeleted={() => navigate('/tokens', { replace: true })} />
      ) : null}
    </Page>
  );
}

export function TokenPage({ serial }: { serial: string }) {
  const { t } = useText();
  const token = useQuery({ queryKey: ['tokens', serial], queryFn: () => api.tokens.get(serial) });
  if (token.data !== undefined) return <There seen={token.data} />;
  return (
    <Page title={serial} crumbs={[{ to: '/tokens', text: t('nav.tokens') }]}>
      {token.error === null ? <div className="panel"><TableSkeleton rows={6} label={t('state.loading')} /></div> : <ProblemNote error={token.error} onRetry={() => void token.refetch()} />}
    </Page>
  );
}
