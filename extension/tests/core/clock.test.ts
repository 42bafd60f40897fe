// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { believed, DAY_MS } from '../../src/core/clock';

const NOW = 1_800_000_000_000;

describe('believed', () => {
  it.each([0, NOW - 365 * DAY_MS, NOW, NOW + 1, NOW + DAY_MS])('is the time itself (%d)', (at) => {
    expect(believed(at, NOW)).toBe(at);
  });

  it.each([NOW + DAY_MS + 1, NOW + 365 * DAY_MS])('is never, more than a day ahead (%d)', (at) => {
    expect(believed(at, NOW)).toBe(0);
  });
});
