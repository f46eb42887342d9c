// SPDX-License-Identifier: Apache-2.0
// The user page: methods, metrics, activity, groups and contact, and every task of the help desk without leaving it.
import { api, Problem, type Token, type UserDetails, type Versioned } from '@lockstep/api/console';
import { Button, Chip, Menu, Note, TableSkeleton } from '@lockstep/ui';
import { IconChevronDown, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useActivity } from '../activity';
import { ActivityTable } from '../ActivityTable';
import { useAddress } from '../lists';
import { nameOf, Page, Section } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { useMay } from '../session';
import { say } from '../toast';
import { useText } from '../text';
import { isTask, type Task } from '../token/tasks';
import { refresh, TokenTask } from '../token/TokenTask';
import { Assign } from '../user/Assign';
import { ChangeLog } from '../user/ChangeLog';
import { DeleteUser } from '../user/DeleteUser';
import { GivePin } from '../user/GivePin';
import { Membership } from '../user/Membership';
import { Methods } from '../user/Methods';
import { Metrics } from '../user/Metrics';
import { Provision } from '../user/Provision';
import { Temporary } from '../user/Temporary';
import { EditUser } from '../user/UserForm';

const ACTIVITY_ROWS = 8;
const ACTIVITY_MORE = 100;

/** What is being done: in the address, so that a colleague can be sent there. */
function useTask() {
  const { get, change } = useAddress();
  return {
    task: get('do'),
    serial: get('serial'),
    open: (task: string, serial = '') => change({ do: task, serial }, { replace: true }),
    close: () => change({ do: '', serial: '' }, { replace: true }),
  };
}
type Doing = ReturnType<typeof useTask>;

function Unlock({ user }: { user: UserDetails }) {
  const { t } = useText();
  const may = useMay();
  const queries = useQueryClient();
  const go = useMutation({
    mutationFn: () => api.users.unlock(user.id),
    onSuccess: async () => {
      say(t('user.unlocked'));
      await refresh(queries);
    },
  });
  if (user.escalation === 'open') return null;
  return (
    <Note tone="warn" heading={t(`escalation.${user.escalation}_head`)}>
      <p>{t(`escalation.${user.escalation}_text`)}</p>
      {go.error === null ? null : <ProblemNote error={go.error} level={3} focus />}
      {may('users.help') ? <div className="actions"><Button loading={go.isPending} onClick={() => go.mutate()}>{t('user.unlock')}</Button></div> : null}
    </Note>
  );
}

function Notes({ user, doing }: { user: UserDetails; doing: Doing }) {
  const { t, moment } = useText();
  const may = useMay();
  return (
    <>
      {user.status === 'disabled' ? <Note tone="bad" heading={t('user.disabled_head')}><p>{t('user.disabled_text')}</p></Note> : null}
      <Unlock user={user} />
      {user.groups.length > 0 ? null : (
        <Note tone="warn" heading={t('user.no_group_head')}>
          <div className="row">
            <p>{t('user.no_group_text')}</p>
            {may('groups.write') ? <Button icon={<IconPlus size={16} aria-hidden />} onClick={() => doing.open('groups')}>{t('user.add_group')}</Button> : null}
          </div>
        </Note>
      )}
      {user.temporary_access === undefined ? null : (
        <Note tone="info" heading={t('user.temporary_head')}>
          <div className="row">
            <p>{t(user.temporary_access.single_use ? 'user.temporary_once' : 'user.temporary_until', { until: moment(user.temporary_access.until), count: user.temporary_access.codes })}</p>
            {may('users.help') ? <Button onClick={() => doing.open('temporary')}>{t('user.temporary_change')}</Button> : null}
          </div>
        </Note>
      )}
    </>
  );
}

function UserMenu({ doing }: { doing: Doing }) {
  const { t } = useText();
  const may = useMay();
  const items: readonly [string, boolean, string][] = [
    ['temporary', may('users.help'), t('user.temporary')],
    ['pin', may('users.help'), t('user.pin')],
    ['edit', may('users.write'), t('user.edit')],
    ['delete-user', may('users.write'), t('user.delete')],
  ];
  const shown = items.filter(([, allowed]) => allowed);
  if (shown.length === 0) return null;
  return (
    <Menu>
      <Menu.Target><Button iconEnd={<IconChevronDown size={16} aria-hidden />}>{t('user.manage')}</Button></Menu.Target>
      <Menu.Dropdown>
        {shown.map(([task, , words]) => <Menu.Item key={task} onClick={() => doing.open(task)}>{words}</Menu.Item>)}
      </Menu.Dropdown>
    </Menu>
  );
}

