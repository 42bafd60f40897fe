import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { solve } from '../src/index.js';

describe('solve', () => {
  it.each([0, 1, 8, 13])('finds a counter for %i zero bits', async (bits) => {
    const challenge = `1.${bits}.1700000000.${'0a'.repeat(16)}.${'f3'.repeat(16)}`;
    const proof = await solve(challenge, bits, async () => undefined);
    expect(proof).toMatch(new RegExp(`^${challenge.replaceAll('.', '\\.')}:\\d+$`));
    const digest = createHash('sha256').update(proof).digest('hex');
    const found = BigInt(`0x${digest}`).toString(2).padStart(256, '0');
    expect(found.slice(0, bits)).toBe('0'.repeat(bits));
  });

  it('lets others work in between', async () => {
    let pauses = 0;
    await solve('a', 17, async () => {
      pauses += 1;
    });
    expect(pauses).toBeGreaterThan(0);
  });
});
