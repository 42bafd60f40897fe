import { defineConfig } from 'vitest/config';
import { WxtVitest } from 'wxt/testing/vitest-plugin';

export default defineConfig({
  plugins: [WxtVitest()],
  test: {
    environment: 'happy-dom',
    setupFiles: ['fake-indexeddb/auto'],
    // Some tests of pages watch the clock: nothing else should keep the machine busy.
    fileParallelism: false,
    testTimeout: 20_000,
    include: ['tests/**/*.test.{ts,tsx}'],
  },
});
