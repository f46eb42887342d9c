// SPDX-License-Identifier: Apache-2.0

export interface Bar {
  key: string;
  label: string;
  value: number;
  tone: 'ok' | 'warn' | 'bad';
}
interface Props {
  label: string;
  /** What the labels are, and what is counted. */
  head: string;
  count: string;
  bars: readonly Bar[];
}
const STEP = 30;
const WIDE = 20;
const HEIGHT = 120;
const BASE = 18;
const LEAST = 3;

/** A few bars, and the same as a table for those who listen. */
export function Bars({ label, head, count, bars }: Props) {
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  const width = Math.max(1, bars.length) * STEP;
  const sparse = bars.length > 14;
  return (
    <div className="panel-pad">
      <svg className="bars" viewBox={`0 0 ${width} ${HEIGHT + BASE}`} aria-hidden>
        {[0, 0.5, 1].map((share) => <line key={share} x1="0" x2={width} y1={HEIGHT * share} y2={HEIGHT * share} />)}
        {bars.map((bar, index) => {
          const high = bar.value === 0 ? 0 : Math.max(LEAST, (bar.value / most) * HEIGHT);
          return (
            <g key={bar.key}>
              <rect className={bar.tone} x={index * STEP + (STEP - WIDE) / 2} y={HEIGHT - high} width={WIDE} height={high} rx="2" />
              {sparse && index % 2 === 1 ? null : <text x={index * STEP + STEP / 2} y={HEIGHT + BASE - 4} textAnchor="middle">{bar.label}</text>}
            </g>
          );
        })}
      </svg>
      <table className="heard">
        <caption>{label}</caption>
        <thead><tr><th scope="col">{head}</th><th scope="col">{count}</th></tr></thead>
        <tbody>{bars.map((bar) => <tr key={bar.key}><th scope="row">{bar.label}</th><td>{bar.value}</td></tr>)}</tbody>
      </table>
    </div>
  );
}
