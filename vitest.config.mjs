import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '#env': fileURLToPath(new URL('./src/env/node.ts', import.meta.url)) } },
  test: {
    environment: 'node',
    setupFiles: ['test/properties.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'core',
          include: ['test/{unit,golden,accuracy,fuzz}/**/*.test.ts'],
          // Bounds a hang; how long things take is printed by `npm run bench`.
          testTimeout: 60_000,
          benchmark: { include: ['test/bench/**/*.bench.ts'] },
        },
      },
      {
        extends: true,
        test: {
          name: 'ui',
          include: ['test/ui/**/*.test.ts'],
          globalSetup: ['test/host/provide-chromium.mjs'],
          // One browser at a time: two of them on a small machine make each other's timeouts.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
