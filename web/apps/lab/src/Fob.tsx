// SPDX-License-Identifier: Apache-2.0
import { SevenSegment, widthOf } from './SevenSegment';

const LCD = { x: 146, y: 62, width: 196, height: 66 };
const BARS = 6;

interface Props {
  code: string;
  serial: string;
  /** How much of the code's time is left, from 1 to 0. */
  left: number;
  label: string;
}

/** A key fob with a display: the code, and a row of bars that goes out as its time runs. */
export function Fob({ code, serial, left, label }: Props) {
  const group = code.length % 4 === 0 ? 4 : 3;
  const scale = Math.min(1, (LCD.width - 28) / widthOf(code.length, group));
  const indent = (LCD.width - widthOf(code.length, group) * scale) / 2;
  return (
    <svg className="token-drawing" viewBox="0 0 400 190" role="img" aria-label={label}>
      <defs>
        <linearGradient id="fob-body" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="#3b4754" />
          <stop offset="0.12" stopColor="#2a343f" />
          <stop offset="0.9" stopColor="#171e26" />
          <stop offset="1" stopColor="#0e141a" />
        </linearGradient>
        <linearGradient id="fob-front" x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor="#1a8a9b" />
          <stop offset="1" stopColor="#0b5d6c" />
        </linearGradient>
        <linearGradient id="fob-ring" x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor="#f1f3f5" />
          <stop offset="0.5" stopColor="#9aa5b0" />
          <stop offset="1" stopColor="#5f6b77" />
        </linearGradient>
      </defs>
      <ellipse cx="212" cy="178" rx="160" ry="9" className="token-shadow" />
      <circle cx="38" cy="95" r="29" fill="none" stroke="url(#fob-ring)" strokeWidth="7" />
      <path d="M60 95c0-44 34-73 80-73h186c34 0 58 30 58 73s-24 73-58 73H140c-46 0-80-29-80-73z" fill="url(#fob-body)" />
      <path d="M68 90c3-38 34-62 74-62h184c26 0 45 20 50 48-5-24-24-40-50-40H142c-40 0-70 20-74 54z" fill="#fff" opacity="0.1" />
      <circle cx="82" cy="95" r="11" className="token-hole" />
      <circle cx="82" cy="95" r="13" fill="none" stroke="#000" strokeOpacity="0.35" strokeWidth="3" />
      <rect x="120" y="36" width="240" height="118" rx="20" fill="url(#fob-front)" />
      <rect x={LCD.x - 5} y={LCD.y - 5} width={LCD.width + 10} height={LCD.height + 10} rx="11" fill="#06313a" opacity="0.65" />
      <rect x={LCD.x} y={LCD.y} width={LCD.width} height={LCD.height} rx="7" className="lcd" />
      <SevenSegment text={code} group={group} scale={scale} x={LCD.x + indent} y={LCD.y + (LCD.height - 14 - 36 * scale) / 2 + 1} />
      {Array.from({ length: BARS }, (_, bar) => (
        // oxlint-disable-next-line react/no-array-index-key
        <rect key={bar} x={LCD.x + 14 + bar * 28.6} y={LCD.y + LCD.height - 12} width="24" height="4" rx="1" className={left * BARS > bar ? 'bar-lit' : 'bar-out'} />
      ))}
      <text x="146" y="53" className="token-brand">LOCKSTEP</text>
      <text x="342" y="146" textAnchor="end" className="token-serial">{serial}</text>
    </svg>
  );
}
