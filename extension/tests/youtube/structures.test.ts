/** What stands for videos and channels beside the common cards. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId, video, videos } from '../../e2e/site/content';
import {
  browse,
  type Channel,
  listPage,
  richItem,
  search,
  type Video,
} from '../../e2e/site/markup';
import * as made from '../../e2e/site/structures';
import type { Card } from '../../src/core/types';
import { CardReader } from '../../src/youtube/cards';
import { Filter } from '../../src/youtube/filter';
import type { Judge, Judgement } from '../../src/youtube/judge';
import { SELECTORS } from '../../src/youtube/selectors';

vi.mock('../../src/core/words', () => ({ t: (name: string) => name }));

const MILL: Channel = { name: 'Mill', handle: '@mill', channelId: 'UC0123456789abcdefghijkl' };
const GUEST: Channel = { name: 'Guest', handle: '@guest', channelId: 'UCother6789abcdefghijklm' };
const NONE: Judgement = { action: 'none', reason: '' };
const SOON = { timeout: 10_000, interval: 5 };
const one = video(0, 'aaaaaaaaaaa');
const other = video(1, 'bbbbbbbbbbb');
const reader = new CardReader(SELECTORS);

function read(html: string, selector: string) {
  document.body.innerHTML = html;
  reader.forgetPlaces();
  const element = document.querySelector(selector);
  return element ? reader.read(element) : 'no such element';
}

describe('CardReader', () => {
  it.each([
    [
      'a watch card’s video',
      made.watchCard(GUEST, one, [other]),
      'ytd-watch-card-hero-video-renderer',
    ],
    [
      'a watch card’s song',
      made.watchCard(GUEST, other, [one]),
      'ytd-watch-card-compact-video-renderer',
    ],
    [
      'a watch card’s panel',
      made.watchCard(GUEST, other, [], [one]),
      'ytd-watch-card-rhs-panel-video-renderer',
    ],
    [
      'a mobile watch card’s video',
      made.mobileWatchCard(GUEST, one),
      'ytm-watch-card-hero-video-renderer',
    ],
    ['a film', made.movie('ytd-movie-renderer', one), 'ytd-movie-renderer'],
    [
      'a film beside a video',
      made.movie('ytd-compact-movie-renderer', one),
      'ytd-compact-movie-renderer',
    ],
    ['a film in a grid', made.movie('ytd-grid-movie-renderer', one), 'ytd-grid-movie-renderer'],
    [
      'a trailer, not its end cards',
      made.trailer(one, [other]),
      'ytd-channel-video-player-renderer',
    ],
    ['an end card of a trailer', made.trailer(other, [one]), '.ytp-ce-element'],
    ['a mobile trailer', made.mobileTrailer(one), 'ytm-channel-featured-video-renderer'],
    ['a song', made.musicRow(one), 'ytmusic-responsive-list-item-renderer'],
    [
      'a song of an album',
      made.musicRow(one, [MILL], 'OLAK5uy_album'),
      'ytmusic-responsive-list-item-renderer',
    ],
    ['a tile of music', made.musicTile(one), 'ytmusic-two-row-item-renderer'],
    ['a preview', made.preview(one), 'ytd-video-preview'],
    ['a tile for children', made.kidsTile(one), 'ytk-compact-video-renderer'],
    ['a tile beside a video for children', made.kidsTile(one, false), 'ytk-compact-video-renderer'],
    ['the next button', made.nextButton(one), '.ytp-next-button'],
    ['the next button of a playlist', made.nextButton(one, 'PLqueue'), '.ytp-next-button'],
  ])('reads %s', (_, html, selector) => {
    expect(read(html, selector)).toMatchObject({ videoId: one.id });
    const card = document.querySelector(selector) as Element;
    expect(reader.isOutermost(card)).toBe(true);
    expect(reader.outermost(card.querySelector('img, video, span') ?? card)).toBe(card);
  });

  it.each([
    ['a watch card’s mix', made.mixHero(one), 'ytd-watch-card-hero-video-renderer'],
    ['an album', made.musicAlbum('Songs', MILL), 'ytmusic-two-row-item-renderer'],
    [
      'a preview at rest',
      '<ytd-video-preview><a id="media-container-link"></a></ytd-video-preview>',
      'ytd-video-preview',
    ],
  ])('reads no video from %s', (_, html, selector) => {
    expect(read(html, selector)).toBeUndefined();
  });

  it('reads who sings, and each of several', () => {
    expect(
      read(made.musicRow({ ...one, channel: MILL }), 'ytmusic-responsive-list-item-renderer'),
    ).toMatchObject({ channelId: MILL.channelId });
    expect(
      read(made.musicRow(one, [MILL, GUEST]), 'ytmusic-responsive-list-item-renderer'),
    ).toMatchObject({
      channels: [{ channelId: MILL.channelId }, { channelId: GUEST.channelId }],
    });
  });

  it.each([
    ['a channel among results', search([made.channelCard(MILL)]), 'ytd-channel-renderer'],
    [
      'a channel among mobile results',
      `<ytm-search>${made.mobileChannelCard(MILL)}</ytm-search>`,
      'ytm-compact-channel-renderer',
    ],
    ['a watch card', search([made.watchCard(MILL, one, [])]), 'ytd-universal-watch-card-renderer'],
    [
      'a mobile watch card',
      `<ytm-search>${made.mobileWatchCard(MILL, one)}</ytm-search>`,
      'ytm-universal-watch-card-renderer',
    ],
  ])('reads the channel of %s', (_, html, selector) => {
    document.body.innerHTML = html;
    expect(reader.readChannel(document.querySelector(selector) as Element)).toMatchObject({
      channelId: MILL.channelId,
    });
  });
});

describe('Filter', () => {
  let filter: Filter;
  let judge: Judge;
  let labels: Map<string, Judgement>;
  let asked: Card[];
  let judged: Element[];
  let hidden: string[];

  const mark = (selector: string) =>
    document.querySelector(selector)?.getAttribute('data-realtube');
  const marked = (selector: string, expected: string) =>
    vi.waitFor(() => expect(mark(selector)).toBe(expected), SOON);
  const hide = (...names: (string | undefined)[]) => {
    for (const name of names) labels.set(name ?? '', { action: 'hide', reason: 'AI' });
  };

  beforeEach(() => {
    [labels, asked, judged, hidden] = [new Map<string, Judgement>(), [], [], []];
    judge = {
      known: ({ videoId, channelId, handle }) =>
        labels.get(videoId ?? channelId ?? handle ?? '') ?? (asked.length > 0 ? NONE : undefined),
      ask(cards) {
        asked.push(...cards);
        return Promise.resolve();
      },
      reveal: () => undefined,
      allowChannel: () => Promise.resolve(),
      wishes: { skipShorts: true, cover: true },
      isDisputable: () => false,
    };
    filter = new Filter(new CardReader(SELECTORS), judge, {
      judged: (element) => judged.push(element),
      hidden: ({ videoId }) => hidden.push(videoId),
      settled: () => undefined,
    });
  });

  afterEach(() => filter.stop());

  it('hides a flagged channel among results, and counts and offers no video for it', async () => {
    document.body.innerHTML = search([made.channelCard(MILL), made.channelCard(GUEST)]);
    hide(MILL.channelId);
    filter.start();
    await marked('ytd-channel-renderer', 'hide');
    await marked('ytd-channel-renderer:last-child', 'none');
    expect(hidden).toEqual([]);
    expect(judged).toEqual([]);
    expect(
      filter.cardOf(document.querySelector('ytd-channel-renderer') as Element),
    ).toBeUndefined();
  });

  it('follows when the element of a channel shows another one', async () => {
    document.body.innerHTML = search([made.channelCard(MILL)]);
    hide(MILL.channelId);
    labels.set(GUEST.channelId ?? '', NONE);
    filter.start();
    await marked('ytd-channel-renderer', 'hide');
    for (const link of document.querySelectorAll('ytd-channel-renderer a'))
      link.setAttribute('href', `/channel/${GUEST.channelId}`);
    await marked('ytd-channel-renderer', 'none');
  });

  it('leaves the list of one’s own subscriptions alone', async () => {
    document.body.innerHTML = listPage('feed', [made.channelCard(MILL), richItem(one)]);
    hide(MILL.channelId);
    labels.set(one.id, NONE);
    filter.start();
    await marked('ytd-rich-item-renderer', 'none');
    expect(mark('ytd-channel-renderer')).toBeNull();
  });

  it('hides the watch card of a flagged channel, and of another only what is flagged', async () => {
    const [hero, song, fine] = videos(3) as [Video, Video, Video];
    document.body.innerHTML = search([made.watchCard(MILL, hero, [song, fine])]);
    hide(hero.id, song.id);
    labels.set(fine.id, NONE).set(MILL.channelId ?? '', NONE);
    filter.start();
    await marked('ytd-universal-watch-card-renderer', 'none');
    await marked('ytd-watch-card-hero-video-renderer', 'hide');
    await marked('ytd-watch-card-compact-video-renderer', 'hide');
    await marked('ytd-watch-card-compact-video-renderer:last-child', 'none');
    hide(MILL.channelId);
    filter.refresh();
    await marked('ytd-universal-watch-card-renderer', 'hide');
  });

  it('hides the trailer and silences it, also when it is started once more, and gives it back', async () => {
    document.body.innerHTML = listPage('channels', [made.trailer(one, [other])]);
    const media = document.querySelector('video') as HTMLVideoElement;
    const pause = vi.spyOn(media, 'pause');
    hide(one.id);
    labels.set(other.id, NONE);
    filter.start();
    await marked('ytd-channel-video-player-renderer', 'hide');
    await marked('.ytp-ce-element', 'none');
    expect(pause).toHaveBeenCalledTimes(1);
    media.dispatchEvent(new Event('play'));
    expect(pause).toHaveBeenCalledTimes(2);
    labels.set(one.id, NONE);
    filter.refresh();
    await marked('ytd-channel-video-player-renderer', 'none');
    media.dispatchEvent(new Event('play'));
    expect(pause).toHaveBeenCalledTimes(2);
  });

  it('takes a flagged preview away, until the element plays another', async () => {
    document.body.innerHTML = browse('home', []) + made.preview(one);
    hide(one.id);
    labels.set(other.id, NONE);
    filter.start();
    await marked('ytd-video-preview', 'hide');
    document.querySelector('#media-container-link')?.setAttribute('href', `/watch?v=${other.id}`);
    await marked('ytd-video-preview', 'none');
  });

  it.each(['hide', 'dim'] as const)(
    'takes the button away that leads to a flagged video: %s',
    async (action) => {
      document.body.innerHTML = `<div class="html5-video-player">${made.nextButton(one)}</div>`;
      labels.set(one.id, { action, reason: 'AI' }).set(other.id, NONE);
      filter.start();
      await marked('.ytp-next-button', 'hide');
      expect(document.querySelector('realtube-note')).toBeNull();
      expect([judged, hidden]).toEqual([[], []]);
      document.querySelector('.ytp-next-button')?.setAttribute('href', `/watch?v=${other.id}`);
      await marked('.ytp-next-button', 'none');
    },
  );

  it('leaves a button alone that leads to a video with a label', async () => {
    document.body.innerHTML = `<div class="html5-video-player">${made.nextButton(one, `PL${newId()}`)}</div>`;
    labels.set(one.id, { action: 'label', reason: 'AI' });
    filter.start();
    await marked('.ytp-next-button', 'none');
    expect(document.querySelector('realtube-note')).toBeNull();
  });
});
