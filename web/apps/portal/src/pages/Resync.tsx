// SPDX-License-Identifier: Apache-2.0
import { portal, Problem } from '@lockstep/api';
import { useTranslation } from '@lockstep/i18n';
import { Button, cleanCode, CodeField, faultOf, PageHeader, secondsLeft, Steps, useNow } from '@lockstep/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useReducer, useRef, type Dispatch, type FormEvent, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { ConfirmIdentity } from '../ConfirmIdentity';
import { endOf, LoadingCards, useTitle } from '../parts';
import { fieldFaultOf } from '../problems';
import { ProblemNote } from '../ProblemNote';
import { ACTIVITY, DEVICES } from '../session';
import { barOf, BEGIN, step, waitingAt, type Event, type Field, type Wizard } from '../wizard';
import { NextPasscode } from './NextPasscode';
import { ResyncDone } from './ResyncDone';

interface Actions {
  wizard: Wizard;
  dispatch: Dispatch<Event>;
  ask: () => void;
}

/** What an error means for the wizard: this field, the connection, or the end of the attempt. */
function useRefusal(dispatch: Dispatch<Event>, ask: () => void): (error: Error) => void {
  return (error) => {
    const problem = error instanceof Problem ? error : new Problem({ reason: 'unavailable' });
    const fault = fieldFaultOf(problem);
    if (problem.reason === 'step_up_required') ask();
    else if (fault !== undefined) dispatch({ type: 'fault', fault });
    else if (problem.status === 0 || problem.status >= 500) dispatch({ type: 'away', problem });
    else dispatch({ type: 'failed', problem });
  };
}

function useSend({ wizard, dispatch, ask }: Actions, field: Field) {
  const queries = useQueryClient();
  const onError = useRefusal(dispatch, ask);
  const { started } = wizard;
  const send = useMutation({
    mutationFn: async (code: string): Promise<Event> => {
      if (started === undefined) throw new Problem({ reason: 'unavailable' });
      if (field === 'first') return { type: 'first_taken', taken: await portal.giveFirst(started.id, code), received: Date.now() };
      const answer = field === 'second' ? await portal.completeResync(started.id, code) : await portal.giveNext(started.id, code);
      return 'reason' in answer ? { type: 'one_more' } : { type: 'moved', moved: answer };
    },
    onSuccess: (event) => {
      dispatch(event);
      if (event.type !== 'moved') return;
      void queries.invalidateQueries({ queryKey: DEVICES });
      void queries.invalidateQueries({ queryKey: ACTIVITY });
    },
    onError,
  });
  const before = field === 'first' ? undefined : cleanCode(field === 'second' ? wizard.codes.first : wizard.codes.second);
  const submit = () => {
    const fault = faultOf(wizard.codes[field], started?.digits ?? 0, before);
    if (fault === undefined) send.mutate(cleanCode(wizard.codes[field]));
    else dispatch({ type: 'fault', fault });
  };
  return { submit, busy: send.isPending };
}

interface CodeStepProps extends Actions {
  field: Field;
  heading: string;
  text: string;
  label: string;
  go: string;
  back: ReactNode;
  children?: ReactNode;
  shut?: boolean;
}

/** One step: what to do, a field for one code, and the way on. */
function CodeStep({ field, heading, text, label, go, back, children, shut = false, ...actions }: CodeStepProps) {
  const { t } = useTranslation();
  const { wizard, dispatch } = actions;
  const input = useRef<HTMLInputElement>(null);
  const { submit, busy } = useSend(actions, field);
  const digits = wizard.started?.digits ?? 0;
  useEffect(() => input.current?.focus(), [field]);
  useEffect(() => {
    if (wizard.fault !== undefined) input.current?.focus();
  }, [wizard.fault]);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy && !shut) submit();
  };
  return (
    <form className="stack" onSubmit={onSubmit} noValidate>
      <h2 className="heard">{heading}</h2>
      <p>{text}</p>
      {children}
      {wizard.away === undefined ? null : <ProblemNote error={wizard.away} onRetry={submit} />}
      {shut ? null : (
        <CodeField ref={input} digits={digits} label={label} hint={t('resync.hint', { digits })} value={wizard.codes[field]}
          onChange={(code) => dispatch({ type: 'typed', field, code })}
          error={wizard.fault === undefined ? undefined : t(`resync.fault.${wizard.fault}`, { digits })} />
      )}
      <div className="actions-apart">
        {back}
        {shut
          ? <Button kind="primary" onClick={() => dispatch({ type: 'again' })}>{t('action.start_again')}</Button>
          : <Button kind="primary" type="submit" loading={busy}>{go}</Button>}
      </div>
      <span className="heard" role="status">{busy ? t('resync.checking') : ''}</span>
    </form>
  );
}

