// SPDX-License-Identifier: Apache-2.0
import { Problem } from '@lockstep/api';
import { duration, timeOfDay, useTranslation } from '@lockstep/i18n';
import { Button, Note } from '@lockstep/ui';
import { useState, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { helpsOf, textOf, type Help } from './problems';
import { useSettings } from './session';

interface Props {
  error: unknown;
  /** The end of the serial of the device that this is about. */
  end?: string;
  onRetry?: (() => void) | undefined;
  /** Begins the task anew. */
  onStartAgain?: (() => void) | undefined;
  focus?: boolean;
}

function Checks({ end }: { end: string }) {
  const { t } = useTranslation();
  return (
    <ul>
      <li>{t('problem.check.serial', { end })}</li>
      <li>{t('problem.check.follow')}</li>
      <li>{t('problem.check.clock')}</li>
    </ul>
  );
}

function Helps({ helps, onStartAgain }: { helps: readonly Help[]; onStartAgain: (() => void) | undefined }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const settings = useSettings();
  const phone = settings.data?.help.phone;
  const buttons: Partial<Record<Help, ReactNode>> = {
    start_again: onStartAgain === undefined ? null : <Button key="again" kind="primary" onClick={onStartAgain}>{t('action.start_again')}</Button>,
    temporary_code: settings.data?.allow.temporary_code === true
      ? <Button key="temporary" onClick={() => navigate('/temporary-code')}>{t('action.temporary_code')}</Button> : null,
    get_help: <Button key="help" onClick={() => navigate('/help')}>{t('action.get_help')}</Button>,
    call: phone === undefined
      ? <Button key="help" onClick={() => navigate('/help')}>{t('action.get_help')}</Button>
      : <Button key="call" kind="primary" href={`tel:${phone.replaceAll(' ', '')}`}>{t('action.call', { phone })}</Button>,
    reload: <Button key="reload" kind="primary" onClick={() => globalThis.location.reload()}>{t('action.reload')}</Button>,
  };
  const shown = helps.map((help) => buttons[help]).filter((button) => button !== null && button !== undefined);
  return shown.length === 0 ? null : <div className="actions">{shown}</div>;
}

/** A problem in words, with what helps. */
export function ProblemNote({ error, end = '', onRetry, onStartAgain, focus = true }: Props) {
  const { t, i18n } = useTranslation();
  const [received] = useState(() => Date.now());
  const problem = error instanceof Problem ? error : new Problem({ reason: 'unavailable' });
  const text = textOf(problem);
  const seconds = problem.retryAfter ?? 0;
  const values = {
    end,
    pause: duration(i18n.language, Math.ceil(seconds / 60) * 60),
    at: timeOfDay(i18n.language, new Date(received + seconds * 1000)),
  };
  const canRetry = onRetry !== undefined && (text === 'offline' || text === 'unavailable' || text === 'overloaded');
  return (
    <Note tone={text === 'offline' ? 'warn' : 'bad'} heading={t(`problem.${text}.head`, values)} focus={focus}>
      <p>{t(`problem.${text}.body`, values)}</p>
      {text === 'no_match' && end !== '' ? <Checks end={end} /> : null}
      {problem.attemptsLeft === undefined || problem.status !== 422 ? null : (
        <p className="small">{t('problem.tries_left', { count: problem.attemptsLeft })}</p>
      )}
      {problem.reference === undefined ? null : <p className="small">{t('problem.reference', { id: problem.reference })}</p>}
      {canRetry ? <div className="actions"><Button kind="primary" onClick={onRetry}>{t('action.try_again')}</Button></div> : null}
      <Helps helps={helpsOf(text)} onStartAgain={onStartAgain} />
    </Note>
  );
}
