// SPDX-License-Identifier: Apache-2.0
import { portal, Problem } from '@lockstep/api';
import { duration, moment, useTranslation } from '@lockstep/i18n';
import { Button, grouped, Note, PageHeader } from '@lockstep/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { ConfirmIdentity } from '../ConfirmIdentity';
import { LoadingCards, useTitle } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { ACTIVITY, DEVICES, useDevices, useSettings } from '../session';
import { AskForReplacement } from './AskForReplacement';

function CopyButton({ codes }: { codes: readonly string[] }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(codes.join('\n'));
    setCopied(true);
  };
  return (
    <>
      <Button onClick={() => void copy()}>{copied ? t('temporary.copied') : t('temporary.copy')}</Button>
      <span className="heard" role="status">{copied ? t('temporary.copied') : ''}</span>
    </>
  );
}

function Codes({ codes, until }: { codes: readonly string[]; until: string }) {
  const { t, i18n } = useTranslation();
  const file = () => {
    const address = URL.createObjectURL(new Blob([`${codes.join('\n')}\n`], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = 'codes.txt';
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <Note tone="ok" heading={t('temporary.shown.head')} focus>
      <ul className="bare-list shown-codes">{codes.map((code) => <li key={code} className="code-text">{grouped(code)}</li>)}</ul>
      <p>{t('temporary.shown.body', { until: moment(i18n.language, new Date(until)) })}</p>
      <div className="actions">
        <CopyButton codes={codes} />
        {codes.length > 1 ? <Button onClick={file}>{t('temporary.download')}</Button> : null}
      </div>
    </Note>
  );
}

function Terms() {
  const { t, i18n } = useTranslation();
  const settings = useSettings();
  if (settings.data === undefined) return null;
  const { seconds, codes } = settings.data.temporary_code;
  const time = duration(i18n.language, seconds);
  return <p>{codes === 0 ? t('temporary.terms_always', { time }) : t('temporary.terms_once', { time, count: codes })}</p>;
}

function TemporaryTask({ ask, replaces }: { ask: () => void; replaces: string | null }) {
  const { t, i18n } = useTranslation();
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const devices = useDevices();
  useTitle(t('temporary.title'));
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: DEVICES });
    void queries.invalidateQueries({ queryKey: ACTIVITY });
  };
  const give = useMutation({
    mutationFn: portal.giveTemporaryCode,
    onSuccess: refresh,
    onError: (error) => {
      if (error instanceof Problem && error.reason === 'step_up_required') ask();
    },
  });
  const end = useMutation({
    mutationFn: portal.endTemporaryCode,
    onSuccess: () => {
      refresh();
      navigate('/');
    },
  });
  if (devices.data === undefined) return <LoadingCards />;
  const active = devices.data.temporary_code;
  const error = give.error ?? end.error;
  return (
    <div className="panel stack">
      <PageHeader title={t('temporary.title')} />
      {error === null ? null : <ProblemNote error={error} />}
      {give.data === undefined ? (
        <>
          {active === undefined ? <Terms /> : <p>{t('temporary.active.body', { until: moment(i18n.language, new Date(active.until)) })}</p>}
          <div className="actions">
            <Button kind={active === undefined ? 'primary' : 'default'} loading={give.isPending} onClick={() => give.mutate()}>
              {active === undefined ? t('temporary.show') : t('temporary.replace')}
            </Button>
          </div>
        </>
      ) : <Codes codes={give.data.codes} until={give.data.until} />}
      {active === undefined && give.data === undefined ? null : (
        <div className="actions"><Button loading={end.isPending} onClick={() => end.mutate()}>{t('temporary.end')}</Button></div>
      )}
      {replaces === null ? null : <div className="stack-small"><p>{t('replacement.text')}</p><div className="actions"><AskForReplacement serial={replaces} /></div></div>}
      <div className="actions"><Button onClick={() => navigate('/')}>{t('action.back')}</Button></div>
    </div>
  );
}

/** A code that stands in for a token: shown once, after the terms. */
export function TemporaryCode() {
  const [search] = useSearchParams();
  return <ConfirmIdentity>{(ask) => <TemporaryTask ask={ask} replaces={search.get('replace')} />}</ConfirmIdentity>;
}
