// SPDX-License-Identifier: Apache-2.0
import '@lockstep/ui/styles.css';
import './lab.css';
import './ruler.css';
import './drawings.css';
import { startTexts } from '@lockstep/i18n';
import { AppRoot } from '@lockstep/ui';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Lab } from './Lab';

await startTexts('lab');
const queries = new QueryClient({ defaultOptions: { queries: { retry: false }, mutations: { networkMode: 'always' } } });
const root = document.getElementById('root');
if (root === null) throw new Error('no place to draw in');
createRoot(root).render(
  <StrictMode>
    <AppRoot>
      <QueryClientProvider client={queries}>
        <Lab />
      </QueryClientProvider>
    </AppRoot>
  </StrictMode>,
);
