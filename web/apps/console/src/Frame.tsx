// SPDX-License-Identifier: Apache-2.0
// The shell: the bar with search and account, the sections a role may see, and the page.
import { api, type OwnSession, type Permission } from '@lockstep/api/console';
import { LANGUAGES, setLanguage } from '@lockstep/i18n';
import { Logo, Menu, MenuRadios } from '@lockstep/ui';
import {
  IconActivity, IconKey, IconLogout, IconMenu2, IconSearch, IconUserCog, IconUsers, IconUsersGroup, type Icon,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { Keys, MODIFIER } from './Keys';
import { Search } from './Search';
import { leave, useMay } from './session';
import { useText } from './text';
import { ThemeButton } from './ThemeButton';
import { Toast } from './toast';

type SectionName = 'snapshot' | 'assignment' | 'tokens' | 'groups' | 'operators';
interface SectionLink {
  name: SectionName;
  Icon: Icon;
  permission: Permission;
  /** Paths besides its own that belong to it. */
  also?: string;
}
// In the order help desks know. Those that are not built are not here: an empty page would be worse than none.
const SECTIONS: readonly SectionLink[] = [
  { name: 'snapshot', Icon: IconActivity, permission: 'reports.read' },
  { name: 'assignment', Icon: IconUsers, permission: 'users.read', also: '/users/' },
  { name: 'tokens', Icon: IconKey, permission: 'tokens.read' },
  { name: 'groups', Icon: IconUsersGroup, permission: 'users.read' },
  { name: 'operators', Icon: IconUserCog, permission: 'operators.read' },
];
const ICON = { size: 18, stroke: 1.8, 'aria-hidden': true } as const;

function Sections({ onGo }: { onGo: () => void }) {
  const { t } = useText();
  const may = useMay();
  const [location] = useLocation();
  return (
    <nav className="sections" aria-label={t('app.nav')}>
      {SECTIONS.filter((one) => may(one.permission)).map(({ name, Icon, also }) => {
        const here = location.startsWith(`/${name}`) || (also !== undefined && location.startsWith(also));
        return (
          <Link key={name} to={`/${name}`} onClick={onGo} {...(here ? { 'aria-current': 'page' as const } : {})}>
            <Icon {...ICON} />
            {t(`nav.${name}`)}
          </Link>
        );
      })}
    </nav>
  );
}

function Account({ session }: { session: OwnSession }) {
  const { t, language } = useText();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const out = useMutation({
    mutationFn: (everywhere: boolean) => (everywhere ? api.session.signOutEverywhere() : api.session.signOut()),
    onSettled: () => {
      leave(queries);
      navigate('/sign-in', { replace: true });
    },
  });
  const { operator } = session;
  const name = operator.full_name === '' ? operator.name : operator.full_name;
  return (
    <Menu>
      <Menu.Target>
        <button type="button" className="account" aria-label={t('menu.account', { name })}>{name}</button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{`${operator.name} · ${t(`role.${operator.role}`)}`}</Menu.Label>
        {operator.scope.length === 0 ? null : <Menu.Label>{t('menu.scope', { groups: operator.scope.join(', ') })}</Menu.Label>}
        <Menu.Divider />
        <MenuRadios label={t('menu.language')} value={language} onChange={(tag) => void setLanguage(tag, 'console')}
          choices={LANGUAGES.map(({ tag, name: words }) => ({ value: tag, label: words, lang: tag }))} />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout {...ICON} />} onClick={() => out.mutate(false)}>{t('menu.sign_out')}</Menu.Item>
        <Menu.Item leftSection={<span className="tick" />} onClick={() => out.mutate(true)}>{t('menu.sign_out_everywhere')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The frame of every page. */
export function Frame({ session, children }: { session: OwnSession; children: ReactNode }) {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const [searching, setSearching] = useState(false);
  return (
    <div className="frame">
      <a className="skip-link" href="#main">{t('app.skip')}</a>
      <header className="bar">
        <button type="button" className="icon-button burger" aria-label={t('app.sections')} aria-expanded={open} onClick={() => setOpen(!open)}>
          <IconMenu2 size={22} stroke={1.8} aria-hidden />
        </button>
        <Link to="/" className="brand"><Logo size={24} /><span>{t('app.name')}</span></Link>
        <button type="button" className="search-button" onClick={() => setSearching(true)} aria-label={t('search.open')} aria-keyshortcuts="Control+K Meta+K">
          <IconSearch size={16} stroke={1.8} aria-hidden />
          <span>{t('search.hint')}</span>
          <kbd>{`${MODIFIER} K`}</kbd>
        </button>
        <div className="bar-end">
          <ThemeButton />
          <Account session={session} />
        </div>
      </header>
      <div className={open ? 'side open' : 'side'}><Sections onGo={() => setOpen(false)} /></div>
      <main id="main" className="content" tabIndex={-1}>{children}</main>
      <Toast />
      <Keys onSearch={() => setSearching(true)} />
      {searching ? <Search onClose={() => setSearching(false)} /> : null}
    </div>
  );
}

