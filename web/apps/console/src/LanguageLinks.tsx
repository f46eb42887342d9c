// SPDX-License-Identifier: Apache-2.0
import { LANGUAGES, setLanguage } from '@lockstep/i18n';
import { ThemeButton } from './ThemeButton';
import { useText } from './text';

/** The choices of who is not signed in: language and colours. */
export function LanguageLinks() {
  const { t, language } = useText();
  return (
    <div className="row-apart" role="group" aria-label={t('menu.language')}>
      <div className="row">
        {LANGUAGES.map(({ tag, name }) => (
          <button key={tag} type="button" className="text-button" lang={tag} aria-pressed={language === tag} onClick={() => void setLanguage(tag, 'console')}>
            {name}
          </button>
        ))}
      </div>
      <ThemeButton />
    </div>
  );
}
