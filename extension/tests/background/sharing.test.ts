// @vitest-environment node
import { FlagList, keyOf, keyText } from 'realtube-client';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { IdentityKeeper } from '../../src/background/identity';
import type { Server } from '../../src/background/server';
import { Sharing } from '../../src/background/sharing';
import { DAY_MS } from '../../src/core/clock';
import { channelKeys } from '../../src/core/entries';
import { SeenVideos } from '../../src/core/seen';
import type { Making } from '../../src/core/types';
import { FakeService, refusal, setClock } from './world';

const USER = 'ab'.repeat(32);
const CHANNEL = { channelId: 'UC0123456789abcdefghijkl', handle: '@Mill' };
const MEASURED = 0b10_0000 << 8;
const DONE = { body: { success: true } };

let service: FakeService;
let server: Server;
let sharing: Sharing;
let isWanted: boolean;
let seen: SeenVideos;
let list: FlagList;

const open = () =>
  new Sharing(
    server,
    new IdentityKeeper(),
    async () => isWanted,
    async () => list,
    async () => seen,
  );

async function see(count: number, making: Making, channel: object = CHANNEL): Promise<string[]> {
  const names = (await channelKeys(channel)).map(keyText);
  const videos = Array.from({ length: count }, (_, n) => `${making}${n}`);
  const keys = await Promise.all(videos.map(async (video) => keyText(await keyOf(video))));
  for (const video of keys) seen.put({ video, channel: names, making, at: Date.now() });
  return keys;
}

/** What the server was told, without who told it. */
const told = () => service.heard.map(({ method, body }) => [method, JSON.parse(body)] as const);

beforeEach(async () => {
  fakeBrowser.reset();
  await fakeBrowser.storage.local.set({ identity: { id: 'secret', userId: USER } });
  service = new FakeService();
  server = await service.start();
  service.answer = () => DONE;
  isWanted = true;
  seen = new SeenVideos();
  list = FlagList.empty();
  sharing = open();
});

afterEach(() => {
  vi.restoreAllMocks();
  service.stop();
});

describe('sharing', () => {
  it('tells of a channel that YouTube labels, under its names, five videos at most', async () => {
    const keys = await see(7, 'ai');
    await sharing.noticed(CHANNEL);
    const { channelId } = CHANNEL;
    const body = {
      ...{ userId: USER, channelId, channelHandle: '@Mill' },
      ...{ labelled: keys.slice(-5), unlabelled: [] },
    };
    expect(told()).toEqual([['POST', body]]);
    expect(service.contacts[0]).toMatchObject({ path: '/api/observations', isNamed: true });
  });

  it('says nothing unless the viewer agreed to it', async () => {
    isWanted = false;
    await see(5, 'ai');
    await sharing.noticed(CHANNEL);
    expect(told()).toEqual([]);
  });

  it('says nothing of ordinary channels, of glimpses, and of videos of nobody', async () => {
    await see(5, 'none');
    await sharing.noticed(CHANNEL);
    await see(2, 'ai', { handle: '@other' });
    await sharing.noticed({ handle: '@other' });
    await sharing.noticed({});
    expect(told()).toEqual([]);
  });

  it('contradicts where others have measured what looks otherwise here', async () => {
    const keys = await see(3, 'none');
    const [, handle] = await channelKeys(CHANNEL);
    list.channelChanges.set(handle ? keyText(handle) : '', MEASURED);
    await sharing.noticed({ handle: CHANNEL.handle });
    const body = { userId: USER, channelHandle: '@Mill', labelled: [], unlabelled: keys };
    expect(told()).toEqual([['POST', body]]);
  });

  it('says of a channel what is new, and once a day, also after a restart', async () => {
    await see(3, 'ai');
    await sharing.noticed(CHANNEL);
    await see(4, 'ai');
    await sharing.noticed(CHANNEL);
    sharing = open();
    await sharing.noticed(CHANNEL);
    expect(told()).toHaveLength(1);
    setClock(DAY_MS);
    await sharing.noticed(CHANNEL);
    expect(told()).toHaveLength(2);
    setClock(2 * DAY_MS);
    await sharing.noticed(CHANNEL);
    expect(told()).toHaveLength(2);
  });

  it('tries again with the next sighting what did not arrive', async () => {
    service.answer = () => refusal(503, 'OVERLOADED');
    await see(3, 'ai');
    await sharing.noticed(CHANNEL);
    service.answer = () => DONE;
    await sharing.noticed(CHANNEL);
    await sharing.noticed(CHANNEL);
    expect(told()).toHaveLength(2);
  });

  it.each([
    ['when asked', DONE],
    ['when there was nothing', refusal(404, 'NOT_FOUND')],
  ])('has it forgotten when the viewer no longer shares: %s', async (_, answer) => {
    await see(3, 'ai');
    await sharing.noticed(CHANNEL);
    service.answer = () => answer;
    await sharing.stopped();
    await sharing.again();
    expect(told().slice(1)).toEqual([['DELETE', { userId: USER }]]);
  });

  it('goes on asking for that until the server has done it, also after a restart', async () => {
    service.answer = () => refusal(503, 'OVERLOADED');
    await sharing.stopped();
    sharing = open();
    await sharing.again();
    service.answer = () => DONE;
    await sharing.again();
    await sharing.again();
    expect(told().map(([method]) => method)).toEqual(['DELETE', 'DELETE', 'DELETE']);
  });
});
