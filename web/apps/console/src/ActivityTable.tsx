// SPDX-License-Identifier: Apache-2.0
import type { ActivityRecord } from '@lockstep/api/console';
import { DataTable, Empty, Note, TableSkeleton, type Column } from '@lockstep/ui';
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconPoint } from '@tabler/icons-react';
import { Link } from 'wouter';
import { tokenPath } from './parts';
import { ProblemNote } from './ProblemNote';
import { isKnown, resultOf, toldOf, whyOf, type Result } from './story';
import { useText, type Text } from './text';

const LOOKS = {
  success: { tone: 'ok', Icon: IconCircleCheck }, failure: { tone: 'bad', Icon: IconAlertTriangle },
  more: { tone: 'warn', Icon: IconCircleDashed }, done: { tone: 'idle', Icon: IconPoint },
} as const;

function ResultMark({ result }: { result: Result }) {
  const { t } = useText();
  const { tone, Icon } = LOOKS[result];
  return <span className={`mark ${tone}`}><Icon size={16} stroke={1.8} aria-hidden />{t(`result.${result}`)}</span>;
}

export function kindWords({ t }: Text, record: ActivityRecord): string {
  return isKnown(record.kind) ? t(`event.${record.kind}`) : record.kind;
}

/** What stands behind the kind: why, and which details say something. */
export function whyWords({ t, moment }: Text, record: ActivityRecord): string {
  const why = whyOf(record);
  const words = why === undefined ? [] : [t(why.key, { off: why.off ?? '', first: why.first ?? '', second: why.second ?? '', count: why.count ?? 0 })];
  if (record.reason !== undefined && why === undefined) words.push(record.reason);
  const told = toldOf(record).map(({ name, value }) => t(`told.${name}`, { value: name === 'until' ? moment(value) : value }));
  return [...words, ...told].join(' · ');
}

function Serial({ record }: { record: ActivityRecord }) {
  return record.serial === undefined ? null : <Link className="serial" to={tokenPath(record.serial)}>{record.serial}</Link>;
}

/** A sign-in's cause says all; anything else is named first. */
function What({ record }: { record: ActivityRecord }) {
  const text = useText();
  const why = whyWords(text, record);
  if (why !== '' && (record.kind === 'login.accepted' || record.kind === 'login.refused')) return <span>{why}</span>;
  return <><span className="strong">{kindWords(text, record)}</span>{why === '' ? null : <span>{` · ${why}`}</span>}</>;
}

/** Where it came from, and who did it where that says more. */
export function fromWords(record: ActivityRecord): string {
  const name = record.actor.replace(/^(?:key|operator):/, '');
  const isSaid = record.source.startsWith(name) || name === record.user;
  return [record.source, isSaid ? '' : record.actor].filter((one) => one !== '').join(' · ');
}

function columns(text: Text, withSerial: boolean): Column<ActivityRecord>[] {
  const { t, ago, moment } = text;
  const all: (Column<ActivityRecord> | null)[] = [
    { key: 'at', head: t('activity.at'), cell: (record) => <time className="dim" dateTime={record.at} title={moment(record.at)}>{ago(record.at)}</time> },
    { key: 'result', head: t('activity.result'), cell: (record) => <ResultMark result={resultOf(record)} /> },
    withSerial ? { key: 'serial', head: t('activity.serial'), cell: (record) => <Serial record={record} /> } : null,
    { key: 'what', head: t('activity.what'), cell: (record) => <What record={record} /> },
    { key: 'source', head: t('activity.source'), cell: (record) => <span className="dim">{fromWords(record)}</span> },
  ];
  return all.filter((one) => one !== null);
}

interface Props {
  query: { data: { items: readonly ActivityRecord[]; next?: string } | null | undefined; error: Error | null; refetch: () => unknown };
  label: string;
  withSerial?: boolean;
  /** How many are shown at first, and what shows the rest. */
  rows?: number;
  onMore?: () => void;
}

/** Records as rows, newest first. */
export function ActivityTable({ query, label, withSerial = false, rows = Number.POSITIVE_INFINITY, onMore }: Props) {
  const text = useText();
  const { t } = text;
  if (query.error !== null) return <div className="panel-pad"><ProblemNote error={query.error} level={3} onRetry={() => void query.refetch()} /></div>;
  if (query.data === undefined) return <TableSkeleton rows={4} label={t('state.loading')} />;
  if (query.data === null) return <div className="panel-pad"><Note tone="idle"><p>{t('activity.not_for_you')}</p></Note></div>;
  if (query.data.items.length === 0) return <Empty>{t('activity.none')}</Empty>;
  const { items } = query.data;
  return (
    <>
      <DataTable look="activity" label={label} columns={columns(text, withSerial)} rows={items.slice(0, rows)}
        rowKey={(record) => `${record.at} ${record.kind} ${record.serial ?? ''} ${record.actor} ${JSON.stringify(record.details)}`} />
      {items.length <= rows || onMore === undefined ? null : (
        <div className="pager"><button type="button" className="plain-button" onClick={onMore}>{t('activity.more', { count: items.length - rows })}</button></div>
      )}
    </>
  );
}
