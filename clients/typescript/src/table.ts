/** One section of the published list in memory: sorted 64-bit keys, 10 bytes an entry. */
import type { Key } from './keys.js';

/** A score (0-100) in the low byte and the flags of the compact format above it. */
export type Packed = number;

export function pack(score: number, flags: number): Packed {
  return score | (flags << 8);
}

export class Table {
  /** The arrays have equal lengths; keys ascend strictly. */
  constructor(
    readonly hi: Uint32Array<ArrayBuffer>,
    readonly lo: Uint32Array<ArrayBuffer>,
    readonly scores: Uint8Array<ArrayBuffer>,
    readonly flags: Uint8Array<ArrayBuffer>,
  ) {}

  static ofSize(size: number): Table {
    return new Table(
      new Uint32Array(size),
      new Uint32Array(size),
      new Uint8Array(size),
      new Uint8Array(size),
    );
  }

  get size(): number {
    return this.hi.length;
  }

  find(key: Key): Packed | undefined {
    const at = this.lowerBound(key);
    return this.isAt(at, key) ? pack(this.scores[at] ?? 0, this.flags[at] ?? 0) : undefined;
  }

  isAt(at: number, { hi, lo }: Key): boolean {
    return this.hi[at] === hi && this.lo[at] === lo;
  }

  /** The first place whose key is not less. */
  lowerBound({ hi, lo }: Key): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.hi[middle] as number;
      if (at < hi || (at === hi && (this.lo[middle] as number) < lo)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What became of keys since the table was made; undefined for those that were removed. */
export type Changes = Map<string, Packed | undefined>;
