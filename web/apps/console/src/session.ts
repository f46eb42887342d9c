// SPDX-License-Identifier: Apache-2.0
// Who is signed in and what they may do.
import { api, Problem, type OwnSession, type Permission } from '@lockstep/api/console';
import { useQuery, type QueryClient } from '@tanstack/react-query';

export interface SessionState {
  /** Undefined where nobody is signed in. */
  own?: OwnSession;
  /** The session that ended by itself: its page stays, so that what was typed is there after signing in again. */
  over?: OwnSession;
}

export const SESSION = ['session'] as const;

async function askSession(): Promise<SessionState> {
  try {
    return { own: await api.session.current() };
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return {};
    throw error;
  }
}

export function useSession() {
  return useQuery({ queryKey: SESSION, queryFn: askSession, staleTime: Number.POSITIVE_INFINITY });
}

/** After signing in: of another operator nothing is kept, of the same one everything is asked for anew. */
export function begin(queries: QueryClient, own: OwnSession): void {
  const before = queries.getQueryData<SessionState>(SESSION)?.over;
  queries.setQueryData(SESSION, { own });
  const isNotSession = (query: { queryKey: readonly unknown[] }) => query.queryKey[0] !== SESSION[0];
  if (before?.operator.name === own.operator.name) void queries.invalidateQueries({ predicate: isNotSession });
  else queries.removeQueries({ predicate: isNotSession });
}

/** The server says that the session is over. */
export function noticeOver(queries: QueryClient): void {
  const state = queries.getQueryData<SessionState>(SESSION);
  if (state?.own !== undefined) queries.setQueryData(SESSION, { over: state.own });
}

/** Signed out on purpose: nothing is kept. */
export function leave(queries: QueryClient): void {
  queries.setQueryData(SESSION, {});
  queries.removeQueries({ predicate: (query) => query.queryKey[0] !== SESSION[0] });
}

export type May = (permission: Permission) => boolean;

/** What the operator of the page may do. */
export function useMay(): May {
  const { data } = useSession();
  const permissions = (data?.own ?? data?.over)?.permissions ?? [];
  return (permission) => permissions.includes(permission);
}
