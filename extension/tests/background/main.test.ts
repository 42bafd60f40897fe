// @vitest-environment node
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';

vi.hoisted(() => Object.assign(globalThis, { __SERVER__: 'https://realtube.example' }));

import { writeCompact } from '../../../clients/typescript/tests/writer';
import { startBackground } from '../../src/background/main';
import { DAY_MS, MINUTE_MS } from '../../src/core/clock';
import type { MyReport, Overview } from '../../src/messages';
import { FakeService, fillDisk, OTHERS, refusal, type Said } from './world';

type Listener = (message: unknown, from: object, respond: (answer: unknown) => void) => unknown;

const KEY = '5f6b0b4e201f2a7e';
const VIDEO = { videoId: 'dQw4w9WgXcQ', choice: 'fully_ai', isShort: false };
const STANDING = { trustScore: 0.3, accuracyRate: 0.5, totalVotes: 1, accountAge: 2 };

let service: FakeService;
let listeners: Listener[];
let answers: Record<string, Said>;

beforeEach(async () => {
  fakeBrowser.reset();
  await new Promise((resolve) => (indexedDB.deleteDatabase('realtube').onsuccess = resolve));
  listeners = [];
  const event = { addListener: () => undefined, removeListener: () => undefined };
  Object.assign(fakeBrowser.runtime, {
    id: 'realtube',
    getManifest: () => ({ version: '1.2.3' }),
    getURL: (path: string) => `chrome-extension://realtube${path}`,
    onMessage: { ...event, addListener: (added: Listener) => listeners.push(added) },
    onConnect: event,
  });
  Object.assign(fakeBrowser.storage.local, { setAccessLevel: async () => undefined });
  Object.assign(fakeBrowser.tabs, { sendMessage: async () => undefined });
  Object.assign(fakeBrowser, {
    permissions: { contains: async () => false, onAdded: event, onRemoved: event },
    scripting: { getRegisteredContentScripts: async () => [] },
  });
  service = new FakeService();
  await service.start();
  answers = {
    '/api/sync/compact': {
      body: writeCompact({ revision: 12, videos: [[KEY, 62, 0]], channels: [] }),
    },
    '/api/sync/delta': { body: { videos: [], channels: [], nextCursor: '12-0', hasMore: false } },
    '/api/votes': { body: { success: true, newScore: 40, userTrust: 0.3 } },
    '/api/users/me': { body: STANDING },
    '/api/users/me/warnings/7/acknowledge': { body: { success: true } },
  };
  service.answer = ({ path }) => answers[path.replace(/\?.*/, '')] ?? refusal(404, 'NOT_FOUND');
  await fakeBrowser.storage.local.set({
    settings: { server: service.address },
    welcomed: true,
    identity: { id: 'secret', userId: 'ab'.repeat(32) },
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  service.stop();
});

/** As one of the extension's own pages asks. */
async function ask(type: string, question: object = {}): Promise<unknown> {
  const answer = await new Promise((resolve) => {
    const from = { id: 'realtube', url: 'chrome-extension://realtube/popup.html' };
    for (const listener of listeners) listener({ type, ask: question }, from, resolve);
  });
  const { value, error } = answer as { value?: unknown; error?: string };
  if (error !== undefined) throw new Error(error);
  return value;
}
const overview = () => ask('overview') as Promise<Overview>;

describe('the viewer is told', () => {
  it('nothing while all is well', async () => {
    startBackground();
    await ask('syncNow');
    const { sync, isIntercepted, storageFails, waiting } = await overview();
    expect({ isIntercepted, storageFails, waiting }).toEqual({
      isIntercepted: false,
      storageFails: false,
      waiting: 0,
    });
    expect(sync).toMatchObject({ videos: 1, revision: 12 });
    expect(sync.error).toBeUndefined();
  });

  it('that somebody else answers, and why their reports wait', async () => {
    startBackground();
    service.answer = () => ({ status: 403, body: 'blocked' });
    await ask('syncNow');
    expect(await ask('vote', VIDEO)).toEqual({ state: 'queued', why: 'intercepted' });
    expect(await overview()).toMatchObject({
      isIntercepted: true,
      waiting: 1,
      waitingWhy: 'intercepted',
      sync: { error: 'intercepted' },
    });
    const [report] = (await ask('myReports')) as MyReport[];
    expect(report).toMatchObject({ state: 'queued', why: 'intercepted' });
  });

  it('that the disk is full, also by a background that began later', async () => {
    fillDisk();
    startBackground();
    await ask('syncNow');
    expect(await overview()).toMatchObject({ storageFails: true, sync: { videos: 1 } });
    listeners.length = 0;
    startBackground();
    expect(await overview()).toMatchObject({ storageFails: true });
    vi.restoreAllMocks();
    await ask('syncNow');
    expect(await overview()).toMatchObject({ storageFails: false });
  });

  it.each(OTHERS)('no standing that is not the server’s: %s', async (_, answer) => {
    startBackground();
    expect(await ask('standing')).toEqual(STANDING);
    answers['/api/users/me'] = answer;
    await expect(ask('standing')).rejects.toThrow('intercepted');
  });

  it.each(OTHERS)('of no warning that it is acknowledged, unless it is: %s', async (_, answer) => {
    startBackground();
    await ask('acknowledge', { id: 7 });
    answers['/api/users/me/warnings/7/acknowledge'] = answer;
    await expect(ask('acknowledge', { id: 7 })).rejects.toThrow('intercepted');
  });
});

describe('a background that starts', () => {
  it('sets alarms anew that lie far ahead, as a clock left them that was set back', async () => {
    await fakeBrowser.alarms.create('sync', { when: Date.now() + 365 * DAY_MS });
    startBackground();
    await vi.waitFor(async () => {
      const alarm = await fakeBrowser.alarms.get('sync');
      expect(alarm?.scheduledTime).toBeLessThan(Date.now() + 60 * MINUTE_MS);
    });
  });

  it('has another sync to come when the storage fails in the middle of one', async () => {
    startBackground();
    await fakeBrowser.alarms.clear('sync');
    vi.spyOn(fakeBrowser.storage.local, 'get').mockRejectedValue(
      new Error('An unexpected error occurred'),
    );
    await ask('syncNow').catch(() => undefined);
    expect(await fakeBrowser.alarms.get('sync')).toBeDefined();
  });
});

describe('a server', () => {
  const paths = () => service.heard.map(({ path }) => path);

  it('that nobody has chosen is not asked, and no other is', async () => {
    await fakeBrowser.storage.local.set({ settings: { server: '' } });
    startBackground();
    await ask('syncNow');
    await ask('vote', VIDEO);
    await expect(ask('standing')).rejects.toThrow('noServer');
    const overview = (await ask('overview')) as Overview;
    expect(overview.sync.error).toBeUndefined();
    expect(overview.waiting).toBe(1);
    expect(paths()).toEqual([]);
    await ask('changeSettings', { change: { server: service.address } });
    await vi.waitFor(() => expect(paths()).toContain('/api/votes'));
  });

  it('that is entered before the first run is accepted is asked one thing', async () => {
    await fakeBrowser.storage.local.set({ welcomed: false });
    answers['/api/lists'] = { body: { lists: [] } };
    startBackground();
    await ask('tryServer', { origin: service.address });
    await expect(ask('serverLists')).rejects.toThrow();
    expect(paths()).toEqual(['/api/lists']);
  });

  it('that is no RealTube server is told from one that is older than the question', async () => {
    startBackground();
    await ask('tryServer', { origin: service.address });
    expect(await ask('serverLists')).toEqual([]);
    answers['/api/lists'] = { status: 404, body: '<html>' };
    await expect(ask('tryServer', { origin: service.address })).rejects.toThrow('intercepted');
    answers['/api/lists'] = { body: { lists: [{ name: 'x' }] } };
    await expect(ask('tryServer', { origin: service.address })).rejects.toThrow('intercepted');
  });

  it('tells which lists of others it took in', async () => {
    const lists = [{ name: 'AiSList', channels: 20_693, block: 1, licence: 'CC BY-NC 4.0' }];
    answers['/api/lists'] = { body: { lists } };
    startBackground();
    expect(await ask('serverLists')).toEqual(lists);
  });
});
