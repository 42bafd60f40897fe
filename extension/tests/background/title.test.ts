// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { claimedTitle } from '../../src/background/reports/title';

describe('The title that a report claims', () => {
  it.each([
    ['How to mill', 'How to mill'],
    ['(3) How to mill', 'How to mill'],
    ['(99+) How  to\u00a0mill\n', 'How to mill'],
    ['(3D) mills', '(3D) mills'],
    ['\u202eHow\u200b to\u0000 mill', 'How to mill'],
    ['x'.repeat(10_000), 'x'.repeat(200)],
    ['😀'.repeat(300), '😀'.repeat(200)],
    ['\ud800', undefined],
    ['\u200b \u2066', undefined],
    [undefined, undefined],
  ])('of %j is %j', (shown, title) => {
    expect(claimedTitle(shown)).toBe(title);
  });
});
