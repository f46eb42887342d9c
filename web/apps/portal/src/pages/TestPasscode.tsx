// SPDX-License-Identifier: Apache-2.0
import { portal } from '@lockstep/api';
import { useTranslation } from '@lockstep/i18n';
import { Button, cleanCode, CodeField, faultOf, Note, PageHeader } from '@lockstep/ui';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';
import { endOf, LoadingCards, useTitle } from '../parts';
import { fieldFaultOf } from '../problems';
import { Problem } from '@lockstep/api';
import { ProblemNote } from '../ProblemNote';
import { useDevices } from '../session';

/** Says whether a passcode would sign in, without using it up. */
export function TestPasscode({ serial }: { serial: string }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const devices = useDevices();
  const input = useRef<HTMLInputElement>(null);
  const [code, setCode] = useState('');
  const [error, setError] = useState<string>();
  useTitle(t('device.test'));
  const digits = devices.data?.items.find((device) => device.serial === serial)?.digits ?? 6;
  const wrong = (fault: 'empty' | 'letters' | 'length' | 'same_code') => {
    setError(t(`resync.fault.${fault}`, { digits }));
    input.current?.focus();
  };
  const test = useMutation({
    mutationFn: () => portal.test(serial, cleanCode(code)),
    onSuccess: () => setCode(''),
    onError: (problem) => {
      const fault = problem instanceof Problem ? fieldFaultOf(problem) : undefined;
      if (fault !== undefined) wrong(fault);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const fault = faultOf(code, digits);
    setError(undefined);
    if (fault === undefined) test.mutate();
    else wrong(fault);
  };
  if (devices.data === undefined) return <LoadingCards />;
  return (
    <form className="panel stack" onSubmit={submit} noValidate>
      <PageHeader title={t('device.test')} aside={`…${endOf(serial)}`} />
      <p>{t('test.text')}</p>
      {test.isSuccess ? <Note tone="ok" heading={t('test.ok.head')} focus><p>{t('test.ok.body')}</p></Note> : null}
      {test.error === null || error !== undefined ? null : (
        <>
          <ProblemNote error={test.error} end={endOf(serial)} onRetry={() => test.mutate()} />
          <div className="actions"><Button onClick={() => navigate(`/devices/${serial}/resync`)}>{t('action.resync')}</Button></div>
        </>
      )}
      <CodeField ref={input} digits={digits} label={t('resync.s1.field')} hint={t('resync.hint', { digits })} value={code} onChange={setCode} error={error} autoFocus />
      <div className="actions-apart">
        <Button onClick={() => navigate('/')}>{t('action.done')}</Button>
        <Button kind="primary" type="submit" loading={test.isPending}>{t('test.go')}</Button>
      </div>
    </form>
  );
}
