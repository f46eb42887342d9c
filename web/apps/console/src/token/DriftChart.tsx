// SPDX-License-Identifier: Apache-2.0
import type { Token } from '@lockstep/api/console';
import { day } from '@lockstep/i18n';
import { DataTable } from '@lockstep/ui';
import { useState, type KeyboardEvent } from 'react';
import { signed, useText } from '../text';
import { along, type History, type Point, type Trend } from './history';

const WIDTH = 960;
const HEIGHT = 240;
const LEFT = 44;
const RIGHT = 12;
const TOP = 18;
const BOTTOM = 28;
const DAY_MS = 86_400_000;
const FORECAST_MS = 60 * DAY_MS;
const TICKS_MAX = 8;
const DATES = 6;

interface Props {
  token: Token;
  history: History;
  accept: number | undefined;
  trend: Trend | undefined;
  /** When a single passcode is too far off, where the clock goes on as it does; milliseconds. */
  leaves: number | undefined;
  now: number;
  label: string;
}

interface Frame {
  x: (at: number) => number;
  y: (off: number) => number;
  from: number;
  to: number;
  ticks: number[];
}

/** What is to be seen: all points, the zone around them, and time to come where there is a trend. */
export function frameOf({ points, resyncs }: History, accept: number, now: number, trend: Trend | undefined, leaves?: number): Frame {
  const times = [...points.map((point) => point.at), ...resyncs];
  const from = Math.min(now - 7 * DAY_MS, ...times);
  const ahead = Math.max((now - from) / 2, leaves === undefined ? 0 : (leaves - now) * 1.15);
  const to = trend === undefined ? now + (now - from) * 0.04 : now + Math.min(FORECAST_MS, ahead);
  const values = points.flatMap((point) => [point.off, point.expected - accept, point.expected + accept]);
  const top = Math.max(accept + 1, ...values) + 1;
  const bottom = Math.min(-accept - 1, ...values) - 1;
  const step = Math.max(1, Math.ceil((top - bottom) / TICKS_MAX));
  const ticks: number[] = [];
  for (let tick = Math.ceil(bottom / step) * step; tick <= top; tick += step) ticks.push(tick);
  return {
    x: (at) => LEFT + ((at - from) / (to - from)) * (WIDTH - LEFT - RIGHT),
    y: (off) => TOP + ((top - off) / (top - bottom)) * (HEIGHT - TOP - BOTTOM),
    from, to, ticks,
  };
}

/** The zone of a single code as it followed the token: one edge forth, the other one back. */
function zonePath(points: readonly Point[], accept: number, frame: Frame, now: number): string {
  const last = points.at(-1);
  if (last === undefined) return '';
  const course = [...points.map((point) => ({ at: point.at, expected: point.expected })), { at: Math.max(now, last.at), expected: last.accepted ? last.off : last.expected }];
  const edge = (by: number) => course.map((one) => `${frame.x(one.at).toFixed(1)},${frame.y(one.expected + by).toFixed(1)}`);
  return `M${edge(accept).join('L')}L${edge(-accept).toReversed().join('L')}Z`;
}

function Dot({ point, frame, on }: { point: Point; frame: Frame; on: boolean }) {
  const x = frame.x(point.at);
  const y = frame.y(point.off);
  const ring = on ? <circle className="ring" cx={x} cy={y} r="9" /> : null;
  if (point.accepted) return <>{ring}<circle className="accepted" cx={x} cy={y} r="3.2" /></>;
  return <>{ring}<path className="refused" d={`M${x} ${y - 5.5}l5 9h-10z`} /></>;
}

function Marks({ history, frame, leaves, now }: { history: History; frame: Frame; leaves: number | undefined; now: number }) {
  const { t, language } = useText();
  return (
    <>
      {leaves === undefined || leaves <= now || leaves > frame.to ? null : (
        <g>
          <line className="leaves" x1={frame.x(leaves)} x2={frame.x(leaves)} y1={TOP} y2={HEIGHT - BOTTOM} />
          <text x={frame.x(leaves) - 5} y={HEIGHT - BOTTOM - 8} textAnchor="end">{t('drift.leaves_on', { date: day(language, new Date(leaves)) })}</text>
        </g>
      )}
      {history.resyncs.map((at) => (
        <g key={at}>
          <line className="resync" x1={frame.x(at)} x2={frame.x(at)} y1={TOP} y2={HEIGHT - BOTTOM} />
          <text x={frame.x(at) + 5} y={TOP + 10}>{t('drift.resync')}</text>
        </g>
      ))}
      <line className="today" x1={frame.x(now)} x2={frame.x(now)} y1={TOP} y2={HEIGHT - BOTTOM} />
      <text x={frame.x(now) - 5} y={TOP - 6} textAnchor="end">{t('drift.today')}</text>
    </>
  );
}

