/**
 * `npm run page` writes the parser of addresses for the server's home page: what is typed there is
 * read in the browser, since the server is not to learn it. A test tells when it is outdated.
 */
import path from 'node:path';
import { defineConfig } from 'vite';

export default defineConfig({
  publicDir: false,
  logLevel: 'warn',
  resolve: { alias: { 'realtube-client': path.resolve('../clients/typescript/src/index.ts') } },
  build: {
    outDir: '../realtube/static',
    emptyOutDir: false,
    minify: false,
    target: 'es2022',
    lib: {
      entry: 'src/page.ts',
      formats: ['iife'],
      name: 'addresses',
      fileName: () => 'address.js',
    },
    rolldownOptions: {
      output: {
        banner: '// Made of clients/typescript/src/address.ts by `npm run page` in extension.',
      },
    },
  },
});