function First(actions: Actions) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const kind = actions.wizard.started?.kind ?? 'totp';
  return (
    <CodeStep {...actions} field="first" heading={t('resync.s1.head')} text={t(`resync.s1.${kind}`)} label={t('resync.s1.field')}
      go={t('action.next')} back={<Button onClick={() => navigate('/')}>{t('action.cancel')}</Button>} />
  );
}

function Second({ title, ...actions }: Actions & { title: string }) {
  const { t } = useTranslation();
  const { wizard, dispatch } = actions;
  const now = useNow();
  const left = secondsLeft(wizard.nextBy, now);
  const waiting = waitingAt(wizard, now);
  useTitle(title, waiting === 'waiting' ? t('resync.seconds_short', { count: left }) : '');
  const shows = wizard.started?.kind === 'hotp' && wizard.started.display_seconds !== undefined;
  const text = wizard.started?.kind === 'hotp'
    ? (shows ? t('resync.s2.hotp_shows', { seconds: wizard.wait }) : t('resync.s2.hotp'))
    : t('resync.s2.totp');
  const shut = waiting === 'too_late';
  return (
    <CodeStep {...actions} field="second" heading={t('resync.s2.head')} text={shut ? t('resync.s2.too_late') : text} label={t('resync.s2.field')}
      go={t('resync.sync')} shut={shut} back={<Button onClick={() => dispatch({ type: 'back' })}>{t('action.back')}</Button>}>
      {waiting === 'none' || shut ? null : <NextPasscode left={left} wait={wizard.wait} waiting={waiting} isEvent={wizard.started?.kind === 'hotp'} />}
    </CodeStep>
  );
}

function Third(actions: Actions) {
  const { t } = useTranslation();
  return (
    <CodeStep {...actions} field="third" heading={t('resync.s3.head')} text={t(`resync.s3.${actions.wizard.started?.kind ?? 'totp'}`)}
      label={t('resync.s2.field')} go={t('resync.sync')}
      back={<Button onClick={() => actions.dispatch({ type: 'again' })}>{t('action.start_again')}</Button>} />
  );
}

function Stage({ serial, title, ...actions }: Actions & { serial: string; title: string }) {
  const { wizard, dispatch } = actions;
  switch (wizard.stage) {
    case 'starting':
      return wizard.away === undefined ? <LoadingCards /> : <ProblemNote error={wizard.away} onRetry={() => dispatch({ type: 'again' })} />;
    case 'first':
      return <First {...actions} />;
    case 'second':
      return <Second {...actions} title={title} />;
    case 'third':
      return <Third {...actions} />;
    case 'failed':
      return <ProblemNote error={wizard.problem} end={endOf(serial)} onStartAgain={() => dispatch({ type: 'again' })} />;
    case 'done':
      return wizard.moved === undefined ? null : <ResyncDone serial={serial} moved={wizard.moved} />;
  }
}

function ResyncTask({ serial, ask }: { serial: string; ask: () => void }) {
  const { t } = useTranslation();
  const [wizard, dispatch] = useReducer(step, BEGIN);
  const title = t('resync.title_of', { end: endOf(serial) });
  useTitle(title);
  const refuse = useRefusal(dispatch, ask);
  const { mutate: begin } = useMutation({
    mutationFn: () => portal.startResync(serial),
    onSuccess: (started) => dispatch({ type: 'started', started }),
    onError: refuse,
  });
  const isStarting = wizard.stage === 'starting' && wizard.away === undefined;
  useEffect(() => {
    if (isStarting) begin();
  }, [isStarting, begin]);
  const names = [t('resync.step.first'), t('resync.step.final'), t('resync.step.result')];
  return (
    <div className="panel stack wizard">
      <PageHeader title={t('resync.title')} aside={<><span className="heard">{t('device.serial_end')}</span>{`…${endOf(serial)}`}</>} />
      <Steps names={names} current={barOf(wizard.stage)} label={t('resync.steps')} />
      <Stage serial={serial} title={title} wizard={wizard} dispatch={dispatch} ask={ask} />
    </div>
  );
}

/** Two passcodes, one after the other, and the token is in step again. */
export function Resync({ serial }: { serial: string }) {
  return <ConfirmIdentity>{(ask) => <ResyncTask serial={serial} ask={ask} />}</ConfirmIdentity>;
}
