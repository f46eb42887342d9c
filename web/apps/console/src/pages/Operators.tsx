// SPDX-License-Identifier: Apache-2.0
import { api, type Operator } from '@lockstep/api/console';
import { Button, Chip, DataTable } from '@lockstep/ui';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { List, PAGE_ROWS, useAddress, usePage } from '../lists';
import { Approvals } from '../operator/Approvals';
import { NewOperator } from '../operator/OperatorForm';
import { RoleMatrix } from '../operator/RoleMatrix';
import { Page } from '../parts';
import { useMay } from '../session';
import { useText } from '../text';

export function OperatorChip({ operator }: { operator: Operator }) {
  const { t } = useText();
  if (operator.status === 'disabled') return <Chip tone="bad">{t('user_status.disabled')}</Chip>;
  return operator.is_set_up ? <Chip tone="ok">{t('user_status.enabled')}</Chip> : <Chip tone="warn">{t('operators.not_set_up')}</Chip>;
}

export function Operators() {
  const { t, ago } = useText();
  const may = useMay();
  const { get } = useAddress();
  const [adding, setAdding] = useState(false);
  const query = { after: get('after'), limit: PAGE_ROWS };
  const list = usePage(['operators', 'list', query], () => api.operators.list(query));
  return (
    <Page title={t('nav.operators')} subtitle={t('operators.subtitle')}
      actions={may('operators.write') ? <Button icon={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>{t('operators.add')}</Button> : undefined}>
      <Approvals />
      <div className="panel list-panel">
        <List query={list} empty={t('operators.none')}>
          {(items, busy) => (
            <DataTable look="operators" label={t('nav.operators')} rows={items} rowKey={(operator) => operator.name} busy={busy} columns={[
              { key: 'name', head: t('sign_in.name'), cell: (operator) => <Link className="row-link" to={`/operators/${encodeURIComponent(operator.name)}`}>{operator.name}</Link> },
              { key: 'full', head: t('operators.full_name'), cell: (operator) => operator.full_name },
              { key: 'role', head: t('operators.role'), cell: (operator) => t(`role.${operator.role}`) },
              { key: 'scope', head: t('operators.scope'), cell: (operator) => (operator.scope.length === 0 ? <span className="dim">{t('operators.everybody')}</span> : operator.scope.join(', ')) },
              { key: 'state', head: t('users.state'), cell: (operator) => <OperatorChip operator={operator} /> },
              { key: 'last', head: t('users.last_sign_in'), cell: (operator) => <span className="dim">{operator.signed_in_at === undefined ? t('users.never') : ago(operator.signed_in_at)}</span> },
            ]} />
          )}
        </List>
      </div>
      <RoleMatrix />
      {adding ? <NewOperator onClose={() => setAdding(false)} /> : null}
    </Page>
  );
}
