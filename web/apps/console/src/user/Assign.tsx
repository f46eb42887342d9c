// SPDX-License-Identifier: Apache-2.0
import { api, type UserDetails } from '@lockstep/api/console';
import { Button, Dialog, Note } from '@lockstep/ui';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { nameOf } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { useMay } from '../session';
import { say } from '../toast';
import { useText } from '../text';
import { Inventory } from '../token/Inventory';
import { TestForm } from '../token/TestPasscode';
import { refresh } from '../token/TokenTask';

interface Props {
  user: UserDetails;
  onClose: () => void;
}

function Assigned({ user, serial, onClose }: Props & { serial: string }) {
  const { t } = useText();
  const may = useMay();
  const queries = useQueryClient();
  const token = useQuery({ queryKey: ['tokens', serial], queryFn: () => api.tokens.get(serial) });
  const undo = useMutation({
    mutationFn: () => api.users.unassign(user.id, serial),
    onSuccess: async () => {
      say(t('task.unassign_done', { serial }));
      onClose();
      await refresh(queries);
    },
  });
  return (
    <div className="stack">
      <Note tone="ok" heading={t('assign.done', { serial, name: nameOf(user) })} focus level={3}>
        <p>{t('assign.done_text')}</p>
      </Note>
      {undo.error === null ? null : <ProblemNote error={undo.error} level={3} focus />}
      {token.data !== undefined && may('tokens.resync') && may('diagnose') ? <TestForm token={token.data.value} label={t('assign.first_code')} /> : null}
      <div className="actions-apart">
        <Button loading={undo.isPending} onClick={() => undo.mutate()}>{t('assign.undo')}</Button>
        <Button kind="primary" onClick={onClose}>{t('action.done')}</Button>
      </div>
    </div>
  );
}

/** A token of the stock is given to the user. */
export function Assign({ user, onClose }: Props) {
  const { t } = useText();
  const queries = useQueryClient();
  const [serial, setSerial] = useState('');
  const go = useMutation({ mutationFn: () => api.users.assign(user.id, serial), onSuccess: () => refresh(queries) });
  return (
    <Dialog opened onClose={onClose} title={t('assign.head', { name: nameOf(user) })} closeLabel={t('action.close')} busy={go.isPending} wide>
      {go.isSuccess ? <Assigned user={user} serial={serial} onClose={onClose} /> : (
        <div className="stack">
          {go.error === null ? null : <ProblemNote error={go.error} level={3} focus />}
          <Inventory chosen={serial} onChoose={setSerial} />
          <div className="actions-apart">
            <Button onClick={onClose}>{t('action.cancel')}</Button>
            <Button kind="primary" disabled={serial === ''} loading={go.isPending} onClick={() => go.mutate()}>{t('methods.assign')}</Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
