/** A real Chromium with the built extension, for which our site is YouTube and nothing else is. */
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
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

export interface BrowserOptions {
  readonly sitePort: number;
  readonly mobile?: boolean;
  readonly language?: string;
  /** Permissions for sites that the viewer has given; nobody is there to click in a dialog. */
  readonly granted?: readonly string[];
}

export async function startBrowser(options: BrowserOptions): Promise<Browser> {
  const { sitePort, mobile = false, language = 'en' } = options;
  const profile = mkdtempSync(path.join(tmpdir(), 'realtube-profile-'));
  const trap = await startTrap();
  const extension = withHosts(EXTENSION, [LOCAL, ...(options.granted ?? [])], profile);
  const hosts = [
    'www.youtube.com',
    'm.youtube.com',
    'music.youtube.com',
    'studio.youtube.com',
    'www.youtube-nocookie.com',
    'www.youtubekids.com',
    BLOG,
  ];
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
    env: { ...process.env, LANGUAGE: language } as Record<string, string>,
    ...(mobile && { hasTouch: true, isMobile: true }),
    args: [
      `--disable-extensions-except=${extension}`,
      `--load-extension=${extension}`,
      `--host-resolver-rules=${rules.join(', ')}`,
      `--lang=${language}`,
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
    context.serviceWorkers()[0] ??
    (await context.waitForEvent('serviceworker', { timeout: 15_000 }));
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

/** Where the tests' server is: the viewer has entered its address, and permitted it. */
export const LOCAL = 'http://localhost/*';

/** The same extension, with more sites among those that it has from the beginning. */
export function withHosts(extension: string, hosts: readonly string[], folder: string): string {
  const copy = path.join(folder, 'extension');
  cpSync(extension, copy, { recursive: true });
  const file = path.join(copy, 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { host_permissions?: string[] };
  manifest.host_permissions = [...new Set([...(manifest.host_permissions ?? []), ...hosts])];
  writeFileSync(file, JSON.stringify(manifest));
  return copy;
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

/** The host name that a plain request or a TLS greeting is meant for. */
function nameIn(hello: Buffer): string {
  const isTls = hello[0] === 0x16;
  const plain = /^Host: ([^:\s]+)/im.exec(hello.toString('latin1'))?.[1];
  return (isTls ? serverName(hello) : plain) ?? 'unknown';
}

/** The server name indication of a TLS greeting (RFC 8446, section 4.1.2; RFC 6066, section 3). */
function serverName(hello: Buffer): string | undefined {
  try {
    let at = 5 + 4 + 2 + 32; // record, handshake, version, random
    at += 1 + hello.readUInt8(at); // session id
    at += 2 + hello.readUInt16BE(at); // cipher suites
    at += 1 + hello.readUInt8(at); // compression
    const end = at + 2 + hello.readUInt16BE(at);
    for (at += 2; at < end; at += 4 + hello.readUInt16BE(at + 2)) {
      if (hello.readUInt16BE(at) !== 0) continue;
      const length = hello.readUInt16BE(at + 7);
      return hello.toString('latin1', at + 9, at + 9 + length);
    }
  } catch {
    return undefined; // a greeting in pieces
  }
  return undefined;
}
