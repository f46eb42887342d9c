// SPDX-License-Identifier: Apache-2.0
// One token on the bench: in the hand, at the VPN's door, and as the server sees it.
import type { LabDecision, LabToken } from '@lockstep/api';
import { useTranslation } from '@lockstep/i18n';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { beliefKey } from './hooks';
import { Outbox } from './Outbox';
import { Story } from './Story';
import type { Happening, Kind } from './story';
import { Vpn } from './Vpn';

interface Props {
  token: LabToken & { kind: Kind };
  /** The code on the display now; empty where there is none. */
  code: string;
  drawing: ReactNode;
  controls: ReactNode;
  ruler: ReactNode;
  at: number;
  tell: (event: Happening) => void;
}

export function Bench({ token, code, drawing, controls, ruler, at, tell }: Props) {
  const { t } = useTranslation('lab');
  const queries = useQueryClient();
  const decided = (decision: LabDecision) => {
    tell(decision.decision === 'accept' ? { type: 'signed_in', moved: decision.moved === true } : { type: 'refused' });
    void queries.invalidateQueries({ queryKey: beliefKey(token.serial) });
  };
  return (
    <div className="bench">
      <div className="bench-left">
        <section className="panel bench-hand" aria-labelledby="hand">
          <h2 id="hand">{t('hand.title')}</h2>
          <div className="desk">{drawing}</div>
          {controls}
        </section>
        <Outbox />
      </div>
      <div className="bench-right">
        <section className="panel bench-ruler" aria-labelledby="ruler">
          <h2 id="ruler">{t('ruler.title')}</h2>
          {ruler}
        </section>
        <section className="panel bench-vpn" aria-labelledby="vpn">
          <h2 id="vpn">{t('vpn.title')}</h2>
          <Vpn token={token} shown={code} onDecided={decided} />
        </section>
        <section className="panel bench-story" aria-labelledby="story">
          <h2 id="story">{t('story.title')}</h2>
          <Story kind={token.kind} at={at} user={token.user} />
        </section>
      </div>
    </div>
  );
}
