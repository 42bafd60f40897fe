// @vitest-environment node
import { keyOf } from 'realtube-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Sightings } from '../../src/background/sightings';
import { openStore } from '../../src/background/store';
import { DAY_MS } from '../../src/core/clock';
import { channelKeys } from '../../src/core/entries';
import { fillDisk, setClock } from './world';

const HANDLE = { handle: '@Mill' };
let name = 0;
let changes: number;
let sightings: Sightings;

const open = () => new Sightings(openStore(`seen${name}`), () => changes++);
const share = async (those = sightings) => (await those.seen()).labelled(await channelKeys(HANDLE));
async function see(count: number, making: 'ai' | 'none' = 'ai', from = 0) {
  for (let n = from; n < from + count; n++)
    await sightings.add({ videoId: `video${making}${n}`, making, ...HANDLE });
}

beforeEach(() => {
  name += 1;
  changes = 0;
  sightings = open();
});

afterEach(() => vi.restoreAllMocks());

describe('sightings', () => {
  it('are there for the next background, without the names of anybody', async () => {
    await see(5);
    expect(await share()).toBe(100);
    const next = open();
    expect(await share(next)).toBe(100);
    expect((await next.seen()).making(await keyOf('videoai0'))).toBe('ai');
    const stored = JSON.stringify(await openStore(`seen${name}`).all('seen'));
    expect(stored).not.toMatch(/mill|videoai/i);
  });

  it('tell when cards are to be judged anew, and only then', async () => {
    await see(4);
    expect(changes).toBe(4); // each video itself
    await see(4);
    await see(1, 'none');
    expect([changes, await share()]).toEqual([5, 80]);
    await see(1, 'none', 1);
    expect([changes, await share()]).toEqual([6, 66]);
    await see(1, 'none', 2);
    expect([changes, await share()]).toEqual([7, undefined]);
    await see(3, 'none', 3);
    expect(changes).toBe(7);
  });

  it('are forgotten when the viewer says so, and after 90 days', async () => {
    await see(5);
    setClock(91 * DAY_MS);
    expect((await open().seen()).size).toBe(0);
    vi.restoreAllMocks();
    sightings = open();
    await see(2);
    await sightings.forget();
    expect((await sightings.seen()).size).toBe(0);
    expect((await open().seen()).size).toBe(0);
  });

  it('count all the same while the disk takes nothing', async () => {
    fillDisk();
    await see(5);
    expect(await share()).toBe(100);
    vi.restoreAllMocks();
    await see(1, 'ai', 5);
    expect((await open().seen()).size).toBe(6);
  });
});