function Tasks({ user, doing }: { user: Versioned<UserDetails>; doing: Doing }) {
  const [, navigate] = useLocation();
  const { value } = user;
  const token: Token | undefined = value.tokens.find((one) => one.serial === doing.serial);
  const props = { user: value, onClose: doing.close };
  switch (doing.task) {
    case 'assign':
      return <Assign {...props} />;
    case 'provision':
      return <Provision {...props} />;
    case 'temporary':
      return <Temporary {...props} />;
    case 'pin':
      return <GivePin {...props} />;
    case 'edit':
      return <EditUser user={user} onClose={doing.close} />;
    case 'log':
      return <ChangeLog {...props} />;
    case 'delete-user':
      return <DeleteUser user={user} onClose={doing.close} onDeleted={() => navigate('/assignment', { replace: true })} />;
    default:
      if (token === undefined || !isTask(doing.task)) return null;
      return <TokenTask task={doing.task} token={{ ...token, owner: value.id }} userName={nameOf(value)} onClose={doing.close} onTask={(task: Task) => doing.open(task, token.serial)} />;
  }
}

function Contact({ user, doing }: { user: UserDetails; doing: Doing }) {
  const { t, moment } = useText();
  const may = useMay();
  const facts: readonly [string, string][] = [
    [t('users.id'), user.id], [t('users.first'), user.first_name], [t('users.last'), user.last_name], [t('users.email'), user.email],
    [t('user.factor'), [user.has_password ? t('user.has_password') : '', user.has_pin ? t('user.has_pin') : ''].filter(Boolean).join(', ') || t('user.no_factor')],
    [t('user.created'), moment(user.created_at)],
  ];
  return (
    <Section title={t('user.contact')} actions={may('users.write') ? <Button onClick={() => doing.open('edit')}>{t('user.edit')}</Button> : undefined}>
      <dl className="facts">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value === '' ? '–' : value}</dd></div>)}</dl>
    </Section>
  );
}

function There({ user }: { user: Versioned<UserDetails> }) {
  const { t } = useText();
  const may = useMay();
  const doing = useTask();
  const { value } = user;
  const [rows, setRows] = useState(ACTIVITY_ROWS);
  const activity = useActivity({ user: value.id, about: 'sign_ins', limit: ACTIVITY_MORE });
  return (
    <Page title={nameOf(value)} crumbs={[{ to: '/assignment', text: t('nav.assignment') }]} actions={<UserMenu doing={doing} />}
      subtitle={[value.id, value.email].filter((one) => one !== '').join(' · ')}
      marks={value.status === 'disabled' ? <Chip tone="bad">{t('user_status.disabled')}</Chip> : undefined}>
      <Notes user={value} doing={doing} />
      <Section title={t('methods.head')} actions={(
        <>
          <Button onClick={() => doing.open('log')}>{t('methods.log')}</Button>
          {may('tokens.write') ? <Button onClick={() => doing.open('provision')}>{t('methods.provision')}</Button> : null}
          {may('tokens.manage') ? <Button kind="primary" onClick={() => doing.open('assign')}>{t('methods.assign')}</Button> : null}
        </>
      )}>
        <Methods user={value} onTask={doing.open} />
      </Section>
      <Metrics user={value} />
      <Section title={t('activity.head')}>
        <ActivityTable query={activity} label={t('activity.head')} withSerial rows={rows} onMore={() => setRows(ACTIVITY_MORE)} />
      </Section>
      <Membership user={value} adding={doing.task === 'groups'} onAdding={(on) => (on ? doing.open('groups') : doing.close())} />
      <Contact user={value} doing={doing} />
      <Tasks user={user} doing={doing} />
    </Page>
  );
}

export function UserPage({ id }: { id: string }) {
  const { t } = useText();
  const user = useQuery({ queryKey: ['users', id], queryFn: () => api.users.get(id) });
  if (user.data !== undefined) return <There user={user.data} />;
  const missing = user.error instanceof Problem && user.error.status === 404;
  return (
    <Page title={id} crumbs={[{ to: '/assignment', text: t('nav.assignment') }]}>
      {user.error === null ? <div className="panel"><TableSkeleton rows={6} label={t('state.loading')} /></div> : <ProblemNote error={user.error} {...(missing ? {} : { onRetry: () => void user.refetch() })} />}
    </Page>
  );
}
