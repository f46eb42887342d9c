// SPDX-License-Identifier: Apache-2.0
// The code by email: field, wait, and sending again. Used to sign in and to confirm who somebody is.
import { Problem, type EmailCodeAnswer, type EmailCodeSent, type Session } from '@lockstep/api';
import { useTranslation } from '@lockstep/i18n';
import { Button, cleanCode, CodeField, faultOf, onThisClock, useSecondsLeft } from '@lockstep/ui';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { ProblemNote } from './ProblemNote';
import { useSettings } from './session';

export const EMAIL_DIGITS = 6;

export interface Sent extends EmailCodeSent {
  /** When the answer came, in milliseconds of this clock. */
  received: number;
}
export async function sentNow(answer: Promise<EmailCodeSent>): Promise<Sent> {
  return { ...(await answer), received: Date.now() };
}

interface Props {
  sent: Sent;
  onResend: () => void;
  confirm: (state: string, code: string) => Promise<EmailCodeAnswer>;
  onDone: (session: Session) => void;
}

function Resend({ sent, onResend }: { sent: Sent; onResend: () => void }) {
  const { t } = useTranslation();
  const left = useSecondsLeft(onThisClock(sent.resend_at, sent.server_time, sent.received));
  return (
    <button type="button" className="text-button" disabled={left > 0} onClick={onResend}>
      {left > 0 ? t('email.again_in', { count: left }) : t('email.again')}
    </button>
  );
}

export function EmailCodeForm({ sent, onResend, confirm, onDone }: Props) {
  const { t } = useTranslation();
  const settings = useSettings();
  const field = useRef<HTMLInputElement>(null);
  const [code, setCode] = useState('');
  const [error, setError] = useState<string>();
  const check = useMutation({
    mutationFn: (clean: string) => confirm(sent.state, clean),
    onSuccess: (answer) => {
      if (answer.decision === 'accept') {
        onDone(answer.session);
        return;
      }
      setError(t('email.wrong'));
      field.current?.focus();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const fault = faultOf(code, EMAIL_DIGITS);
    setError(fault === undefined ? undefined : t('email.fault', { digits: EMAIL_DIGITS }));
    if (fault === undefined) check.mutate(cleanCode(code));
    else field.current?.focus();
  };
  const spent = check.error instanceof Problem && check.error.reason === 'conversation_expired';
  const phone = settings.data?.help.phone;
  return (
    <form className="stack" onSubmit={submit} noValidate>
      {check.error === null ? null : <ProblemNote error={check.error} onStartAgain={spent ? onResend : undefined} onRetry={() => check.mutate(cleanCode(code))} />}
      <CodeField ref={field} digits={EMAIL_DIGITS} label={t('email.field')} hint={t('email.hint', { digits: EMAIL_DIGITS })} value={code}
        onChange={setCode} error={error} autoFocus />
      <div className="row-apart">
        <Resend sent={sent} onResend={onResend} />
        <Button kind="primary" type="submit" loading={check.isPending}>{t('email.confirm')}</Button>
      </div>
      <p className="dim small">{phone === undefined ? t('email.no_access') : t('email.no_access_call', { phone })}</p>
    </form>
  );
}
