/** What the page's events and scripts tell, on its way to cards and to the player. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { video } from '../../e2e/site/content';
import { type Channel as Maker, type Video, watch } from '../../e2e/site/markup';
import { lockupData, watchData, withData, withEscapedData } from '../../e2e/site/pagedata';
import type { Card, Channel } from '../../src/core/types';
import { CardReader } from '../../src/youtube/cards';
import { Filter } from '../../src/youtube/filter';
import type { Judge, Judgement } from '../../src/youtube/judge';
import { ChannelHints } from '../../src/youtube/page';
import { SELECTORS } from '../../src/youtube/selectors';
import { PageVideo } from '../../src/youtube/watch';

vi.mock('../../src/core/words', () => ({ t: (name: string) => name }));

const MILL: Maker = { name: 'Mill', handle: '@mill', channelId: 'UC0123456789abcdefghijkl' };
const NAMED = { channelId: 'UC0123456789abcdefghijkl', handle: '@mill' };
const HIDE: Judgement = { action: 'hide', reason: 'AI' };
const NONE: Judgement = { action: 'none', reason: '' };
const SOON = { timeout: 10_000, interval: 5 };

const one: Video = { ...video(0), channel: MILL };
const other = video(1);
let life: AbortController;
let hints: ChannelHints;
let learned: number;

const data = watchData({ related: [lockupData(one)] });
const navigate = (response: object) =>
  document.dispatchEvent(
    new CustomEvent('yt-navigate-finish', { detail: { response: { response } } }),
  );

beforeEach(() => {
  life = new AbortController();
  hints = new ChannelHints(life.signal);
  learned = 0;
  document.body.innerHTML = '';
});

afterEach(() => life.abort());

const use = () => hints.use(SELECTORS, { owners: () => learned++ });
const known = () => vi.waitFor(() => expect(hints.ownersOf(one.id)).toEqual([NAMED]), SOON);

describe('ChannelHints', () => {
  it.each([
    ['of a desktop page', withData('', data)],
    ['of a mobile page', withEscapedData('', data)],
  ])('know owners from the script %s, if there was one before', async (_, html) => {
    document.body.innerHTML = html;
    use();
    await known();
  });

  it('know owners from a script that comes later, when it is whole', async () => {
    vi.spyOn(document, 'readyState', 'get').mockReturnValue('loading');
    use();
    const script = document.createElement('script');
    const text = /<script>(.*)<\/script>/s.exec(withData('', data))?.[1] ?? '';
    script.append(text.slice(0, 200));
    document.body.append(script);
    document.documentElement.append(document.createElement('style')); // one of ours
    await new Promise((resolve) => setTimeout(resolve));
    expect(hints.ownersOf(one.id)).toBeUndefined();
    script.append(text.slice(200));
    document.body.append(document.createElement('p'));
    await known();
    vi.restoreAllMocks();
  });

  it('know owners from the event of the next page, also of one that came before the rules', async () => {
    navigate(data);
    use();
    await known();
    expect(hints.ownersOf(other.id)).toBeUndefined();
    navigate(watchData({ related: [lockupData(other, [MILL])] }));
    await vi.waitFor(() => expect(hints.ownersOf(other.id)).toEqual([NAMED]), SOON);
    expect(learned).toBe(2);
  });

  it('mind no event without data, nor one whose data may not be read', () => {
    use();
    for (const detail of [undefined, null, 7, 'text', { response: null }, { response: 7 }])
      document.dispatchEvent(new CustomEvent('yt-navigate-finish', { detail }));
    const foreign = new Event('yt-navigate-finish');
    Object.defineProperty(foreign, 'detail', {
      get() {
        throw new Error('Permission denied');
      },
    });
    document.dispatchEvent(foreign);
    expect(learned).toBe(0);
  });
});

describe('a card without a link to its channel', () => {
  const judge: Judge & { asked: Card[]; verdict(card: Card): Judgement | undefined } = {
    asked: [],
    verdict: () => NONE,
    known(card) {
      return this.asked.some((asked) => JSON.stringify(asked) === JSON.stringify(card))
        ? this.verdict(card)
        : undefined;
    },
    ask(cards) {
      this.asked.push(...cards);
      return Promise.resolve();
    },
    reveal: () => undefined,
    allowChannel: () => Promise.resolve(),
    wishes: { skipShorts: true, cover: true },
    isDisputable: () => false,
  };
  let filter: Filter;

  beforeEach(() => {
    judge.asked = [];
    judge.verdict = (card) => (card.channelId === MILL.channelId ? HIDE : NONE);
    document.body.innerHTML = watch({ video: other, related: [one] });
    const reader = new CardReader(SELECTORS, (videoId) => hints.ownersOf(videoId));
    filter = new Filter(reader, judge, {
      judged: () => undefined,
      hidden: () => undefined,
      settled: () => undefined,
    });
    hints.use(SELECTORS, { owners: () => filter.reread() });
    filter.start();
  });

  afterEach(() => filter.stop());

  const card = () => document.querySelector('#related yt-lockup-view-model');
  const marked = (expected: string) =>
    vi.waitFor(() => expect(card()?.getAttribute('data-realtube')).toBe(expected), SOON);

  it('is judged by the channel that the page’s data names, and stays in sight until then', async () => {
    await marked('none');
    const seen: (string | null)[] = [];
    const watcher = new MutationObserver((records) =>
      seen.push(...records.map(({ oldValue }) => oldValue)),
    );
    watcher.observe(card() as Element, {
      attributeFilter: ['data-realtube'],
      attributeOldValue: true,
    });
    navigate(data);
    await marked('hide');
    expect(seen).toEqual(['none']);
    expect(judge.asked.at(-1)).toMatchObject({ videoId: one.id, ...NAMED });
  });

  it('is kept back as long as the page’s data is being read', async () => {
    filter.stop();
    const told = new Map<string, readonly Channel[]>();
    let read: () => void = () => undefined;
    const reading = new Promise<void>((resolve) => (read = resolve));
    const reader = new CardReader(SELECTORS, (videoId) => told.get(videoId));
    const events = { judged: () => undefined, hidden: () => undefined, settled: () => undefined };
    filter = new Filter(reader, judge, events, () => reading);
    filter.start();
    await vi.waitFor(
      () => expect(judge.asked.map(({ videoId }) => videoId)).toContain(one.id),
      SOON,
    );
    const seen: (string | null | undefined)[] = [];
    const watcher = new MutationObserver(() => seen.push(card()?.getAttribute('data-realtube')));
    watcher.observe(card() as Element, { attributeFilter: ['data-realtube'] });
    told.set(one.id, [NAMED]);
    filter.reread();
    read();
    await marked('hide');
    expect(seen).toEqual(['hide']);
  });

  it('follows when the element shows another video', async () => {
    navigate(data);
    await marked('hide');
    for (const link of card()?.querySelectorAll('a') ?? [])
      link.setAttribute('href', `/watch?v=${other.id}`);
    const content = card()?.querySelector('[class*="content-id-"]');
    if (content) content.className = `content-id-${other.id}`;
    await marked('none');
  });
});

describe('the video being played', () => {
  it('has the owner that another page’s data named, as long as its own page lags behind', async () => {
    use();
    navigate(data);
    await known();
    document.body.innerHTML = watch({ video: other });
    location.href = `https://www.youtube.com/watch?v=${one.id}`;
    const desk = {
      mine: async () => ({}),
      cast: async () => ({ state: 'sent' }) as const,
      withdraw: async () => ({ state: 'sent' }) as const,
      show: async () => ({ state: 'sent' }) as const,
    };
    const page = new PageVideo(SELECTORS, {} as Judge, desk, hints);
    expect(page.current()).toMatchObject({ videoId: one.id, ...NAMED });
    document.body.innerHTML = watch({ video: one });
    expect(page.current()).toMatchObject({ videoId: one.id, ...NAMED });
  });
});
