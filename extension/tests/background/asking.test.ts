// @vitest-environment node
/** When pages may ask YouTube, whatever they want. */
import { keyOf } from 'realtube-client';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { Asking } from '../../src/background/asking';
import { Sightings } from '../../src/background/sightings';
import { MemoryStore } from '../../src/background/store';
import { channelKeys } from '../../src/core/entries';

const HOUR_MS = 3_600_000;
const YES = { may: true };
const KNOWN = { may: false, isKnown: true };

let now: number;
let isOn: boolean;
let sightings: Sightings;
let asking: Asking;
let videos = 0;

const open = () => new Asking(async () => isOn, sightings);
const newVideo = () => `video${String(videos++).padStart(6, '0')}`;
const ask = () => asking.mayAsk(newVideo());

beforeEach(() => {
  fakeBrowser.reset();
  now = Date.UTC(2026, 10, 27);
  vi.spyOn(Date, 'now').mockImplementation(() => now);
  isOn = true;
  sightings = new Sightings(new MemoryStore(), () => undefined);
  asking = open();
});

describe('asking YouTube', () => {
  it('is not allowed as long as the viewer does not want it', async () => {
    isOn = false;
    expect(await ask()).toMatchObject({ may: false, isKnown: false });
    isOn = true;
    expect(await ask()).toEqual(YES);
  });

  it('is allowed once a second, whatever number of tabs asks at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, ask));
    expect(all.filter(({ may }) => may)).toHaveLength(1);
    now += 999;
    expect(await ask()).toEqual({ may: false, isKnown: false, waitMs: 1 });
    now += 1;
    expect(await ask()).toEqual(YES);
  });

  it('is allowed 300 times in any hour, through restarts and with a clock set back', async () => {
    let granted = 0;
    for (let second = 0; second < 1000; second++) {
      if (second % 100 === 0) asking = open();
      if ((await ask()).may) granted += 1;
      now += 1000;
    }
    expect(granted).toBe(300);
    now -= HOUR_MS / 2;
    expect((await ask()).may).toBe(false);
    now += HOUR_MS / 2;
    expect(await ask()).toEqual({ may: false, isKnown: false, waitMs: HOUR_MS - 1_000_000 });
    now += HOUR_MS - 1_000_000;
    expect(await ask()).toEqual(YES);
    now += 500;
    expect((await ask()).may).toBe(false);
  });

  it('is allowed once for each video, answered or not, and never for one that was seen', async () => {
    const [one, other, seen] = [newVideo(), newVideo(), newVideo()];
    expect(await asking.mayAsk(one)).toEqual(YES);
    expect(await asking.mayAsk(one)).toEqual(KNOWN);
    await asking.answered({ videoId: one, status: 200, making: 'none' });
    now += 1000;
    expect(await asking.mayAsk(other)).toEqual(YES);
    await asking.answered({ videoId: other, status: 200 }); // not to be read
    await sightings.add({ videoId: seen, making: 'none' });
    now += 1000;
    asking = open();
    for (const video of [one, other, seen]) expect(await asking.mayAsk(video)).toEqual(KNOWN);
  });

  it.each([403, 429])(
    'rests for an hour after %i, through a restart, and says so',
    async (status) => {
      const videoId = newVideo();
      await asking.mayAsk(videoId);
      expect(await asking.restsUntil()).toBe(0);
      await asking.answered({ videoId, status });
      asking = open();
      expect(await asking.restsUntil()).toBe(now + HOUR_MS);
      now += HOUR_MS - 1000;
      expect(await ask()).toEqual({ may: false, isKnown: false, waitMs: 1000 });
      now += 1000;
      expect(await asking.restsUntil()).toBe(0);
      expect(await ask()).toEqual(YES);
    },
  );

  it('remembers what was answered, with the channel; not what nobody was allowed to ask', async () => {
    const [videoId, other] = [newVideo(), newVideo()];
    await asking.mayAsk(videoId);
    const channel = { channelId: 'UC0123456789abcdefghijkl', handle: '@mill' };
    expect(await asking.answered({ videoId, status: 200, making: 'ai', ...channel })).toBe(true);
    expect(await asking.answered({ videoId, status: 200, making: 'none' })).toBe(false);
    expect(await asking.answered({ videoId: other, status: 200, making: 'ai' })).toBe(false);
    const seen = await sightings.seen();
    const key = await keyOf(videoId);
    expect([seen.size, seen.making(key)]).toEqual([1, 'ai']);
    expect(seen.channelOf(key)).toEqual(await channelKeys(channel));
  });

  it('is not allowed when it cannot be noted', async () => {
    vi.spyOn(fakeBrowser.storage.local, 'set').mockRejectedValueOnce(new Error('no room'));
    await expect(ask()).rejects.toThrow();
    expect(await ask()).toEqual(YES);
  });
});
