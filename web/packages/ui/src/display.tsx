// SPDX-License-Identifier: Apache-2.0
import {
  IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconClockExclamation, IconCreditCard, IconDeviceMobile, IconInfoCircle,
  IconKey, IconMail,
} from '@tabler/icons-react';
import { useEffect, useRef, type ReactNode } from 'react';

export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'idle';

const STROKE = 1.8;
const TONE_ICONS = { ok: IconCircleCheck, warn: IconAlertTriangle, bad: IconAlertTriangle, info: IconInfoCircle, idle: IconInfoCircle };

interface NoteProps {
  tone: Tone;
  heading?: string;
  children?: ReactNode;
  /** The heading takes the focus when the note appears: for results. */
  focus?: boolean;
  level?: 2 | 3;
}

/** What happened and what to do, in one tone. */
export function Note({ tone, heading, children, focus = false, level = 2 }: NoteProps) {
  const headingRef = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (focus) headingRef.current?.focus();
  }, [focus, heading]);
  const Icon = TONE_ICONS[tone];
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <div className={`note ${tone}`}>
      <Icon size={24} stroke={STROKE} aria-hidden />
      <div>
        {heading === undefined ? null : <Heading ref={headingRef} tabIndex={-1}>{heading}</Heading>}
        {children}
      </div>
    </div>
  );
}

export type SyncWord = 'in_sync' | 'drifting' | 'out_of_sync' | 'unused';
const SYNC = {
  in_sync: { tone: 'ok', Icon: IconCircleCheck },
  drifting: { tone: 'warn', Icon: IconClockExclamation },
  out_of_sync: { tone: 'bad', Icon: IconAlertTriangle },
  unused: { tone: 'idle', Icon: IconCircleDashed },
} as const;

/** How well a token keeps step: icon, colour and word, always together. */
export function SyncMark({ sync, word }: { sync: SyncWord; word: string }) {
  const { tone, Icon } = SYNC[sync];
  return (
    <span className={`mark ${tone}`}>
      <Icon size={18} stroke={STROKE} aria-hidden />
      {word}
    </span>
  );
}

export function Chip({ tone, children }: { tone: 'filled' | Tone; children: ReactNode }) {
  return <span className={`chip ${tone}`}>{children}</span>;
}

export type KindWord = 'fob' | 'card' | 'phone' | 'email';
const KINDS = { fob: IconKey, card: IconCreditCard, phone: IconDeviceMobile, email: IconMail };

/** What kind of thing it is, as a picture; the words beside it say it too. */
export function KindTile({ kind, on = false }: { kind: KindWord; on?: boolean }) {
  const Icon = KINDS[kind];
  return (
    <span className={on ? 'kind-tile on' : 'kind-tile'}>
      <Icon size={20} stroke={STROKE} aria-hidden />
    </span>
  );
}

/** Where somebody is in a task: three bars, and the same in words. */
export function Steps({ names, current, label }: { names: readonly string[]; current: number; label: string }) {
  const state = (index: number) => {
    if (index < current) return 'done';
    return index === current ? 'now' : 'later';
  };
  const shown = Math.min(current, names.length - 1);
  return (
    <div>
      <ol className="steps" aria-label={label}>
        {names.map((name, index) => (
          <li key={name} data-state={state(index)} {...(index === current ? { 'aria-current': 'step' as const } : {})}>
            <span className="heard">{name}</span>
          </li>
        ))}
      </ol>
      <p className="steps-now" aria-hidden>{`${shown + 1} / ${names.length} · ${names[shown] ?? ''}`}</p>
    </div>
  );
}

export function PageHeader({ title, aside }: { title: string; aside?: ReactNode }) {
  return (
    <div className="page-header">
      <h1 tabIndex={-1}>{title}</h1>
      {aside === undefined ? null : <span className="dim">{aside}</span>}
    </div>
  );
}

export function Panel({ children, label }: { children: ReactNode; label?: string }) {
  return label === undefined
    ? <div className="panel stack">{children}</div>
    : <section className="panel stack" aria-label={label}>{children}</section>;
}

export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg className="logo" width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2"
      strokeLinejoin="round" aria-hidden>
      <path d="M12 2.8c2.4 1.9 5 2.7 8 2.8.7 6.6-1.7 12.3-8 15.6C5.7 17.9 3.3 12.2 4 5.6c3-.1 5.6-.9 8-2.8z" />
      <path d="M12 2.8V8.4H15.4V14.2H12V21.2" />
    </svg>
  );
}

interface ShellProps {
  brand: string;
  brandHref: string;
  skip: string;
  /** Links and buttons of the bar, from the middle to the end. */
  children?: ReactNode;
  main: ReactNode;
  width: 'narrow' | 'wide';
}

/** Banner, navigation, and the one main part that the skip link leads to. */
export function Shell({ brand, brandHref, skip, children, main, width }: ShellProps) {
  return (
    <>
      <a className="skip-link" href="#main">{skip}</a>
      <header className="shell-header">
        <div className={`shell-bar ${width}`}>
          <a className="shell-brand" href={brandHref}>
            <Logo />
            <span className="shell-name">{brand}</span>
          </a>
          {children}
        </div>
      </header>
      <main id="main" className={`shell-main ${width}`} tabIndex={-1}>{main}</main>
    </>
  );
}
