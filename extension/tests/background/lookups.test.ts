// @vitest-environment node
import { type Key, keyOf, prefixOf } from 'realtube-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServerLookups } from '../../src/background/lookups';
import type { Server } from '../../src/background/server';
import { DAY_MS } from '../../src/core/clock';
import { FakeService, OTHERS, refusal, setClock } from './world';

const VIDEO = {
  videoId: 'dQw4w9WgXcQ',
  score: 62.5,
  locked: false,
  totalVotes: 4,
  lastUpdated: '2026-11-21T00:00:00Z',
  categories: {
    fully_ai: { votes: 1, weightedScore: 20 },
    ai_visuals: { votes: 3, weightedScore: 70 },
  },
};

let service: FakeService;
let server: Server;
let lookups: ServerLookups;
let isOn: boolean;
let flagged: Key;
let innocent: Key;

beforeEach(async () => {
  service = new FakeService();
  isOn = true;
  server = await service.start();
  lookups = new ServerLookups(server, async () => isOn);
  [flagged, innocent] = [await keyOf('dQw4w9WgXcQ'), await keyOf('innocent000')];
  service.answer = ({ body }) => {
    const { prefixes } = JSON.parse(body) as { prefixes: string[] };
    const results = prefixes.map((prefix) => [prefix, prefix === '5f6b' ? [VIDEO] : []]);
    return { body: { results: Object.fromEntries(results) as unknown } };
  };
});

afterEach(() => {
  vi.restoreAllMocks();
  service.stop();
});

const prefixesAsked = () =>
  service.heard.flatMap(({ body }) => (JSON.parse(body) as { prefixes: string[] }).prefixes);
const keys = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, n) => keyOf(`video${n}`)));

describe('ServerLookups', () => {
  it('asks with four digits, sorted, and nothing else', async () => {
    await lookups.ask([innocent, flagged]);
    expect(service.heard).toHaveLength(1);
    expect(JSON.parse(service.heard[0]?.body ?? '')).toEqual({
      prefixes: ['5f6b', prefixOf(innocent)].sort(),
    });
    expect(lookups.found(flagged)).toEqual({
      score: 62,
      category: 'ai_visuals',
      locked: false,
      preliminary: false,
    });
    expect(lookups.found(innocent)).toBeUndefined();
  });

  it('never takes another video with the same prefix for the one it asked for', async () => {
    await lookups.ask([flagged]);
    expect(lookups.found({ hi: flagged.hi, lo: flagged.lo ^ 1 })).toBeUndefined();
  });

  it('remembers that there is nothing', async () => {
    await lookups.ask(await lookups.unasked([innocent]));
    expect(await lookups.unasked([innocent])).toEqual([]);
  });

  it('asks once for what is asked twice at a time', async () => {
    await Promise.all([lookups.ask([flagged]), lookups.ask([flagged])]);
    expect(prefixesAsked()).toEqual(['5f6b']);
  });

  it('sends at most 100 prefixes a request and 500 a minute', async () => {
    await lookups.ask(await keys(2000));
    const sizes = service.heard.map(
      ({ body }) => (JSON.parse(body) as { prefixes: string[] }).prefixes.length,
    );
    expect(sizes).toEqual([100, 100, 100, 100, 100]);
    expect(new Set(prefixesAsked()).size).toBe(500);
  });

  it('takes a refusal for unknown, and lets the server rest', async () => {
    service.answer = () => ({ ...refusal(429, 'RATE_LIMITED'), headers: { 'Retry-After': '60' } });
    await lookups.ask([flagged]);
    expect(lookups.found(flagged)).toBeUndefined();
    expect(await lookups.unasked([flagged])).toEqual([]);
  });

  const nonsense: typeof OTHERS = [
    ['a score of 1000', { body: { results: { '5f6b': [{ ...VIDEO, score: 1000 }] } } }],
    ['no results', { body: { results: [] } }],
    ['results of others', { body: { results: { '0000': [] } } }],
  ];
  it.each([...nonsense, ...OTHERS])(
    'learns nothing from %s, and asks again later',
    async (_, answer) => {
      const sound = service.answer;
      service.answer = () => answer;
      await lookups.ask([flagged]);
      expect(lookups.found(flagged)).toBeUndefined();
      expect(await lookups.unasked([flagged])).toEqual([]);
      expect(service.contacts.at(-1)).toMatchObject({ isIntercepted: true });
      const now = performance.now();
      vi.spyOn(performance, 'now').mockReturnValue(now + 40_000);
      expect(await lookups.unasked([flagged])).toEqual([flagged]);
      service.answer = sound;
      await lookups.ask([flagged]);
      expect(lookups.found(flagged)?.score).toBe(62);
    },
  );

  it('takes the server at its word that nothing is known', async () => {
    service.answer = () => refusal(404, 'NOT_FOUND');
    await lookups.ask([flagged]);
    expect(lookups.found(flagged)).toBeUndefined();
    expect(await lookups.unasked([flagged, innocent])).toEqual([innocent]);
  });

  it('asks ever more rarely while nobody answers', async () => {
    service.answer = () => refusal(500, 'INTERNAL_ERROR');
    let now = 30_000;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const waits: number[] = [];
    for (let time = 0; time < 7; time++) {
      await lookups.ask([flagged]);
      const from = now;
      while (now - from < 3_600_000 && (await lookups.unasked([flagged])).length === 0)
        now += 30_000;
      waits.push((now - from) / 30_000);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 20, 20]);
  });

  it.each([365 * DAY_MS, -365 * DAY_MS])(
    'does not mind when the clock is set (%d)',
    async (offMs) => {
      setClock(offMs);
      await lookups.ask([flagged]);
      vi.restoreAllMocks();
      expect(lookups.found(flagged)?.score).toBe(62);
      service.answer = () => refusal(500, 'INTERNAL_ERROR');
      setClock(offMs);
      await lookups.ask([innocent]);
      vi.restoreAllMocks();
      const now = performance.now();
      vi.spyOn(performance, 'now').mockReturnValue(now + 11 * 60_000);
      expect(await lookups.unasked([flagged, innocent])).toEqual([flagged, innocent]);
    },
  );

  it('asks nothing when switched off', async () => {
    isOn = false;
    expect(await lookups.unasked([flagged])).toEqual([]);
  });

  it('asks nothing while it cannot be read whether it may', async () => {
    lookups = new ServerLookups(server, () =>
      Promise.reject(new Error('An unexpected error occurred')),
    );
    expect(await lookups.unasked([flagged])).toEqual([]);
  });
});
