import { keyOf } from 'realtube-client';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/core/lists/entries';
import { channelsIn, FollowedLists, shared, tableOf } from '../../src/core/lists/followed';

const ID = `UC${'a'.repeat(22)}`;

async function levelOf(entries: readonly Entry[], name: string) {
  const lists = new FollowedLists([{ name: 'Slop', table: await tableOf(entries) }]);
  return lists.find([await keyOf(name)])?.level;
}

describe('a list that is followed', () => {
  it('has a channel under all of its names, also those that a tie gives it', async () => {
    const entries: Entry[] = [
      { channelId: ID, handle: '@first', level: 'tie' },
      { channelId: ID, handle: '@last', level: 'tie' },
      { handle: '@last' },
      { channelId: `UC${'b'.repeat(22)}`, handle: '@other', level: 'tie' },
    ];
    for (const name of [ID, '@first', '@last']) expect(await levelOf(entries, name)).toBe('block');
    expect(await levelOf(entries, '@other')).toBeUndefined();
    expect(channelsIn(entries)).toBe(1);
  });

  it('blocks a channel that it has twice if it does so once', async () => {
    const entries: Entry[] = [
      { handle: '@a', level: 'warn' },
      { channelId: ID, handle: '@a' },
    ];
    expect(await levelOf(entries, '@a')).toBe('block');
    expect(await levelOf([{ handle: '@a', level: 'warn' }], '@a')).toBe('warn');
  });

  it('is compared by the names that both have', async () => {
    const [one, other] = [
      await tableOf([{ handle: '@a' }, { handle: '@b' }, { handle: '@c' }]),
      await tableOf([{ handle: '@b' }, { handle: '@c' }, { handle: '@d' }, { handle: '@e' }]),
    ];
    expect([shared(one, other), shared(other, one), shared(one, await tableOf([]))]).toEqual([
      2, 2, 0,
    ]);
  });
});
