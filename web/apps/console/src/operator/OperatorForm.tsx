// SPDX-License-Identifier: Apache-2.0
import { api, type Operator, type OperatorChange, type Role, type Versioned } from '@lockstep/api/console';
import { Button, Check, Dialog, Select, TextField } from '@lockstep/ui';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Overtaken } from '../Overtaken';
import { ProblemNote } from '../ProblemNote';
import { say } from '../toast';
import { useText } from '../text';
import { ROLES } from './roles';
import { SetupNote } from './SetupNote';

interface Facts {
  full_name: string;
  email: string;
  role: Role;
  scope: readonly string[];
  tokens_of: string;
}
const EMPTY: Facts = { full_name: '', email: '', role: 'help_desk', scope: [], tokens_of: '' };
const factsOf = (operator: Operator): Facts => ({
  full_name: operator.full_name, email: operator.email, role: operator.role, scope: operator.scope, tokens_of: operator.tokens_of ?? '',
});
/** What `facts` says differently from `was`. */
export function changeOf(facts: Facts, was: Facts): OperatorChange {
  return {
    ...(facts.full_name === was.full_name ? {} : { full_name: facts.full_name }),
    ...(facts.email === was.email ? {} : { email: facts.email }),
    ...(facts.role === was.role ? {} : { role: facts.role }),
    ...(facts.scope.toSorted().join('\n') === was.scope.toSorted().join('\n') ? {} : { scope: facts.scope.length === 0 ? null : [...facts.scope] }),
    ...(facts.tokens_of === was.tokens_of || facts.tokens_of === '' ? {} : { tokens_of: facts.tokens_of }),
  };
}

function Fields({ facts, onChange }: { facts: Facts; onChange: (facts: Facts) => void }) {
  const { t } = useText();
  const groups = useQuery({ queryKey: ['groups', 'all'], queryFn: () => api.groups.list({ limit: 1000 }) });
  const names = [...new Set([...facts.scope, ...(groups.data?.items ?? []).map((group) => group.id)])].toSorted();
  return (
    <>
      <div className="two">
        <TextField label={t('operators.full_name')} value={facts.full_name} onChange={(value) => onChange({ ...facts, full_name: value })} maxLength={254} autoComplete="off" />
        <TextField label={t('users.email')} value={facts.email} onChange={(value) => onChange({ ...facts, email: value })} maxLength={254} inputMode="email" autoComplete="off" />
        <Select label={t('operators.role')} value={facts.role} onChange={(role) => { if (role !== '') onChange({ ...facts, role, scope: role === 'owner' ? [] : facts.scope }); }}
          choices={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))} />
        <TextField label={t('operators.tokens_of')} hint={t('operators.tokens_of_hint')} value={facts.tokens_of} onChange={(value) => onChange({ ...facts, tokens_of: value })} autoComplete="off" spellCheck={false} />
      </div>
      {facts.role === 'owner' ? null : (
        <fieldset className="checks">
          <legend className="strong">{t('operators.scope')}</legend>
          <p className="dim small">{t('operators.scope_hint')}</p>
          {names.map((name) => (
            <Check key={name} label={name} checked={facts.scope.includes(name)}
              onChange={(on) => onChange({ ...facts, scope: on ? [...facts.scope, name] : facts.scope.filter((one) => one !== name) })} />
          ))}
        </fieldset>
      )}
    </>
  );
}

export function NewOperator({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [facts, setFacts] = useState<Facts>(EMPTY);
  const go = useMutation({
    mutationFn: () => api.operators.create({ name: name.trim(), role: facts.role, ...changeOf(facts, EMPTY) }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['operators'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go.mutate();
  };
  return (
    <Dialog opened onClose={onClose} title={t('operators.add')} closeLabel={t('action.close')} busy={go.isPending} wide>
      {go.data !== undefined ? (
        <div className="stack">
          <SetupNote setup={go.data.setup} name={go.data.operator.name} />
          <div className="actions"><Button kind="primary" onClick={onClose}>{t('action.done')}</Button></div>
        </div>
      ) : (
        <form className="stack" onSubmit={submit}>
          {go.error === null ? null : <ProblemNote error={go.error} level={3} focus />}
          <TextField label={t('sign_in.name')} value={name} onChange={setName} required maxLength={128} autoComplete="off" autoCapitalize="none" spellCheck={false} data-autofocus />
          <Fields facts={facts} onChange={setFacts} />
          <div className="actions-apart">
            <Button onClick={onClose}>{t('action.cancel')}</Button>
            <Button kind="primary" type="submit" loading={go.isPending}>{t('operators.add')}</Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

export function EditOperator({ operator, onClose }: { operator: Versioned<Operator>; onClose: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const [seen, setSeen] = useState(operator);
  const [facts, setFacts] = useState(() => factsOf(operator.value));
  const { name } = operator.value;
  const save = useMutation({
    mutationFn: () => api.operators.change(name, changeOf(facts, factsOf(seen.value)), seen.tag),
    onSuccess: async () => {
      say(t('operators.saved', { name }));
      onClose();
      await queries.invalidateQueries({ queryKey: ['operators'] });
    },
  });
  const words = (value: Operator): [string, string][] => [
    [t('operators.full_name'), value.full_name], [t('users.email'), value.email], [t('operators.role'), t(`role.${value.role}`)],
    [t('operators.scope'), value.scope.join(', ')], [t('operators.tokens_of'), value.tokens_of ?? ''], [t('users.state'), t(`user_status.${value.status}`)],
  ];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog opened onClose={onClose} title={t('user.edit_of', { name })} closeLabel={t('action.close')} busy={save.isPending} wide>
      <form className="stack" onSubmit={submit}>
        <Overtaken error={save.error} ask={() => api.operators.get(name)} seen={words(seen.value)} words={words}
          onTake={(fresh) => {
            setSeen(fresh);
            save.reset();
          }} />
        <Fields facts={facts} onChange={setFacts} />
        <p className="dim small">{t('operators.ends_sessions')}</p>
        <div className="actions-apart">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button kind="primary" type="submit" loading={save.isPending}>{t('action.save')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
