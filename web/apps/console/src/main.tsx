// SPDX-License-Identifier: Apache-2.0
import '@lockstep/ui/styles.css';
import './console.css';
import './pages.css';
import './charts.css';
import './dialogs.css';
import { startTexts } from '@lockstep/i18n';
import { AppRoot } from '@lockstep/ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';

await startTexts('console');
const root = document.getElementById('root');
if (root === null) throw new Error('no place to draw in');
createRoot(root).render(
  <StrictMode>
    <AppRoot>
      <App />
    </AppRoot>
  </StrictMode>,
);
