// SPDX-License-Identifier: Apache-2.0
import { api, type Group } from '@lockstep/api/console';
import { Button, DataTable, Dialog, Note, TextField } from '@lockstep/ui';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Link } from 'wouter';
import { List, PAGE_ROWS, useAddress, usePage } from '../lists';
import { Page } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { useMay } from '../session';
import { say } from '../toast';
import { useText } from '../text';

function NewGroup({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const [id, setId] = useState('');
  const go = useMutation({
    mutationFn: () => api.groups.create(id.trim()),
    onSuccess: async () => {
      say(t('groups.added', { id: id.trim() }));
      onClose();
      await queries.invalidateQueries({ queryKey: ['groups'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go.mutate();
  };
  return (
    <Dialog opened onClose={onClose} title={t('groups.new')} closeLabel={t('action.close')} busy={go.isPending}>
      <form className="stack" onSubmit={submit}>
        {go.error === null ? null : <ProblemNote error={go.error} level={3} focus />}
        <TextField label={t('groups.name')} value={id} onChange={setId} required maxLength={64} autoComplete="off" data-autofocus />
        <div className="actions-apart">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button kind="primary" type="submit" loading={go.isPending}>{t('groups.new')}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function DeleteGroup({ group, onClose }: { group: Group; onClose: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const go = useMutation({
    mutationFn: () => api.groups.remove(group.id),
    onSuccess: async () => {
      say(t('groups.deleted', { id: group.id }));
      onClose();
      await Promise.all([queries.invalidateQueries({ queryKey: ['groups'] }), queries.invalidateQueries({ queryKey: ['users'] })]);
    },
  });
  return (
    <Dialog opened onClose={onClose} title={t('groups.delete', { id: group.id })} closeLabel={t('action.close')} busy={go.isPending}>
      <div className="stack">
        {go.error === null ? null : <ProblemNote error={go.error} level={3} focus />}
        <p>{t('groups.delete_text', { count: group.members })}</p>
        <div className="actions-apart">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button kind="danger" loading={go.isPending} onClick={() => go.mutate()}>{t('groups.delete', { id: group.id })}</Button>
        </div>
      </div>
    </Dialog>
  );
}

export function Groups() {
  const { t, number } = useText();
  const may = useMay();
  const { get } = useAddress();
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<Group>();
  const query = { after: get('after'), limit: PAGE_ROWS };
  const list = usePage(['groups', 'list', query], () => api.groups.list(query));
  const without = list.data?.without_group ?? 0;
  return (
    <Page title={t('nav.groups')} subtitle={t('groups.subtitle')}
      actions={may('groups.write') ? <Button icon={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>{t('groups.new')}</Button> : undefined}>
      {without === 0 ? null : <Note tone="warn" heading={t('groups.without', { count: without })}><p>{t('user.no_group_text')}</p></Note>}
      <div className="panel list-panel">
        <List query={list} empty={t('groups.none')}>
          {(items, busy) => (
            <DataTable look="groups" label={t('nav.groups')} rows={items} rowKey={(group) => group.id} busy={busy} columns={[
              { key: 'id', head: t('groups.name'), cell: (group) => <Link className="row-link" to={`/assignment?group=${encodeURIComponent(group.id)}`}>{group.id}</Link> },
              { key: 'members', head: t('groups.members'), numeric: true, cell: (group) => number(group.members) },
              ...(may('groups.write') ? [{
                key: 'do', head: t('methods.do'), silent: true,
                cell: (group: Group) => <span className="row-actions"><button type="button" className="plain-button" aria-label={t('groups.delete', { id: group.id })} onClick={() => setLeaving(group)}>{t('task.delete')}</button></span>,
              }] : []),
            ]} />
          )}
        </List>
      </div>
      {adding ? <NewGroup onClose={() => setAdding(false)} /> : null}
      {leaving === undefined ? null : <DeleteGroup group={leaving} onClose={() => setLeaving(undefined)} />}
    </Page>
  );
}
