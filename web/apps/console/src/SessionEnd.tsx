// SPDX-License-Identifier: Apache-2.0
import { api, lastAnswerAt, type OwnSession } from '@lockstep/api/console';
import { Button, Dialog, secondsLeft, useNow } from '@lockstep/ui';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { SESSION, noticeOver } from './session';
import { useText } from './text';

const WARNING_SECONDS = 120;
/** The server notes a call once a minute: it may hold a session for idle that long earlier than this page does. */
const NOTED_EACH_MS = 60_000;

/** On this clock, in milliseconds: when `session` ends if no call is made from now on. */
export function endOf(session: OwnSession, receivedAt: number, lastCallAt: number): number {
  const idle = Date.parse(session.session.expires_at) - Date.parse(session.session.seen_at);
  const life = Date.parse(session.ends_at) - Date.parse(session.server_time);
  return Math.min(receivedAt + life, Math.max(receivedAt, lastCallAt) + idle - NOTED_EACH_MS);
}

const minutes = (seconds: number) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** Two minutes before the session ends it says so, and offers to stay. */
export function SessionEnd({ session }: { session: OwnSession }) {
  const { t } = useText();
  const queries = useQueryClient();
  const now = useNow();
  const [receivedAt] = useState(() => Date.now());
  const left = secondsLeft(endOf(session, receivedAt, lastAnswerAt()), now);
  const stay = () => void api.session.current().then((own) => queries.setQueryData(SESSION, { own }), () => noticeOver(queries));
  useEffect(() => {
    // Another window may have kept it alive: the server knows.
    if (left === 0) api.session.current().then((own) => queries.setQueryData(SESSION, { own }), () => noticeOver(queries));
  }, [left, queries]);
  return (
    <Dialog opened={left > 0 && left <= WARNING_SECONDS} onClose={stay} title={t('session.head')} closeLabel={t('action.close')}>
      <div className="stack">
        <p>{t('session.text', { left: minutes(left) })}</p>
        <div className="actions"><Button kind="primary" onClick={stay}>{t('session.stay')}</Button></div>
      </div>
    </Dialog>
  );
}
