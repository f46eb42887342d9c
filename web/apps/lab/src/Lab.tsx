// SPDX-License-Identifier: Apache-2.0
import { lab, type LabToken, type LabWorld } from '@lockstep/api';
import { LANGUAGES, setLanguage, useTranslation } from '@lockstep/i18n';
import { Button, Menu, MenuRadios, Note, Shell, Skeleton, useColorScheme } from '@lockstep/ui';
import { IconClock, IconHandFinger, IconMenu2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { CardBench } from './CardBench';
import { FobBench } from './FobBench';
import { canCompute } from './otp';

type Which = 'fob' | 'card';
const WHICH: readonly Which[] = ['fob', 'card'];
const SCHEMES = ['auto', 'light', 'dark'] as const;

const tokenOf = (world: LabWorld, which: Which): LabToken | undefined => {
  const kind = which === 'fob' ? 'totp' : 'hotp';
  const ofKind = world.tokens.filter((token) => token.kind === kind);
  return ofKind.find((token) => new RegExp(which, 'i').test(token.model)) ?? ofKind[0];
};

/** The address says which token is on the bench. */
function useWhich(): [Which, (which: Which) => void] {
  const read = (): Which => (globalThis.location.hash === '#card' ? 'card' : 'fob');
  const [which, setWhich] = useState(read);
  useEffect(() => {
    const listen = () => setWhich(read());
    globalThis.addEventListener('hashchange', listen);
    return () => globalThis.removeEventListener('hashchange', listen);
  }, []);
  return [which, (next) => {
    globalThis.location.hash = next;
  }];
}

function Choices() {
  const { t, i18n } = useTranslation('lab');
  const { colorScheme, setColorScheme } = useColorScheme();
  return (
    <Menu withinPortal={false}>
      <Menu.Target>
        <button type="button" className="icon-button" aria-label={t('menu.open')}><IconMenu2 size={22} stroke={1.8} aria-hidden /></button>
      </Menu.Target>
      <Menu.Dropdown>
        <MenuRadios label={t('menu.language')} value={i18n.language} onChange={(tag) => void setLanguage(tag, 'lab')}
          choices={LANGUAGES.map(({ tag, name }) => ({ value: tag, label: name, lang: tag }))} />
        <MenuRadios label={t('menu.theme')} value={colorScheme} onChange={setColorScheme}
          choices={SCHEMES.map((scheme) => ({ value: scheme, label: t(`menu.theme_${scheme}`) }))} />
      </Menu.Dropdown>
    </Menu>
  );
}

function Switch({ which, onChange }: { which: Which; onChange: (which: Which) => void }) {
  const { t } = useTranslation('lab');
  return (
    <fieldset className="switch">
      <legend className="heard">{t('switch.legend')}</legend>
      {WHICH.map((one) => (
        <label key={one} className={one === which ? 'switch-one on' : 'switch-one'}>
          <input type="radio" name="token" checked={one === which} onChange={() => onChange(one)} />
          {one === 'fob' ? <IconClock size={22} stroke={1.8} aria-hidden /> : <IconHandFinger size={22} stroke={1.8} aria-hidden />}
          <span>
            <span className="strong">{t(`switch.${one}`)}</span>
            <span className="dim small">{t(`switch.${one}_text`)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Benches({ world, which }: { world: LabWorld; which: Which }) {
  const { t } = useTranslation('lab');
  const token = tokenOf(world, which);
  if (token === undefined) return <Note tone="bad" heading={t('world.empty')} />;
  return which === 'fob' ? <FobBench key={token.serial} token={token} /> : <CardBench key={token.serial} token={token} />;
}

function Content({ which }: { which: Which }) {
  const { t } = useTranslation('lab');
  const world = useQuery({ queryKey: ['world'], queryFn: lab.world, staleTime: Number.POSITIVE_INFINITY });
  if (!canCompute()) return <Note tone="warn" heading={t('world.insecure.head')}><p>{t('world.insecure.body')}</p></Note>;
  if (world.error !== null) {
    return (
      <Note tone="bad" heading={t('world.away.head')}>
        <p>{t('world.away.body')}</p>
        <div className="actions"><Button kind="primary" onClick={() => void world.refetch()}>{t('world.again')}</Button></div>
      </Note>
    );
  }
  return world.data === undefined ? <Skeleton height={600} radius={10} /> : <Benches world={world.data} which={which} />;
}

export function Lab() {
  const { t } = useTranslation('lab');
  const [which, setWhich] = useWhich();
  const title = t('lab.title');
  useEffect(() => {
    document.title = `${title} · Lockstep`;
  }, [title]);
  const main = (
    <div className="stack-wide">
      <div className="lab-head">
        <div className="lede">
          <h1>{t('lab.question')}</h1>
          <p>{t('lab.answer')}</p>
        </div>
        <Switch which={which} onChange={setWhich} />
      </div>
      <Content which={which} />
    </div>
  );
  return (
    <Shell brand={t('lab.name')} brandHref="/lab/" skip={t('lab.skip')} width="wide" main={main}>
      <nav className="shell-nav" aria-label={t('lab.nav')}>
        <a href="/portal/" target="_blank" rel="noopener">{t('lab.portal')}</a>
      </nav>
      <Choices />
    </Shell>
  );
}
