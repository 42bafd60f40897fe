/** The page's end and the background's end of the line, joined. */
import { FlagList, keyOf, keyText, pack, type Verdict } from 'realtube-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { FollowedLists, tableOf } from '../src/core/lists/followed';
import { SeenVideos } from '../src/core/seen';
import { LabelClient } from '../src/labels/client';
import { LabelDesk, type Lookups } from '../src/labels/desk';
import { joinPorts } from './ports';

const FLAGGED = { videoId: 'dQw4w9WgXcQ' };
const LATE: Verdict = { score: 70, locked: false, preliminary: false };

let list: FlagList;
let late: Map<string, Verdict>;
let seen: SeenVideos;
let followed: FollowedLists;
let release: () => void;
let client: LabelClient;
let changes: number;
let ports: ReturnType<typeof joinPorts>;

/** Knows `late` only after being asked and released. */
function lookups(): Lookups {
  const told = new Map<string, Verdict>();
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return {
    found: (key) => told.get(keyText(key)),
    unasked: async (keys) => keys.filter((key) => late.has(keyText(key))),
    async ask(keys) {
      await released;
      for (const key of keys) told.set(keyText(key), late.get(keyText(key)) ?? LATE);
    },
  };
}

beforeEach(async () => {
  fakeBrowser.reset();
  ports = joinPorts();
  list = FlagList.empty();
  list.videoChanges.set(keyText(await keyOf(FLAGGED.videoId)), pack(62, 1));
  late = new Map();
  seen = new SeenVideos();
  followed = new FollowedLists();
  new LabelDesk(
    async () => list,
    lookups(),
    async () => seen,
    async () => followed,
  ).serve();
  changes = 0;
  client = new LabelClient(() => changes++);
});

describe('LabelClient', () => {
  it('knows nothing before it asked, and everything after', async () => {
    expect(client.known(FLAGGED)).toBeUndefined();
    await client.ask([FLAGGED, { videoId: 'innocent000' }]);
    expect(client.known(FLAGGED)?.video).toMatchObject({ score: 62, category: 'ai_voiceover' });
    expect(client.known({ videoId: 'innocent000' })).toEqual({});
    expect(changes).toBe(0);
  });

  it('answers with what is known here at once, and tells later what the server said', async () => {
    late.set(keyText(await keyOf('late0000000')), LATE);
    await client.ask([FLAGGED, { videoId: 'late0000000' }]);
    expect(client.known({ videoId: 'late0000000' })).toEqual({});
    release();
    await expect.poll(() => client.known({ videoId: 'late0000000' })).toEqual({ video: LATE });
    expect(changes).toBe(1);
  });

  it('finds channels by id and by any spelling of the handle', async () => {
    list.channelChanges.set(keyText(await keyOf('@some.handle')), pack(80, 1));
    await client.ask([
      { videoId: 'x', handle: '@Some.Handle' },
      { videoId: 'y', handle: '@else' },
    ]);
    expect(client.known({ videoId: 'x', handle: '@Some.Handle' })?.channel?.autoFlag).toBe(true);
    expect(client.known({ videoId: 'y', handle: '@else' })?.channel).toBeUndefined();
  });

  it('finds each channel of a collaboration', async () => {
    const [a, b] = [{ handle: '@a' }, { channelId: 'UC0123456789abcdefghijkl' }];
    list.channelChanges.set(keyText(await keyOf(b.channelId)), pack(80, 1));
    const card = { videoId: 'x', channels: [a, b] };
    await client.ask([card, { videoId: 'x' }]);
    expect(client.known(card)).toMatchObject({ channels: [{}, { channel: { autoFlag: true } }] });
    expect(client.known({ videoId: 'x' })).toEqual({});
    expect(client.known({ videoId: 'x', channels: [b, a] })).toBeUndefined();
  });

  it('finds a channel that no video comes with, and asks nobody else about it', async () => {
    list.channelChanges.set(keyText(await keyOf('@some.handle')), pack(80, 1));
    const asked: unknown[] = [];
    new LabelDesk(
      async () => list,
      {
        ...lookups(),
        unasked: async (keys) => {
          asked.push(...keys);
          return [];
        },
      },
      async () => seen,
      async () => followed,
    ).serve();
    await client.ask([{ handle: '@some.handle' }]);
    expect(client.known({ handle: '@some.handle' })).toMatchObject({ channel: { autoFlag: true } });
    expect(asked).toEqual([]);
  });

  it('tells on which of the viewer’s lists a channel is, alone or of a collaboration', async () => {
    const [sure, unsure] = [{ handle: '@slop' }, { handle: '@maybe' }];
    followed = new FollowedLists([
      {
        name: 'warnings',
        table: await tableOf([
          { ...sure, level: 'warn' },
          { ...unsure, level: 'warn' },
        ]),
      },
      { name: 'blocks', table: await tableOf([sure]) },
    ]);
    const [one, both] = [
      { videoId: 'a', handle: '@Slop' },
      { videoId: 'b', channels: [sure, unsure] },
    ];
    await client.ask([one, both, { videoId: 'c', handle: '@other' }]);
    expect(client.known(one)).toEqual({ followed: { list: 'blocks', level: 'block' } });
    expect(client.known(both)?.channels).toEqual([
      { followed: { list: 'blocks', level: 'block' } },
      { followed: { list: 'warnings', level: 'warn' } },
    ]);
    expect(client.known({ videoId: 'c', handle: '@other' })).toEqual({});
  });

  it('tells what was seen of YouTube’s label, of videos and of channels', async () => {
    const channel = keyText(await keyOf('@mill'));
    for (let n = 0; n < 5; n++) {
      const making = n === 0 ? 'camera' : 'ai';
      seen.put({ video: keyText(await keyOf(`seen${n}`)), channel: [channel], making, at: n });
    }
    const cards = [
      { videoId: 'seen0' },
      { videoId: 'seen1', handle: '@mill' },
      { videoId: 'together', channels: [{ handle: '@Mill' }, { handle: '@else' }] },
    ];
    await client.ask(cards);
    expect(cards.map((card) => client.known(card))).toEqual([
      { making: 'camera', labelled: 80 }, // by the channel that was seen to have made it
      { making: 'ai', labelled: 80 },
      { channels: [{ labelled: 80 }, {}] },
    ]);
  });

  it('asks many cards in several messages', async () => {
    const cards = Array.from({ length: 1200 }, (_, n) => ({ videoId: `video${n}` }));
    await client.ask(cards);
    expect(cards.every((card) => client.known(card))).toBe(true);
    expect(ports.questions).toBe(3);
  });

  it('learns of a new list when told to renew', async () => {
    await client.ask([FLAGGED]);
    list = FlagList.empty();
    await client.renew();
    expect(client.known(FLAGGED)).toEqual({});
    expect(changes).toBe(1);
    await client.renew();
    expect(changes).toBe(1);
  });

  it('asks again when the background died before it answered', async () => {
    ports.dropNext();
    await client.ask([FLAGGED]);
    expect(client.known(FLAGGED)?.video?.score).toBe(62);
  });

  it('gives up when it dies again', async () => {
    ports.dropNext();
    ports.dropNext();
    await expect(client.ask([FLAGGED])).rejects.toThrow('went away');
  });

  it('is not answered when it is somebody else', async () => {
    ports.senderId = 'another-extension';
    void client.ask([FLAGGED]);
    ports.senderId = fakeBrowser.runtime.id;
    const ours = new LabelClient(() => undefined);
    await ours.ask([FLAGGED]);
    expect(ours.known(FLAGGED)?.video?.score).toBe(62);
    expect(client.known(FLAGGED)).toBeUndefined();
  });
});
