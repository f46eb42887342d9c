// SPDX-License-Identifier: Apache-2.0
// Ctrl/⌘ K: finds a last name, user ID, email or serial from anywhere, and begins a resync directly.
import { api, type Token, type User } from '@lockstep/api/console';
import { Dialog } from '@lockstep/ui';
import { IconKey, IconRefresh, IconUser } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useId, useState, type KeyboardEvent } from 'react';
import { useLocation } from 'wouter';
import { nameOf, tokenPath, userPath } from './parts';
import { ProblemNote } from './ProblemNote';
import { useMay } from './session';
import { useText } from './text';

const PATIENCE_MS = 200;
const HITS_MAX = 6;

/** `value` as it was a moment ago, once it has come to rest. */
export function useSettled<T>(value: T, patience = PATIENCE_MS): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), patience);
    return () => clearTimeout(timer);
  }, [value, patience]);
  return settled;
}

/** What is sent for what was typed: people write * at the ends, and the server looks anywhere already. */
export function askedFor(typed: string): string {
  return typed.trim().replace(/^\*+|\*+$/g, '').trim();
}

interface Hit {
  key: string;
  to: string;
  kind: 'user' | 'token' | 'resync';
  head: string;
  text: string;
}

function hitsOf(users: readonly User[], tokens: readonly Token[], mayResync: boolean, resync: (serial: string) => string): Hit[] {
  const people = users.slice(0, HITS_MAX).map((user): Hit => ({
    key: `u ${user.id}`, to: userPath(user.id), kind: 'user', head: nameOf(user), text: [user.id, user.email].filter((one) => one !== '' && one !== nameOf(user)).join(' · '),
  }));
  const things = tokens.slice(0, HITS_MAX).flatMap((token): Hit[] => {
    const hit: Hit = { key: `t ${token.serial}`, to: tokenPath(token.serial), kind: 'token', head: token.serial, text: [token.model, token.owner ?? ''].filter(Boolean).join(' · ') };
    if (!mayResync || token.owner === undefined) return [hit];
    return [hit, { key: `r ${token.serial}`, to: `${tokenPath(token.serial)}?do=resync`, kind: 'resync', head: resync(token.serial), text: token.owner }];
  });
  return [...people, ...things];
}

const ICONS = { user: IconUser, token: IconKey, resync: IconRefresh };

export function Search({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const may = useMay();
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  // Enter was pressed before the answer came.
  const [awaited, setAwaited] = useState(false);
  const list = useId();
  const q = askedFor(useSettled(typed));
  const users = useQuery({
    queryKey: ['users', 'search', q], queryFn: () => api.users.list({ q, limit: HITS_MAX }), enabled: q !== '' && may('users.read'), placeholderData: keepPreviousData,
  });
  const tokens = useQuery({
    queryKey: ['tokens', 'search', q], queryFn: () => api.tokens.list({ q, limit: HITS_MAX }), enabled: q !== '' && may('tokens.read'), placeholderData: keepPreviousData,
  });
  const hits = q === '' ? [] : hitsOf(users.data?.items ?? [], tokens.data?.items ?? [], may('tokens.resync'), (serial) => t('search.resync', { serial }));
  const busy = askedFor(typed) !== q || users.isFetching || tokens.isFetching;
  const go = (hit: Hit | undefined) => {
    if (hit === undefined) return;
    onClose();
    navigate(hit.to);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && hits.length > 0) {
      event.preventDefault();
      setAt((hits.length + at + step) % hits.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (busy) setAwaited(true);
      else go(hits[at]);
    }
  };
  const isThere = awaited && !busy;
  useEffect(() => {
    if (!isThere) return;
    setAwaited(false);
    go(hits[0]);
    // What was found is looked at when it is there, not each time it is drawn.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isThere]);
  const error = users.error ?? tokens.error;
  const said = () => {
    if (q === '') return t('search.what');
    if (busy) return t('state.loading');
    return hits.length === 0 ? t('search.none', { q }) : t('search.found', { count: hits.length });
  };
  return (
    <Dialog opened onClose={onClose} title={t('search.head')} closeLabel={t('action.close')}>
      <div className="search stack-small">
        <input type="text" role="combobox" aria-expanded={hits.length > 0} aria-controls={list} aria-label={t('search.hint')} placeholder={t('search.hint')}
          aria-activedescendant={hits[at] === undefined ? undefined : `${list}-${at}`} data-autofocus autoComplete="off" spellCheck={false}
          value={typed} onKeyDown={press} onChange={(event) => { setTyped(event.currentTarget.value); setAt(0); setAwaited(false); }} />
        {error === null ? null : <ProblemNote error={error} level={3} />}
        <div id={list} role="listbox" aria-label={t('search.results')} aria-busy={busy}>
          {hits.map((hit, index) => {
            const Icon = ICONS[hit.kind];
            return (
              <div key={hit.key} id={`${list}-${index}`} role="option" tabIndex={-1} aria-selected={index === at} className="hit" onClick={() => go(hit)}
                onKeyDown={press} onPointerMove={() => setAt(index)}>
                <Icon size={18} stroke={1.8} aria-hidden />
                <span className="strong">{hit.head}</span>
                <span className="dim">{hit.text}</span>
              </div>
            );
          })}
        </div>
        <p className="dim small" role="status">{said()}</p>
      </div>
    </Dialog>
  );
}
