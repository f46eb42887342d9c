// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from '@lockstep/i18n';
import { grouped } from '@lockstep/ui';
import { IconCheck, IconMapPin } from '@tabler/icons-react';
import { percent, type Place, type Ruler, type Zones } from './ruler';

export interface TakenCode {
  position: number;
  /** How people call this place: "14:23:00", "# 118". */
  name: string;
  code: string;
}

interface Props {
  ruler: Ruler;
  zones: Zones;
  place: Place;
  /** Where the token stands. */
  at: number;
  atName: string;
  /** Where the server expects it. */
  expectedName: string;
  tickName: (tick: number) => string;
  lowName: string;
  highName: string;
  sentence: string;
  taken: readonly TakenCode[];
  shown: string;
  shownName: string;
  remembered?: number | undefined;
}

const EDGE = 12;
/** Labels near the edge lean inwards, so that nothing is cut. */
function leaning(share: number): string {
  if (share < EDGE) return 'lean-start';
  return share > 100 - EDGE ? 'lean-end' : '';
}

function Zone({ ruler, zone, name }: { ruler: Ruler; zone: [number, number]; name: string }) {
  const start = percent(ruler, zone[0]);
  return <div className={`zone ${name}`} style={{ insetInlineStart: `${start}%`, inlineSize: `${Math.max(0.8, percent(ruler, zone[1]) - start)}%` }} />;
}

function Drawing(props: Props) {
  const { t } = useTranslation('lab');
  const { ruler, zones, place, at, remembered } = props;
  const expected = percent(ruler, (zones.accept[0] + zones.accept[1]) / 2);
  const here = percent(ruler, at);
  const hasSpent = zones.spent > ruler.from;
  return (
    <div className="ruler" aria-hidden>
      <div className={`ruler-expected ${leaning(expected)}`} style={{ insetInlineStart: `${expected}%` }}><span>{props.expectedName}</span></div>
      <div className="ruler-track">
        <Zone ruler={ruler} zone={zones.pair} name="pair" />
        <Zone ruler={ruler} zone={zones.accept} name="accept" />
        {hasSpent ? <Zone ruler={ruler} zone={[ruler.from, zones.spent]} name="spent" /> : null}
        {ruler.ticks.map((tick) => <i key={tick} className="tick" style={{ insetInlineStart: `${percent(ruler, tick)}%` }} />)}
        {remembered === undefined ? null : (
          <span className="remembered" style={{ insetInlineStart: `${percent(ruler, remembered)}%` }} title={t('ruler.remembered')}><IconMapPin size={20} /></span>
        )}
        <div className={`ruler-at ${place}`} style={{ insetInlineStart: `${here}%` }} />
      </div>
      <div className="ruler-ticks">
        {ruler.ticks.map((tick) => {
          const share = percent(ruler, tick);
          return share < 3 || share > 97 ? null : <span key={tick} style={{ insetInlineStart: `${share}%` }}>{props.tickName(tick)}</span>;
        })}
      </div>
      <div className={`ruler-at-stem ${place}`} style={{ insetInlineStart: `${here}%` }} />
      <div className={`ruler-at-name ${place} ${leaning(here)}`} style={{ insetInlineStart: `${here}%` }}><span>{props.atName}</span></div>
      <div className="ruler-ends"><span>{props.lowName}</span><span>{props.highName}</span></div>
    </div>
  );
}

function Codes({ taken, shown, shownName }: Pick<Props, 'taken' | 'shown' | 'shownName'>) {
  const { t } = useTranslation('lab');
  return (
    <div className="codes">
      <div>
        <h3>{shownName}</h3>
        <p className="code-chip own">{shown === '' ? t('ruler.blank') : grouped(shown)}</p>
      </div>
      <div>
        <h3>{t('ruler.taken')}</h3>
        <ul className="bare-list code-chips">
          {taken.map(({ position, name, code }) => {
            const match = code !== '' && code === shown;
            return (
              <li key={position} className={match ? 'code-chip match' : 'code-chip'}>
                <span>{grouped(code)}</span>
                {match ? <IconCheck size={16} stroke={2.6} aria-hidden /> : null}
                {match ? <span className="heard">{t('ruler.match')}</span> : null}
                <small>{name}</small>
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}

/** Where the token stands and where the server looks, on one line, with the codes of both. */
export function RulerView(props: Props) {
  const { t } = useTranslation('lab');
  return (
    <div className="stack">
      <p className="ruler-sentence"><span className={`dot ${props.place}`} aria-hidden />{props.sentence}</p>
      <Drawing {...props} />
      <ul className="bare-list legend" aria-hidden>
        <li><i className="key accept" />{t('ruler.key_accept')}</li>
        <li><i className="key pair" />{t('ruler.key_pair')}</li>
        {props.zones.spent > props.ruler.from ? <li><i className="key spent" />{t('ruler.key_spent')}</li> : null}
        <li><i className={`key at ${props.place}`} />{props.atName}</li>
        {props.remembered === undefined ? null : <li><IconMapPin size={18} />{t('ruler.remembered')}</li>}
      </ul>
      <Codes taken={props.taken} shown={props.shown} shownName={props.shownName} />
    </div>
  );
}
