// SPDX-License-Identifier: Apache-2.0
import { Problem, type Evidence } from '@lockstep/api/console';
import { Button, Note } from '@lockstep/ui';
import { useState, type ReactNode } from 'react';
import { placesOf, textOf } from './problems';
import { signed, useText, type Text } from './text';

interface Props {
  error: unknown;
  onRetry?: () => void;
  focus?: boolean;
  level?: 2 | 3;
  /** What else helps. */
  children?: ReactNode;
}

function secondsWords(text: Text, seconds: number): string {
  const words = text.duration(seconds);
  return seconds === 0 ? words : text.t(seconds > 0 ? 'offset.fast' : 'offset.slow', { time: words });
}

/** What was found out, in the words of the help desk. Empty where nothing was. */
export function evidenceLines(text: Text, reason: string, evidence: Evidence | undefined): string[] {
  if (evidence === undefined) return [];
  const { t, moment } = text;
  const lines: string[] = [];
  const places = placesOf(evidence);
  if (places !== undefined) lines.push(t('evidence.places', { first: places.first, second: places.second, count: places.skipped }));
  else if (evidence.off !== undefined) lines.push(t('evidence.off', { off: signed(evidence.off) }));
  if (evidence.offset_after !== undefined && reason === 'outside_window') lines.push(t('evidence.clock', { offset: secondsWords(text, evidence.offset_after) }));
  if (evidence.when !== undefined) lines.push(t(reason === 'already_used' ? 'evidence.used' : 'evidence.again', { at: moment(evidence.when) }));
  if (evidence.fits !== undefined) {
    const { kind, algorithm, digits, step_seconds: step } = evidence.fits;
    const spec = [kind, algorithm, digits === undefined ? '' : t('facts.digits_of', { count: digits }), kind === 'totp' && step !== undefined ? `${step} s` : ''];
    lines.push(t('evidence.fits', { spec: spec.filter((one) => one !== undefined && one !== '').join(', ') }));
  }
  if (evidence.places !== undefined && evidence.places.length > 0) lines.push(t('evidence.fit_places', { count: evidence.places.length }));
  if (evidence.implausible === true) lines.push(t('evidence.implausible'));
  return lines;
}

/** A problem in words, with what was found out and what helps. */
export function ProblemNote({ error, onRetry, focus = false, level = 2, children }: Props) {
  const text = useText();
  const { t } = text;
  const [received] = useState(() => Date.now());
  const problem = error instanceof Problem ? error : new Problem({ reason: 'unavailable' });
  const name = textOf(problem);
  const seconds = problem.retryAfter ?? 0;
  const values = {
    pause: text.duration(Math.ceil(seconds / 60) * 60),
    at: new Intl.DateTimeFormat(text.language, { timeStyle: 'short' }).format(new Date(received + seconds * 1000)),
  };
  const says = name === 'invalid_input' || name === 'not_allowed' || name === 'conflict' ? problem.detail : undefined;
  return (
    <Note tone={name === 'offline' ? 'warn' : 'bad'} heading={t(`problem.${name}.head`, values)} focus={focus} level={level}>
      <p>{t(`problem.${name}.body`, values)}</p>
      {evidenceLines(text, problem.reason, problem.evidence).map((line) => <p key={line} className="strong">{line}</p>)}
      {says === undefined ? null : <p className="small dim" lang="en">{says}</p>}
      {problem.attemptsLeft === undefined || problem.status !== 422 ? null : <p className="small">{t('problem.tries_left', { count: problem.attemptsLeft })}</p>}
      {problem.reference === undefined ? null : <p className="small">{t('problem.reference', { id: problem.reference })}</p>}
      {children}
      {onRetry === undefined ? null : <div className="actions"><Button onClick={onRetry}>{t('action.try_again')}</Button></div>}
    </Note>
  );
}
