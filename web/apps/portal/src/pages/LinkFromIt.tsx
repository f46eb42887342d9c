// SPDX-License-Identifier: Apache-2.0
import { portal } from '@lockstep/api';
import { useTranslation } from '@lockstep/i18n';
import { Button, Note, PageHeader } from '@lockstep/ui';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { EmailCodeForm, sentNow } from '../EmailCode';
import { useTitle } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { useTakeSession } from '../session';

/** What stands behind the `#`, taken out of the address at once, so that it is in no history and no picture. */
function useToken(): string | undefined {
  const [token, setToken] = useState<string>();
  useEffect(() => {
    const take = () => {
      const found = globalThis.location.hash.slice(1);
      if (found !== '') history.replaceState(null, '', globalThis.location.pathname);
      setToken((before) => (found === '' ? (before ?? '') : found));
    };
    take();
    globalThis.addEventListener('hashchange', take);
    return () => globalThis.removeEventListener('hashchange', take);
  }, []);
  return token;
}

/** A link from IT: a code by email, and then straight to the resync of one device. */
export function LinkFromIt() {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const take = useTakeSession();
  const token = useToken();
  useTitle(t('link.title'));
  const follow = useMutation({ mutationFn: () => sentNow(portal.followLink(token ?? '')) });
  const sent = follow.data;
  return (
    <div className="panel stack">
      <PageHeader title={t('link.title')} />
      {token === '' ? <Note tone="bad" heading={t('link.none')} /> : null}
      {follow.error === null ? null : <ProblemNote error={follow.error} onRetry={() => follow.mutate()} />}
      {sent === undefined ? (
        <>
          <p>{t('link.text')}</p>
          <div className="actions">
            <Button kind="primary" disabled={token === '' || token === undefined} loading={follow.isPending} onClick={() => follow.mutate()}>{t('confirm.send')}</Button>
          </div>
        </>
      ) : (
        <>
          <p>{t('confirm.sent', { address: sent.address ?? '' })}</p>
          <EmailCodeForm sent={sent} onResend={() => navigate('/sign-in')} confirm={portal.confirmEmailCode}
            onDone={(session) => {
              take(session);
              navigate(session.task === undefined ? '/' : `/devices/${session.task.serial}/resync`, { replace: true });
            }} />
        </>
      )}
    </div>
  );
}
