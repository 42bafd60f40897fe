import { describe, expect, it } from 'vitest';
import { fateOf, fatesOf, news, WEEK_MS } from '../../src/core/week';

const verdict = (score: number, more = {}) => ({
  score,
  locked: false,
  preliminary: false,
  ...more,
});

describe('what became of a report', () => {
  it.each([
    [undefined, undefined],
    [verdict(49), undefined],
    [verdict(50), 'flagged'],
    [verdict(85, { decidedBy: 'jury' }), 'confirmed'],
    [verdict(0, { decidedBy: 'jury' }), 'human'],
    [verdict(100, { locked: true }), 'confirmed'],
    [verdict(0, { locked: true }), 'human'],
  ])('%o is %s', (said, fate) => {
    expect(fateOf(said)).toBe(fate);
  });

  it('is nothing where nobody else has said anything', () => {
    expect(fatesOf([{ videoId: 'a' }, { videoId: 'b', verdict: verdict(60) }])).toEqual({
      b: 'flagged',
    });
  });
});

describe('the weekly word', () => {
  const then = 1_000_000_000_000;
  const week = { told: then, fates: { old: 'flagged', turned: 'flagged' } as const };
  const now = { old: 'flagged', turned: 'human', fresh: 'confirmed' } as const;

  it('waits for a week', () => {
    expect(news(week, now, then + WEEK_MS - 1)).toBeUndefined();
    expect(news(week, now, then + WEEK_MS)).toEqual({ human: 1, confirmed: 1 });
  });

  it('says nothing where nothing has changed', () => {
    expect(news(week, week.fates, then + 3 * WEEK_MS)).toBeUndefined();
  });

  it('does not wait for years for a clock that was set back', () => {
    expect(news(week, now, then - 1)).toEqual({ human: 1, confirmed: 1 });
  });
});
