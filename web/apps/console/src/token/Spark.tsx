// SPDX-License-Identifier: Apache-2.0
import type { Token } from '@lockstep/api/console';

const WIDTH = 88;
const HEIGHT = 24;
const MARGIN = 3;
/** Less than this many steps up and down is drawn as nearly flat: noise must not look like drift. */
const CALM = 4;

/** How far a time token's clock is from the server's, in steps; undefined where it was never seen. */
export function offsetSteps(token: Token): number | undefined {
  if (token.kind !== 'totp' || token.progress?.offset === undefined) return undefined;
  return Math.round(token.progress.offset / (token.step_seconds ?? 30));
}

/** The points of a line through `values`, in a box of WIDTH by HEIGHT with zero in its middle. */
export function lineOf(values: readonly number[]): string {
  const reach = Math.max(CALM, ...values.map(Math.abs));
  const x = (index: number) => (values.length === 1 ? WIDTH : (index / (values.length - 1)) * WIDTH);
  const y = (value: number) => HEIGHT / 2 - (value / reach) * (HEIGHT / 2 - MARGIN);
  return values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
}

const TONES = { in_sync: 'ok', drifting: 'warn', out_of_sync: 'bad', unused: 'idle' } as const;

/** The offsets of the codes accepted last, as a small line; its number stands beside it. */
export function Spark({ token }: { token: Token }) {
  const values = token.recent?.map((one) => one.off) ?? [];
  if (values.length === 0) return null;
  return (
    <svg className={`spark ${TONES[token.sync]}`} width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden>
      <line className="zero" x1="0" x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} />
      {values.length === 1 ? <circle cx={WIDTH - MARGIN} cy={lineOf(values).split(',')[1]} r="2" /> : <polyline points={lineOf(values)} />}
    </svg>
  );
}
