// SPDX-License-Identifier: Apache-2.0
import '@lockstep/ui/styles.css';
import { startTexts, useTranslation } from '@lockstep/i18n';
import { AppRoot } from '@lockstep/ui';
import { createRoot } from 'react-dom/client';
await startTexts('lab');
function X() { const { t } = useTranslation('lab'); return <h1>{t('lab.title')}</h1>; }
const root = document.getElementById('root');
if (root === null) throw new Error('no place to draw in');
createRoot(root).render(<AppRoot><X /></AppRoot>);
