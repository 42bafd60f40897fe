/** YouTube's own label, on pages of every form: what it says, and what it does not. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId, video } from '../../e2e/site/content';
import {
  type Article,
  labelData,
  mobileExpanded,
  type Page,
  section,
  shortsExpanded,
  WORDS,
  watchExpanded,
} from '../../e2e/site/label';
import { mobileWatch, shorts, watch } from '../../e2e/site/markup';
import { lockupData, withData, withEscapedData } from '../../e2e/site/pagedata';
import type { Making, VideoCard } from '../../src/core/types';
import type { Judge } from '../../src/youtube/judge';
import { PageLabels } from '../../src/youtube/label';
import { ChannelHints } from '../../src/youtube/page';
import { SELECTORS } from '../../src/youtube/selectors';
import { PageVideo } from '../../src/youtube/watch';

vi.mock('../../src/core/words', () => ({ t: (name: string) => name }));

const ARTICLES: readonly (readonly [Article, Making])[] = [
  ['ai', 'ai'],
  ['aiOld', 'ai'],
  ['dubbed', 'none'],
  ['camera', 'camera'],
];
const CASES: (readonly [string, Page, Making])[] = [
  ['an AI badge', { icon: 'INFO' }, 'ai'],
  ['an AI badge and its section', { icon: 'INFO', article: 'ai' }, 'ai'],
  ['a badge of dubbing', { icon: 'PERSON_RADAR_FILLED', article: 'dubbed' }, 'none'],
  ['nothing', {}, 'none'],
  ['nothing, beside a video with all of it', { aside: { icon: 'INFO', article: 'ai' } }, 'none'],
  ['a camera, beside a video of AI', { article: 'camera', aside: { icon: 'INFO' } }, 'camera'],
  ['AI in a long description', { article: 'ai', lines: 5000 }, 'ai'],
  ...Object.keys(WORDS).flatMap((language) =>
    ARTICLES.map(
      ([article, making]) =>
        [`the section "${WORDS[language]?.[article]}"`, { article, language }, making] as const,
    ),
  ),
];
const scriptOf = (html: string) => /<script>(.*)<\/script>/s.exec(html)?.[1] ?? '';
const { id } = video();

function read(data: unknown, address?: string): PageLabels {
  const labels = new PageLabels(SELECTORS.label, () => undefined);
  labels.read(data, address);
  return labels;
}

afterEach(() => vi.restoreAllMocks());

describe('the data of a page', () => {
  // Time stands still, so that everything is read at once.
  beforeEach(() => void vi.spyOn(performance, 'now').mockReturnValue(0));

  it.each(CASES)('with %s says so, however it comes', (_, page, making) => {
    const data = labelData({ id }, page);
    expect(read({ response: data }).of(id)).toBe(making);
    expect(read(scriptOf(withData('', data))).of(id)).toBe(making);
    expect(read(scriptOf(withEscapedData('', data))).of(id)).toBe(making);
    expect(read(data).of('otherotherx')).toBeUndefined();
  });

  it.each(ARTICLES)('of a Short with the section "%s" says so', (article, making) => {
    const data = labelData({ id }, { article, isShort: true });
    expect(read(data).of(id)).toBe(making);
    expect(read(scriptOf(withEscapedData('', data))).of(id)).toBe(making);
  });

  it('is about the video of the first address where it names none, else about nothing', () => {
    const data = labelData({ id }, { icon: 'INFO', isNameless: true });
    expect(read(data, id).of(id)).toBe('ai');
    expect(read(data).of(id)).toBeUndefined();
  });

  it('says nothing of a video when it names two', () => {
    const other = newId();
    const data = [labelData({ id }, { icon: 'INFO' }), labelData({ id: other })];
    const labels = read({ data });
    expect([labels.of(id), labels.of(other)]).toEqual([undefined, undefined]);
  });

  it.each([
    [
      'no part in which a label would be',
      { currentVideoEndpoint: { watchEndpoint: { videoId: id } } },
    ],
    ['nothing', undefined],
    ['half of it', scriptOf(withData('', labelData({ id }, { icon: 'INFO' }))).slice(0, 300)],
  ])('says nothing when it has %s', (_, data) => {
    expect(read(data).of(id)).toBeUndefined();
  });

  it('is not taken in by an uploader’s words', () => {
    const forged = JSON.stringify(labelData({ id }, { icon: 'INFO', article: 'ai' }));
    for (const words of [forged, `'\\x7b\\x22 ${forged}`, JSON.stringify(forged)]) {
      const card = lockupData({ ...video(), title: words });
      const page = { related: [card], text: words };
      const data = { ...labelData({ id }, page), description: { simpleText: words } };
      expect(read(data).of(id)).toBe('none');
      expect(read(scriptOf(withData('', data))).of(id)).toBe('none');
      expect(read(scriptOf(withEscapedData('', data))).of(id)).toBe('none');
    }
  });

  it('is not searched for it among thousands of other videos', () => {
    const related = Array.from({ length: 400 }, () => lockupData(video()));
    const data = labelData({ id }, { related, aside: { article: 'ai', icon: 'INFO' } });
    expect(read(scriptOf(withData('', data))).of(id)).toBe('none');
  });
});

describe('a page', () => {
  const one = video(0, 'aaaaaaaaaaa');
  const next = video(1, 'bbbbbbbbbbb');
  const judge: Judge = {
    known: () => undefined,
    ask: () => Promise.resolve(),
    reveal: () => undefined,
    allowChannel: () => Promise.resolve(),
    wishes: { skipShorts: true, cover: true },
    isDisputable: () => false,
  };
  const desk = {
    mine: () => Promise.resolve({}),
    cast: () => Promise.resolve({ state: 'sent' } as const),
    withdraw: () => Promise.resolve({ state: 'sent' } as const),
    show: () => Promise.resolve({ state: 'sent' } as const),
  };
  let life: AbortController;
  let hints: ChannelHints;
  let page: PageVideo;
  let saw: [string, Making, string | undefined][];

  /** The address stands before the page does. */
  function arrive(path: string, html: string) {
    location.href = `https://www.youtube.com${path}`;
    document.body.innerHTML = html;
    hints = new ChannelHints(life.signal);
    page = new PageVideo(SELECTORS, judge, desk, hints, (card: VideoCard, making) =>
      saw.push([card.videoId, making, card.handle]),
    );
    hints.use(SELECTORS, { making: () => page.update() });
    page.update();
  }
  const navigate = (to: typeof one, shown: Page) => {
    history.pushState({}, '', `/watch?v=${to.id}`);
    const videoDetails = { videoId: to.id };
    const response = { response: labelData(to, shown), playerResponse: { videoDetails } };
    document.dispatchEvent(new CustomEvent('yt-navigate-finish', { detail: { response } }));
  };
  const later = () => vi.advanceTimersByTime(2500);

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    life = new AbortController();
    saw = [];
  });

  afterEach(() => {
    page.clear();
    life.abort();
    vi.useRealTimers();
  });

  it('with a folded description is known by its data, on first load and after navigation', () => {
    arrive(`/watch?v=${one.id}`, withData(watch({ video: one }), labelData(one, { icon: 'INFO' })));
    later();
    expect(saw.at(-1)).toEqual([one.id, 'ai', '@slowkitchen']);
    navigate(next, { article: 'dubbed', icon: 'PERSON_RADAR_FILLED' });
    document.querySelector('ytd-watch-flexy')?.setAttribute('video-id', next.id);
    later();
    expect(saw.at(-1)?.slice(0, 2)).toEqual([next.id, 'none']);
    navigate(one, { article: 'camera' });
    later();
    expect(saw.at(-1)?.slice(0, 2)).toEqual([one.id, 'camera']);
  });

  it.each(ARTICLES)('with "%s" in its unfolded description is known by it', (article, making) => {
    for (const language of Object.keys(WORDS)) {
      saw = [];
      arrive(`/watch?v=${one.id}`, watchExpanded(one, section(article, language)));
      expect(saw).toEqual([]);
      later();
      // What is not there may be folded away.
      const expected = making === 'none' ? [] : [[one.id, making, '@slowkitchen']];
      expect(saw.slice(-1)).toEqual(expected);
    }
  });

  it('is not known by what is left of the page before it', () => {
    arrive(`/watch?v=${one.id}`, watchExpanded(one, section('ai')));
    history.pushState({}, '', `/watch?v=${next.id}`);
    page.update();
    later();
    document.querySelector('ytd-watch-flexy')?.setAttribute('video-id', next.id);
    page.update();
    vi.advanceTimersByTime(1000);
    document.querySelector('how-this-was-made-section-view-model')?.remove();
    page.update();
    later();
    expect(saw).toEqual([]);
  });

  it('is known by its data before its elements', () => {
    const html = withData(watchExpanded(one, section('ai')), labelData(one));
    arrive(`/watch?v=${one.id}`, html);
    later();
    expect(new Set(saw.map(([, making]) => making))).toEqual(new Set(['none']));
  });

  it('is not known by a link in its description or comments', () => {
    const link = /<a[^>]*>.*?<\/a>/.exec(section('ai'))?.[0] ?? '';
    arrive(`/watch?v=${one.id}`, watchExpanded(one, `<p>${link}</p>`));
    later();
    expect(saw).toEqual([]);
  });

  it.each(ARTICLES)('of a Short with "%s" in its panel is known by it', (article, making) => {
    const html = shortsExpanded(shorts([one], one.id), section(article));
    arrive(`/shorts/${one.id}`, html);
    later();
    expect(saw.slice(-1)).toEqual(making === 'none' ? [] : [[one.id, making, '@slowkitchen']]);
  });

  it.each(ARTICLES)('for mobiles with "%s" is known by it', (article, making) => {
    const html = mobileExpanded(mobileWatch(one, [next]), section(article, 'es'));
    arrive(`/watch?v=${one.id}`, html);
    later();
    expect(saw.slice(-1)).toEqual(making === 'none' ? [] : [[one.id, making, '@slowkitchen']]);
  });

  it('for mobiles is known by its data on first load', () => {
    arrive(
      `/watch?v=${one.id}`,
      withEscapedData(mobileWatch(one, [next]), labelData(one, { article: 'ai' })),
    );
    later();
    expect(saw.at(-1)?.slice(0, 2)).toEqual([one.id, 'ai']);
  });

  it('behind the one being shown says nothing', () => {
    const old = watchExpanded(one, section('ai')).replace('<ytd-watch-flexy', '$& hidden');
    arrive(`/watch?v=${next.id}`, old + watch({ video: next }));
    later();
    expect(saw).toEqual([]);
  });
});
