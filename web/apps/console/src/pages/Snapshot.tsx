// SPDX-License-Identifier: Apache-2.0
// How the service does now. Every number leads to the list behind it.
import { api, type Snapshot as Facts, type Sync, type Token } from '@lockstep/api/console';
import { DataTable, SyncMark, TableSkeleton } from '@lockstep/ui';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Page, Section, tokenPath, TokenSync, userPath } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { useText } from '../text';

const MARKS = ['in_sync', 'drifting', 'out_of_sync'] as const satisfies readonly Sync[];

function Tile({ label, value, children }: { label: string; value: number; children: ReactNode }) {
  const { number } = useText();
  return <div className="panel tile"><span className="dim">{label}</span><strong className="big">{number(value)}</strong><span className="small">{children}</span></div>;
}

function Tiles({ facts: { today, locked } }: { facts: Facts }) {
  const { t, language } = useText();
  const all = today === undefined ? 0 : today.accepted + today.refused;
  const share = today === undefined || all === 0 ? '–' : new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(today.accepted / all);
  return (
    <section className="tiles four" aria-label={t('snapshot.today')}>
      {today === undefined ? null : (
        <>
          <Tile label={t('snapshot.sign_ins')} value={all}>{t('snapshot.accepted', { share })}</Tile>
          <Tile label={t('snapshot.fixable')} value={today.refused_for_drift + today.refused_for_no_group}>
            {t('snapshot.fixable_of', { drift: today.refused_for_drift, group: today.refused_for_no_group })}
          </Tile>
          <Tile label={t('snapshot.resyncs')} value={today.resyncs_by_users + today.resyncs_by_operators + today.resyncs_at_sign_in}>
            {t('snapshot.resyncs_of', { user: today.resyncs_by_users, operator: today.resyncs_by_operators, auto: today.resyncs_at_sign_in })}
          </Tile>
        </>
      )}
      <Tile label={t('snapshot.locked')} value={locked}><Link to="/tokens?state=locked">{t('snapshot.show')}</Link></Tile>
    </section>
  );
}

function Health({ sync }: { sync: Facts['sync'] }) {
  const { t, number } = useText();
  const total = MARKS.reduce((sum, mark) => sum + sync[mark], 0);
  return (
    <Section title={t('snapshot.health')} actions={<span className="dim small">{t('snapshot.in_use', { count: total })}</span>}>
      <div className="panel-pad stack-small">
        <div className="health" aria-hidden>
          {MARKS.filter((mark) => sync[mark] > 0).map((mark) => <span key={mark} data-sync={mark} style={{ flexGrow: sync[mark] }} />)}
        </div>
        <ul className="bare-list row health-marks">
          {MARKS.map((mark) => (
            <li key={mark}><SyncMark sync={mark} word={t(`sync.${mark}`)} /><Link to={`/tokens?sync=${mark}`}>{number(sync[mark])}</Link></li>
          ))}
        </ul>
      </div>
    </Section>
  );
}

function Attention({ rows }: { rows: readonly Token[] }) {
  const { t, ago } = useText();
  return (
    <Section title={t('snapshot.attention')} actions={<Link className="small" to="/tokens?sync=out_of_sync">{t('snapshot.all_out')}</Link>}>
      <DataTable label={t('snapshot.attention')} rows={rows} rowKey={(row) => row.serial} columns={[
        { key: 'serial', head: t('tokens.serial'), cell: (row) => <Link className="row-link" to={tokenPath(row.serial)}>{row.serial}</Link> },
        { key: 'owner', head: t('tokens.user'), cell: (row) => (row.owner === undefined ? '–' : <Link to={userPath(row.owner)}>{row.owner}</Link>) },
        { key: 'sync', head: t('tokens.sync'), cell: (row) => <TokenSync token={row} /> },
        { key: 'used', head: t('tokens.used'), cell: (row) => <span className="dim">{row.progress?.last_used_at === undefined ? t('users.never') : ago(row.progress.last_used_at)}</span> },
      ]} />
    </Section>
  );
}

function There({ facts }: { facts: Facts }) {
  const { t, moment } = useText();
  return (
    <Page title={t('nav.snapshot')} subtitle={t('snapshot.at', { at: moment(facts.at) })}>
      <Tiles facts={facts} />
      <Health sync={facts.sync} />
      {facts.attention.length === 0 ? null : <Attention rows={facts.attention} />}
    </Page>
  );
}

const FRESH_MS = 30_000;

/** Section Snapshot; read again each half minute while it is looked at. */
export function Snapshot() {
  const { t } = useText();
  const snapshot = useQuery({ queryKey: ['snapshot'], queryFn: api.reports.snapshot, staleTime: FRESH_MS, refetchInterval: FRESH_MS });
  if (snapshot.data !== undefined) return <There facts={snapshot.data} />;
  return (
    <Page title={t('nav.snapshot')}>
      {snapshot.error === null ? <div className="panel"><TableSkeleton rows={6} label={t('state.loading')} /></div> : <ProblemNote error={snapshot.error} onRetry={() => void snapshot.refetch()} />}
    </Page>
  );
}
