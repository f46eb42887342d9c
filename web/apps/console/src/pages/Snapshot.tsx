// SPDX-License-Identifier: Apache-2.0
// How the service does now. Every number leads to the list behind it.
import type { Snapshot as Facts, Sync } from '@lockstep/api/console';
import { DataTable, SyncMark } from '@lockstep/ui';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Bars } from '../Bars';
import { Page, Section, tokenPath, userPath } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { useSnapshot } from '../snapshot';
import { signed, useText } from '../text';

const EDGE = 10;
const MARKS = ['in_sync', 'drifting', 'out_of_sync'] as const satisfies readonly Sync[];

function Tile({ label, value, children }: { label: string; value: number; children: ReactNode }) {
  const { number } = useText();
  return <div className="panel tile"><span className="dim">{label}</span><strong className="big">{number(value)}</strong><span className="small">{children}</span></div>;
}

function Tiles({ facts }: { facts: Facts }) {
  const { t, ago, language } = useText();
  const all = facts.sign_ins.accepted + facts.sign_ins.refused;
  const share = all === 0 ? '–' : new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(facts.sign_ins.accepted / all);
  const { by_user: byUser, by_operator: byOperator, at_sign_in: atSignIn } = facts.resyncs;
  return (
    <section className="tiles four" aria-label={t('snapshot.today')}>
      <Tile label={t('snapshot.sign_ins')} value={all}>{t('snapshot.accepted', { share })}</Tile>
      <Tile label={t('snapshot.fixable')} value={facts.fixable.drift + facts.fixable.no_group}>
        {t('snapshot.fixable_of', { drift: facts.fixable.drift, group: facts.fixable.no_group })}
      </Tile>
      <Tile label={t('snapshot.resyncs')} value={byUser + byOperator + atSignIn}>{t('snapshot.resyncs_of', { user: byUser, operator: byOperator, auto: atSignIn })}</Tile>
      <Tile label={t('snapshot.locked')} value={facts.locked.tokens}>
        {facts.locked.oldest_at === undefined ? <Link to="/tokens?state=locked">{t('snapshot.show')}</Link> : <Link to="/tokens?state=locked">{t('snapshot.oldest', { ago: ago(facts.locked.oldest_at) })}</Link>}
      </Tile>
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

const sayOff = (off: number) => (Math.abs(off) < EDGE ? signed(off) : (off < 0 ? `≤${signed(off)}` : `≥${signed(off)}`));

/** From edge to edge without gaps, so that near looks near. */
export function everyOffset(offsets: Facts['offsets']): Facts['offsets'] {
  return Array.from({ length: 2 * EDGE + 1 }, (_, index) => {
    const off = index - EDGE;
    return { off, tokens: offsets.find((one) => one.off === off)?.tokens ?? 0 };
  });
}

function Attention({ rows }: { rows: Facts['attention'] }) {
  const { t, ago } = useText();
  return (
    <Section title={t('snapshot.attention')} actions={<Link className="small" to="/tokens?sync=out_of_sync">{t('snapshot.all_out')}</Link>}>
      <DataTable label={t('snapshot.attention')} rows={rows} rowKey={(row) => row.serial} columns={[
        { key: 'serial', head: t('tokens.serial'), cell: (row) => <Link className="row-link" to={tokenPath(row.serial)}>{row.serial}</Link> },
        { key: 'owner', head: t('tokens.user'), cell: (row) => (row.owner === undefined ? '–' : <Link to={userPath(row.owner)}>{row.owner}</Link>) },
        { key: 'sync', head: t('tokens.sync'), cell: (row) => <SyncMark sync={row.sync} word={t(`sync.${row.sync}`)} /> },
        { key: 'off', head: t('tokens.drift'), numeric: true, cell: (row) => (row.off === undefined ? '–' : signed(row.off)) },
        { key: 'used', head: t('tokens.used'), cell: (row) => <span className="dim">{row.last_used_at === undefined ? t('users.never') : ago(row.last_used_at)}</span> },
      ]} />
    </Section>
  );
}

function There({ facts }: { facts: Facts }) {
  const { t, moment, language } = useText();
  const week = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'numeric', timeZone: 'UTC' });
  const toneOf = (off: number) => (Math.abs(off) >= EDGE ? 'bad' : (Math.abs(off) > 2 ? 'warn' : 'ok'));
  return (
    <Page title={t('nav.snapshot')} subtitle={t('snapshot.at', { at: moment(facts.at) })}>
      <Tiles facts={facts} />
      <Health sync={facts.sync} />
      <div className="halves">
        <Section title={t('snapshot.offsets')} subtitle={t('snapshot.offsets_text')}>
          <Bars label={t('snapshot.offsets')} head={t('drift.steps')} count={t('nav.tokens')}
            bars={everyOffset(facts.offsets).map((one) => ({ key: String(one.off), label: sayOff(one.off), value: one.tokens, tone: toneOf(one.off) }))} />
        </Section>
        <Section title={t('snapshot.leaving')} subtitle={t('snapshot.leaving_text')}>
          <Bars label={t('snapshot.leaving')} head={t('snapshot.week')} count={t('nav.tokens')}
            bars={facts.leaving.map((one) => ({ key: one.week, label: week.format(new Date(one.week)), value: one.tokens, tone: 'warn' }))} />
        </Section>
      </div>
      {facts.attention.length === 0 ? null : <Attention rows={facts.attention} />}
    </Page>
  );
}

export function Snapshot() {
  const { t } = useText();
  const snapshot = useSnapshot();
  if (snapshot.data !== undefined && snapshot.data !== null) return <There facts={snapshot.data} />;
  return (
    <Page title={t('nav.snapshot')}>
      {snapshot.error === null ? null : <ProblemNote error={snapshot.error} onRetry={() => void snapshot.refetch()} />}
      {snapshot.data === null ? <p>{t('snapshot.absent')}</p> : null}
    </Page>
  );
}
