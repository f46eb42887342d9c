// SPDX-License-Identifier: Apache-2.0
import { lab, type LabDecision, type LabToken } from '@lockstep/api';
import { duration, useTranslation } from '@lockstep/i18n';
import { Button, cleanCode, CodeField, Note } from '@lockstep/ui';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

interface Props {
  token: LabToken;
  shown: string;
  onDecided: (decision: LabDecision) => void;
}

const TOLD = ['next_code', 'implausible_jump', 'already_used', 'clock_set_back', 'outside_window', 'no_match', 'suspended', 'lost'] as const;
type Told = (typeof TOLD)[number];
const isTold = (reason: string): reason is Told => (TOLD as readonly string[]).includes(reason);

function useWhy(token: LabToken): (decision: LabDecision) => string {
  const { t, i18n } = useTranslation('lab');
  return (decision) => {
    const off = decision.off ?? 0;
    const count = Math.abs(off);
    const time = duration(i18n.language, count * (token.step_seconds ?? 0));
    if (decision.decision === 'accept') {
      if (decision.moved === true) return token.kind === 'hotp' ? t('why.healed_presses', { count }) : t('why.healed_time', { time });
      if (off === 0) return t('why.expected');
      return token.kind === 'hotp' ? t('why.near_presses', { count }) : t('why.near_time', { time });
    }
    const reason = decision.reason ?? 'no_match';
    if (!isTold(reason)) return t('why.other', { reason });
    if (reason === 'next_code') return token.kind === 'hotp' ? t('why.next_code_presses', { count }) : t('why.next_code_time', { time });
    if (reason === 'outside_window') return token.kind === 'hotp' ? t('why.outside_window_presses', { count }) : t('why.outside_window_time', { time });
    return t(`why.${reason}`, { time });
  };
}

/** A sign-in as the user of a VPN meets it, and beside it what only a lab tells. */
export function Vpn({ token, shown, onDecided }: Props) {
  const { t } = useTranslation('lab');
  const [code, setCode] = useState('');
  const [tries, setTries] = useState(0);
  const why = useWhy(token);
  const signIn = useMutation({
    mutationFn: () => lab.signIn(token.user, cleanCode(code)),
    onSuccess: (decision) => {
      setCode('');
      setTries((before) => before + 1);
      onDecided(decision);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (cleanCode(code) !== '') signIn.mutate();
  };
  const decision = signIn.data;
  const accepted = decision?.decision === 'accept';
  return (
    <>
      <form className="vpn" onSubmit={submit} noValidate>
        <div className="vpn-bar" aria-hidden><span /><span /><span /><b>vpn.northwind.example</b></div>
        <div className="vpn-body">
          <p><span className="dim">{t('vpn.user')}</span> <span className="strong">{token.user}</span></p>
          <CodeField digits={token.digits} label={t('vpn.code')} value={code} onChange={setCode} />
          <button type="button" className="text-button" disabled={shown === ''} onClick={() => setCode(shown)}>
            {shown === '' ? t('vpn.nothing_shown') : t('vpn.read')}
          </button>
          <div className="actions"><Button kind="primary" type="submit" loading={signIn.isPending}>{t('vpn.go')}</Button></div>
        </div>
      </form>
      <div className="vpn-result" role="status">
        {signIn.error === null ? null : <Note tone="warn" heading={t('vpn.away')} level={3} />}
        {decision === undefined || signIn.isPending ? null : (
          <Note key={tries} tone={accepted ? 'ok' : 'bad'} heading={accepted ? t('vpn.accepted') : t('vpn.rejected')} level={3}>
            <p>{why(decision)}</p>
            <p className="dim small">{t('vpn.lab_only')}</p>
          </Note>
        )}
      </div>
    </>
  );
}
