// SPDX-License-Identifier: Apache-2.0
import { api, Problem } from '@lockstep/api/console';
import { Button, cleanCode, CodeField, Note, TextField } from '@lockstep/ui';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';
import { ProblemNote } from '../ProblemNote';
import { useText } from '../text';
import { Alone } from './SignIn';

const PASSWORD_MIN = 12;

export type PasswordFault = 'short' | 'different';
/** What is wrong with a password that is chosen; undefined if nothing is, as far as a browser can say. */
export function passwordFault(password: string, again: string): PasswordFault | undefined {
  if ([...password].length < PASSWORD_MIN) return 'short';
  return password === again ? undefined : 'different';
}

function Refused({ error }: { error: Error }) {
  const { t } = useText();
  const known = error instanceof Problem ? { 401: 'link', 400: 'password', 409: 'factor' }[error.status] : undefined;
  if (known === undefined) return <ProblemNote error={error} focus />;
  const which = known as 'link' | 'password' | 'factor';
  return <Note tone="bad" heading={t(`setup.refused_${which}`)} focus><p>{t(`setup.refused_${which}_text`)}</p></Note>;
}

/** An account is set up with the link that its owner was given: a password, and a code of the token. */
export function Setup() {
  const { t } = useText();
  const [, navigate] = useLocation();
  // Read once and taken out of the address: nobody who looks over a shoulder or into the history has it.
  const [secret] = useState(() => globalThis.location.hash.slice(1));
  useEffect(() => globalThis.history.replaceState(null, '', globalThis.location.pathname), []);
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [code, setCode] = useState('');
  const [fault, setFault] = useState<PasswordFault>();
  const go = useMutation({
    mutationFn: () => api.session.setUp({ secret, password, code: cleanCode(code) }),
    onError: () => setCode(''),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = passwordFault(password, again);
    setFault(found);
    if (found === undefined && !go.isPending) go.mutate();
  };
  if (secret === '') return <Alone title={t('setup.head')}><p>{t('setup.no_link')}</p></Alone>;
  if (go.isSuccess) {
    return (
      <Alone title={t('setup.head')}>
        <Note tone="ok" heading={t('setup.done')} focus>
          <p>{t('setup.done_text')}</p>
          <div className="actions"><Button kind="primary" onClick={() => navigate('/sign-in', { replace: true })}>{t('sign_in.head')}</Button></div>
        </Note>
      </Alone>
    );
  }
  return (
    <Alone title={t('setup.head')}>
      <form className="stack" onSubmit={submit} noValidate>
        <p>{t('setup.text')}</p>
        {go.error === null ? null : <Refused error={go.error} />}
        <TextField label={t('setup.password')} hint={t('setup.password_hint')} type="password" value={password} onChange={setPassword} autoComplete="new-password"
          error={fault === 'short' ? t('setup.short') : undefined} />
        <TextField label={t('setup.again')} type="password" value={again} onChange={setAgain} autoComplete="new-password"
          error={fault === 'different' ? t('setup.different') : undefined} />
        <CodeField label={t('sign_in.code')} hint={t('sign_in.code_hint')} digits={8} value={code} onChange={setCode} />
        <div className="actions"><Button kind="primary" type="submit" loading={go.isPending}>{t('setup.go')}</Button></div>
      </form>
    </Alone>
  );
}
