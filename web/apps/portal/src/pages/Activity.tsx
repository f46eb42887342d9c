// SPDX-License-Identifier: Apache-2.0
import { portal, Problem, type Activity } from '@lockstep/api';
import { moment, useTranslation } from '@lockstep/i18n';
import { Button, Dialog, Note, PageHeader } from '@lockstep/ui';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { endOf, LoadingCards, useTitle } from '../parts';
import { ConfirmStep } from '../ConfirmIdentity';
import { ProblemNote } from '../ProblemNote';
import { ACTIVITY, DEVICES } from '../session';

function Entry({ entry, onNotMe }: { entry: Activity; onNotMe: () => void }) {
  const { t, i18n } = useTranslation();
  const ok = entry.result === 'ok';
  const where = [entry.client, entry.source].filter((part) => part !== undefined).join(' · ');
  const what = t(`activity.what.${entry.what}`);
  const when = moment(i18n.language, new Date(entry.at));
  return (
    <li className="panel activity">
      <span className={ok ? 'mark ok' : 'mark bad'}>
        {ok ? <IconCircleCheck size={20} stroke={1.8} aria-hidden /> : <IconCircleX size={20} stroke={1.8} aria-hidden />}
        <span className="heard">{ok ? t('activity.ok') : t('activity.refused')}</span>
      </span>
      <div>
        <p className="strong">{ok ? what : t('activity.refused_of', { what })}</p>
        <p className="dim small">
          <time dateTime={entry.at}>{when}</time>
          {entry.serial === undefined ? '' : ` · …${endOf(entry.serial)}`}
          {where === '' ? '' : ` · ${where}`}
          {entry.by === 'operator' ? ` · ${t('activity.by_operator')}` : ''}
        </p>
        {entry.not_me === 'possible' ? (
          <button type="button" className="text-button" onClick={onNotMe} aria-label={t('activity.not_me_of', { what, when })}>{t('activity.not_me')}</button>
        ) : null}
        {entry.not_me === 'reported' ? <p className="small strong">{t('activity.reported')}</p> : null}
      </div>
    </li>
  );
}

/** The user's own last sign-ins and changes, and a way to say that one of them was somebody else. */
export function ActivityPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Activity>();
  const [confirming, setConfirming] = useState(false);
  const list = useQuery({ queryKey: ACTIVITY, queryFn: portal.activity });
  useTitle(t('nav.activity'));
  const notMe = useMutation({
    mutationFn: (id: string) => portal.notMe(id),
    onSuccess: () => {
      setAsked(undefined);
      void queries.invalidateQueries({ queryKey: ACTIVITY });
      void queries.invalidateQueries({ queryKey: DEVICES });
    },
    onError: (error) => {
      if (error instanceof Problem && error.reason === 'step_up_required') setConfirming(true);
    },
  });
  if (confirming) {
    return (
      <ConfirmStep onDone={() => {
        setConfirming(false);
        if (asked !== undefined) notMe.mutate(asked.id);
      }} />
    );
  }
  if (list.error !== null) return <ProblemNote error={list.error} onRetry={() => void list.refetch()} />;
  if (list.data === undefined) return <LoadingCards />;
  return (
    <div className="stack">
      <PageHeader title={t('nav.activity')} />
      <p className="dim">{t('activity.text')}</p>
      {notMe.isSuccess ? (
        <Note tone="warn" heading={t('activity.done.head')} focus>
          <p>{t('activity.done.body', { list: notMe.data.suspended.map((serial) => `…${endOf(serial)}`).join(', '), count: notMe.data.suspended.length })}</p>
        </Note>
      ) : null}
      {list.data.items.length === 0 ? <Note tone="idle" heading={t('activity.empty')} /> : null}
      <ul className="bare-list stack-small">
        {list.data.items.map((entry) => <Entry key={entry.id} entry={entry} onNotMe={() => setAsked(entry)} />)}
      </ul>
      <Dialog opened={asked !== undefined} onClose={() => setAsked(undefined)} title={t('activity.ask.head')} closeLabel={t('action.close')} busy={notMe.isPending}>
        <div className="stack">
          <p>{asked?.serial === undefined ? t('activity.ask.all') : t('activity.ask.one', { end: endOf(asked.serial) })}</p>
          {notMe.error === null ? null : <ProblemNote error={notMe.error} />}
          <div className="actions-apart">
            <Button onClick={() => setAsked(undefined)}>{t('action.cancel')}</Button>
            <Button kind="danger" loading={notMe.isPending} onClick={() => asked !== undefined && notMe.mutate(asked.id)}>{t('activity.ask.go')}</Button>
          </div>
        </div>
      </Dialog>
    </div>
  );
}
