// SPDX-License-Identifier: Apache-2.0
import { api, type UserDetails } from '@lockstep/api/console';
import { Button, Dialog, Note } from '@lockstep/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { nameOf } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { useText } from '../text';
import { refresh } from '../token/TokenTask';

/** A PIN that the server makes up, for who has none or forgot it. */
export function GivePin({ user, onClose }: { user: UserDetails; onClose: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const go = useMutation({ mutationFn: () => api.users.givePin(user.id), onSuccess: () => refresh(queries) });
  return (
    <Dialog opened onClose={onClose} title={t('pin.head', { name: nameOf(user) })} closeLabel={t('action.close')} busy={go.isPending}>
      {go.data !== undefined ? (
        <div className="stack">
          <Note tone="ok" level={3} heading={t('pin.given')} focus><p>{t(go.data.must_change ? 'pin.must_change' : 'pin.stays')}</p></Note>
          <p className="shown-codes code-text">{go.data.pin}</p>
          <div className="actions"><Button kind="primary" onClick={onClose}>{t('action.done')}</Button></div>
        </div>
      ) : (
        <div className="stack">
          {go.error === null ? null : <ProblemNote error={go.error} level={3} focus />}
          <p>{t('pin.text')}</p>
          <div className="actions-apart">
            <Button onClick={onClose}>{t('action.cancel')}</Button>
            <Button kind="primary" loading={go.isPending} onClick={() => go.mutate()}>{t('pin.go')}</Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
