// SPDX-License-Identifier: Apache-2.0
// What several pages of the console share.
import { Chip, KindTile, SyncMark, type Tone } from '@lockstep/ui';
import type { Permission, Token, TokenLife } from '@lockstep/api/console';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useMay } from './session';
import { useText, useTitle } from './text';

interface Crumb {
  to: string;
  text: string;
}
interface PageProps {
  title: string;
  subtitle?: ReactNode;
  /** Beside the title: chips. */
  marks?: ReactNode;
  actions?: ReactNode;
  crumbs?: readonly Crumb[];
  children: ReactNode;
}

const NO_CRUMBS: readonly Crumb[] = [];

/** A page: where it is, its name, what can be done, and the rest. */
export function Page({ title, subtitle, marks, actions, crumbs = NO_CRUMBS, children }: PageProps) {
  const { t } = useText();
  useTitle(title);
  return (
    <div className="stack-wide">
      {crumbs.length === 0 ? null : (
        <nav className="crumbs" aria-label={t('app.crumbs')}>
          {crumbs.map((one) => <Link key={one.to} to={one.to}>{one.text}</Link>)}
          <span aria-current="page">{title}</span>
        </nav>
      )}
      <div className="page-top">
        <div>
          <div className="page-title">
            <h1 tabIndex={-1}>{title}</h1>
            {marks}
          </div>
          {subtitle === undefined ? null : <p className="dim small">{subtitle}</p>}
        </div>
        {actions === undefined ? null : <div className="actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
}

/** A panel with a heading and what can be done in it. */
export function Section({ title, subtitle, actions, children }: { title: string; subtitle?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="panel section" aria-label={title}>
      <div className="section-top">
        <div>
          <h2>{title}</h2>
          {subtitle === undefined ? null : <p className="dim small">{subtitle}</p>}
        </div>
        {actions === undefined ? null : <div className="actions">{actions}</div>}
      </div>
      {children}
    </section>
  );
}

/** The page, for who may see it; else what they would need. */
export function Needs({ permission, children }: { permission: Permission; children: ReactNode }) {
  const { t } = useText();
  const may = useMay();
  if (may(permission)) return children;
  return (
    <Page title={t('needs.head')}>
      <p>{t('needs.text', { permission })}</p>
    </Page>
  );
}

const LIFE_TONES: Record<TokenLife, Tone> = {
  active: 'ok', assigned: 'info', inventory: 'idle', suspended: 'warn', locked: 'bad', lost: 'bad', faulty: 'bad', revoked: 'bad', expired: 'bad',
};

export function LifeChip({ life }: { life: TokenLife }) {
  const { t } = useText();
  return <Chip tone={LIFE_TONES[life]}>{t(`life.${life}`)}</Chip>;
}

export function TokenSync({ token }: { token: Token }) {
  const { t } = useText();
  return <SyncMark sync={token.sync} word={t(`sync.${token.sync}`)} />;
}

export function TokenType({ token }: { token: Token }) {
  const { t } = useText();
  const kind = token.form === 'software' ? 'phone' : (/card/i.test(token.model) ? 'card' : 'fob');
  return (
    <span className="token-type">
      <KindTile kind={kind} />
      <span>
        <span>{token.model === '' ? t(`form.${token.form}`) : token.model}</span>
        <span className="dim">{t(`kind.${token.kind}`)}</span>
      </span>
    </span>
  );
}

export const userPath = (id: string) => `/users/${encodeURIComponent(id)}`;
export const tokenPath = (serial: string) => `/tokens/${encodeURIComponent(serial)}`;

/** "Anna Berg", or the ID of who has no name here. */
export function nameOf(user: { id: string; first_name: string; last_name: string }): string {
  const name = `${user.first_name} ${user.last_name}`.trim();
  return name === '' ? user.id : name;
}
