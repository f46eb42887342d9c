// SPDX-License-Identifier: Apache-2.0
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', './tools/failed-names.ts'],
    projects: [
      {
        plugins: [react()],
        test: { name: 'unit', environment: 'happy-dom', include: ['{packages,apps}/**/*.test.{ts,tsx}'] },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['e2e/tests/**/*.e2e.ts'],
          // One browser at a time: each file starts its own, and the machine has other work.
          fileParallelism: false,
          // A page may take its minute on a busy machine (PATIENCE_MS in e2e/lib/stage.ts), and a test has several.
          testTimeout: 600_000,
          hookTimeout: 600_000,
          expect: { poll: { timeout: 60_000 } },
        },
      },
      { test: { name: 'lighthouse', environment: 'node', include: ['e2e/tests/**/*.slow.ts'], testTimeout: 300_000, hookTimeout: 300_000 } },
    ],
  },
});
