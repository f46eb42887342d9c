// SPDX-License-Identifier: Apache-2.0
import {
  createTheme, localStorageColorSchemeManager, MantineProvider, Menu, Modal, type CSSVariablesResolver, type MantineColorsTuple,
} from '@mantine/core';
import type { ReactNode } from 'react';

const PETROL: MantineColorsTuple = [
  '#ecfafb', '#d3f1f4', '#a9e2e8', '#74ced8', '#43b6c4', '#2aa3b3', '#1a8a9b', '#0e7385', '#0b5d6c', '#084853',
];
const NIGHT: MantineColorsTuple = [
  '#e8ebef', '#c3c9d2', '#9aa3b0', '#6f7a89', '#4a5563', '#323b47', '#242c37', '#171d26', '#11161d', '#0b0f14',
];

const theme = createTheme({
  colors: { petrol: PETROL, dark: NIGHT },
  primaryColor: 'petrol',
  // One shade in both themes: white on a lighter petrol would be 2.4:1.
  primaryShade: 7,
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  defaultRadius: 'var(--radius-control)',
  focusRing: 'never',
  components: {
    // A second banner would confuse those who move by landmarks.
    Modal: Modal.extend({ defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 }, attributes: { header: { role: 'presentation' } } } }),
    // Without the placeholder, which is no child that a menu may have: the first choice takes the focus.
    Menu: Menu.extend({ defaultProps: { position: 'bottom-end', withinPortal: true, withInitialFocusPlaceholder: false, transitionProps: { duration: 0 } } }),
  },
});

const variables: CSSVariablesResolver = () => ({
  variables: {
    '--mantine-color-body': 'var(--canvas)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--text-dim)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-anchor': 'var(--link)',
  },
  light: {},
  dark: {},
});

const schemes = localStorageColorSchemeManager({ key: 'lockstep-scheme' });

/** The nonce that the server has put into the page: styles that are made in the browser carry it. */
function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

// Read by the scroll lock of dialogs, which makes one more style element.
if (typeof window !== 'undefined') Object.assign(window, { __webpack_nonce__: nonce() });

/** Everything is drawn inside: colours, type and the nonce of the page. */
export function AppRoot({ children }: { children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      colorSchemeManager={schemes}
      defaultColorScheme="auto"
      getStyleNonce={nonce}
    >
      {children}
    </MantineProvider>
  );
}

export { useMantineColorScheme as useColorScheme } from '@mantine/core';
