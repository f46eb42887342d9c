// SPDX-License-Identifier: Apache-2.0
import { api, type Token } from '@lockstep/api/console';
import { Button, cleanCode, CodeField, Dialog, faultOf, Note, type CodeFault } from '@lockstep/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { ProblemNote } from '../ProblemNote';
import { useText } from '../text';
import { movedBy } from './resync';

/** A dry run of one passcode, wherever a form wants one. */
export function TestForm({ token, label }: { token: Token; label?: string }) {
  const { t } = useText();
  const queries = useQueryClient();
  const [code, setCode] = useState('');
  const [fault, setFault] = useState<CodeFault>();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const go = useMutation({
    mutationFn: () => api.tokens.test(token.serial, cleanCode(code)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['activity'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = faultOf(code, token.digits);
    setFault(found);
    if (found === undefined && !go.isPending) go.mutate();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      {go.error === null ? null : <ProblemNote error={go.error} level={3} focus />}
      {go.data === undefined ? null : (
        <Note tone="ok" heading={t('test.right')} focus level={3}>
          <p>{t(go.data.unit === 'codes' ? 'test.at_codes' : 'test.at_steps', { off: movedBy(go.data) })}</p>
        </Note>
      )}
      <div className="with-button">
        <CodeField ref={input} label={label ?? t('test.code')} digits={token.digits} value={code} onChange={setCode} autoComplete="off" data-autofocus
          error={fault === undefined ? undefined : t(`fault.${fault}`, { count: token.digits })} />
        <Button type="submit" kind="primary" loading={go.isPending}>{t('test.go')}</Button>
      </div>
    </form>
  );
}

/** Tries a passcode without using it up. */
export function TestPasscode({ token, onClose }: { token: Token; onClose: () => void }) {
  const { t } = useText();
  return (
    <Dialog opened onClose={onClose} title={`${t('task.test')} · ${token.serial}`} closeLabel={t('action.close')}>
      <div className="stack">
        <p>{t('test.text')}</p>
        <TestForm token={token} />
        <div className="actions"><Button onClick={onClose}>{t('action.done')}</Button></div>
      </div>
    </Dialog>
  );
}
