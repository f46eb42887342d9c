// SPDX-License-Identifier: Apache-2.0
import { IconCheck } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { secondsLeft, spokenAt } from './clockwork';

const REPAINT_MS = 250;
const RADIUS = 29;
const ROUND = 2 * Math.PI * RADIUS;

/** This clock's time in milliseconds, looked at four times a second and whenever the page is seen again. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const look = () => setNow(Date.now());
    look();
    const timer = setInterval(look, REPAINT_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  return now;
}

/** Whole seconds to `deadline`, in milliseconds of this clock; right also after the machine slept. */
export function useSecondsLeft(deadline: number | undefined): number {
  return secondsLeft(deadline, useNow());
}

interface CountdownProps {
  left: number;
  total: number;
  label: string;
  /** The sentence beside the ring. */
  children: ReactNode;
  /** What those who listen hear: at the beginning, at ten seconds and at the end. */
  spoken: (seconds: number) => string;
}

/** A ring that empties, with the number inside and a sentence beside it. */
export function Countdown({ left, total, label, children, spoken }: CountdownProps) {
  const share = total > 0 ? Math.min(1, left / total) : 0;
  const said = spokenAt(left, total);
  return (
    <div className={left === 0 ? 'countdown ready' : 'countdown'}>
      <div className="countdown-ring" role="timer" aria-label={label}>
        <svg viewBox="0 0 64 64" aria-hidden>
          <circle className="track" cx="32" cy="32" r={RADIUS} />
          <circle className="left" cx="32" cy="32" r={RADIUS} strokeDasharray={ROUND}
            strokeDashoffset={left === 0 ? 0 : ROUND * (1 - share)} />
        </svg>
        {left === 0 ? <IconCheck size={28} stroke={2.4} aria-hidden /> : <span>{left}</span>}
      </div>
      <div>{children}</div>
      <span className="heard" role="status">{spoken(said)}</span>
    </div>
  );
}
