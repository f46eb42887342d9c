// SPDX-License-Identifier: Apache-2.0
// What every list does: its filters and its place are in the address, rows stay while others come.
import type { Page } from '@lockstep/api/console';
import { Button, Empty, TableSkeleton } from '@lockstep/ui';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useSearchParams } from 'wouter';
import { ProblemNote } from './ProblemNote';
import { useSettled } from './Search';
import { useText } from './text';

export const PAGE_ROWS = 50;

/** The parameters of the address, and a way to change them. A change of a filter begins at the first page. */
export function useAddress() {
  const [params, setParams] = useSearchParams();
  const change = (changes: Record<string, string>, how: { replace?: boolean } = {}) => {
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (!('after' in changes)) next.delete('after');
      for (const [name, value] of Object.entries(changes)) {
        if (value === '') next.delete(name);
        else next.set(name, value);
      }
      return next;
    }, { replace: how.replace ?? false });
  };
  return { get: (name: string) => params.get(name) ?? '', change };
}

/** A page of a list as the address says it; the rows of before stay until the new ones are there. */
export function usePage<T, Answer extends Page<T>>(key: readonly unknown[], ask: () => Promise<Answer>) {
  return useQuery({ queryKey: key, queryFn: ask, placeholderData: keepPreviousData });
}

interface FilterProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Enter was pressed on what was typed; it filters at once. */
  onEnter?: (value: string) => void;
}

/** A field that filters as one types, a moment after the last key. `/` leads here. */
export function FilterField({ label, value, onChange, onEnter }: FilterProps) {
  const [typed, setTyped] = useState(value);
  const [from, setFrom] = useState(value);
  const settled = useSettled(typed);
  // The address changed by other means: Back, or filters that were cleared.
  if (value !== from) {
    setFrom(value);
    if (value !== settled.trim()) setTyped(value);
  }
  useEffect(() => {
    if (settled.trim() !== value) onChange(settled.trim());
    // Only what is typed changes the address.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  return (
    <div className="filter">
      <IconSearch size={16} stroke={1.8} aria-hidden />
      <input type="search" aria-label={label} placeholder={label} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} spellCheck={false} autoComplete="off"
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          if (typed.trim() !== value) onChange(typed.trim());
          onEnter?.(typed.trim());
        }} />
    </div>
  );
}

interface ListProps<T> {
  query: { data: Page<T> | undefined; error: Error | null; isPlaceholderData: boolean; refetch: () => unknown };
  /** The rows, where there are any. */
  children: (items: readonly T[], busy: boolean) => ReactNode;
  empty: ReactNode;
  /** Something narrows the list: it can be cleared. */
  onClear?: (() => void) | undefined;
}

/** A list in each of its states: loading, failed, empty, rows; and the way to the next page. */
export function List<T>({ query, children, empty, onClear }: ListProps<T>) {
  const { t } = useText();
  const { get, change } = useAddress();
  const { data, error } = query;
  if (error !== null && (data === undefined || !query.isPlaceholderData)) {
    return <div className="panel-pad"><ProblemNote error={error} onRetry={() => void query.refetch()} /></div>;
  }
  if (data === undefined) return <TableSkeleton label={t('state.loading')} />;
  const after = get('after');
  if (data.items.length === 0) {
    return <Empty action={onClear === undefined ? undefined : <Button onClick={onClear}>{t('list.clear')}</Button>}>{empty}</Empty>;
  }
  return (
    <>
      {children(data.items, query.isPlaceholderData)}
      <div className="pager">
        <span className="dim small" role="status">{t('list.shown', { count: data.items.length })}</span>
        <span className="actions">
          {after === '' ? null : <Button onClick={() => change({ after: '' })}>{t('list.first')}</Button>}
          {data.next === undefined ? null : <Button onClick={() => change({ after: data.next ?? '' })}>{t('list.next')}</Button>}
        </span>
      </div>
    </>
  );
}
