// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/**
 * Puts packages/ui/theme-init.js in front of everything else, so that a page is dark before its first paint.
 * It blocks and is no module, which Vite would not bundle; a file, since the CSP allows no inline script.
 */
export function themeInit(): Plugin {
  const source = readFileSync(new URL('../packages/ui/theme-init.js', import.meta.url), 'utf8');
  const hash = createHash('sha256').update(source).digest('base64url').slice(0, 8);
  const fileName = `assets/theme-init-${hash}.js`;
  return {
    name: 'theme-init',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName, source });
    },
    transformIndexHtml() {
      return [{ tag: 'script', attrs: { src: `/${fileName}` }, injectTo: 'head-prepend' }];
    },
  };
}
