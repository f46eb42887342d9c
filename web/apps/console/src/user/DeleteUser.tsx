// SPDX-License-Identifier: Apache-2.0
import { api, type UserDetails, type Versioned } from '@lockstep/api/console';
import { Button, Dialog } from '@lockstep/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { nameOf } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { say } from '../toast';
import { useText } from '../text';
import { refresh } from '../token/TokenTask';

export function DeleteUser({ user, onClose, onDeleted }: { user: Versioned<UserDetails>; onClose: () => void; onDeleted: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const name = nameOf(user.value);
  const go = useMutation({
    mutationFn: () => api.users.remove(user.value.id, user.tag),
    onSuccess: async () => {
      say(t('user.deleted', { name }));
      onDeleted();
      queries.removeQueries({ queryKey: ['users', user.value.id] });
      await refresh(queries);
    },
  });
  return (
    <Dialog opened onClose={onClose} title={t('user.delete_head', { name })} closeLabel={t('action.close')} busy={go.isPending}>
      <div className="stack">
        {go.error === null ? null : <ProblemNote error={go.error} level={3} focus />}
        <p>{t('user.delete_text', { count: user.value.tokens.length })}</p>
        <div className="actions-apart">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button kind="danger" loading={go.isPending} onClick={() => go.mutate()}>{t('user.delete_head', { name })}</Button>
        </div>
      </div>
    </Dialog>
  );
}
