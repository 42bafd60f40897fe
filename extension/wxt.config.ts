import path from 'node:path';
import preact from '@preact/preset-vite';
import { defineConfig } from 'wxt';

/** The server that a fresh installation asks; without one the viewer is asked for it. */
const SERVER = process.env.REALTUBE_SERVER ?? '';

/** Access to it from the beginning. Match patterns with a port match nothing in Firefox. */
function accessTo(server: string): string[] {
  if (server === '') return [];
  const { protocol, hostname } = new URL(server);
  return [`${protocol}//${hostname}/*`];
}

const REPOSITORY = path.resolve(import.meta.dirname, '..');
const CLIENT = path.join(REPOSITORY, 'clients/typescript/src/index.ts');
const LIFE = path.join(import.meta.dirname, 'src/youtube/life.ts');

export default defineConfig({
  srcDir: 'src',
  imports: false,
  // What reads the wire, for others too; from its sources, so that there is one build.
  alias: { 'realtube-client': CLIENT },
  webExt: { disabled: true },
  zip: {
    name: 'realtube',
    // What the extension is built from is in two folders.
    sourcesRoot: REPOSITORY,
    includeSources: ['extension/**', 'clients/typescript/{LICENSE,README.md,package.json,src/**}'],
    excludeSources: ['extension/{store,dist,node_modules,.output,.wxt}/**'],
  },
  hooks: {
    // WXT looks from where it runs for the files that it lists.
    'zip:sources:start': () => process.chdir(REPOSITORY),
    'zip:done': () => process.chdir(import.meta.dirname),
  },
  vite: () => ({
    plugins: [preact()],
    resolve: { alias: { 'wxt/utils/content-script-context': LIFE } },
    // Makes scripts 2 % smaller than what Vite has of its own.
    build: {
      minify: 'terser',
      terserOptions: { ecma: 2020, compress: { passes: 3, unsafe_arrows: true } },
    },
    define: { __SERVER__: JSON.stringify(SERVER) },
  }),
  manifest: ({ browser }) => ({
    name: '__MSG_extName__',
    description: '__MSG_extDescription__',
    default_locale: 'en',
    permissions: ['storage', 'unlimitedStorage', 'alarms', 'scripting'],
    host_permissions: accessTo(SERVER),
    // Asked for when a viewer enters the address of another server, or wants YouTube Kids.
    optional_host_permissions: ['https://*/*', 'http://localhost/*', 'http://127.0.0.1/*'],
    content_security_policy: {
      extension_pages:
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
        "connect-src 'self' https: http:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    },
    ...(browser === 'firefox' && {
      browser_specific_settings: {
        gecko: {
          // A placeholder of the right form: whoever publishes chooses one and keeps it for ever.
          id: 'realtube@realtube.example',
          strict_min_version: '140.0',
          // Reports are what a viewer says (activity) about a video and channel that a page shows
          // (content), under a random number; lookups are derived from what a page shows.
          data_collection_permissions: { required: ['websiteActivity', 'websiteContent'] },
        },
        gecko_android: { strict_min_version: '142.0' },
      },
    }),
  }),
});
