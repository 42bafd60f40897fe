import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSelectors, SELECTORS } from '../../src/youtube/selectors';
import { newerSelectors } from '../../src/youtube/update';

/** Changes to the built-in list, which the server's tests read, too. */
interface Vector {
  readonly name: string;
  readonly changes?: Readonly<Record<string, unknown>>;
  readonly without?: string;
  /** Each list in `changes` is its one item so many times. */
  readonly repeat?: number;
  /** Where it is wrong; nowhere, if there is none. */
  readonly fault?: string;
}

const VECTORS = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../../clients/vectors/selectors.json'), 'utf8'),
) as Vector[];

function made({ changes = {}, without, repeat = 1 }: Vector): unknown {
  const changed = Object.entries(changes).map(([name, value]) => [
    name,
    Array.isArray(value) && repeat > 1 ? Array<unknown>(repeat).fill(value[0]) : value,
  ]);
  const value = { ...SELECTORS, ...Object.fromEntries(changed) } as Record<string, unknown>;
  if (without !== undefined) delete value[without];
  return value;
}

describe('parseSelectors', () => {
  it.each(VECTORS.filter(({ fault }) => fault === undefined))('takes $name', (vector) => {
    const value = made(vector);
    expect(parseSelectors(value)).toEqual(value);
  });

  it.each(VECTORS.filter(({ fault }) => fault !== undefined))('refuses $name', (vector) => {
    expect(parseSelectors(made(vector))).toBeUndefined();
  });

  it.each([null, [], 'text', 7])('refuses %j', (value) => {
    expect(parseSelectors(value)).toBeUndefined();
  });

  it.each(['titles', 'posts', 'previews', 'previewBoxes'])(
    'takes its own %s for those of a list from before there were any, but no broken ones',
    (name) => {
      const { [name]: own, ...older } = SELECTORS as unknown as Record<string, unknown>;
      expect(own).not.toHaveLength(0);
      expect(parseSelectors(older)).toEqual(SELECTORS);
      expect(parseSelectors({ ...older, [name]: null })).toBeUndefined();
      expect(parseSelectors({ ...older, [name]: ['a,b'] })).toBeUndefined();
    },
  );

  it.each([
    'moreCards',
    'channelCards',
    'nextButtons',
    'players',
    'collaboration',
    'owners',
    'label',
  ])('takes its own %s for that of a list from before there was any', (name) => {
    const { [name]: own, ...older } = SELECTORS as unknown as Record<string, unknown>;
    expect(own).toBeDefined();
    expect(parseSelectors(older)).toEqual(SELECTORS);
    expect(parseSelectors({ ...older, [name]: null })).toBeUndefined();
  });

  it('comes with a list that the first versions take, too', () => {
    // As they were: a list with anything else in these members is refused as a whole.
    const card = /^(?:(?:ytd|ytm|yt)-[a-z0-9-]+|\.ytp-[\w-]+|\.yt[A-Z]\w+)(?=[.#]|$)/;
    const page =
      /^yt[dm]-(?:app|page-manager|browse|search|shorts|player|comments|watch.*|.*-results-renderer|rich-grid-renderer|.*-list-renderer|.*section.*|continuation-.*)$/;
    const shelf = /^(?:[a-z0-9]+-[a-z0-9-]+|\.yt[A-Z]\w+)(?=[.#]|$)/;
    const surfaces = [
      'home',
      'search',
      'related',
      'endscreen',
      'channel',
      'playlist',
      'subscriptions',
      'shorts',
      'notifications',
      'watch',
      'embed',
      'other',
    ];
    const last = (selector: string) =>
      selector
        .replace(/\[[^\]]*\]/g, '')
        .split(' ')
        .at(-1) ?? '';
    expect(SELECTORS.cards.map(last).filter((name) => !card.test(name) || page.test(name))).toEqual(
      [],
    );
    expect(SELECTORS.shelves.map(last).filter((name) => !shelf.test(name))).toEqual([]);
    expect(SELECTORS.surfaces.filter(({ surface }) => !surfaces.includes(surface))).toEqual([]);
    for (const list of Object.values(SELECTORS))
      if (Array.isArray(list)) expect(list.length).toBeLessThanOrEqual(64);
  });

  it('makes of an empty list one that finds nothing, which is no error to ask for', () => {
    const player = { controls: [], preview: [], actions: [] };
    const empty = parseSelectors({ ...SELECTORS, notVideo: [], shelves: [], player });
    for (const list of [empty?.notVideo, empty?.shelves, empty?.player.controls])
      expect(document.querySelector(list?.join() ?? '')).toBeNull();
  });

  it('leaves out what it does not know', () => {
    expect(parseSelectors({ ...SELECTORS, other: 1 })).toEqual(SELECTORS);
  });
});

describe('newerSelectors', () => {
  it('takes a newer list, and keeps its own for an older or a broken one', () => {
    const newer = { ...SELECTORS, version: SELECTORS.version + 1 };
    expect(newerSelectors(newer)).toEqual(newer);
    expect(newerSelectors({ ...SELECTORS, cards: ['ytd-other'] })).toBe(SELECTORS);
    expect(newerSelectors({ ...newer, cards: ['body'] })).toBe(SELECTORS);
    expect(newerSelectors(undefined)).toBe(SELECTORS);
  });
});