function Axes({ frame, language }: { frame: Frame; language: string }) {
  const words = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
  const dates = Array.from({ length: DATES }, (_, index) => frame.from + ((frame.to - frame.from) * index) / (DATES - 1));
  return (
    <>
      {frame.ticks.map((tick) => (
        <g key={tick}>
          <line className="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={frame.y(tick)} y2={frame.y(tick)} />
          <text x={LEFT - 8} y={frame.y(tick) + 4} textAnchor="end">{signed(tick)}</text>
        </g>
      ))}
      {dates.map((at, index) => (
        <text key={at} x={frame.x(at)} y={HEIGHT - 8} textAnchor={index === 0 ? 'start' : (index === DATES - 1 ? 'end' : 'middle')}>{words.format(new Date(at))}</text>
      ))}
    </>
  );
}

type Row = Pick<Point, 'at' | 'off'> & { word: 'drift.accepted' | 'drift.refused' | 'drift.resync' | 'drift.leaves' };

/** What the chart shows, as rows: the newest first, and before it what is to come. */
export function rowsOf({ points, resyncs }: History, trend: Trend | undefined, leaves: number | undefined, now: number): Row[] {
  const rows: Row[] = points.map(({ at, off, accepted }) => ({ at, off, word: resyncs.includes(at) ? 'drift.resync' : (accepted ? 'drift.accepted' : 'drift.refused') }));
  if (trend !== undefined && leaves !== undefined && leaves > now) rows.push({ at: leaves, off: Math.round(along(trend, leaves)), word: 'drift.leaves' });
  return rows.toReversed();
}

/** The twin of the chart. */
export function DriftTable({ token, history, trend, leaves, now, label }: Omit<Props, 'accept'>) {
  const { t, moment } = useText();
  return (
    <DataTable label={label} rows={rowsOf(history, trend, leaves, now)} rowKey={(row) => `${row.at} ${row.off}`}
      columns={[
        { key: 'at', head: t('activity.at'), cell: (row) => moment(new Date(row.at).toISOString()) },
        { key: 'off', head: t(token.kind === 'totp' ? 'drift.steps' : 'drift.codes'), numeric: true, cell: (row) => signed(row.off) },
        { key: 'result', head: t('activity.result'), cell: (row) => t(row.word) },
      ]} />
  );
}

/** Offsets over time; arrow keys read one point after the other. */
export function DriftChart({ token, history, accept, trend, leaves, now, label }: Props) {
  const { t, language, moment } = useText();
  const [at, setAt] = useState<number>();
  const { points } = history;
  const zone = accept ?? 0;
  const frame = frameOf(history, zone, now, trend, leaves);
  const press = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined || points.length === 0) return;
    event.preventDefault();
    setAt(at === undefined ? points.length - 1 : Math.min(points.length - 1, Math.max(0, at + step)));
  };
  const read = at === undefined ? undefined : points[at];
  const words = read === undefined ? '' : `${moment(new Date(read.at).toISOString())} · ${signed(read.off)} · ${t(read.accepted ? 'drift.accepted' : 'drift.refused')}`;
  return (
    <figure className="drift">
      <ul className="legend" aria-hidden>
        <li><svg width="10" height="10"><circle className="accepted" cx="5" cy="5" r="3.5" /></svg>{t('drift.accepted')}</li>
        <li><svg width="12" height="10"><path className="refused" d="M6 0l5 9H1z" /></svg>{t('drift.refused')}</li>
        {accept === undefined || token.kind === 'hotp' ? null : <li><svg width="16" height="10"><rect className="zone" width="16" height="10" /></svg>{t('drift.zone')}</li>}
        {trend === undefined ? null : <li><svg width="18" height="10"><line className="trend" x1="0" x2="18" y1="5" y2="5" /></svg>{t('drift.trend')}</li>}
      </ul>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */}
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label} tabIndex={0} onKeyDown={press} onBlur={() => setAt(undefined)}>
        <Axes frame={frame} language={language} />
        {accept === undefined ? null : <path className="zone" d={zonePath(points, zone, frame, now)} />}
        <Marks history={history} frame={frame} leaves={leaves} now={now} />
        {trend === undefined ? null : (
          <line className="trend" x1={frame.x(trend.from)} x2={frame.x(frame.to)} y1={frame.y(along(trend, trend.from))} y2={frame.y(along(trend, frame.to))} />
        )}
        {points.map((point, index) => (
          <g key={`${point.at} ${point.off}`} onPointerEnter={() => setAt(index)}><Dot point={point} frame={frame} on={index === at} /></g>
        ))}
      </svg>
      <figcaption className="small dim"><span role="status">{words === '' ? t('drift.how_to_read') : words}</span></figcaption>
    </figure>
  );
}
