// SPDX-License-Identifier: Apache-2.0
import type { Permission } from '@lockstep/api/console';
import { DataTable } from '@lockstep/ui';
import { IconCheck } from '@tabler/icons-react';
import { Section } from '../parts';
import { useText } from '../text';
import { holds, isLostWithScope, PERMISSIONS, ROLES } from './roles';

/** Who may do what, to be read only. */
export function RoleMatrix() {
  const { t } = useText();
  return (
    <Section title={t('roles.head')} subtitle={t('roles.text')}>
      <DataTable<Permission> look="roles" label={t('roles.head')} rows={PERMISSIONS} rowKey={(permission) => permission} columns={[
        { key: 'permission', head: t('roles.permission'), cell: (permission) => <><span className="strong">{t(`permission.${permission}`)}</span><code className="dim">{permission}{isLostWithScope(permission) ? ' *' : ''}</code></> },
        ...ROLES.map((role) => ({
          key: role, head: t(`role.${role}`),
          cell: (permission: Permission) => (holds(role, permission) ? <span className="mark ok"><IconCheck size={16} aria-hidden /><span className="heard">{t('roles.yes')}</span></span> : <span className="dim"><span aria-hidden>–</span><span className="heard">{t('roles.no')}</span></span>),
        })),
      ]} />
    </Section>
  );
}
