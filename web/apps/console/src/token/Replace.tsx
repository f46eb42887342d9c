// SPDX-License-Identifier: Apache-2.0
import { api, type Token } from '@lockstep/api/console';
import { Button, Dialog, Select } from '@lockstep/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ProblemNote } from '../ProblemNote';
import { useMay } from '../session';
import { say } from '../toast';
import { useText } from '../text';
import { Inventory } from './Inventory';
import { refresh } from './TokenTask';

const FATES = ['faulty', 'lost', 'stock', 'revoked'] as const;
type Fate = (typeof FATES)[number];

/** Another token takes the place of one: PIN, groups and being the primary one stay. */
export function Replace({ token, onClose }: { token: Token; onClose: () => void }) {
  const { t } = useText();
  const may = useMay();
  const queries = useQueryClient();
  const [by, setBy] = useState('');
  const [old, setOld] = useState<Fate>('faulty');
  const go = useMutation({
    mutationFn: () => api.tokens.replace(token.serial, { by, old }),
    onSuccess: async () => {
      say(t('replace.done', { serial: token.serial, by }));
      onClose();
      await refresh(queries);
    },
  });
  const fates = FATES.filter((fate) => fate !== 'revoked' || may('tokens.write'));
  return (
    <Dialog opened onClose={onClose} title={`${t('task.replace')} · ${token.serial}`} closeLabel={t('action.close')} busy={go.isPending} wide>
      <div className="stack">
        {go.error === null ? null : <ProblemNote error={go.error} level={3} focus />}
        <p>{t('replace.text')}</p>
        <Inventory chosen={by} onChoose={setBy} />
        <Select label={t('replace.old')} value={old} onChange={(value) => { if (value !== '') setOld(value); }}
          choices={fates.map((value) => ({ value, label: t(`replace.old_${value}`) }))} />
        <div className="actions-apart">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button kind="primary" disabled={by === ''} loading={go.isPending} onClick={() => go.mutate()}>{t('task.replace')}</Button>
        </div>
      </div>
    </Dialog>
  );
}
