/** One person with a browser, set up as after the first run unless told otherwise. */

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { PageReport } from '../src/core/types';
import { type Browser, startBrowser } from './browser';
import { startTap, type Tap } from './realtube';

const SCREENSHOTS = path.resolve(import.meta.dirname, '../store/screenshots');

export interface Viewer {
  readonly browser: Browser;
  /** Everything this browser asks the server passes here. */
  readonly tap: Tap;
  open(path: string, host?: 'www' | 'm'): Promise<Page>;
  /** A page of the extension, such as `options.html#lists`. */
  openOwn(path: string): Promise<Page>;
  /** Ask the extension's background what only its own pages may ask. */
  ask(type: string, ask?: object): Promise<unknown>;
  /** What our scripts in the open pages of YouTube report, as the popup asks them. */
  reports(): Promise<PageReport[]>;
  /** Ask our scripts in the open pages of YouTube what only the popup may ask. */
  askPage(type: string): Promise<void>;
  /** Have the list fetched now, as the alarm does from time to time. */
  sync(): Promise<void>;
  /** End the background worker, as the browser does when it idles. */
  killWorker(): Promise<void>;
  /** Have the alarm of the next sync ring now. Fails if there is none. */
  ringAlarm(): Promise<void>;
  screenshot(page: Page, name: string): Promise<void>;
  close(): Promise<void>;
}

export interface ViewerOptions {
  readonly sitePort: number;
  readonly servicePort: number;
  readonly mobile?: boolean;
  /** The language of the browser. */
  readonly language?: string;
  /** Sites that the viewer has given a permission for. */
  readonly granted?: readonly string[];
  /** The first run is still to come: the welcome page was not accepted. */
  readonly isNew?: boolean;
}

export async function startViewer(options: ViewerOptions): Promise<Viewer> {
  const tap = await startTap(options.servicePort);
  const browser = await startBrowser(options);
  const desk = await browser.open(`${browser.extensionUrl}/popup.html`);
  const ask = (type: string, question: object = {}) => askBackground(desk, type, question);
  await ask('changeSettings', { change: { server: tap.url } });
  if (!options.isNew) await ask('acceptWelcome');
  return {
    browser,
    tap,
    ask,
    open: (where, host = 'www') => browser.open(`https://${host}.youtube.com${where}`),
    openOwn: (where) => browser.open(`${browser.extensionUrl}/${where}`),
    reports: () => desk.evaluate(askPages, 'report'),
    async askPage(type) {
      await desk.evaluate(askPages, type);
    },
    async sync() {
      await ask('syncNow');
    },
    async killWorker() {
      const session = await browser.context.newCDPSession(desk);
      await session.send('ServiceWorker.enable');
      await session.send('ServiceWorker.stopAllWorkers');
      await session.detach();
    },
    ringAlarm: () => desk.evaluate(ringAlarm),
    async screenshot(page, name) {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
    },
    async close() {
      await browser.close();
      tap.close();
    },
  };
}

async function askBackground(desk: Page, type: string, ask: object): Promise<unknown> {
  const answer = await desk.evaluate(
    (message) =>
      (globalThis as unknown as ExtensionPage).chrome.runtime.sendMessage(
        message,
      ) as Promise<object>,
    { type, ask },
  );
  if ('error' in answer) throw new Error(`${type}: ${String(answer.error)}`);
  return (answer as { value?: unknown }).value;
}

/** Runs in a page of the extension. */
async function askPages(type: string): Promise<PageReport[]> {
  const { tabs } = (globalThis as unknown as ExtensionPage).chrome;
  const open = await tabs.query({});
  const question = { type, ask: {} };
  const answers = await Promise.allSettled(
    open.map(({ id }) => tabs.sendMessage(id, question, { frameId: 0 })),
  );
  return answers.flatMap((answer) =>
    answer.status === 'fulfilled' && answer.value ? [answer.value.value] : [],
  );
}

/** Runs in a page of the extension. */
async function ringAlarm(): Promise<void> {
  const { alarms } = (globalThis as unknown as ExtensionPage).chrome;
  const alarm = await alarms.get('sync');
  if (!alarm || alarm.scheduledTime < Date.now()) throw new Error('no sync is due');
  await alarms.create('sync', { when: Date.now() });
}

interface ExtensionPage {
  readonly chrome: {
    readonly alarms: {
      get(name: string): Promise<{ readonly scheduledTime: number } | undefined>;
      create(name: string, due: { readonly when: number }): Promise<void>;
    };
    readonly runtime: { sendMessage(message: unknown): Promise<unknown> };
    readonly tabs: {
      query(about: object): Promise<{ id: number }[]>;
      sendMessage(tab: number, message: unknown, to: object): Promise<{ value: PageReport }>;
    };
  };
}
