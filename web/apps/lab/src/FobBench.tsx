// SPDX-License-Identifier: Apache-2.0
import type { LabToken } from '@lockstep/api';
import { duration, timeWithSeconds, useTranslation } from '@lockstep/i18n';
import { Button, useNow } from '@lockstep/ui';
import { useId } from 'react';
import { Bench } from './Bench';
import { Fob } from './Fob';
import { useBelief, useCodes, useKept, useStory, type Seen } from './hooks';
import { stepOf } from './otp';
import { clockRuler, clockZones, placeOf } from './ruler';
import { RulerView } from './RulerView';
import { afterDrawer, DAY, MONTH, offsetAt, withOffset, withPpm, type FobState } from './virtual';

const SLIDER_SECONDS = 15 * 60;
const SLIDER_STEP = 10;
const NINE_MINUTES = 540;
const PPM_MAX = 200;
const PPM_STEP = 5;
const PPM = 1e-6;
const DEFAULT_STEP = 30;
/** Below this people call a clock right. */
const RIGHT_SECONDS = 2;

function useOffsetWords(): (offset: number) => string {
  const { t, i18n } = useTranslation('lab');
  return (offset) => {
    if (Math.abs(offset) < RIGHT_SECONDS) return t('fob.right');
    const time = duration(i18n.language, Math.abs(offset));
    return offset < 0 ? t('fob.slow', { time }) : t('fob.fast', { time });
  };
}

interface ControlsProps {
  fob: FobState;
  offset: number;
  now: number;
  onChange: (fob: FobState) => void;
}

function Controls({ fob, offset, now, onChange }: ControlsProps) {
  const { t, i18n } = useTranslation('lab');
  const id = useId();
  const words = useOffsetWords();
  const reach = Math.max(SLIDER_SECONDS, Math.ceil(Math.abs(offset) / SLIDER_STEP) * SLIDER_STEP);
  const perDay = (Math.abs(fob.ppm) * PPM * DAY).toLocaleString(i18n.language, { maximumFractionDigits: 1 });
  const perMonth = duration(i18n.language, Math.abs(fob.ppm) * PPM * MONTH);
  const drift = fob.ppm === 0 ? t('fob.drift_none') : t(fob.ppm < 0 ? 'fob.drift_loses' : 'fob.drift_gains', { seconds: perDay, month: perMonth });
  return (
    <div className="controls">
      <div className="control">
        <label htmlFor={`${id}-offset`}>{t('fob.clock')}</label>
        <output htmlFor={`${id}-offset`}>{words(offset)}</output>
        <input id={`${id}-offset`} type="range" min={-reach} max={reach} step={SLIDER_STEP} value={Math.round(offset / SLIDER_STEP) * SLIDER_STEP}
          aria-valuetext={words(offset)} onChange={(event) => onChange(withOffset(fob, Number(event.currentTarget.value), now))} />
        <div className="actions">
          <Button onClick={() => onChange(withOffset(fob, -NINE_MINUTES, now))}>{t('fob.set_slow')}</Button>
          <Button onClick={() => onChange(withOffset(fob, 0, now))}>{t('fob.set_right')}</Button>
        </div>
      </div>
      <div className="control">
        <label htmlFor={`${id}-ppm`}>{t('fob.drift')}</label>
        <output htmlFor={`${id}-ppm`}>{t('fob.ppm', { ppm: fob.ppm })}</output>
        <input id={`${id}-ppm`} type="range" min={-PPM_MAX} max={PPM_MAX} step={PPM_STEP} value={fob.ppm} aria-valuetext={t('fob.ppm', { ppm: fob.ppm })}
          onChange={(event) => onChange(withPpm(fob, Number(event.currentTarget.value), now))} />
        <p className="dim small">{drift}</p>
        <div className="actions">
          <Button disabled={fob.ppm === 0} onClick={() => onChange(afterDrawer(fob, MONTH, now))}>{t('fob.drawer')}</Button>
        </div>
      </div>
    </div>
  );
}

function LiveFob({ token, seen }: { token: LabToken; seen: Seen }) {
  const { t, i18n } = useTranslation('lab');
  const words = useOffsetWords();
  const now = useNow() + seen.ahead;
  const [fob, setFob] = useKept<FobState>(`lockstep-lab-${token.serial}`, { offset: 0, ppm: 0, since: now });
  const { belief } = seen;
  const step = token.step_seconds ?? DEFAULT_STEP;
  const believed = belief.offset ?? 0;
  const offset = offsetAt(fob, now);
  const seconds = now / 1000 + offset;
  const position = stepOf(seconds, step);
  const expected = stepOf(now / 1000 + believed, step);
  const takes = Array.from({ length: 2 * belief.accept + 1 }, (_, index) => expected - belief.accept + index).filter((one) => one >= belief.next);
  const codes = useCodes(token, [position, ...takes]);
  const spent = belief.next * step - now / 1000;
  const zones = clockZones(believed, belief.accept, belief.pair, step, spent);
  const place = placeOf(offset, zones);
  const [at, tell] = useStory('totp', place === 'in_step' || place === 'used', belief.offset);
  const clock = (ms: number) => timeWithSeconds(i18n.language, new Date(ms));
  const code = codes(position);
  const away = duration(i18n.language, Math.abs(offset - believed));
  const again = duration(i18n.language, Math.max(1, spent - offset));
  const sentence = {
    in_step: t(Math.abs(believed) < step ? 'ruler.fob_in_step' : 'ruler.fob_followed', { words: words(offset) }),
    used: t('ruler.fob_used', { time: again }),
    spent: t('ruler.fob_spent', { words: words(offset), time: again }),
    needs_two: t('ruler.fob_out', { words: words(offset), away }),
    far: t('ruler.fob_out', { words: words(offset), away }),
  }[place];
  return (
    <Bench token={{ ...token, kind: 'totp' }} code={code} at={at} tell={tell}
      drawing={<Fob code={code.padEnd(token.digits, ' ')} serial={token.serial} left={1 - (seconds % step) / step} label={t('fob.label', { code: [...code].join(' ') })} />}
      controls={<Controls fob={fob} offset={offset} now={now} onChange={setFob} />}
      ruler={(
        <RulerView ruler={clockRuler(offset, believed)} zones={zones} place={place} at={offset} atName={t('ruler.fob_at', { time: clock(now + offset * 1000) })}
          expectedName={t('ruler.fob_expected', { time: clock(now + believed * 1000) })}
          tickName={(tick) => (tick === 0 ? t('ruler.true_time') : t('ruler.minutes', { minutes: tick > 0 ? `+${tick / 60}` : `−${-tick / 60}` }))}
          lowName={t('ruler.slow_end')} highName={t('ruler.fast_end')} sentence={sentence} shown={code} shownName={t('ruler.fob_shows')}
          taken={takes.map((one) => ({ position: one, name: clock(one * step * 1000), code: codes(one) }))} />
      )} />
  );
}

/** A fob: it counts time. */
export function FobBench({ token }: { token: LabToken }) {
  const seen = useBelief(token.serial);
  return seen === undefined ? null : <LiveFob token={token} seen={seen} />;
}
