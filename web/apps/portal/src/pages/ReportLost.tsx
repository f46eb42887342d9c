// SPDX-License-Identifier: Apache-2.0
import { portal, Problem } from '@lockstep/api';
import { Trans, useTranslation } from '@lockstep/i18n';
import { Button, Note, PageHeader, TextArea } from '@lockstep/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { ConfirmIdentity } from '../ConfirmIdentity';
import { endOf, useTitle } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { ACTIVITY, DEVICES } from '../session';
import { AskForReplacement } from './AskForReplacement';

const HOW = ['lost', 'stolen'] as const;

function Reported({ serial }: { serial: string }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  return (
    <div className="stack">
      <Note tone="ok" heading={t('lost.done.head')} focus>
        <p>{t('lost.done.body', { end: endOf(serial) })}</p>
      </Note>
      <div className="actions">
        <Button kind="primary" onClick={() => navigate('/temporary-code')}>{t('action.temporary_code')}</Button>
        <AskForReplacement serial={serial} />
      </div>
    </div>
  );
}

function LostTask({ serial, ask }: { serial: string; ask: () => void }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const [how, setHow] = useState<(typeof HOW)[number]>('lost');
  const [note, setNote] = useState('');
  useTitle(t('lost.title'));
  const report = useMutation({
    mutationFn: () => portal.reportLost(serial, { how, ...(note.trim() === '' ? {} : { note: note.trim() }) }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: DEVICES });
      void queries.invalidateQueries({ queryKey: ACTIVITY });
    },
    onError: (error) => {
      if (error instanceof Problem && error.reason === 'step_up_required') ask();
    },
  });
  return (
    <div className="panel stack">
      <PageHeader title={t('lost.title')} aside={`…${endOf(serial)}`} />
      {report.isSuccess ? <Reported serial={serial} /> : (
        <>
          <p><Trans t={t} i18nKey="lost.text" components={{ b: <strong /> }} /></p>
          <fieldset className="options">
            <legend>{t('lost.how')}</legend>
            {HOW.map((choice) => (
              <label key={choice}>
                <input type="radio" name="how" checked={how === choice} onChange={() => setHow(choice)} />
                {t(`lost.how_${choice}`)}
              </label>
            ))}
          </fieldset>
          <TextArea label={t('lost.note')} hint={t('lost.note_hint')} value={note} onChange={setNote} maxLength={512} />
          {report.error === null ? null : <ProblemNote error={report.error} end={endOf(serial)} onRetry={() => report.mutate()} />}
          <div className="actions-apart">
            <Button onClick={() => navigate('/')}>{t('action.cancel')}</Button>
            <Button kind="danger" loading={report.isPending} onClick={() => report.mutate()}>{t('device.report_lost')}</Button>
          </div>
        </>
      )}
    </div>
  );
}

export function ReportLost({ serial }: { serial: string }) {
  return <ConfirmIdentity>{(ask) => <LostTask serial={serial} ask={ask} />}</ConfirmIdentity>;
}
