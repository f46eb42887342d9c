// SPDX-License-Identifier: Apache-2.0
import { api, type Approval } from '@lockstep/api/console';
import { Button, Note } from '@lockstep/ui';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Section } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { useSession } from '../session';
import { say } from '../toast';
import { useText } from '../text';
import { refresh } from '../token/TokenTask';

function One({ approval }: { approval: Approval }) {
  const { t, ago } = useText();
  const queries = useQueryClient();
  const session = useSession();
  const own = session.data?.own?.operator.name;
  const isOwn = own !== undefined && approval.asked_by === `operator:${own}`;
  const decide = useMutation({
    mutationFn: (yes: boolean) => (yes ? api.approvals.approve(approval.id) : api.approvals.refuse(approval.id)),
    onSuccess: async (_, yes) => {
      say(t(yes ? 'approvals.agreed' : 'approvals.refused'));
      await Promise.all([queries.invalidateQueries({ queryKey: ['approvals'] }), refresh(queries)]);
    },
  });
  const what = approval.what === 'import.overwrite' ? t('approvals.overwrite', { count: Number(approval.overwritten) }) : approval.what === 'tokens.bulk'
    ? t(approval.change === 'delete' ? 'approvals.delete' : 'approvals.change', { count: approval.serials?.length ?? 0, state: approval.change ?? '' })
    : t('approvals.export');
  return (
    <li className="approval">
      <div>
        <p className="strong">{what}</p>
        <p className="dim small">{t('approvals.by', { name: approval.asked_by, when: ago(approval.asked_at) })}</p>
        {approval.q === undefined ? null : <p className="dim small">{t('approvals.search', { text: approval.q })}</p>}
        {approval.serials === undefined ? null : <p className="dim small serials">{approval.serials.join(', ')}</p>}
        {decide.error === null ? null : <ProblemNote error={decide.error} level={3} focus />}
      </div>
      <div className="actions">
        <Button loading={decide.isPending} onClick={() => decide.mutate(false)}>{t(isOwn ? 'approvals.take_back' : 'approvals.refuse')}</Button>
        {isOwn || approval.agreed_by !== undefined ? null : <Button kind="primary" loading={decide.isPending} onClick={() => decide.mutate(true)}>{t('approvals.agree')}</Button>}
      </div>
    </li>
  );
}

/** What waits for a second person; nothing where nothing waits. */
export function Approvals() {
  const { t } = useText();
  const list = useQuery({ queryKey: ['approvals'], queryFn: api.approvals.list });
  if (list.error !== null) return <Note tone="bad"><ProblemNote error={list.error} level={3} /></Note>;
  const items = list.data?.items ?? [];
  if (items.length === 0) return null;
  return <Section title={t('approvals.head')} subtitle={t('approvals.text')}><ul className="bare-list">{items.map((one) => <One key={one.id} approval={one} />)}</ul></Section>;
}
