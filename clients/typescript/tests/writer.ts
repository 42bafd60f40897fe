/** A writer of compact snapshots that shares nothing with the reader: BigInt and plain arrays. */
import { createHash } from 'node:crypto';

/** Key in hexadecimal, score, flags. */
export type Entry = readonly [key: string, score: number, flags: number];

export interface Content {
  readonly revision: number;
  readonly videos: readonly Entry[];
  readonly channels: readonly Entry[];
  readonly major?: number;
  readonly minor?: number;
  readonly extraHeader?: number;
  /** What follows the columns. */
  readonly blocks?: readonly number[];
  /** Keys are the differences themselves. */
  readonly raw?: boolean;
}

const NAMES = [
  'fully_ai',
  'ai_voiceover',
  'ai_visuals',
  'ai_thumbnails',
  'ai_assisted',
  'ai_music',
];

export function writeCompact(content: Content): Uint8Array<ArrayBuffer> {
  const {
    revision,
    videos,
    channels,
    major = 1,
    minor = 0,
    extraHeader = 0,
    blocks = [],
    raw = false,
  } = content;
  const names = NAMES.flatMap((name) => [name.length, ...Buffer.from(name)]);
  const keys = [videos, channels].map((entries) => keyBytes(entries, raw));
  const header = Buffer.alloc(42);
  header.write('RTCS', 'latin1');
  header.writeUInt8(major, 4);
  header.writeUInt8(minor, 5);
  header.writeUInt16LE(42 + names.length + extraHeader, 6);
  header.writeBigUInt64LE(BigInt(revision), 8);
  header.writeUInt32LE(videos.length, 24);
  header.writeUInt32LE(channels.length, 28);
  for (const [index, part] of keys.entries()) header.writeUInt32LE(part.length, 32 + 4 * index);
  header.writeUInt8(25, 40);
  header.writeUInt8(NAMES.length, 41);
  const body = Buffer.concat([
    header,
    Buffer.from(names),
    Buffer.alloc(extraHeader, 0xee),
    ...[videos, channels].flatMap((entries, index) => [
      keys[index] ?? Buffer.alloc(0),
      Buffer.from(entries.map(([, score]) => score)),
      Buffer.from(entries.map(([, , flags]) => flags)),
    ]),
    Buffer.from(blocks),
  ]);
  const trailer = createHash('sha256').update(body).digest().subarray(0, 8);
  return new Uint8Array(Buffer.concat([body, trailer]));
}

function keyBytes(entries: readonly Entry[], raw: boolean): Buffer {
  const out: number[] = [];
  let before = 0n;
  for (const [text] of entries) {
    const key = BigInt(`0x${text}`);
    const rest = raw ? key : key - before;
    before = key;
    // A string of bits, cut into groups of seven from its end.
    const bits = rest.toString(2);
    for (let end = bits.length; end > 0; end -= 7) {
      const group = Number.parseInt(bits.slice(Math.max(0, end - 7), end), 2);
      out.push(end > 7 ? group | 0x80 : group);
    }
  }
  return Buffer.from(out);
}

/** Mulberry32: the same numbers in every run. */
export class Random {
  constructor(private state: number) {}

  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }
}

/** Very many entries, quickly. */
export function manyEntries(random: Random, size: number): Entry[] {
  const keys = new BigUint64Array(size);
  const halves = new Uint32Array(keys.buffer);
  for (let at = 0; at < halves.length; at++) halves[at] = random.below(2 ** 32);
  return Array.from(keys.sort(), (key) => [
    key.toString(16).padStart(16, '0'),
    random.below(101),
    0,
  ]);
}

/** Sorted entries with distinct keys, some of them neighbours. */
export function randomEntries(random: Random, most: number, least = 0): Entry[] {
  const size = least + random.below(most - least + 1);
  const keys = new Set<string>();
  const half = () =>
    random
      .below(2 ** 32)
      .toString(16)
      .padStart(8, '0');
  while (keys.size < size) {
    const key = random.below(8) === 0 ? `${'0'.repeat(15)}${random.below(10)}` : half() + half();
    keys.add(key);
  }
  return [...keys].sort().map((key) => [key, random.below(101), random.below(32)]);
}
