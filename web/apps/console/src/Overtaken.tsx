// SPDX-License-Identifier: Apache-2.0
// Two who edit the same thing: the second sees what the first has changed, and keeps what they typed.
import { Problem, type Versioned } from '@lockstep/api/console';
import { Button, Note } from '@lockstep/ui';
import { useQuery } from '@tanstack/react-query';
import { ProblemNote } from './ProblemNote';
import { useText } from './text';

interface Props<T> {
  error: Error | null;
  /** Reads what is there now. */
  ask: () => Promise<Versioned<T>>;
  /** What was there when the form was opened, in words; and the same of what is there now. */
  seen: readonly (readonly [string, string])[];
  words: (value: T) => readonly (readonly [string, string])[];
  /** From now on the form is about what is there now. */
  onTake: (fresh: Versioned<T>) => void;
}

/** The pairs of `now` that are not as in `seen`. */
export function changed(seen: Props<unknown>['seen'], now: Props<unknown>['seen']): readonly (readonly [string, string])[] {
  return now.filter(([name, value]) => seen.find(([other]) => other === name)?.[1] !== value);
}

/** Why a form could not be saved. */
export function Overtaken<T>({ error, ask, seen, words, onTake }: Props<T>) {
  const { t } = useText();
  const isConflict = error instanceof Problem && error.status === 409;
  const fresh = useQuery({ queryKey: ['overtaken', error], queryFn: ask, enabled: isConflict, staleTime: 0, gcTime: 0 });
  if (error === null) return null;
  if (!isConflict || fresh.data === undefined) return <ProblemNote error={error} level={3} focus />;
  const there = fresh.data;
  const different = changed(seen, words(there.value));
  return (
    <Note tone="warn" heading={t('problem.conflict.head')} focus level={3}>
      <p>{t(different.length === 0 ? 'overtaken.elsewhere' : 'overtaken.text')}</p>
      {different.length === 0 ? null : <ul>{different.map(([name, value]) => <li key={name}>{t('overtaken.now', { name, value: value === '' ? '–' : value })}</li>)}</ul>}
      <div className="actions"><Button onClick={() => onTake(there)}>{t('overtaken.take')}</Button></div>
    </Note>
  );
}
