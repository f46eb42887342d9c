// SPDX-License-Identifier: Apache-2.0
import { useColorScheme } from '@lockstep/ui';
import { IconMoon, IconSun } from '@tabler/icons-react';
import { useState } from 'react';
import { useText } from './text';

const ICON = { size: 18, stroke: 1.8, 'aria-hidden': true } as const;

export function ThemeButton() {
  const { t } = useText();
  const { setColorScheme } = useColorScheme();
  const isDark = () => document.documentElement.dataset['mantineColorScheme'] === 'dark';
  const [dark, setDark] = useState(isDark);
  const toggle = () => {
    setColorScheme(isDark() ? 'light' : 'dark');
    setDark(!isDark());
  };
  return (
    <button type="button" className="icon-button" aria-label={t(dark ? 'menu.to_light' : 'menu.to_dark')} onClick={toggle}>
      {dark ? <IconSun {...ICON} /> : <IconMoon {...ICON} />}
    </button>
  );
}
