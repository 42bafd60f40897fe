/** A real Firefox with the built extension. It has no resolver rules, so a proxy leads it here. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import puppeteer, { type Page } from 'puppeteer-core';
import { LOCAL, withHosts } from './browser';

const EXTENSION = path.resolve(import.meta.dirname, '../.output/firefox-mv3');
export const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';
const UUID = '11111111-2222-4333-8444-555555555555';
const LOADED_MS = 5000;

/** Its pages are given some time: Firefox does not always say that they have loaded. */
export interface Firefox {
  /** All tabs, the newest last. */
  pages(): Promise<Page[]>;
  open(url: string): Promise<Page>;
  openExtension(page: string): Promise<Page>;
  close(): Promise<void>;
}

export async function startFirefox(sitePort: number, geckoId: string): Promise<Firefox> {
  const proxy = await startProxy(sitePort);
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: FIREFOX,
    headless: true,
    acceptInsecureCerts: true,
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: {
      'extensions.webextensions.uuids': JSON.stringify({ [geckoId]: UUID }),
      'network.proxy.type': 1,
      'network.proxy.ssl': '127.0.0.1',
      'network.proxy.ssl_port': proxy.port,
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
      'app.update.enabled': false,
    },
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'realtube-firefox-'));
  await browser.installExtension(withHosts(EXTENSION, [LOCAL], folder));
  return {
    pages: () => browser.pages(),
    async open(url) {
      const page = await browser.newPage();
      await page.setViewport({ width: 1280, height: 800 });
      const loading = page.goto(url, { waitUntil: 'domcontentloaded' }).catch(() => undefined);
      await Promise.race([loading, sleep(LOADED_MS)]);
      return page;
    },
    async openExtension(name) {
      const page = await browser.newPage();
      const loading = page.goto(`moz-extension://${UUID}/${name}`).catch(() => undefined);
      await Promise.race([loading, sleep(LOADED_MS)]);
      return page;
    },
    async close() {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
      proxy.close();
    },
  };
}

async function startProxy(sitePort: number) {
  const proxy = http.createServer((_, response) => response.writeHead(502).end());
  proxy.on('connect', (request: http.IncomingMessage, socket: net.Socket) => {
    socket.on('error', () => socket.destroy());
    if (!/^(?:www|m)\.youtube\.com:443$/.test(request.url ?? ''))
      return void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    const upstream = net.connect(sitePort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    port: (proxy.address() as AddressInfo).port,
    close() {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}

/** Ask the background what only pages of the extension may ask; `page` is one of them. */
export async function askFirefox(page: Page, type: string, question: object): Promise<unknown> {
  return page.evaluate(
    async (message) => {
      const { browser } = globalThis as unknown as ExtensionPage;
      const answer = (await browser.runtime.sendMessage(message)) as { value?: unknown };
      return answer.value;
    },
    { type, ask: question },
  );
}

interface ExtensionPage {
  readonly browser: { readonly runtime: { sendMessage(message: unknown): Promise<unknown> } };
}
