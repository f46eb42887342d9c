// SPDX-License-Identifier: Apache-2.0
import type { LabToken } from '@lockstep/api';
import { timeWithSeconds, useTranslation } from '@lockstep/i18n';
import { Button, useNow } from '@lockstep/ui';
import { useEffect, useState } from 'react';
import { Bench } from './Bench';
import { Card } from './Card';
import { useBelief, useCodes, useKept, useStory, type Seen } from './hooks';
import { counterRuler, counterZones, placeOf } from './ruler';
import { RulerView } from './RulerView';
import { POCKET_PRESSES, pressed, type CardState } from './virtual';

const SHUFFLE_MS = 25;
const calm = () => globalThis.matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Lets the counter run up to `presses`, a press at a time, so that one sees them happen. */
function useRunningUp(presses: number): number {
  const [shown, setShown] = useState(presses);
  useEffect(() => {
    if (shown >= presses) return undefined;
    const timer = setTimeout(() => setShown(calm() ? presses : shown + 1), SHUFFLE_MS);
    return () => clearTimeout(timer);
  }, [shown, presses]);
  return Math.min(shown, presses);
}

function LiveCard({ token, seen }: { token: LabToken; seen: Seen }) {
  const { t, i18n } = useTranslation('lab');
  const clock = useNow();
  const { belief } = seen;
  const [inHand, setCard] = useKept<CardState>(`lockstep-lab-${token.serial}`, { next: token.counter, shownUntil: 0 });
  // One that was used from another browser meanwhile is at least as far as the server has seen it.
  const card = { ...inHand, next: Math.max(inHand.next, belief.next) };
  const position = useRunningUp(card.next - 1);
  const isOn = clock < card.shownUntil;
  const waits = belief.remembered;
  const takes = Array.from({ length: belief.accept + 1 }, (_, index) => belief.next + index);
  if (waits !== undefined) takes.push(waits + 1);
  const codes = useCodes(token, [position, ...takes]);
  const code = isOn ? codes(position) : '';
  const zones = counterZones(belief.next, belief.accept, belief.pair);
  // A card whose last code was used is as far as it should be: its next press is the one that is expected.
  const placed = position < belief.next ? 'used' : placeOf(position, zones);
  const place = waits !== undefined && position === waits + 1 ? 'in_step' : placed;
  const inStep = card.next - 1 < belief.next || placeOf(card.next - 1, zones) === 'in_step';
  const [at, tell] = useStory('hotp', inStep, undefined);
  const press = (times: number) => setCard(pressed(card, times, Date.now()));
  const name = (one: number) => t('ruler.press', { number: one + 1 });
  const ahead = position - belief.next;
  const until = belief.remembered_until === undefined ? '' : timeWithSeconds(i18n.language, new Date(Date.parse(belief.remembered_until) - seen.ahead));
  const sentence = {
    used: t('ruler.card_used', { number: belief.next + 1 }),
    in_step: t('ruler.card_in_step'),
    needs_two: waits === undefined ? t('ruler.card_out', { count: ahead }) : t('ruler.card_waits', { number: waits + 2, until }),
    far: t('ruler.card_far', { count: ahead }),
    spent: '',
  }[place];
  return (
    <Bench token={{ ...token, kind: 'hotp' }} code={code} at={at} tell={tell}
      drawing={(
        <Card code={code} digits={token.digits} serial={token.serial} owner={token.user_name} presses={position + 1} onPress={() => press(1)}
          pressLabel={t('card.press')} label={code === '' ? t('card.label_blank') : t('card.label', { code: [...code].join(' ') })} />
      )}
      controls={(
        <div className="controls">
          <p>{t('card.text')}</p>
          <div className="actions">
            <Button kind="primary" onClick={() => press(1)}>{t('card.press')}</Button>
            <Button onClick={() => press(POCKET_PRESSES)}>{t('card.pocket', { count: POCKET_PRESSES })}</Button>
          </div>
        </div>
      )}
      ruler={(
        <RulerView ruler={counterRuler(Math.max(position, waits ?? 0), belief.next)} zones={zones} place={place} at={position}
          atName={t('ruler.card_at', { number: position + 1 })} expectedName={t('ruler.card_expected', { number: belief.next + 1 })}
          tickName={(tick) => name(tick)} lowName={t('ruler.fewer')} highName={t('ruler.more')} sentence={sentence} shown={code} shownName={t('ruler.card_shows')}
          taken={takes.map((one) => ({ position: one, name: name(one), code: codes(one) }))} remembered={waits} />
      )} />
  );
}

/** A card with a button: it counts presses. */
export function CardBench({ token }: { token: LabToken }) {
  const seen = useBelief(token.serial);
  return seen === undefined ? null : <LiveCard token={token} seen={seen} />;
}
