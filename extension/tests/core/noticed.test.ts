import { describe, expect, it } from 'vitest';
import { clockOf, secondsOf } from '../../src/core/noticed';

describe('a time in a video', () => {
  it.each([
    [0, '0:00'],
    [12, '0:12'],
    [754, '12:34'],
    [3723, '1:02:03'],
    [43_200, '12:00:00'],
  ])('of %d seconds reads %s, and back', (at, text) => {
    expect(clockOf(at)).toBe(text);
    expect(secondsOf(text)).toBe(at);
  });

  it('may be written in seconds', () => expect(secondsOf('95')).toBe(95));

  it.each(['', 'soon', '1:2:3:4', '-5', '0:12.5', '12:00:01', '99999'])('is not %j', (text) => {
    expect(secondsOf(text)).toBeUndefined();
  });
});
