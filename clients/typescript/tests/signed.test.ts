import { describe, expect, it, vi } from 'vitest';
import { check, type File, type Pin, type Signed, Untrusted, type Verify } from '../src/index.js';
import { vectors } from './vectors.js';

interface Case {
  readonly name: string;
  readonly pinned: string | null;
  readonly last: string | null;
  readonly now: string;
  readonly file: File;
  readonly signed: Signed | null;
  readonly outcome: string;
  readonly pinnedThen: string | null;
}
const { cases } = vectors<{ cases: readonly Case[] }>('signatures');

const pinOf = ({ pinned, last }: Case): Pin => ({
  ...(pinned !== null && { key: pinned }),
  ...(last !== null && { time: Date.parse(last) }),
});
const namedCase = (name: string) => cases.find((each) => each.name === name) as Case;

describe('check', () => {
  it.each(cases)('$name: $outcome', async (each) => {
    const { signed, file, now, outcome, pinnedThen } = each;
    const before = pinOf(each);
    try {
      const found = await check(signed ?? undefined, file, before, { now: Date.parse(now) });
      if (found.state !== 'signed') {
        expect([`${found.state} allowed`, null]).toEqual([outcome, pinnedThen ?? null]);
        return;
      }
      expect(found.ahead ? 'taken with a warning' : 'taken').toBe(outcome);
      expect(found.pin).toEqual({
        key: pinnedThen,
        // A clock that was far ahead must not have all that follows taken for older.
        time: Math.min(Date.parse(found.statement.time), Date.parse(now) + 3_600_000),
      });
    } catch (error) {
      if (!(error instanceof Untrusted)) throw error;
      expect(error.doubt).toBe(outcome);
      expect(error.message).toMatch(/^[A-Z][^]*\.$/);
    }
  });

  it('says that it cannot where there is no Ed25519, unless it is given one', async () => {
    const each = namedCase('pinned');
    const none = new DOMException('Unrecognized name.', 'NotSupportedError');
    const spy = vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(none);
    const now = Date.parse(each.now);
    const signed = each.signed as Signed;
    expect(await check(signed, each.file, pinOf(each), { now })).toEqual({ state: 'unsupported' });
    const asked: number[][] = [];
    const verify: Verify = async (key, signature, message) => {
      asked.push([key.length, signature.length, message.length]);
      return true;
    };
    const found = await check(signed, each.file, pinOf(each), { now, verify });
    expect(found.state).toBe('signed');
    expect(asked[0]).toEqual([32, 64, signed.statement.length]);
    spy.mockRestore();
  });
});
