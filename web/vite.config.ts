// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { themeInit } from './tools/theme-init';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react(), themeInit()],
  // The server puts a fresh value into the page for each answer; see UX of the CSP in ARCHITECTURE.md.
  html: { cspNonce: '__CSP_NONCE__' },
  publicDir: 'public',
  build: {
    outDir: 'dist',
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { console: file('apps/console/console.html'), portal: file('apps/portal/portal.html'), lab: file('apps/lab/lab.html') },
    },
  },
});
