// SPDX-License-Identifier: Apache-2.0
import { api, type Operator, type SetupLink, type Versioned } from '@lockstep/api/console';
import { Button, DataTable, Dialog, Empty, TableSkeleton } from '@lockstep/ui';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { EditOperator } from '../operator/OperatorForm';
import { SetupNote } from '../operator/SetupNote';
import { Page, Section, userPath } from '../parts';
import { ProblemNote } from '../ProblemNote';
import { useMay } from '../session';
import { say } from '../toast';
import { useText } from '../text';
import { OperatorChip } from './Operators';

function Sessions({ name }: { name: string }) {
  const { t, ago, moment } = useText();
  const may = useMay();
  const queries = useQueryClient();
  const list = useQuery({ queryKey: ['operators', name, 'sessions'], queryFn: () => api.operators.sessions(name) });
  const end = useMutation({ mutationFn: (id: string) => api.operators.endSession(name, id), onSuccess: () => queries.invalidateQueries({ queryKey: ['operators', name, 'sessions'] }) });
  const items = list.data?.items ?? [];
  return (
    <Section title={t('operators.sessions')}>
      {end.error === null ? null : <ProblemNote error={end.error} level={3} focus />}
      {list.error === null ? null : <ProblemNote error={list.error} level={3} onRetry={() => void list.refetch()} />}
      {list.data !== undefined && items.length === 0 ? <Empty>{t('operators.no_sessions')}</Empty> : (
        <DataTable label={t('operators.sessions')} rows={items} rowKey={(one) => one.id} columns={[
          { key: 'about', head: t('activity.source'), cell: (one) => one.about },
          { key: 'begun', head: t('operators.begun'), cell: (one) => moment(one.created_at) },
          { key: 'seen', head: t('operators.seen'), cell: (one) => ago(one.seen_at) },
          { key: 'do', head: t('methods.do'), silent: true, cell: (one) => (may('operators.write') ? <span className="row-actions"><button type="button" className="plain-button" onClick={() => end.mutate(one.id)}>{t('operators.end')}</button></span> : null) },
        ]} />
      )}
    </Section>
  );
}

type Task = 'edit' | 'disable' | 'enable' | 'delete' | 'renew';

function Confirm({ task, operator, onClose }: { task: Exclude<Task, 'edit'>; operator: Versioned<Operator>; onClose: () => void }) {
  const { t } = useText();
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const [link, setLink] = useState<SetupLink>();
  const { name } = operator.value;
  const go = useMutation({
    mutationFn: async () => {
      if (task === 'renew') setLink(await api.operators.renewSetup(name));
      else if (task === 'delete') await api.operators.remove(name, operator.tag);
      else await api.operators.change(name, { status: task === 'disable' ? 'disabled' : 'enabled' }, operator.tag);
    },
    onSuccess: async () => {
      if (task === 'renew') return;
      say(t(`operators.${task}_done`, { name }));
      onClose();
      if (task === 'delete') navigate('/operators', { replace: true });
      await queries.invalidateQueries({ queryKey: ['operators'] });
    },
  });
  return (
    <Dialog opened onClose={onClose} title={t(`operators.${task}`, { name })} closeLabel={t('action.close')} busy={go.isPending}>
      <div className="stack">
        {go.error === null ? null : <ProblemNote error={go.error} level={3} focus />}
        {link !== undefined ? (
          <>
            <SetupNote setup={link} name={name} />
            <div className="actions"><Button kind="primary" onClick={onClose}>{t('action.done')}</Button></div>
          </>
        ) : (
          <>
            <p>{t(`operators.${task}_text`)}</p>
            <div className="actions-apart">
              <Button onClick={onClose}>{t('action.cancel')}</Button>
              <Button kind={task === 'delete' || task === 'disable' ? 'danger' : 'primary'} loading={go.isPending} onClick={() => go.mutate()}>{t(`operators.${task}`, { name })}</Button>
            </div>
          </>
        )}
      </div>
    </Dialog>
  );
}

function There({ operator }: { operator: Versioned<Operator> }) {
  const { t, moment } = useText();
  const may = useMay();
  const [task, setTask] = useState<Task>();
  const { value } = operator;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t('operators.role'), t(`role.${value.role}`)],
    [t('operators.scope'), value.scope.length === 0 ? t('operators.everybody') : value.scope.join(', ')],
    [t('users.email'), value.email === '' ? '–' : value.email],
    [t('operators.tokens_of'), value.tokens_of === undefined ? '–' : <Link key="tokens_of" to={userPath(value.tokens_of)}>{value.tokens_of}</Link>],
    [t('users.last_sign_in'), value.signed_in_at === undefined ? t('users.never') : moment(value.signed_in_at)],
    [t('user.created'), moment(value.created_at)],
  ];
  const enabled = value.status === 'enabled';
  return (
    <Page title={value.name} subtitle={value.full_name} crumbs={[{ to: '/operators', text: t('nav.operators') }]} marks={<OperatorChip operator={value} />}
      actions={may('operators.write') ? (
        <>
          <Button onClick={() => setTask('renew')}>{t('operators.new_link')}</Button>
          <Button onClick={() => setTask(enabled ? 'disable' : 'enable')}>{t(enabled ? 'operators.disable_short' : 'operators.enable_short')}</Button>
          <Button onClick={() => setTask('delete')}>{t('task.delete')}</Button>
          <Button kind="primary" onClick={() => setTask('edit')}>{t('user.edit')}</Button>
        </>
      ) : undefined}>
      <Section title={t('facts.head')}><dl className="facts">{facts.map(([name, words]) => <div key={name}><dt>{name}</dt><dd>{words}</dd></div>)}</dl></Section>
      <Sessions name={value.name} />
      {task === 'edit' ? <EditOperator operator={operator} onClose={() => setTask(undefined)} /> : null}
      {task === undefined || task === 'edit' ? null : <Confirm task={task} operator={operator} onClose={() => setTask(undefined)} />}
    </Page>
  );
}

export function OperatorPage({ name }: { name: string }) {
  const { t } = useText();
  const operator = useQuery({ queryKey: ['operators', name], queryFn: () => api.operators.get(name) });
  if (operator.data !== undefined) return <There operator={operator.data} />;
  return (
    <Page title={name} crumbs={[{ to: '/operators', text: t('nav.operators') }]}>
      {operator.error === null ? <div className="panel"><TableSkeleton rows={4} label={t('state.loading')} /></div> : <ProblemNote error={operator.error} onRetry={() => void operator.refetch()} />}
    </Page>
  );
}
