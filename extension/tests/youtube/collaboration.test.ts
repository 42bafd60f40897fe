import { describe, expect, it } from 'vitest';
import { homeTogether, searchAlone, searchTogether } from '../../e2e/site/collaborations';
import { video } from '../../e2e/site/content';
import type { Channel } from '../../src/core/types';
import { CardReader } from '../../src/youtube/cards';
import { credit, distinct } from '../../src/youtube/collaboration';
import { SELECTORS } from '../../src/youtube/selectors';

const ID = 'UC0123456789abcdefghijkl';
const OTHER = 'UCother6789abcdefghijklm';
const A = { name: 'A', handle: '@a' };
const B = { name: 'B', handle: '@b' };
const one = video(0, 'aaaaaaaaaaa');

function read(html: string, selector: string, told?: readonly Channel[]) {
  document.body.innerHTML = html;
  const reader = new CardReader(SELECTORS, () => told);
  return reader.read(document.querySelector(selector) as Element);
}

describe('distinct', () => {
  it('takes two links to one channel for one', () => {
    expect(distinct([{ handle: '@A' }, { handle: '@a' }])).toHaveLength(1);
    expect(distinct([{ channelId: ID }, { channelId: ID, handle: '@a' }])).toEqual([
      { channelId: ID, handle: '@a' },
    ]);
    expect(
      distinct([{ channelId: ID }, { handle: '@a' }, { channelId: ID, handle: '@a' }]),
    ).toEqual([{ channelId: ID, handle: '@a' }]);
  });

  it('never makes a pair of one channel’s id and another’s handle', () => {
    expect(distinct([{ channelId: ID }, { handle: '@b' }])).toEqual([
      { channelId: ID },
      { handle: '@b' },
    ]);
    expect(
      distinct([
        { channelId: ID, handle: '@a' },
        { channelId: OTHER, handle: '@a' },
      ]),
    ).toHaveLength(2);
  });
});

describe('credit', () => {
  const alone = (...channels: Channel[]) => ({ channels, isTogether: false });
  const many = (...channels: Channel[]) => ({ channels, isTogether: true });

  it('is the one channel that the page names', () => {
    expect(credit(alone({ handle: '@a' }), undefined)).toEqual({ handle: '@a' });
    expect(credit(alone(), undefined)).toEqual({});
  });

  it('is nobody in a collaboration, unless all are known', () => {
    expect(credit(many({ handle: '@a' }), undefined)).toEqual({ channels: [] });
    expect(credit(many({ handle: '@a' }), [{ channelId: ID }])).toEqual({ channels: [] });
    expect(credit(alone({ handle: '@a' }), [])).toEqual({ channels: [] });
    const told = [{ channelId: ID }, { channelId: OTHER }];
    expect(credit(many({ handle: '@a' }), told)).toEqual({ channels: told });
    expect(credit(alone({ handle: '@a' }), told)).toEqual({ channels: told });
  });

  it('takes several links for several channels, each of which counts', () => {
    expect(credit(alone({ channelId: ID }, { handle: '@b' }), undefined)).toEqual({
      channels: [{ channelId: ID }, { handle: '@b' }],
    });
  });

  it('completes the name of the one channel only by what is surely the same', () => {
    const told = [{ channelId: ID, handle: '@a' }];
    expect(credit(alone(), told)).toEqual({ channelId: ID, handle: '@a' });
    expect(credit(alone({ handle: '@A' }), told)).toMatchObject({ channelId: ID });
    expect(credit(alone({ handle: '@a' }), [{ channelId: ID }])).toEqual({ handle: '@a' });
    expect(credit(alone({ handle: '@b' }), told)).toEqual({
      channels: [{ handle: '@b' }, ...told],
    });
  });
});

describe('a card of a collaboration', () => {
  it.each([
    ['in search', searchTogether(one, [A, B]), 'ytd-video-renderer'],
    ['on home', homeTogether(one, [A, B]), 'ytd-rich-item-renderer'],
    ['on home, with a link', homeTogether(one, [A, B], A), 'ytd-rich-item-renderer'],
  ])('names no channel as long as not all are known: %s', (_, html, selector) => {
    const card = read(html, selector);
    expect(card).toMatchObject({ videoId: one.id, channels: [] });
    expect(card).not.toHaveProperty('handle');
    const told = [{ channelId: ID, handle: '@a' }, { channelId: OTHER }];
    expect(read(html, selector, told)).toMatchObject({ videoId: one.id, channels: told });
  });

  it('is told apart from a card of one channel by what is shown of it', () => {
    expect(read(searchAlone(one), 'ytd-video-renderer')).toMatchObject({
      handle: one.channel.handle,
    });
    expect(read(homeTogether(one, [A], A), 'ytd-rich-item-renderer')).toMatchObject({
      handle: '@a',
    });
  });
});
