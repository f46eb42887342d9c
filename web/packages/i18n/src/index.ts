// SPDX-License-Identifier: Apache-2.0
// The texts, loaded for one language and one application. Keys are flat and named by what they mean;
// check.mjs holds the languages against each other and against the sources.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type console from '../locales/en/console.json';
import type lab from '../locales/en/lab.json';
import type portal from '../locales/en/portal.json';
import { chooseLanguage } from './language';
import { pseudo } from './pseudo';

export type Namespace = 'console' | 'portal' | 'lab';
declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'portal';
    keySeparator: false;
    nsSeparator: false;
    returnNull: false;
    resources: { console: typeof console; portal: typeof portal; lab: typeof lab };
  }
}

type Texts = Record<string, string>;
type Load = () => Promise<{ default: Texts }>;
const LOADERS: Record<string, Record<Namespace, Load>> = {
  en: {
    console: () => import('../locales/en/console.json'),
    portal: () => import('../locales/en/portal.json'),
    lab: () => import('../locales/en/lab.json'),
  },
  sv: {
    console: () => import('../locales/sv/console.json'),
    portal: () => import('../locales/sv/portal.json'),
    lab: () => import('../locales/sv/lab.json'),
  },
};

export const LANGUAGES: readonly { tag: string; name: string }[] = [
  { tag: 'en', name: 'English' },
  { tag: 'sv', name: 'Svenska' },
];
/** Longer, accented English, to see where a layout or a text is hard-wired. Chosen by storage only. */
const PSEUDO = 'en-XA';
const STORED = 'lockstep-language';

async function textsOf(language: string, namespace: Namespace): Promise<Texts> {
  const load = LOADERS[language] ?? LOADERS['en'];
  const texts = load ? (await load[namespace]()).default : {};
  return language === PSEUDO ? pseudo(texts) : texts;
}

async function show(language: string, namespace: Namespace): Promise<void> {
  if (!i18next.hasResourceBundle(language, namespace)) {
    i18next.addResourceBundle(language, namespace, await textsOf(language, namespace));
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

function stored(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

/** Loads the texts of `namespace` in the reader's language. Nothing may be drawn before it is done. */
export async function startTexts(namespace: Namespace): Promise<void> {
  await i18next.use(initReactI18next).init({
    fallbackLng: false,
    defaultNS: namespace,
    ns: [namespace],
    resources: {},
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  const known = [...LANGUAGES.map((language) => language.tag), PSEUDO];
  await show(chooseLanguage(stored(), navigator.languages, known), namespace);
}

/** Changes the language of the page, and keeps it for the next visit. */
export async function setLanguage(language: string, namespace: Namespace): Promise<void> {
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // Then it is asked for again next time.
  }
  await show(language, namespace);
}

export { useTranslation, Trans } from 'react-i18next';
export * from './format';
