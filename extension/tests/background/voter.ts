/** A viewer who reports, with a server, an identity and a database of their own. */
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { IdentityKeeper } from '../../src/background/identity';
import type { Server } from '../../src/background/server';
import { openStore, type Queued, type Store } from '../../src/background/store';
import { type Ballot, Votes } from '../../src/background/votes';
import { FakeService, refusal, type Said } from './world';

export const USER = 'ab'.repeat(32);
export const BALLOT: Ballot = {
  videoId: 'dQw4w9WgXcQ',
  choice: 'fully_ai',
  channelId: 'UC0123456789abcdefghijkl',
  handle: '@some.handle',
  isShort: false,
  title: 'A title',
};
export const OTHER = { ...BALLOT, videoId: 'xxxxxxxxxxx' };
export const YES: Said = { body: { success: true, newScore: 40, userTrust: 0.3 } };
const CODES: Readonly<Record<number, string>> = {
  400: 'INVALID_CATEGORY',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'RATE_LIMITED',
  500: 'INTERNAL_ERROR',
  503: 'OVERLOADED',
};
/** The server's refusal. */
export const no = (status: number): Said => refusal(status, CODES[status] ?? '', `no ${status}`);

export let service: FakeService;
export let store: Store;
export let votes: Votes;
/** When it wants to try again. */
export let nextAt: number;
let server: Server;
let name: string;
let databases = 0;

/** As when the browser stopped the background, and something wakes it. */
export function restart(): void {
  store = openStore(name);
  votes = new Votes(store, server, new IdentityKeeper(), 'RealTube/0.1.0', (at) => (nextAt = at));
}

/** Each test of the file has a new one. */
export function useVoter(): void {
  beforeEach(async () => {
    fakeBrowser.reset();
    // Making one up takes long.
    await fakeBrowser.storage.local.set({ identity: { id: 'secret', userId: USER } });
    service = new FakeService();
    server = await service.start();
    service.answer = () => YES;
    name = `votes${databases++}`;
    nextAt = 0;
    restart();
  });
  afterEach(() => {
    vi.restoreAllMocks();
    service.stop();
  });
}

export const methods = () => service.heard.map(({ method }) => method);
export const states = async () =>
  (await votes.reports()).map(({ state, choice, ...of }) => ({
    ...('channel' in of ? { channel: of.channel } : { videoId: of.videoId }),
    state,
    choice,
  }));

/** Something waits, as an earlier background left it. */
export function leave(...queue: readonly (Partial<Queued> & { videoId: string })[]): Promise<void> {
  const writes = queue.map((one) => {
    const value: Queued = { choice: 'fully_ai', isShort: false, at: Date.now(), ...one };
    return { place: 'queue', key: one.videoId, value } as const;
  });
  return store.write(...writes);
}
