// SPDX-License-Identifier: Apache-2.0
import { api, Problem } from '@lockstep/api/console';
import { Button, cleanCode, CodeField, Logo, Note, TextField } from '@lockstep/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { LanguageLinks } from '../LanguageLinks';
import { ProblemNote } from '../ProblemNote';
import { begin } from '../session';
import { useText, useTitle } from '../text';

/** A page without the shell, for who is not signed in. */
export function Alone({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useText();
  useTitle(title);
  return (
    <main id="main" className="alone" tabIndex={-1}>
      <div className="alone-brand"><Logo size={28} /><span>{t('app.name')}</span></div>
      <div className="panel stack">
        <h1>{title}</h1>
        {children}
      </div>
      <LanguageLinks />
    </main>
  );
}

function Refused({ error }: { error: Error }) {
  const { t } = useText();
  if (!(error instanceof Problem) || error.status !== 401) return <ProblemNote error={error} focus />;
  return <Note tone="bad" heading={t('sign_in.refused_head')} focus><p>{t('sign_in.refused_text')}</p></Note>;
}

export function SignInForm() {
  const { t } = useText();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const go = useMutation({
    mutationFn: () => api.session.signIn({ name: name.trim(), password, code: cleanCode(code) }),
    onSuccess: (own) => begin(queries, own),
    // A code works once: the next try needs another.
    onError: () => setCode(''),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!go.isPending) go.mutate();
  };
  return (
    <form className="stack" onSubmit={submit}>
      {go.error === null ? null : <Refused error={go.error} />}
      <TextField ref={first} label={t('sign_in.name')} value={name} onChange={setName} required autoComplete="username" autoCapitalize="none" spellCheck={false} />
      <TextField label={t('sign_in.password')} type="password" value={password} onChange={setPassword} required autoComplete="current-password" />
      <CodeField label={t('sign_in.code')} hint={t('sign_in.code_hint')} digits={8} value={code} onChange={setCode} required />
      <div className="actions"><Button kind="primary" type="submit" loading={go.isPending}>{t('sign_in.go')}</Button></div>
    </form>
  );
}

export function SignIn() {
  const { t } = useText();
  return <Alone title={t('sign_in.head')}><SignInForm /></Alone>;
}
