/** Snapshots and deltas that somebody damaged, or made to do harm. `REALTUBE_FUZZ` is how many are tried. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  BadCopy,
  BadSnapshot,
  changesIn,
  entriesOf,
  isDelta,
  parsed,
  readCompact,
} from '../src/index.js';
import { manyEntries, Random, writeCompact } from './writer.js';

const RUNS = Number(process.env.REALTUBE_FUZZ ?? 3000);
const TRAILER_BYTES = 8;
const random = new Random(17);

const snapshots = [0, 1, 40, 300].map((size) =>
  writeCompact({
    revision: 12,
    videos: manyEntries(random, size),
    channels: manyEntries(random, size),
  }),
);
const changes = Array.from({ length: 20 }, (_, n) => ({
  key: n.toString(16).padStart(16, '0'),
  action: n % 3 === 0 ? 'remove' : 'update',
  score: n,
  flags: n,
}));
const deltas = [
  { videos: changes, channels: changes, nextCursor: '12-0', hasMore: false },
  { videos: [], channels: [], fullSyncRequired: true },
].map((delta) => new TextEncoder().encode(JSON.stringify(delta)));

const copies = [2, 30].map((videos) => {
  const lines = Array.from({ length: videos }, (_, n) => ({ videoId: `v${n}`, score: n }));
  const all = [{ counts: { videos, channels: 1 } }, ...lines, { channelId: '@a', score: 1 }];
  return new TextEncoder().encode(all.map((line) => `${JSON.stringify(line)}\n`).join(''));
});

it('are read or refused, and nothing else happens', async () => {
  let refused = 0;
  for (let run = 0; run < RUNS; run++) {
    const bytes = damaged(snapshots);
    // With a checksum that is right again, more of it is read.
    if (run % 2 === 0) seal(bytes);
    await readCompact(bytes).catch((error: unknown) => {
      expect(error).toBeInstanceOf(BadSnapshot);
      refused += 1;
    });
    const delta = parsed(damaged(deltas));
    if (isDelta(delta))
      for (const { packed = 0 } of changesIn(delta).videos) expect(packed).toBeLessThan(2 ** 16);
    await read(damaged(copies)).catch((error: unknown) => expect(error).toBeInstanceOf(BadCopy));
  }
  expect(refused).toBeGreaterThan(RUNS / 2);
}, 1_800_000);

async function read(copy: Uint8Array): Promise<void> {
  async function* pieces() {
    yield copy;
  }
  for await (const { score } of entriesOf(pieces())) expect(score).toBeLessThanOrEqual(100);
}

function damaged(from: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let bytes = Uint8Array.from(from[random.below(from.length)] ?? []);
  for (let times = random.below(4); times >= 0; times--) {
    const at = random.below(bytes.length);
    if (random.below(10) === 0 && at > TRAILER_BYTES) bytes = bytes.slice(0, at);
    else bytes[at] = random.below(256);
  }
  return bytes;
}

function seal(bytes: Uint8Array): void {
  const end = bytes.length - TRAILER_BYTES;
  const digest = createHash('sha256').update(bytes.subarray(0, end)).digest();
  bytes.set(digest.subarray(0, TRAILER_BYTES), end);
}
