/**
 * `npm run page` writes the script of the server's own page for jurors, made of the extension's
 * jury: the same texts, and one home for each rule. A test tells when it is outdated.
 */
import path from 'node:path';
import preact from '@preact/preset-vite';
import { defineConfig, type Plugin } from 'vite';
import pageConfig from './page.config.ts';

const USED =
  /^(?:jury|identity|sign_|signsVoters|category_(?!.*_hint$)|(?:language|direction|intercepted|storageFails|popupRefresh)$)/;

/** Of the extension's texts those that the page uses. */
const texts: Plugin = {
  name: 'texts',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('/messages.json')) return undefined;
    const all = Object.entries(JSON.parse(code) as Readonly<Record<string, unknown>>);
    return JSON.stringify(Object.fromEntries(all.filter(([name]) => USED.test(name))));
  },
};

export default defineConfig({
  ...pageConfig,
  plugins: [texts, preact({ devToolsEnabled: false })],
  resolve: {
    alias: {
      ...pageConfig.resolve?.alias,
      'wxt/browser': path.resolve('src/site/browser.ts'),
    },
  },
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    ...pageConfig.build,
    lib: {
      entry: 'src/site/jury.tsx',
      formats: ['iife'],
      name: 'jury',
      fileName: () => 'jury.js',
    },
    rolldownOptions: {
      output: { banner: '// Made of extension/src/site/jury.tsx by `npm run page` in extension.' },
    },
  },
});
