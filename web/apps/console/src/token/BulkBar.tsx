// SPDX-License-Identifier: Apache-2.0
import { api, type TokenState } from '@lockstep/api/console';
import { Button, Dialog, Note, TextField } from '@lockstep/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ProblemNote } from '../ProblemNote';
import { useMay } from '../session';
import { say } from '../toast';
import { useText } from '../text';
import { refresh } from './TokenTask';

type Bulk = 'suspend' | 'resume' | 'revoke' | 'delete';
const STATE_OF: Record<Exclude<Bulk, 'delete'>, TokenState> = { suspend: 'suspended', resume: 'enabled', revoke: 'revoked' };
/** From here on the number has to be typed. */
const MANY = 10;

function BulkDialog({ task, serials, onClose, onDone }: { task: Bulk; serials: string[]; onClose: () => void; onDone: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const [typed, setTyped] = useState('');
  const count = serials.length;
  const go = useMutation({
    mutationFn: () => api.tokens.bulk(task === 'delete' ? { serials, delete: true } : { serials, state: STATE_OF[task] }),
    onSuccess: async (answer) => {
      if ('approval' in answer) return;
      say(t('bulk.done', { count: answer.changed }));
      onDone();
      await refresh(queries);
    },
  });
  const waits = go.data !== undefined && 'approval' in go.data;
  const needsNumber = count > MANY;
  return (
    <Dialog opened onClose={waits ? onDone : onClose} title={t(`bulk.${task}`, { count })} closeLabel={t('action.close')} busy={go.isPending}>
      <div className="stack">
        {go.error === null ? null : <ProblemNote error={go.error} level={3} focus />}
        {waits ? <Note tone="info" heading={t('bulk.waits')} level={3} focus><p>{t('bulk.waits_text')}</p></Note> : (
          <>
            <p>{t('bulk.text')}</p>
            <p className="small dim serials">{serials.join(', ')}</p>
            {needsNumber ? <TextField label={t('bulk.type', { count })} value={typed} onChange={setTyped} inputMode="numeric" autoComplete="off" /> : null}
            <div className="actions-apart">
              <Button onClick={onClose}>{t('action.cancel')}</Button>
              <Button kind={task === 'resume' ? 'primary' : 'danger'} disabled={needsNumber && typed.trim() !== String(count)} loading={go.isPending} onClick={() => go.mutate()}>
                {t(`bulk.${task}`, { count })}
              </Button>
            </div>
          </>
        )}
      </div>
    </Dialog>
  );
}

/** What can be done with the tokens that were chosen. */
export function BulkBar({ serials, onDone }: { serials: string[]; onDone: () => void }) {
  const { t } = useText();
  const may = useMay();
  const [task, setTask] = useState<Bulk>();
  const tasks: readonly Bulk[] = may('tokens.write') ? ['suspend', 'resume', 'revoke', 'delete'] : ['suspend', 'resume'];
  return (
    <div className="bulk" role="group" aria-label={t('bulk.head')}>
      <span className="strong" role="status">{t('bulk.chosen', { count: serials.length })}</span>
      <div className="actions">
        {tasks.map((one) => <Button key={one} onClick={() => setTask(one)}>{t(`task.${one}`)}</Button>)}
        <Button onClick={onDone}>{t('bulk.none')}</Button>
      </div>
      {task === undefined ? null : <BulkDialog task={task} serials={serials} onClose={() => setTask(undefined)} onDone={() => { setTask(undefined); onDone(); }} />}
    </div>
  );
}
