// SPDX-License-Identifier: Apache-2.0
import { api, type ListedUser } from '@lockstep/api/console';
import { Button, Chip, DataTable, Select, type Column } from '@lockstep/ui';
import { IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { FilterField, List, PAGE_ROWS, useAddress, usePage } from '../lists';
import { Page, userPath } from '../parts';
import { askedFor } from '../Search';
import { useMay } from '../session';
import { useText, type Text } from '../text';
import { NewUser } from '../user/UserForm';

function columns({ t, ago }: Text, onPoint: (id: string) => void): Column<ListedUser>[] {
  return [
    {
      key: 'id', head: t('users.id'),
      cell: (user) => <Link className="row-link" to={userPath(user.id)} onPointerEnter={() => onPoint(user.id)}>{user.id}</Link>,
    },
    { key: 'last', head: t('users.last'), cell: (user) => user.last_name },
    { key: 'first', head: t('users.first'), cell: (user) => user.first_name },
    { key: 'email', head: t('users.email'), cell: (user) => user.email },
    {
      key: 'groups', head: t('users.groups'),
      cell: (user) => (user.groups.length === 0 ? <Chip tone="warn">{t('users.no_group')}</Chip> : user.groups.join(', ')),
    },
    { key: 'tokens', head: t('users.tokens'), numeric: true, cell: (user) => user.tokens },
    {
      key: 'status', head: t('users.state'),
      cell: (user) => <Chip tone={user.status === 'enabled' ? 'ok' : 'bad'}>{t(`user_status.${user.status}`)}</Chip>,
    },
    {
      key: 'last_sign_in', head: t('users.last_sign_in'),
      cell: (user) => <span className="dim">{user.last_sign_in_at === undefined ? t('users.never') : ago(user.last_sign_in_at)}</span>,
    },
  ];
}

/** Section Assignment: the user on the phone is found here. */
export function Users() {
  const text = useText();
  const { t } = text;
  const may = useMay();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const { get, change } = useAddress();
  const [adding, setAdding] = useState(false);
  const q = askedFor(get('q'));
  const group = get('group');
  const query = { q, group, after: get('after'), limit: PAGE_ROWS };
  const list = usePage(['users', 'list', query], () => api.users.list(query));
  const groups = useQuery({ queryKey: ['groups', 'all'], queryFn: () => api.groups.list({ limit: 1000 }), staleTime: 60_000 });
  const prefetch = (id: string) => void queries.prefetchQuery({ queryKey: ['users', id], queryFn: () => api.users.get(id), staleTime: 5000 });
  const rows = list.data?.items ?? [];
  // Enter opens the one who was found, also where the answer to what was typed is still on its way.
  const [awaited, setAwaited] = useState<string>();
  const isThere = awaited !== undefined && awaited === get('q') && list.data !== undefined && !list.isPlaceholderData;
  const only = rows.length === 1 ? rows[0]?.id : undefined;
  if (isThere && only === undefined) setAwaited(undefined);
  useEffect(() => {
    if (isThere && only !== undefined) navigate(userPath(only));
  }, [isThere, only, navigate]);
  const clear = q !== '' || group !== '' ? () => change({ q: '', group: '' }) : undefined;
  return (
    <Page title={t('nav.assignment')} subtitle={t('users.subtitle')}
      actions={may('users.write') ? <Button icon={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>{t('users.add')}</Button> : undefined}>
      <div className="panel list-panel">
        <div className="filters" role="search">
          <FilterField label={t('users.filter')} value={get('q')} onChange={(value) => change({ q: value }, { replace: true })} onEnter={setAwaited} />
          <Select bare label={t('users.group')} none={t('users.any_group')} value={group} onChange={(value) => change({ group: value })}
            choices={(groups.data?.items ?? []).map((one) => ({ value: one.id, label: one.id }))} />
        </div>
        <List query={list} onClear={clear} empty={t(clear === undefined ? 'users.none' : 'users.no_match')}>
          {(items, busy) => <DataTable look="users" label={t('nav.assignment')} columns={columns(text, prefetch)} rows={items} rowKey={(user) => user.id} busy={busy} />}
        </List>
      </div>
      {adding ? <NewUser onClose={() => setAdding(false)} /> : null}
    </Page>
  );
}
