// SPDX-License-Identifier: Apache-2.0
// Short cuts: off while somebody types, and off for good where somebody says so.
import { Check, Dialog } from '@lockstep/ui';
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useText } from './text';

const STORED = 'lockstep-keys';
const CHORD_MS = 1500;
const GOALS: Record<string, string> = { u: '/assignment', t: '/tokens', g: '/groups', o: '/operators' };
export const MODIFIER = /Mac|iPhone|iPad/.test(globalThis.navigator.userAgent) ? '⌘' : 'Ctrl';

function areOn(): boolean {
  try {
    return localStorage.getItem(STORED) !== 'off';
  } catch {
    return true;
  }
}

function keep(on: boolean): void {
  try {
    localStorage.setItem(STORED, on ? 'on' : 'off');
  } catch {
    // Then it is as before next time.
  }
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
const isInDialog = () => document.querySelector('[role=dialog]') !== null;

/** What a key means where `chord` was pressed before it. */
export function meaningOf(key: string, chord: boolean): 'chord' | 'filter' | 'list' | { to: string } | undefined {
  if (chord) {
    const to = GOALS[key];
    return to === undefined ? undefined : { to };
  }
  if (key === 'g') return 'chord';
  if (key === '/') return 'filter';
  return key === '?' ? 'list' : undefined;
}

export function Keys({ onSearch }: { onSearch: () => void }) {
  const { t } = useText();
  const [, navigate] = useLocation();
  const [listed, setListed] = useState(false);
  const [on, setOn] = useState(areOn);
  const chordAt = useRef(0);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        if (!isInDialog()) onSearch();
        return;
      }
      if (!on || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isInDialog()) return;
      const meaning = meaningOf(event.key, Date.now() - chordAt.current < CHORD_MS);
      chordAt.current = meaning === 'chord' ? Date.now() : 0;
      if (meaning === undefined || meaning === 'chord') return;
      event.preventDefault();
      if (meaning === 'filter') document.querySelector<HTMLInputElement>('input[type=search]')?.focus();
      else if (meaning === 'list') setListed(true);
      else navigate(meaning.to);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [on, onSearch, navigate]);
  const rows: readonly [string, string][] = [
    [`${MODIFIER} K`, t('keys.search')], ['/', t('keys.filter')], ['g u', t('nav.assignment')], ['g t', t('nav.tokens')],
    ['g g', t('nav.groups')], ['g o', t('nav.operators')], ['?', t('keys.list')],
  ];
  return (
    <Dialog opened={listed} onClose={() => setListed(false)} title={t('keys.head')} closeLabel={t('action.close')}>
      <div className="stack">
        <dl className="keys">
          {rows.map(([key, words]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{words}</dd></div>)}
        </dl>
        <Check label={t('keys.on')} checked={on} onChange={(value) => { keep(value); setOn(value); }} />
      </div>
    </Dialog>
  );
}
