// SPDX-License-Identifier: Apache-2.0
// What happened with a user or a token, for who may read reports.
import { api, type ActivityQuery, type ActivityRecord, type Page } from '@lockstep/api/console';
import { useQuery } from '@tanstack/react-query';
import { useMay } from './session';
import { isAbout } from './story';

/** Sign-ins and resyncs, or all the rest; left out, both. */
export interface ActivityWish extends ActivityQuery {
  about?: 'sign_ins' | 'changes';
}

async function ask({ about, ...query }: ActivityWish): Promise<Page<ActivityRecord>> {
  const page = await api.activity.list(query);
  return about === undefined ? page : { ...page, items: page.items.filter((record) => isAbout(about, record)) };
}

/** Null where nothing of it may be shown. */
export function useActivity(wish: ActivityWish, enabled = true) {
  const may = useMay();
  return useQuery({
    queryKey: ['activity', wish],
    queryFn: () => (may('reports.read') ? ask(wish) : null),
    enabled,
  });
}
