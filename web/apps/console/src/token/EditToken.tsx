// SPDX-License-Identifier: Apache-2.0
import { api, type Token, type TokenChange, type Versioned } from '@lockstep/api/console';
import { Button, Dialog, TextField } from '@lockstep/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Overtaken } from '../Overtaken';
import { useText } from '../text';
import { refresh } from './TokenTask';

const DATES = ['valid_from', 'valid_until', 'warranty_until'] as const;
type DateName = (typeof DATES)[number];
type Facts = { model: string; batch: string } & Record<DateName, string>;

const dayOf = (at: string | undefined) => at?.slice(0, 10) ?? '';
export function factsOf(token: Token): Facts {
  return {
    model: token.model, batch: token.batch ?? '', valid_from: dayOf(token.valid_from), valid_until: dayOf(token.valid_until), warranty_until: dayOf(token.warranty_until),
  };
}

/** What `facts` change about `token`: days are sent as their first moment, or their last one where something ends. */
export function changeOf(facts: Facts, token: Token): TokenChange {
  const was = factsOf(token);
  const change: TokenChange = {};
  if (facts.model !== was.model) change.model = facts.model;
  if (facts.batch !== was.batch) change.batch = facts.batch;
  for (const name of DATES) {
    if (facts[name] !== was[name]) change[name] = facts[name] === '' ? null : `${facts[name]}T${name === 'valid_from' ? '00:00:00' : '23:59:59'}Z`;
  }
  return change;
}

export function EditToken({ token, onClose }: { token: Versioned<Token>; onClose: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const [seen, setSeen] = useState(token);
  const [facts, setFacts] = useState(() => factsOf(token.value));
  const { serial } = token.value;
  const save = useMutation({
    mutationFn: () => api.tokens.change(serial, changeOf(facts, seen.value), seen.tag),
    onSuccess: async () => {
      await refresh(queries);
      onClose();
    },
  });
  const words = (value: Token): [string, string][] => {
    const now = factsOf(value);
    return [
      [t('facts.model'), now.model], [t('facts.batch'), now.batch], [t('facts.valid_from'), now.valid_from], [t('facts.valid_until'), now.valid_until],
      [t('facts.warranty'), now.warranty_until], [t('tokens.state'), t(`life.${value.life}`)],
    ];
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const text = (name: 'model' | 'batch') => (
    <TextField label={t(`facts.${name}`)} value={facts[name]} maxLength={128} onChange={(value) => setFacts({ ...facts, [name]: value })} autoComplete="off" />
  );
  const date = (name: DateName, label: string) => <TextField type="date" label={label} value={facts[name]} onChange={(value) => setFacts({ ...facts, [name]: value })} />;
  return (
    <Dialog opened onClose={onClose} title={t('user.edit_of', { name: serial })} closeLabel={t('action.close')} busy={save.isPending} wide>
      <form className="stack" onSubmit={submit}>
        <Overtaken error={save.error} ask={() => api.tokens.get(serial)} seen={words(seen.value)} words={words}
          onTake={(fresh) => {
            setSeen(fresh);
            save.reset();
          }} />
        <div className="two">
          {text('model')}
          {text('batch')}
          {date('valid_from', t('facts.valid_from'))}
          {date('valid_until', t('facts.valid_until'))}
          {date('warranty_until', t('facts.warranty'))}
        </div>
        <div className="actions-apart">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button kind="primary" type="submit" loading={save.isPending}>{t('action.save')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
