// SPDX-License-Identifier: Apache-2.0
import { portal, type SessionState } from '@lockstep/api';
import { LANGUAGES, setLanguage, useTranslation } from '@lockstep/i18n';
import { Menu, MenuRadios, Shell, useColorScheme } from '@lockstep/ui';
import { IconFlask, IconLogout, IconMenu2, IconUserCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useSession, useSettings, useTakeSession } from './session';

const SCHEMES = ['auto', 'light', 'dark'] as const;
const ICON = 18;

function Choices({ session }: { session: SessionState | undefined }) {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useColorScheme();
  const choose = async (tag: string) => {
    await setLanguage(tag, 'portal');
    if (session?.state === 'signed_in') await portal.keepLanguage(tag);
  };
  return (
    <>
      <MenuRadios label={t('menu.language')} value={i18n.language} onChange={(tag) => void choose(tag)}
        choices={LANGUAGES.map(({ tag, name }) => ({ value: tag, label: name, lang: tag }))} />
      <MenuRadios label={t('menu.theme')} value={colorScheme} onChange={setColorScheme}
        choices={SCHEMES.map((scheme) => ({ value: scheme, label: t(`menu.theme_${scheme}`) }))} />
    </>
  );
}

function Account({ session }: { session: SessionState | undefined }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const take = useTakeSession();
  const settings = useSettings();
  const leave = async (how: () => Promise<unknown>) => {
    await how();
    take({ state: 'signed_out' });
    navigate('/sign-in', { replace: true });
  };
  const user = session?.state === 'signed_in' ? session.user : undefined;
  return (
    <Menu withinPortal={false}>
      <Menu.Target>
        <button type="button" className="icon-button" aria-label={user === undefined ? t('menu.open') : t('menu.open_of', { name: user.name })}>
          {user === undefined ? <IconMenu2 size={22} stroke={1.8} aria-hidden /> : <IconUserCircle size={24} stroke={1.8} aria-hidden />}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {user === undefined ? null : <Menu.Label>{`${user.name} · ${user.email ?? user.id}`}</Menu.Label>}
        <Choices session={session} />
        {settings.data?.demo === true ? (
          <>
            <Menu.Divider />
            <Menu.Item component="a" href="/lab/" leftSection={<IconFlask size={ICON} aria-hidden />}>{t('menu.lab')}</Menu.Item>
          </>
        ) : null}
        {user === undefined ? null : (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<IconLogout size={ICON} aria-hidden />} onClick={() => void leave(portal.signOut)}>
              {t('menu.sign_out')}
            </Menu.Item>
            <Menu.Item leftSection={<span style={{ width: ICON }} />} onClick={() => void leave(portal.signOutEverywhere)}>
              {t('menu.sign_out_everywhere')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function Nav({ to, children }: { to: string; children: ReactNode }) {
  const [location, navigate] = useLocation();
  const isHere = to === '/' ? location === '/' || location.startsWith('/devices') : location.startsWith(to);
  return (
    <a href={`/portal${to}`} {...(isHere ? { 'aria-current': 'page' as const } : {})}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        navigate(to);
      }}>
      {children}
    </a>
  );
}

/** The frame of every page; help is in the same place on each of them. */
export function Frame({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const session = useSession();
  const signedIn = session.data?.state === 'signed_in';
  return (
    <Shell brand={t('app.name')} brandHref="/portal/" skip={t('app.skip')} width="narrow" main={children}>
      <nav className="shell-nav" aria-label={t('app.nav')}>
        {signedIn ? <Nav to="/">{t('nav.devices')}</Nav> : null}
        {signedIn ? <Nav to="/activity">{t('nav.activity')}</Nav> : null}
        <Nav to="/help">{t('nav.help')}</Nav>
      </nav>
      <Account session={session.data} />
    </Shell>
  );
}
