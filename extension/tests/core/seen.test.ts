import { keyOf, keyText } from 'realtube-client';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/core/clock';
import { type Seen, SeenVideos } from '../../src/core/seen';
import type { Making } from '../../src/core/types';

const NOW = Date.UTC(2026, 10, 27);
const [HANDLE, ID, OTHER] = await Promise.all(
  ['@mill', 'UC0123456789abcdefghijkl', '@other'].map(keyOf),
);
const names = (...keys: (typeof HANDLE)[]) => keys.flatMap((key) => (key ? [keyText(key)] : []));
const row = (video: string, making: Making, channel = names(HANDLE), at = NOW): Seen => ({
  ...{ video, making, channel, at },
});
const rows = (labelled: number, others: number, channel = names(HANDLE)) => [
  ...Array.from({ length: labelled }, (_, n) => row(`ai${n}`, 'ai', channel)),
  ...Array.from({ length: others }, (_, n) => row(`no${n}`, 'none', channel)),
];
const share = (seen: SeenVideos, ...keys: (typeof HANDLE)[]) =>
  seen.labelled(keys.filter((key) => key !== undefined));

describe('a channel', () => {
  it.each([
    [4, 0, undefined],
    [5, 0, 100],
    [3, 2, 60],
    [4, 1, 80],
    [2, 3, undefined],
    [6, 4, 60],
    [59, 41, undefined],
    [2, 1, undefined],
    [0, 50, undefined],
  ])(
    'of which %i videos were seen with a label and %i without: %s',
    (labelled, others, percent) => {
      expect(share(new SeenVideos(rows(labelled, others)), HANDLE)).toBe(percent);
    },
  );

  it('is labelled no more when the numbers fall, by other videos or by the same ones', () => {
    const seen = new SeenVideos(rows(3, 2));
    seen.put(row('new', 'none'));
    expect(share(seen, HANDLE)).toBeUndefined();
    seen.put(row('new', 'ai'));
    expect(share(seen, HANDLE)).toBe(66);
    seen.put(row('ai0', 'camera'));
    seen.put(row('ai1', 'none'));
    expect(share(seen, HANDLE)).toBeUndefined();
  });

  it('counts each video once, however often it is seen', () => {
    const seen = new SeenVideos(rows(4, 0));
    for (let times = 0; times < 10; times++) seen.put(row('ai0', 'ai'));
    expect(share(seen, HANDLE)).toBeUndefined();
  });

  it('is one by its id and its handle, once a page named both', () => {
    const seen = new SeenVideos(rows(3, 0));
    for (let n = 0; n < 3; n++) seen.put(row(`id${n}`, 'ai', names(ID)));
    expect([share(seen, HANDLE), share(seen, ID)]).toEqual([undefined, undefined]);
    expect(share(seen, HANDLE, ID)).toBe(100);
    seen.put(row('ai0', 'ai', names(HANDLE, ID)));
    expect([share(seen, HANDLE), share(seen, ID), share(seen, OTHER)]).toEqual([
      100,
      100,
      undefined,
    ]);
  });

  it('keeps its video when that is seen where no channel is named, and loses it to another', () => {
    const seen = new SeenVideos(rows(5, 0));
    seen.put(row('ai0', 'ai', []));
    expect(share(seen, HANDLE)).toBe(100);
    seen.put(row('ai0', 'ai', names(OTHER)));
    expect(share(seen, HANDLE)).toBeUndefined();
  });

  it('does not count videos of nobody known', () => {
    expect(share(new SeenVideos(rows(9, 0, [])), HANDLE)).toBeUndefined();
    expect(new SeenVideos(rows(9, 0)).labelled([])).toBeUndefined();
  });
});

describe('what was seen', () => {
  it('is forgotten after 90 days, and where it lies in the future', () => {
    const old = row('old', 'ai', names(HANDLE), NOW - 91 * DAY_MS);
    const ahead = row('ahead', 'ai', names(HANDLE), NOW + 2 * DAY_MS);
    const seen = new SeenVideos([...rows(3, 0), old, ahead]);
    expect(seen.expire(NOW).sort()).toEqual(['ahead', 'old']);
    expect(seen.size).toBe(3);
    expect(share(seen, HANDLE)).toBeUndefined();
  });

  it('is kept of 10,000 videos, those seen last', () => {
    const many = Array.from({ length: 10_100 }, (_, n) =>
      row(`v${n}`, 'none', names(HANDLE), NOW - n * 1000),
    );
    const seen = new SeenVideos(many);
    seen.put(row('v10099', 'none'));
    const gone = seen.expire(NOW);
    expect(gone).toHaveLength(100);
    expect(gone).toContain('v10098');
    expect(gone).not.toContain('v10099');
    expect(seen.size).toBe(10_000);
  });
});
