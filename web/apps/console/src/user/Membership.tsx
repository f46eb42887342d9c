// SPDX-License-Identifier: Apache-2.0
import { api, type UserDetails } from '@lockstep/api/console';
import { Button, Check, Chip, Dialog, Empty } from '@lockstep/ui';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Section } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { useMay } from '../session';
import { say } from '../toast';
import { useText } from '../text';
import { refresh } from '../token/TokenTask';

/** What has to be done so that somebody who is in `is` is in `wanted`. */
export function stepsTo(is: readonly string[], wanted: ReadonlySet<string>): { add: string[]; drop: string[] } {
  return { add: [...wanted].filter((one) => !is.includes(one)), drop: is.filter((one) => !wanted.has(one)) };
}

function GroupsDialog({ user, onClose }: { user: UserDetails; onClose: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const all = useQuery({ queryKey: ['groups', 'all'], queryFn: () => api.groups.list({ limit: 1000 }) });
  const [wanted, setWanted] = useState<ReadonlySet<string>>(new Set(user.groups));
  const { add, drop } = stepsTo(user.groups, wanted);
  const go = useMutation({
    mutationFn: async () => {
      for (const group of add) await api.groups.add(group, user.id);
      for (const group of drop) await api.groups.drop(group, user.id);
    },
    onSuccess: () => {
      say(t('groups.applied'));
      onClose();
    },
    // Some of it may be done where another step failed.
    onSettled: () => refresh(queries),
  });
  const names = [...new Set([...user.groups, ...(all.data?.items ?? []).map((group) => group.id)])].toSorted();
  const toggle = (name: string, on: boolean) => {
    const next = new Set(wanted);
    if (on) next.add(name);
    else next.delete(name);
    setWanted(next);
  };
  return (
    <Dialog opened onClose={onClose} title={t('groups.of', { id: user.id })} closeLabel={t('action.close')} busy={go.isPending}>
      <div className="stack">
        {go.error === null ? null : <ProblemNote error={go.error} level={3} focus />}
        {all.error === null ? null : <ProblemNote error={all.error} level={3} onRetry={() => void all.refetch()} />}
        {all.data !== undefined && names.length === 0 ? <p>{t('groups.none_yet')}</p> : null}
        <fieldset className="checks">
          <legend className="heard">{t('groups.head')}</legend>
          {names.map((name) => <Check key={name} label={name} checked={wanted.has(name)} onChange={(on) => toggle(name, on)} />)}
        </fieldset>
        <div className="actions-apart">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button kind="primary" disabled={add.length + drop.length === 0} loading={go.isPending} onClick={() => go.mutate()}>{t('action.apply')}</Button>
        </div>
      </div>
    </Dialog>
  );
}

export function Membership({ user, adding, onAdding }: { user: UserDetails; adding: boolean; onAdding: (on: boolean) => void }) {
  const { t } = useText();
  const may = useMay();
  const add = may('groups.write') ? <Button icon={<IconPlus size={16} aria-hidden />} onClick={() => onAdding(true)}>{t('groups.add')}</Button> : undefined;
  return (
    <Section title={t('groups.membership')} actions={add}>
      {user.groups.length === 0
        ? <Empty>{t('user.no_group_text')}</Empty>
        : <div className="panel-pad row">{user.groups.map((group) => <Chip key={group} tone="info">{group}</Chip>)}</div>}
      {adding ? <GroupsDialog user={user} onClose={() => onAdding(false)} /> : null}
    </Section>
  );
}
