// SPDX-License-Identifier: Apache-2.0
// Who is signed in, and what the portal was told to offer: each asked for once and kept.
import { portal, rememberCsrf, type Session, type SessionState } from '@lockstep/api';
import { onThisClock } from '@lockstep/ui';
import { useCallback } from 'react';
import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';

export const SESSION = ['session'] as const;
export const DEVICES = ['devices'] as const;
export const ACTIVITY = ['activity'] as const;

export async function askSession(): Promise<SessionState> {
  const session = await portal.session();
  rememberCsrf(session);
  return session;
}

export function useSession() {
  return useQuery({ queryKey: SESSION, queryFn: askSession, staleTime: Number.POSITIVE_INFINITY });
}

/** The session of a page that only those who are signed in get to see. */
export function useSignedIn(): Session {
  const { data } = useSession();
  if (data?.state !== 'signed_in') throw new Error('a page of those who are signed in');
  return data;
}

export function useSettings() {
  return useQuery({ queryKey: ['settings'], queryFn: portal.settings, staleTime: 60_000 });
}

export function useDevices() {
  return useQuery({ queryKey: DEVICES, queryFn: portal.devices });
}

/** Puts `session` in the place of the one before; of another user nothing is kept. */
export function takeSession(queries: QueryClient, session: SessionState): void {
  rememberCsrf(session);
  const before = queries.getQueryData<SessionState>(SESSION);
  const same = before?.state === 'signed_in' && session.state === 'signed_in' && before.user.id === session.user.id;
  queries.setQueryData(SESSION, session);
  if (!same) {
    queries.removeQueries({ queryKey: DEVICES });
    queries.removeQueries({ queryKey: ACTIVITY });
  }
}

export function useTakeSession(): (session: SessionState) => void {
  const queries = useQueryClient();
  return useCallback((session: SessionState) => takeSession(queries, session), [queries]);
}

/** Whether an alternative factor was shown lately enough, with some seconds in hand. */
export function isFresh(session: Session, received: number, now: number): boolean {
  const spareMs = 5000;
  return session.fresh_until !== undefined && onThisClock(session.fresh_until, session.server_time, received) - spareMs > now;
}
