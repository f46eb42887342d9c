// SPDX-License-Identifier: Apache-2.0
import { api, type Token } from '@lockstep/api/console';
import { Button, Dialog } from '@lockstep/ui';
import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { ProblemNote } from '../ProblemNote';
import { say } from '../toast';
import { useText } from '../text';
import { Replace } from './Replace';
import { Resync } from './Resync';
import { isConfirmed, type Confirmed, type Task } from './tasks';
import { TestPasscode } from './TestPasscode';

/** What is shown of users and tokens is asked for anew. */
export function refresh(queries: QueryClient): Promise<unknown> {
  return Promise.all(['users', 'tokens', 'activity', 'groups'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
}

function carryOut(task: Confirmed, token: Token, tag: string | undefined): Promise<unknown> {
  const { serial, owner = '' } = token;
  switch (task) {
    case 'suspend':
      return api.tokens.change(serial, { state: 'suspended' }, tag);
    case 'resume':
      return api.tokens.change(serial, { state: 'enabled' }, tag);
    case 'lost':
    case 'faulty':
      return api.tokens.change(serial, { state: task }, tag);
    case 'revoke':
      return api.tokens.change(serial, { state: 'revoked' }, tag);
    case 'unassign':
      return api.users.unassign(owner, serial);
    case 'primary':
      return api.users.makePrimary(owner, serial);
    case 'delete':
      return api.tokens.remove(serial, tag);
  }
}

const HARMLESS: ReadonlySet<Confirmed> = new Set(['resume', 'primary']);

interface Props {
  token: Token;
  /** The version of the token that the page shows, where it knows it. */
  tag?: string | undefined;
  userName?: string | undefined;
  onClose: () => void;
  /** Goes on with another task of the same token. */
  onTask: (task: Task) => void;
  onDeleted?: () => void;
}

function Confirm({ task, token, tag, onClose, onDeleted }: Props & { task: Confirmed }) {
  const { t } = useText();
  const queries = useQueryClient();
  const go = useMutation({
    mutationFn: () => carryOut(task, token, tag),
    onSuccess: async () => {
      say(t(`task.${task}_done`, { serial: token.serial }));
      onClose();
      if (task === 'delete') onDeleted?.();
      await refresh(queries);
    },
  });
  const values = { serial: token.serial, owner: token.owner ?? '' };
  return (
    <Dialog opened onClose={onClose} title={t(`task.${task}_head`, values)} closeLabel={t('action.close')} busy={go.isPending}>
      <div className="stack">
        {go.error === null ? null : <ProblemNote error={go.error} level={3} focus />}
        <p>{t(`task.${task}_text`, values)}</p>
        <div className="actions-apart">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button kind={HARMLESS.has(task) ? 'primary' : 'danger'} loading={go.isPending} onClick={() => go.mutate()}>{t(`task.${task}_go`, values)}</Button>
        </div>
      </div>
    </Dialog>
  );
}

/** The dialog of a task. */
export function TokenTask({ task, ...props }: Props & { task: Task }) {
  if (isConfirmed(task)) return <Confirm task={task} {...props} />;
  if (task === 'resync') return <Resync {...props} />;
  return task === 'test' ? <TestPasscode {...props} /> : <Replace {...props} />;
}
