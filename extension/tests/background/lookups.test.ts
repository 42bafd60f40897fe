// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServerLookups } from '../../src/background/lookups';
import { keyOf, prefixOf, type Key } from '../../src/core/keys';
import { FakeService } from './world';

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
let lookups: ServerLookups;
let isOn: boolean;
let flagged: Key;
let innocent: Key;

beforeEach(async () => {
  service = new FakeService();
  isOn = true;
  lookups = new ServerLookups(await service.start(), async () => isOn);
  [flagged, innocent] = [await keyOf('dQw4w9WgXcQ'), await keyOf('innocent000')];
  service.answer = ({ body }) => {
    const { prefixes } = JSON.parse(body) as { prefixes: string[] };
    const results = prefixes.map((prefix) => [prefix, prefix === '5f6b' ? [VIDEO] : []]);
    return { body: { results: Object.fromEntries(results) as unknown } };
  };
});

afterEach(() => service.stop());

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
    const sizes = service.heard.map(({ body }) => (JSON.parse(body) as { prefixes: string[] }).prefixes.length);
    expect(sizes).toEqual([100, 100, 100, 100, 100]);
    expect(new Set(prefixesAsked()).size).toBe(500);
  });

  it('takes a refusal for unknown, and lets the server rest', async () => {
    service.answer = () => ({ status: 429, headers: { 'Retry-After': '60' } });
    await lookups.ask([flagged]);
    expect(lookups.found(flagged)).toBeUndefined();
    expect(await lookups.unasked([flagged])).toEqual([]);
  });

  it('does not believe answers without sense', async () => {
    for (const body of [{}, { results: { '5f6b': [{ ...VIDEO, score: 1000 }] } }, { results: [] }]) {
      service.answer = () => ({ body });
      await lookups.ask([flagged]);
      expect(lookups.found(flagged)).toBeUndefined();
    }
  });

  it('asks nothing when switched off', async () => {
    isOn = false;
    expect(await lookups.unasked([flagged])).toEqual([]);
  });
});
