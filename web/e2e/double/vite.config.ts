// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
export default defineConfig({
  root: file('.'),
  build: { ssr: true, outDir: file('../build'), emptyOutDir: true, rollupOptions: { input: file('main.ts') } },
});
