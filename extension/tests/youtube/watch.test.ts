import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchTogether } from '../../e2e/site/collaborations';
import { video } from '../../e2e/site/content';
import { shortsWithLinks, shortWithLink } from '../../e2e/site/layouts';
import { watch } from '../../e2e/site/markup';
import type { VideoCard } from '../../src/core/types';
import type { Judge, Judgement } from '../../src/youtube/judge';
import { ChannelHints } from '../../src/youtube/page';
import { SELECTORS } from '../../src/youtube/selectors';
import { PageVideo } from '../../src/youtube/watch';

vi.mock('../../src/core/words', () => ({ t: (name: string) => name }));

const one = video(0, 'aaaaaaaaaaa');
const HIDE: Judgement = { action: 'hide', reason: 'AI' };
let verdict: Judgement | undefined;
let page: PageVideo;
let life: AbortController;
const asked: object[] = [];

const judge: Judge = {
  known: () => verdict,
  ask: (cards) => {
    asked.push(...cards);
    return Promise.resolve();
  },
  reveal: () => undefined,
  allowChannel: () => Promise.resolve(),
  wishes: { skipShorts: true, cover: true },
  isDisputable: () => true,
};
const desk = {
  mine: () => Promise.resolve({}),
  cast: () => Promise.resolve({ state: 'sent' } as const),
  withdraw: () => Promise.resolve({ state: 'sent' } as const),
  show: () => Promise.resolve({ state: 'sent' } as const),
};

beforeEach(() => {
  life = new AbortController();
  verdict = undefined;
  asked.length = 0;
  document.body.innerHTML = watch({ video: one });
  location.href = `https://www.youtube.com/watch?v=${one.id}`;
  page = new PageVideo(SELECTORS, judge, desk, new ChannelHints(life.signal));
});

afterEach(() => {
  page.clear();
  life.abort();
});

const cover = () => document.querySelector('#movie_player realtube-cover');

describe('the cover', () => {
  it.each([
    [undefined, 'pageInterstitialTitle', true],
    ['label', 'pageLabelledTitle', false],
    ['followed', 'pageListedTitle', false],
    ['mine', 'pageBlockedTitle', false],
  ] as const)(
    'says who is the reason, and offers to dispute the community only (%s)',
    (by, title, canDispute) => {
      verdict = { ...HIDE, ...(by && { by }) };
      const attached = vi.spyOn(Element.prototype, 'attachShadow');
      page.update();
      const text = attached.mock.results.map(({ value }) => value.textContent).join();
      attached.mockRestore();
      expect(text).toContain(title);
      expect(text.includes('pageNotAi')).toBe(canDispute);
    },
  );
});

describe('PageVideo', () => {
  it('asks about the video with its channel, once', () => {
    page.update();
    page.update();
    expect(asked).toEqual([
      { videoId: one.id, handle: '@slowkitchen', surface: 'watch', isShort: false },
    ]);
  });

  it('leaves the channel out while the page still shows the previous video', () => {
    document.querySelector('ytd-watch-flexy')?.setAttribute('video-id', 'bbbbbbbbbbb');
    expect(page.current()).not.toHaveProperty('handle');
  });

  it('takes the channel of a Short from its bar, not from links in its title or from other Shorts', () => {
    const [previous, next] = [video(1), video(2)];
    document.body.innerHTML = shortsWithLinks([
      shortWithLink(previous, '@friend', false),
      shortWithLink(one, '@friend'),
      shortWithLink(next, '@friend', false),
    ]);
    location.href = `https://www.youtube.com/shorts/${one.id}`;
    expect(page.current()).toMatchObject({ videoId: one.id, handle: '@slowkitchen' });
    document.querySelector('[is-active]')?.removeAttribute('is-active');
    expect(page.current()).not.toHaveProperty('handle'); // any of the three may be the one
    document.body.innerHTML = shortsWithLinks([shortWithLink(one, '@friend', false)]);
    expect(page.current()).toMatchObject({ handle: '@slowkitchen' });
  });

  it('names no channel of a collaboration, nor in a vote on it', () => {
    const channels = [
      { name: 'A', handle: '@a' },
      { name: 'B', handle: '@b' },
    ];
    document.body.innerHTML = watchTogether(one, channels);
    expect(page.current()).toMatchObject({ videoId: one.id, channels: [] });
    expect(page.current()).not.toHaveProperty('handle');
    const videoDetails = { videoId: one.id, channelId: 'UC0123456789abcdefghijkl' };
    document.dispatchEvent(
      new CustomEvent('yt-navigate-finish', {
        detail: { response: { playerResponse: { videoDetails } } },
      }),
    );
    expect(page.ballot(page.current() as VideoCard)).toEqual({
      channelName: '',
      videoId: one.id,
      isShort: false,
      canDispute: true,
      title: '',
    });
  });

  it('takes a link by id and one by handle below the player for two channels', () => {
    document.querySelector('#owner a')?.setAttribute('href', '/channel/UC0123456789abcdefghijkl');
    expect(page.current()).toMatchObject({
      channels: [{ channelId: 'UC0123456789abcdefghijkl' }, { handle: '@slowkitchen' }],
    });
  });

  it('covers a flagged video and holds it', () => {
    verdict = HIDE;
    page.update();
    const media = document.querySelector('video');
    const pause = vi.spyOn(media as HTMLVideoElement, 'pause');
    media?.dispatchEvent(new Event('play'));
    expect(cover()).not.toBeNull();
    expect(pause).toHaveBeenCalled();
  });

  it('covers it again when the page has rebuilt its player', () => {
    verdict = HIDE;
    page.update();
    cover()?.remove();
    page.update();
    expect(cover()).not.toBeNull();
  });

  it('uncovers it when the verdict changes', () => {
    verdict = HIDE;
    page.update();
    verdict = { action: 'none', reason: '' };
    page.update();
    expect(cover()).toBeNull();
  });

  it('puts one button into the last row of controls, and puts it back when it is lost', () => {
    page.update();
    page.update();
    const rows = () => document.querySelectorAll('.ytp-right-controls > .realtube-report-button');
    expect(rows()).toHaveLength(1);
    rows()[0]?.remove();
    page.update();
    expect(rows()).toHaveLength(1);
  });
});

describe('ChannelHints', () => {
  const CHANNEL = 'UC0123456789abcdefghijkl';
  const tell = (videoDetails: object) =>
    document.dispatchEvent(
      new CustomEvent('yt-navigate-finish', {
        detail: { response: { playerResponse: { videoDetails } } },
      }),
    );

  it('know the channel of the last video that the page told of', () => {
    const hints = new ChannelHints(life.signal);
    tell({ videoId: one.id, channelId: CHANNEL });
    tell({});
    expect(hints.channelOf(one.id)).toBe(CHANNEL);
    expect(hints.channelOf('bbbbbbbbbbb')).toBeUndefined();
  });

  it.each([
    ['an id of nothing', { videoId: one.id, channelId: 'UCshort' }],
    ['no video', { channelId: CHANNEL }],
  ])('ignore %s', (_, details) => {
    const hints = new ChannelHints(life.signal);
    tell(details);
    expect(hints.channelOf(one.id)).toBeUndefined();
  });
});
