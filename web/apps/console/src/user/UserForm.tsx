// SPDX-License-Identifier: Apache-2.0
import { api, Problem, type UserDetails, type Versioned } from '@lockstep/api/console';
import { Button, Check, Dialog, TextField } from '@lockstep/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';
import { Overtaken } from '../Overtaken';
import { nameOf, userPath } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { useText } from '../text';

interface Facts {
  first_name: string;
  last_name: string;
  email: string;
}

function Fields({ facts, onChange }: { facts: Facts; onChange: (facts: Facts) => void }) {
  const { t } = useText();
  return (
    <>
      <TextField label={t('users.first')} value={facts.first_name} onChange={(value) => onChange({ ...facts, first_name: value })} autoComplete="off" />
      <TextField label={t('users.last')} value={facts.last_name} onChange={(value) => onChange({ ...facts, last_name: value })} autoComplete="off" />
      <TextField label={t('users.email')} value={facts.email} onChange={(value) => onChange({ ...facts, email: value })} inputMode="email" autoComplete="off" />
    </>
  );
}

export function NewUser({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const [id, setId] = useState('');
  const [facts, setFacts] = useState<Facts>({ first_name: '', last_name: '', email: '' });
  const add = useMutation({
    mutationFn: async () => {
      // The same call changes a user who is there: that is not what somebody who adds one wants.
      const there = await api.users.get(id.trim()).then(() => true, (error: unknown) => {
        if (error instanceof Problem && error.status === 404) return false;
        throw error;
      });
      if (there) throw new Problem({ reason: 'conflict', status: 409 });
      return api.users.put(id.trim(), facts);
    },
    onSuccess: ({ value }) => {
      void queries.invalidateQueries({ queryKey: ['users'] });
      onClose();
      navigate(userPath(value.id));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Dialog opened onClose={onClose} title={t('users.add')} closeLabel={t('action.close')} busy={add.isPending}>
      <form className="stack" onSubmit={submit}>
        {add.error === null ? null : <ProblemNote error={add.error} level={3} focus />}
        <TextField label={t('users.id')} value={id} onChange={setId} required autoComplete="off" autoCapitalize="none" spellCheck={false} data-autofocus />
        <Fields facts={facts} onChange={setFacts} />
        <div className="actions-apart">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button kind="primary" type="submit" loading={add.isPending}>{t('users.add')}</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Changes what is known of a user; of two who do it at a time, the second is told and loses nothing. */
export function EditUser({ user, onClose }: { user: Versioned<UserDetails>; onClose: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  // As it was when the form was opened: what comes in while it is open must not be taken for seen.
  const [seen, setSeen] = useState(user);
  const { id } = user.value;
  const [facts, setFacts] = useState<Facts>({ first_name: seen.value.first_name, last_name: seen.value.last_name, email: seen.value.email });
  const [disabled, setDisabled] = useState(seen.value.status === 'disabled');
  const save = useMutation({
    mutationFn: () => api.users.put(id, { ...facts, status: disabled ? 'disabled' : 'enabled' }, seen.tag),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['users'] });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const now = (value: UserDetails): [string, string][] => [
    [t('users.first'), value.first_name], [t('users.last'), value.last_name], [t('users.email'), value.email], [t('users.state'), t(`user_status.${value.status}`)],
  ];
  return (
    <Dialog opened onClose={onClose} title={t('user.edit_of', { name: nameOf(user.value) })} closeLabel={t('action.close')} busy={save.isPending}>
      <form className="stack" onSubmit={submit}>
        <Overtaken error={save.error} ask={() => api.users.get(id)} seen={now(seen.value)} words={now}
          onTake={(fresh) => {
            setSeen(fresh);
            save.reset();
          }} />
        <Fields facts={facts} onChange={setFacts} />
        <Check label={t('user.disabled')} checked={disabled} onChange={setDisabled} />
        <div className="actions-apart">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button kind="primary" type="submit" loading={save.isPending}>{t('action.save')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
