// SPDX-License-Identifier: Apache-2.0
import { portal, type Session } from '@lockstep/api';
import { useTranslation } from '@lockstep/i18n';
import { Button, Dialog, onThisClock, useSecondsLeft } from '@lockstep/ui';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { askSession, SESSION, useSession, useTakeSession } from './session';

const WARNING_SECONDS = 120;
const TELL_EVERY_MS = 60_000;

const minutes = (seconds: number) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** Tells the server, at most once a minute, that somebody is there who types or clicks. */
function useTellInput(take: (session: Session) => void): void {
  const told = useRef(0);
  useEffect(() => {
    told.current = Date.now();
    const input = () => {
      if (Date.now() - told.current < TELL_EVERY_MS) return;
      told.current = Date.now();
      portal.keepSession().then(take, () => undefined);
    };
    document.addEventListener('keydown', input);
    document.addEventListener('pointerdown', input);
    return () => {
      document.removeEventListener('keydown', input);
      document.removeEventListener('pointerdown', input);
    };
  }, [take]);
}

/** Two minutes before the session ends it says so and offers to stay; at the end it signs out. */
export function SessionEnd({ session }: { session: Session }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { dataUpdatedAt } = useSession();
  const take = useTakeSession();
  useTellInput(take);
  const end = session.idle_until < session.ends_at ? session.idle_until : session.ends_at;
  const left = useSecondsLeft(onThisClock(end, session.server_time, dataUpdatedAt));
  const warn = left <= WARNING_SECONDS;
  useEffect(() => {
    // Calls in between may have moved the end, and another window may have signed out: the server knows.
    if (warn) void queries.fetchQuery({ queryKey: SESSION, queryFn: askSession, staleTime: 0 });
  }, [warn, queries]);
  useEffect(() => {
    if (left === 0) take({ state: 'signed_out' });
  }, [left, take]);
  const canStay = session.idle_until < session.ends_at;
  return (
    <Dialog opened={warn && left > 0} onClose={() => void portal.keepSession().then(take)} title={t('session.head')} closeLabel={t('action.close')}>
      <div className="stack">
        <p>{t('session.text', { left: minutes(left) })}</p>
        {canStay ? (
          <div className="actions">
            <Button kind="primary" onClick={() => void portal.keepSession().then(take)}>{t('session.stay')}</Button>
          </div>
        ) : null}
      </div>
    </Dialog>
  );
}
