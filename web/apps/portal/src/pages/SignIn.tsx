// SPDX-License-Identifier: Apache-2.0
import { portal, type Session } from '@lockstep/api';
import { Trans, useTranslation } from '@lockstep/i18n';
import { Button, cleanCode, Note, PageHeader, TextField } from '@lockstep/ui';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type FormEvent, type ReactNode } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';
import { EmailCodeForm, sentNow, type Sent } from '../EmailCode';
import { useTitle } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { useSession, useSettings, useTakeSession } from '../session';

const FIELD_MAX = 64;
const REFUSALS_TO_RESYNC = 2;

interface CameFrom {
  goal?: string;
}

function AskUser({ user, onChange, onContinue }: { user: string; onChange: (user: string) => void; onContinue: () => void }) {
  const { t } = useTranslation();
  const settings = useSettings();
  const [missing, setMissing] = useState(false);
  useTitle(t('sign_in.title'));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(user.trim() === '');
    if (user.trim() !== '') onContinue();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <PageHeader title={t('sign_in.title')} aside={settings.data?.organisation} />
      <p>{t('sign_in.why')}</p>
      <TextField label={t('sign_in.user')} autoComplete="username" autoCapitalize="none" spellCheck={false} value={user} maxLength={128}
        onChange={onChange} error={missing ? t('sign_in.user_missing') : undefined} autoFocus />
      <div className="actions"><Button kind="primary" type="submit">{t('action.continue')}</Button></div>
    </form>
  );
}

function Who({ user, onChange }: { user: string; onChange: () => void }) {
  const { t } = useTranslation();
  return (
    <p className="dim">
      <Trans t={t} i18nKey="sign_in.as" values={{ user }} components={{ b: <strong className="who" /> }} />{' '}
      <button type="button" className="text-button" onClick={onChange}>{t('sign_in.other_user')}</button>
    </p>
  );
}

interface MethodProps {
  user: string;
  onChangeUser: () => void;
  onEmail: () => void;
  onDone: (session: Session) => void;
}

function Refused({ refusals, onEmail }: { refusals: number; onEmail: () => void }) {
  const { t } = useTranslation();
  const settings = useSettings();
  if (refusals === 0) return null;
  const offer = refusals >= REFUSALS_TO_RESYNC && settings.data?.sign_in.email_code === true;
  return (
    <Note key={refusals} tone="warn" heading={t('sign_in.refused.head')} focus>
      <p>{t('sign_in.refused.body')}</p>
      {offer ? (
        <>
          <p>{t('sign_in.refused.resync')}</p>
          <div className="actions"><Button onClick={onEmail}>{t('action.resync')}</Button></div>
        </>
      ) : null}
    </Note>
  );
}

function AskPasscode({ user, onChangeUser, onEmail, onDone }: MethodProps) {
  const { t } = useTranslation();
  const settings = useSettings();
  const field = useRef<HTMLInputElement>(null);
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string>();
  const [refusals, setRefusals] = useState(0);
  const withPassword = settings.data?.sign_in.password === true;
  const withEmail = settings.data?.sign_in.email_code === true;
  useTitle(t('sign_in.title'));
  const check = useMutation({
    mutationFn: () => portal.signIn({ user, code: cleanCode(code), ...(withPassword ? { password } : {}) }),
    onSuccess: (answer) => {
      if (answer.decision === 'accept') {
        onDone(answer.session);
        return;
      }
      setRefusals((before) => before + 1);
      setCode('');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const empty = cleanCode(code) === '';
    setError(empty ? t('sign_in.code_missing') : undefined);
    if (empty) field.current?.focus();
    else check.mutate();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <PageHeader title={t('sign_in.passcode.title')} />
      <Who user={user} onChange={onChangeUser} />
      {check.error === null ? <Refused refusals={refusals} onEmail={onEmail} /> : <ProblemNote error={check.error} onRetry={() => check.mutate()} />}
      {withPassword ? (
        <TextField label={t('sign_in.password')} type="password" autoComplete="current-password" value={password} onChange={setPassword} />
      ) : null}
      <TextField ref={field} className="code-input" inputMode="numeric" autoComplete="one-time-code" spellCheck={false} maxLength={FIELD_MAX}
        label={t('sign_in.passcode.field')} hint={t('sign_in.passcode.hint')} value={code} onChange={setCode} error={error} autoFocus />
      <div className="actions"><Button kind="primary" type="submit" loading={check.isPending}>{t('sign_in.go')}</Button></div>
      {withEmail ? (
        <div className="other-ways">
          <button type="button" className="text-button" onClick={onEmail}>{t('sign_in.not_accepted')}</button>
          <button type="button" className="text-button" onClick={onEmail}>{t('sign_in.use_email')}</button>
        </div>
      ) : null}
    </form>
  );
}

function AskEmailCode({ user, sent, onResend, error, onChangeUser, onDone }: Omit<MethodProps, 'onEmail'> & {
  sent: Sent | undefined;
  onResend: () => void;
  error: Error | null;
}) {
  const { t } = useTranslation();
  useTitle(t('sign_in.email.title'));
  return (
    <div className="stack">
      <PageHeader title={t('sign_in.email.title')} />
      <Who user={user} onChange={onChangeUser} />
      {error === null ? null : <ProblemNote error={error} onRetry={onResend} />}
      {sent === undefined ? null : (
        <>
          <p>{t('sign_in.email.sent')}</p>
          <EmailCodeForm sent={sent} onResend={onResend} confirm={portal.confirmEmailCode} onDone={onDone} />
        </>
      )}
    </div>
  );
}

function Panelled({ children }: { children: ReactNode }) {
  return <div className="panel">{children}</div>;
}

/** User ID, then one method: one question on each screen. */
export function SignIn() {
  const [, navigate] = useLocation();
  const cameFrom = useHistoryState<CameFrom | null>();
  const [goal] = useState(cameFrom?.goal);
  const [user, setUser] = useState('');
  const session = useSession();
  const take = useTakeSession();
  const send = useMutation({ mutationFn: () => sentNow(portal.sendEmailCode(user.trim())) });
  const email = () => {
    send.mutate();
    navigate('/sign-in/email');
  };
  const done = (next: Session) => {
    take(next);
    navigate(goal ?? '/', { replace: true });
  };
  const changeUser = () => navigate('/sign-in');
  if (session.data?.state === 'signed_in') return <Redirect to={goal ?? '/'} replace />;
  const known = user.trim() !== '';
  return (
    <Panelled>
      <Switch>
        <Route path="/sign-in/passcode">
          {known ? <AskPasscode user={user.trim()} onChangeUser={changeUser} onEmail={email} onDone={done} /> : <Redirect to="/sign-in" replace />}
        </Route>
        <Route path="/sign-in/email">
          {known
            ? <AskEmailCode user={user.trim()} sent={send.data} error={send.error} onResend={() => send.mutate()} onChangeUser={changeUser} onDone={done} />
            : <Redirect to="/sign-in" replace />}
        </Route>
        <Route>
          <AskUser user={user} onChange={setUser} onContinue={() => navigate('/sign-in/passcode')} />
        </Route>
      </Switch>
    </Panelled>
  );
}
