import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  BadSnapshot,
  type Changes,
  FlagList,
  keyOf,
  keyText,
  merge,
  pack,
  parseKey,
  readCompact,
  type Snapshot,
  type Table,
} from '../src/index.js';
import { type Entry, manyEntries, Random, randomEntries, writeCompact } from './writer.js';

interface Vectors {
  readonly keys: readonly { readonly text: string; readonly key: string }[];
  readonly snapshots: readonly {
    readonly name: string;
    readonly revision: number;
    readonly videos: readonly Entry[];
    readonly channels: readonly Entry[];
    readonly hex: string;
  }[];
  readonly decidedBy: Readonly<
    Record<'videos' | 'channels', readonly { flags: number; decidedBy: string | null }[]>
  >;
}

const VECTORS = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../../docs/compact-vectors.json'), 'utf8'),
) as Vectors;

const entriesOf = (table: Table): Entry[] =>
  Array.from({ length: table.size }, (_, at) => [
    keyText({ hi: table.hi[at] ?? 0, lo: table.lo[at] ?? 0 }),
    table.scores[at] ?? 0,
    table.flags[at] ?? 0,
  ]);

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

/** With the checksum put right, so that only what is inside is wrong. */
function signed(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = bytes.slice(0, -8);
  const digest = createHash('sha256').update(body).digest();
  return new Uint8Array([...body, ...digest.subarray(0, 8)]);
}

describe('keys', () => {
  it('are those of the reference', async () => {
    for (const { text, key } of VECTORS.keys) {
      expect(keyText(await keyOf(text))).toBe(key);
    }
  });
});

describe('flags', () => {
  it('tell who decided', () => {
    const key = parseKey('00000000000000aa');
    const listWith = (flags: number) => {
      const changes: Changes = new Map([[keyText(key), pack(60, flags)]]);
      return new FlagList(FlagList.empty().tables, changes, changes);
    };
    for (const { flags, decidedBy } of VECTORS.decidedBy.videos)
      expect(listWith(flags).video(key)?.decidedBy ?? null).toBe(decidedBy);
    for (const { flags, decidedBy } of VECTORS.decidedBy.channels)
      expect(listWith(flags).channel([key])?.decidedBy ?? null).toBe(decidedBy);
  });
});

describe('readCompact', () => {
  it('reads what the reference wrote', async () => {
    for (const { revision, videos, channels, hex } of VECTORS.snapshots) {
      const snapshot = await readCompact(bytesOf(hex));
      expect(snapshot.revision).toBe(revision);
      expect(snapshot.categories).toHaveLength(5);
      expect(entriesOf(snapshot.videos)).toEqual(videos);
      expect(entriesOf(snapshot.channels)).toEqual(channels);
    }
  });

  it('reads what another writer wrote, for many random lists', async () => {
    const random = new Random(7);
    for (let round = 0; round < 200; round++) {
      const [videos, channels] = [randomEntries(random, 60), randomEntries(random, 20)];
      const snapshot = await readCompact(writeCompact({ revision: round, videos, channels }));
      expect(entriesOf(snapshot.videos)).toEqual(videos);
      expect(entriesOf(snapshot.channels)).toEqual(channels);
    }
  });

  it('reads from the middle of a buffer, a longer header and a later minor version', async () => {
    const videos: Entry[] = [['00000000000000ff', 60, 0]];
    const bytes = writeCompact({ revision: 1, videos, channels: [], minor: 9, extraHeader: 12 });
    const inside = new Uint8Array(bytes.length + 10);
    inside.set(bytes, 5);
    const snapshot = await readCompact(inside.subarray(5, 5 + bytes.length));
    expect(entriesOf(snapshot.videos)).toEqual(videos);
  });

  it('skips blocks of later versions if they are whole', async () => {
    const videos: Entry[] = [['00000000000000ff', 60, 0]];
    const blocks = [
      ...Buffer.from('MORE'),
      3,
      0,
      0,
      0,
      1,
      2,
      3,
      ...Buffer.from('LAST'),
      0,
      0,
      0,
      0,
    ];
    const read = (some: readonly number[]) =>
      readCompact(writeCompact({ revision: 1, videos, channels: [], blocks: some }));
    expect(entriesOf((await read(blocks)).videos)).toEqual(videos);
    for (const length of [1, 7, 8, 10, 18]) {
      await expect(read(blocks.slice(0, length))).rejects.toThrow(BadSnapshot);
    }
  });

  it('refuses every shortening and every changed byte', async () => {
    const bytes = bytesOf(VECTORS.snapshots[1]?.hex ?? '');
    for (let length = 0; length < bytes.length; length++)
      await expect(readCompact(bytes.slice(0, length))).rejects.toThrow(BadSnapshot);
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      await expect(readCompact(changed)).rejects.toThrow(BadSnapshot);
    }
  });

  it('never reads beyond its bytes, whatever a correct checksum covers', async () => {
    const random = new Random(11);
    const bytes = bytesOf(VECTORS.snapshots[2]?.hex ?? '');
    for (let round = 0; round < 2000; round++) {
      const changed = bytes.slice();
      for (let times = 0; times < 3; times++)
        changed[random.below(changed.length)] = random.below(256);
      await readCompact(signed(changed)).catch((error: unknown) =>
        expect(error).toBeInstanceOf(BadSnapshot),
      );
    }
  });

  it.each([
    ['a major version it does not know', { major: 2 }],
    ['a score over 100', { videos: [['0000000000000001', 101, 0]] as Entry[] }],
    [
      'keys beyond 64 bits',
      {
        videos: [
          ['ffffffffffffffff', 1, 0],
          ['1', 1, 0],
        ] as Entry[],
        raw: true,
      },
    ],
  ])('refuses %s', async (_, change) => {
    const bytes = writeCompact({ revision: 1, videos: [], channels: [], ...change });
    await expect(readCompact(bytes)).rejects.toThrow(BadSnapshot);
  });
});

