// SPDX-License-Identifier: Apache-2.0
import { portal } from '@lockstep/api';
import { useTranslation } from '@lockstep/i18n';
import { Button, PageHeader } from '@lockstep/ui';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { EmailCodeForm, sentNow } from './EmailCode';
import { ProblemNote } from './ProblemNote';
import { isFresh, useSession, useSignedIn, useTakeSession } from './session';
import { useTitle } from './parts';

/** "Confirm it is you": sends a code by mail and takes it. */
export function ConfirmStep({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const session = useSignedIn();
  const take = useTakeSession();
  useTitle(t('confirm.head'));
  const send = useMutation({ mutationFn: () => sentNow(portal.sendStepUp()) });
  return (
    <div className="panel stack">
      <PageHeader title={t('confirm.head')} />
      {send.data === undefined ? (
        <>
          <p>{t('confirm.text', { address: session.user.email ?? '' })}</p>
          {send.error === null ? null : <ProblemNote error={send.error} onRetry={() => send.mutate()} />}
          <div className="actions">
            <Button kind="primary" loading={send.isPending} onClick={() => send.mutate()}>{t('confirm.send')}</Button>
          </div>
        </>
      ) : (
        <>
          <p>{t('confirm.sent', { address: send.data.address ?? session.user.email ?? '' })}</p>
          <EmailCodeForm sent={send.data} onResend={() => send.mutate()} confirm={portal.confirmStepUp}
            onDone={(renewed) => {
              take(renewed);
              onDone();
            }} />
        </>
      )}
    </div>
  );
}

interface Props {
  /** Draws the task; `ask` puts the question again, for when the server says that it was too long ago. */
  children: (ask: () => void) => ReactNode;
}

/** Puts "Confirm it is you" before a task, unless that was done lately; the task begins afterwards. */
export function ConfirmIdentity({ children }: Props) {
  const session = useSignedIn();
  const { dataUpdatedAt } = useSession();
  // Decided once at the beginning: nobody is interrupted in the middle because ten minutes are over.
  const [confirmed, setConfirmed] = useState(() => isFresh(session, dataUpdatedAt, Date.now()));
  return confirmed ? <>{children(() => setConfirmed(false))}</> : <ConfirmStep onDone={() => setConfirmed(true)} />;
}
