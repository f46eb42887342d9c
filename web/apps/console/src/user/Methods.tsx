// SPDX-License-Identifier: Apache-2.0
import type { Token, UserDetails } from '@lockstep/api/console';
import { Button, Chip, DataTable, Empty, type Column } from '@lockstep/ui';
import { IconChevronDown } from '@tabler/icons-react';
import { Link } from 'wouter';
import { LifeChip, tokenPath, TokenSync } from '../parts';
import { useMay, type May } from '../session';
import { useText, type Text } from '../text';
import { ManageMenu } from '../token/ManageMenu';
import { tasksFor, type Task } from '../token/tasks';

interface Props {
  user: UserDetails;
  onTask: (task: Task | 'assign', serial?: string) => void;
}

function columns({ t, ago }: Text, user: UserDetails, may: May, onTask: Props['onTask']): Column<Token>[] {
  const all: (Column<Token> | null)[] = [
    { key: 'type', head: t('methods.type'), cell: (token) => token.kind.toUpperCase() },
    { key: 'target', head: t('methods.target'), cell: (token) => (token.model === '' ? t(`form.${token.form}`) : token.model) },
    {
      key: 'serial', head: t('methods.serial'),
      cell: (token) => (
        <span className="row tight">
          <Link className="serial strong" to={tokenPath(token.serial)}>{token.serial}</Link>
          {user.primary === token.serial && user.tokens.length > 1 ? <Chip tone="info">{t('methods.primary')}</Chip> : null}
        </span>
      ),
    },
    { key: 'sync', head: t('methods.sync'), cell: (token) => <TokenSync token={token} /> },
    { key: 'state', head: t('methods.state'), cell: (token) => <LifeChip life={token.life} /> },
    user.tokens.some((token) => token.progress !== undefined) ? {
      key: 'used', head: t('methods.used'),
      cell: (token) => <span className="dim">{token.progress?.last_used_at === undefined ? t('users.never') : ago(token.progress.last_used_at)}</span>,
    } : null,
    {
      key: 'do', head: t('methods.do'), silent: true,
      cell: (token) => {
        const isPrimary = user.primary === token.serial;
        const owned = { ...token, owner: user.id };
        return (
          <span className="row-actions">
            {tasksFor(owned, may, isPrimary).includes('resync')
              ? <button type="button" className="soft-button" aria-label={t('methods.resync_of', { serial: token.serial })} onClick={() => onTask('resync', token.serial)}>{t('task.resync')}</button>
              : null}
            <ManageMenu token={owned} isPrimary={isPrimary} without={['resync']} onTask={(task) => onTask(task, token.serial)}>
              <button type="button" className="plain-button" aria-label={t('methods.manage_of', { serial: token.serial })}>
                {t('methods.manage')}
                <IconChevronDown size={14} stroke={1.8} aria-hidden />
              </button>
            </ManageMenu>
          </span>
        );
      },
    },
  ];
  return all.filter((one) => one !== null);
}

/** The tokens of a user and what can be done with each. */
export function Methods({ user, onTask }: Props) {
  const text = useText();
  const { t } = text;
  const may = useMay();
  if (user.tokens.length === 0) {
    return (
      <Empty action={may('tokens.manage') ? <Button onClick={() => onTask('assign')}>{t('methods.assign')}</Button> : undefined}>
        {t('methods.none')}
      </Empty>
    );
  }
  return <DataTable look="methods" label={t('methods.head')} columns={columns(text, user, may, onTask)} rows={user.tokens} rowKey={(token) => token.serial} />;
}
