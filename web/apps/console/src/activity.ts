// SPDX-License-Identifier: Apache-2.0
// What happened with a user or a token: the activity where the server has it, else the audit for who may read that.
import { api, type ActivityQuery, type ActivityRecord, type Page } from '@lockstep/api/console';
import { useQuery } from '@tanstack/react-query';
import { offered } from './offered';
import { useMay, type May } from './session';
import { isAbout } from './story';

async function ask(query: ActivityQuery, may: May): Promise<Page<ActivityRecord> | null> {
  if (may('reports.read')) {
    const page = await offered('activity', () => api.activity.list(query));
    if (page !== null) return page;
  }
  if (!may('audit.read')) return null;
  const { about } = query;
  const page = await api.activity.audit(query);
  return about === undefined ? page : { ...page, items: page.items.filter((record) => isAbout(about, record)) };
}

/** Null where nothing of it may be shown. */
export function useActivity(query: ActivityQuery, enabled = true) {
  const may = useMay();
  return useQuery({ queryKey: ['activity', query], queryFn: () => ask(query, may), enabled });
}
