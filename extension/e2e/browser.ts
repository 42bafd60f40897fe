/** A real Chromium with the built extension, for which our site is YouTube and nothing else is. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { BLOG } from './site/server';

const EXTENSION = path.resolve(import.meta.dirname, '../.output/chrome-mv3');
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

export interface Browser {
  readonly context: BrowserContext;
  readonly extensionUrl: string;
  /** Host names, other than YouTube's and this machine's, that anything tried to reach. */
  readonly strangers: string[];
  open(url: string): Promise<Page>;
  close(): Promise<void>;
}

export async function startBrowser(sitePort: number, mobile = false): Promise<Browser> {
  const profile = mkdtempSync(path.join(tmpdir(), 'realtube-profile-'));
  const trap = await startTrap();
  const hosts = ['www.youtube.com', 'm.youtube.com', 'www.youtube-nocookie.com', BLOG];
  const rules = [
    ...hosts.map((host) => `MAP ${host}:443 127.0.0.1:${sitePort}`),
    'EXCLUDE 127.0.0.1',
    'EXCLUDE localhost',
    `MAP * 127.0.0.1:${trap.port}`,
  ];
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    ignoreHTTPSErrors: true,
    viewport: mobile ? { width: 412, height: 860 } : { width: 1280, height: 800 },
    ...(mobile && { hasTouch: true, isMobile: true }),
    args: [
      `--disable-extensions-except=${EXTENSION}`,
      `--load-extension=${EXTENSION}`,
      `--host-resolver-rules=${rules.join(', ')}`,
      '--no-sandbox',
      '--no-first-run',
      '--disable-gpu',
      '--disable-quic',
      '--disable-sync',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-dev-shm-usage',
    ],
  });
  const worker =
    context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker', { timeout: 15_000 }));
  return {
    context,
    extensionUrl: `chrome-extension://${new URL(worker.url()).host}`,
    strangers: trap.names,
    async open(url) {
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
    async close() {
      await context.close();
      trap.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Where every other host name leads: it notes who was meant and hangs up. */
async function startTrap() {
  const names: string[] = [];
  const server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (hello) => {
      names.push(nameIn(hello));
      socket.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, names, close: () => server.close() };
}

/** The host name in a TLS greeting or in the head of a plain request. */
function nameIn(hello: Buffer): string {
  const text = hello.toString('latin1');
  return /^Host: (\S+)/im.exec(text)?.[1] ?? /[\w-]+(?:\.[\w-]+)+/.exec(text)?.[0] ?? 'unknown';
}
