import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: path.resolve(import.meta.dirname, '..'),
  // As wxt.config.ts has it.
  resolve: {
    alias: {
      'realtube-client': path.resolve(import.meta.dirname, '../../clients/typescript/src/index.ts'),
    },
  },
  test: {
    include: ['e2e/*.test.ts'],
    globalSetup: 'e2e/service.ts',
    // Browsers and the service share two cores at worst: one file after another.
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 10_000, interval: 50 } },
  },
});
