/** Names and addresses: the vectors that all clients and the server have. */
import { describe, expect, it } from 'vitest';
import {
  type Key,
  keyOf,
  keyText,
  normaliseHandle,
  prefixOf,
  readAddress,
  solve,
  type Wanted,
} from '../src/index.js';
import { vectors } from './vectors.js';

interface Addresses {
  readonly addresses: readonly {
    readonly name: string;
    readonly text: string;
    readonly wanted?: Wanted;
    readonly kind?: string;
    readonly key?: string;
  }[];
  readonly handles: readonly {
    readonly name: string;
    readonly text: string;
    readonly handle?: string;
    readonly key?: string;
  }[];
}
const { addresses, handles } = vectors<Addresses>('addresses');

describe('what somebody pasted', () => {
  it.each(addresses)('is an address, or none: $name', ({ text, wanted, kind, key }) => {
    expect(readAddress(text, wanted)).toEqual(kind === undefined ? undefined : { kind, key });
  });

  it.each(handles)('is a handle, or none: $name', async ({ text, handle, key }) => {
    const normal = normaliseHandle(text);
    expect(normal).toBe(handle === undefined ? undefined : `@${handle}`);
    if (normal !== undefined) expect(keyText(await keyOf(normal))).toBe(key);
  });
});

describe('a video', () => {
  it.each(vectors<readonly { videoId: string; key: string; prefix: string }[]>('prefixes'))(
    'is asked for by a prefix: $videoId',
    async ({ videoId, key, prefix }) => {
      const found: Key = await keyOf(videoId);
      expect([keyText(found), prefixOf(found)]).toEqual([key, prefix]);
    },
  );
});

interface Work {
  readonly solved: readonly { challenge: string; bits: number; proof: string }[];
  readonly tooHard: readonly number[];
}
const { solved, tooHard } = vectors<Work>('proof');

describe('work', () => {
  it.each(solved)('for $challenge is done at $bits bits', async ({ challenge, bits, proof }) => {
    expect(await solve(challenge, bits, async () => undefined)).toBe(proof);
  });

  it.each(tooHard)('of %d bits is not begun', async (bits) => {
    await expect(solve('c', bits, async () => undefined)).rejects.toThrow(RangeError);
  });
});