describe('a million entries', () => {
  let snapshot: Snapshot;
  let readMs = 0;

  beforeAll(async () => {
    const videos = manyEntries(new Random(3), 1_000_000);
    const bytes = writeCompact({ revision: 1, videos, channels: [] });
    const start = performance.now();
    snapshot = await readCompact(bytes);
    readMs = performance.now() - start;
  }, 60_000);

  it('take 10 bytes each and are read in under a second', () => {
    const { hi, lo, scores, flags } = snapshot.videos;
    const bytes = [hi, lo, scores, flags].reduce((sum, part) => sum + part.buffer.byteLength, 0);
    expect(bytes).toBe(10_000_000);
    expect(readMs).toBeLessThan(1000);
  });

  it('are found in microseconds', () => {
    const { videos } = snapshot;
    const start = performance.now();
    for (let at = 0; at < videos.size; at += 10) {
      const key = { hi: videos.hi[at] ?? 0, lo: videos.lo[at] ?? 0 };
      if (videos.find(key) !== pack(videos.scores[at] ?? 0, videos.flags[at] ?? 0))
        throw new Error('lost');
    }
    expect((performance.now() - start) / 100_000).toBeLessThan(0.01);
  });
});

describe('merge', () => {
  it('gives what applying each change to a map gives', async () => {
    const random = new Random(5);
    for (let round = 0; round < 200; round++) {
      const before = randomEntries(random, 40);
      const { videos } = await readCompact(
        writeCompact({ revision: 1, videos: before, channels: [] }),
      );
      const expected = new Map(before.map(([key, score, flags]) => [key, [score, flags]]));
      const changes: Changes = new Map();
      const keys = [...expected.keys(), ...randomEntries(random, 40).map(([key]) => key)];
      for (const key of keys.filter(() => random.below(3) === 0)) {
        const score = random.below(101);
        if (random.below(2) === 0) {
          changes.set(key, pack(score, 3));
          expected.set(key, [score, 3]);
        } else {
          changes.set(key, undefined);
          expected.delete(key);
        }
      }
      const sorted = [...expected]
        .map(([key, value]) => [key, ...value])
        .sort(([a = 0], [b = 0]) => (a < b ? -1 : 1));
      const merged = merge(videos, changes);
      expect(entriesOf(merged)).toEqual(sorted);
      for (const key of keys)
        expect(merged.find(parseKey(key)) !== undefined).toBe(expected.has(key));
    }
  });
});
