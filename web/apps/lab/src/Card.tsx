// SPDX-License-Identifier: Apache-2.0
import { SevenSegment, widthOf } from './SevenSegment';

const LCD = { x: 176, y: 40, width: 188, height: 62 };

interface Props {
  /** Blank where nothing is shown. */
  code: string;
  digits: number;
  serial: string;
  owner: string;
  /** How often its button was pressed in its life. */
  presses: number;
  label: string;
  pressLabel: string;
  onPress: () => void;
}

/** A display card with a button; each press shows the next code and counts one further. */
export function Card({ code, digits, serial, owner, presses, label, pressLabel, onPress }: Props) {
  const group = digits % 4 === 0 ? 4 : 3;
  const scale = Math.min(1, (LCD.width - 28) / widthOf(digits, group));
  const indent = (LCD.width - widthOf(digits, group) * scale) / 2;
  return (
    <div className="card-frame">
      <svg className="token-drawing" viewBox="0 0 400 262" role="img" aria-label={label}>
        <defs>
          <linearGradient id="card-body" x1="0" y1="0" x2="1" y2="1">
            <stop offset="0" stopColor="#123c4a" />
            <stop offset="0.55" stopColor="#0e5564" />
            <stop offset="1" stopColor="#0e7385" />
          </linearGradient>
          <clipPath id="card-edge"><rect x="8" y="6" width="384" height="238" rx="18" /></clipPath>
        </defs>
        <ellipse cx="200" cy="250" rx="176" ry="8" className="token-shadow" />
        <rect x="8" y="6" width="384" height="238" rx="18" fill="url(#card-body)" />
        <g clipPath="url(#card-edge)" fill="none" stroke="#fff" strokeOpacity="0.07" strokeWidth="2">
          {[0, 1, 2, 3, 4, 5, 6, 7].map((line) => (
            <path key={line} d={`M-20 ${120 + line * 22}H${70 + line * 26}V${60 + line * 22}H420`} />
          ))}
        </g>
        <rect x="8.5" y="6.5" width="383" height="237" rx="17.5" fill="none" stroke="#fff" strokeOpacity="0.22" />
        <text x="32" y="44" className="token-brand card-brand">LOCKSTEP</text>
        <rect x="32" y="82" width="46" height="35" rx="6" fill="#d7bf7a" />
        <path d="M32 94h14v11H32M78 94H64v11h14M46 82v35M64 82v35" fill="none" stroke="#8f7636" strokeWidth="1.5" />
        <rect x={LCD.x - 4} y={LCD.y - 4} width={LCD.width + 8} height={LCD.height + 8} rx="9" fill="#05272f" opacity="0.7" />
        <rect x={LCD.x} y={LCD.y} width={LCD.width} height={LCD.height} rx="6" className="lcd" />
        <SevenSegment text={code.padEnd(digits, ' ')} group={group} scale={scale} x={LCD.x + indent} y={LCD.y + (LCD.height - 36 * scale) / 2} />
        <text x={LCD.x + LCD.width} y="128" textAnchor="end" className="token-counter">{`# ${presses}`}</text>
        <text x="32" y="196" className="card-owner">{owner}</text>
        <text x="32" y="220" className="token-serial">{serial}</text>
      </svg>
      <button type="button" className="card-button" onClick={onPress} aria-label={pressLabel}><span /></button>
    </div>
  );
}
