import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId, video } from '../../e2e/site/content';
import type { Channel, Video } from '../../e2e/site/markup';
import {
  lockupData,
  rendererData,
  shortData,
  watchData,
  withData,
  withEscapedData,
} from '../../e2e/site/pagedata';
import { Owners } from '../../src/youtube/owners';
import { SELECTORS } from '../../src/youtube/selectors';

const A: Channel = { name: 'A', handle: '@a', channelId: 'UC0123456789abcdefghijkl' };
const B: Channel = { name: 'B', handle: '@b%C3%A4', channelId: 'UCother6789abcdefghijklm' };
const NAMED_A = { channelId: A.channelId, handle: '@a' };
const NAMED_B = { channelId: B.channelId, handle: '@bä' };
const SOON = { timeout: 10_000, interval: 5 };

let owners: Owners;
let learned: number;

const by = (channel: Channel): Video => ({ ...video(), channel });
const scriptOf = (html: string) => /<script>(.*)<\/script>/s.exec(html)?.[1] ?? '';

beforeEach(() => {
  // Time stands still, so that everything is read at once.
  vi.spyOn(performance, 'now').mockReturnValue(0);
  learned = 0;
  owners = new Owners(SELECTORS.owners, () => learned++);
});

afterEach(() => {
  owners.stop();
  vi.restoreAllMocks();
});

describe('Owners', () => {
  const one = by(A);
  const kinds: [string, object][] = [
    ['a card', lockupData(one)],
    ['a result', rendererData('videoRenderer', one)],
    ['a card of 2023', rendererData('compactVideoRenderer', one)],
    ['a row of a playlist', rendererData('playlistVideoRenderer', one)],
    ['a row beside the player', rendererData('playlistPanelVideoRenderer', one)],
    ['a still', rendererData('endScreenVideoRenderer', one)],
    ['a mobile card', rendererData('videoWithContextRenderer', one)],
    ['a Short', shortData(one)],
  ];

  it.each(kinds)(
    'are read from %s: in an event, in a script, and in a script of the mobile page',
    (_, card) => {
      const data = watchData({ related: [card] });
      for (const source of [
        data,
        scriptOf(withData('', data)),
        scriptOf(withEscapedData('', data)),
      ]) {
        const fresh = new Owners(SELECTORS.owners, () => undefined);
        fresh.read(source);
        expect(fresh.of(one.id)).toEqual([NAMED_A]);
        expect(fresh.of(newId())).toBeUndefined();
      }
    },
  );

  it('are all who made it together, if all are named, else nobody', () => {
    const [all, some] = [by(A), by(A)];
    const nobody: Channel = { name: 'C', handle: '@c' };
    owners.read(
      watchData({
        related: [lockupData(all, [A, B]), rendererData('videoRenderer', some, [A, nobody])],
      }),
    );
    expect(owners.of(all.id)).toEqual([NAMED_A, NAMED_B]);
    expect(owners.of(some.id)).toEqual([]);
  });

  it('are not the uploader alone where another place names several', () => {
    for (const places of [
      [0, 1],
      [1, 0],
    ]) {
      const shared = by(A);
      const [still, card] = [
        rendererData('endScreenVideoRenderer', shared),
        lockupData(shared, [A, B]),
      ];
      for (const place of places) owners.read(watchData({ related: [place === 0 ? still : card] }));
      expect(owners.of(shared.id)).toEqual([NAMED_A, NAMED_B]);
    }
  });

  it('are nobody where a place has another form than is known', () => {
    const data = JSON.parse(
      JSON.stringify(watchData({ related: kinds.map(([, card]) => card) })),
    ) as object;
    const broken = [
      JSON.stringify(data).replaceAll(A.channelId ?? '', 'UCshort'),
      JSON.stringify(data).replaceAll('"browseEndpoint"', '"browse"'),
      JSON.stringify(data).replaceAll(`"${one.id}"`, '{"id":7}'),
      JSON.stringify(data).replaceAll(`"${one.id}"`, '"PLsomethingelse"'),
      JSON.stringify(data).replaceAll('"runs":[', '"runs":[null,7,"x",[],'),
    ];
    for (const text of broken.slice(0, 4)) {
      owners.read(text);
      owners.read(JSON.parse(text));
    }
    expect(learned).toBe(0);
    owners.read(broken[4]);
    expect(owners.of(one.id)).toEqual([NAMED_A]);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['no JSON', '"lockupViewModel":{"contentId":'],
    ['half of it', '"lockupViewModel":{"contentId":"aaaaaaaaaaa"}}}} "lockupViewModel":{ x }'],
    [
      'names of no members',
      { lockupViewModel: 'x', videoRenderer: null, constructor: { videoId: 'aaaaaaaaaaa' } },
    ],
  ])('are nobody in %s', (_, source) => {
    owners.read(source);
    expect(learned).toBe(0);
  });

  it('are told once for each page that names somebody new', () => {
    const data = watchData({ related: [lockupData(by(A)), lockupData(by(B))] });
    owners.read(data);
    owners.read(data);
    expect(learned).toBe(1);
  });

  it('are read in slices, of the newest pages, and not at all after the end', async () => {
    // Every look at the clock finds that the time is up.
    let now = 0;
    vi.mocked(performance.now).mockImplementation(() => (now += 1000));
    const pages = Array.from({ length: 6 }, () => Array.from({ length: 40 }, () => by(A)));
    for (const page of pages)
      owners.read(watchData({ related: page.map((each) => lockupData(each)) }));
    const known = () => pages.map((page) => page.filter(({ id }) => owners.of(id)).length);
    expect(Math.max(...known())).toBeLessThan(40);
    await vi.waitFor(() => expect(known().slice(-4)).toEqual([40, 40, 40, 40]), SOON);
    expect(Math.max(...known().slice(0, 2))).toBeLessThan(40);
    const late = by(A); // what stands first is read last
    owners.read(
      watchData({
        related: [late, ...Array.from({ length: 100 }, () => by(A))].map((each) =>
          lockupData(each),
        ),
      }),
    );
    owners.stop();
    await new Promise((resolve) => setTimeout(resolve));
    expect(owners.of(late.id)).toBeUndefined();
  });

  it('are kept for some thousand videos, not for all that were ever seen', () => {
    const first = by(A);
    owners.read(watchData({ related: [lockupData(first)] }));
    for (let page = 0; page < 6; page++)
      owners.read(
        watchData({
          related: Array.from({ length: 1000 }, () => rendererData('videoRenderer', by(B))),
        }),
      );
    expect(owners.of(first.id)).toBeUndefined();
  });
});
