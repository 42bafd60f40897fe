import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId, video, videos } from '../../e2e/site/content';
import { collapsedShelf, mixedShelf, mobilePanel, postOnHome } from '../../e2e/site/layouts';
import { browse, richItem, shortsShelf } from '../../e2e/site/markup';
import { CardReader } from '../../src/youtube/cards';
import { Filter } from '../../src/youtube/filter';
import type { Judge, Judgement } from '../../src/youtube/judge';
import { SELECTORS } from '../../src/youtube/selectors';

vi.mock('../../src/core/words', () => ({ t: (name: string) => name }));

const HIDE: Judgement = { action: 'hide', reason: 'AI' };
const NONE: Judgement = { action: 'none', reason: '' };

/** Knows verdicts at once for what it was told, and only after being asked for the rest. */
class KnowingJudge implements Judge {
  readonly wishes = { skipShorts: true, cover: true };
  readonly labels = new Map<string, Judgement>();
  readonly asked: string[] = [];
  answer: Promise<void> = Promise.resolve();

  known({ videoId = '' }: { videoId?: string }) {
    return this.labels.get(videoId);
  }
  async ask(cards: readonly { videoId?: string }[]) {
    this.asked.push(...cards.map(({ videoId = '' }) => videoId));
    await this.answer;
  }
  reveal() {}
  async allowChannel() {}
  isDisputable() {
    return false;
  }
}

let judge: KnowingJudge;
let filter: Filter;
const hidden: string[] = [];

beforeEach(() => {
  judge = new KnowingJudge();
  hidden.length = 0;
  filter = new Filter(new CardReader(SELECTORS), judge, {
    judged: () => undefined,
    hidden: (card) => hidden.push(card.videoId),
    settled: () => undefined,
  });
});

afterEach(() => filter.stop());

const marks = () =>
  [...document.querySelectorAll('ytd-rich-item-renderer')].map((card) =>
    card.getAttribute('data-realtube'),
  );
/** Changes are noticed, and answers come, some time later: how long is the machine's affair. */
const marked = (...expected: string[]) => vi.waitFor(() => expect(marks()).toEqual(expected), SOON);
const SOON = { timeout: 10_000, interval: 5 };

/** Do something while the clock stands: on a busy machine less fits in before the first paint. */
function unhurried(work: () => void): void {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  work();
  clock.mockRestore();
}

/** Bind the first card to another video. */
function recycle(id: string) {
  for (const link of document
    .querySelector('ytd-rich-item-renderer')
    ?.querySelectorAll('a[href^="/watch"]') ?? [])
    link.setAttribute('href', `/watch?v=${id}`);
}

describe('Filter', () => {
  it('hides what is known before anybody waits', () => {
    const flagged = video();
    judge.labels.set(flagged.id, HIDE);
    document.body.innerHTML = browse('home', [richItem(flagged)]);
    unhurried(() => filter.start());
    expect(marks()).toEqual(['hide']);
    expect(hidden).toEqual([flagged.id]);
  });

  it('leaves a card unmarked until the answer, then shows it', async () => {
    document.body.innerHTML = browse('home', [richItem(video())]);
    filter.start();
    expect(marks()).toEqual([null]);
    await marked('none');
  });

  it('shows cards when nobody answers', async () => {
    judge.answer = Promise.reject(new Error('the worker is gone'));
    judge.answer.catch(() => undefined);
    document.body.innerHTML = browse('home', [richItem(video())]);
    filter.start();
    await marked('none');
  });

  it('shows cards when the answer takes too long, and hides them when it comes', async () => {
    const late = video();
    let answer: () => void = () => undefined;
    judge.answer = new Promise((resolve) => {
      answer = resolve;
    });
    document.body.innerHTML = browse('home', [richItem(late)]);
    filter.start();
    await marked('none');
    judge.labels.set(late.id, HIDE);
    answer();
    await marked('hide');
  });

  it('asks only once about what nobody knows', async () => {
    const [first, later] = [video(), video()];
    document.body.innerHTML = browse('home', [richItem(first)]);
    filter.start();
    await marked('none');
    filter.refresh();
    document.querySelector('ytd-rich-item-renderer')?.append('some change');
    // Noticed after that change, and asked about with whatever it led to.
    document.querySelector('#contents')?.insertAdjacentHTML('beforeend', richItem(later));
    await marked('none', 'none');
    expect(judge.asked).toEqual([first.id, later.id]);
  });

  it('judges an element anew when it shows another video', async () => {
    const [flagged, fine] = [newId(), newId()];
    judge.labels.set(flagged, HIDE).set(fine, NONE);
    document.body.innerHTML = browse('home', [richItem(video(0, flagged))]);
    filter.start();
    recycle(fine);
    await marked('none');
    recycle(flagged);
    await marked('hide');
  });

  it('does not use an answer for the video that an element showed before', async () => {
    const [asked, shown, other] = [newId(), newId(), newId()];
    let answer: () => void = () => undefined;
    judge.answer = new Promise((resolve) => {
      answer = resolve;
    });
    document.body.innerHTML = browse('home', [
      richItem(video(0, asked)),
      richItem(video(0, other)),
    ]);
    filter.start();
    judge.labels.set(shown, NONE);
    recycle(shown);
    await vi.waitFor(() => expect(marks()[0]).toBe('none'), SOON);
    judge.labels.set(asked, HIDE).set(other, HIDE);
    answer();
    // The other card was in the same question, behind this one.
    await marked('none', 'hide');
  });

  it('hides a shelf when all of its cards are hidden, and shows it when one comes', async () => {
    const flagged = videos(3);
    for (const { id } of flagged) judge.labels.set(id, HIDE);
    document.body.innerHTML = shortsShelf(flagged);
    unhurried(() => filter.start());
    const shelf = document.querySelector('ytd-rich-section-renderer');
    expect(shelf?.hasAttribute('data-realtube-empty')).toBe(true);
    const fine = video();
    judge.labels.set(fine.id, NONE);
    document.querySelector('#contents')?.insertAdjacentHTML('beforeend', richItem(fine));
    await vi.waitFor(() => expect(shelf?.hasAttribute('data-realtube-empty')).toBe(false), SOON);
  });

  it('hides a shelf of which YouTube shows flagged cards only, until it shows another', async () => {
    const [flagged, rest] = [videos(2), videos(2)];
    for (const { id } of flagged) judge.labels.set(id, HIDE);
    for (const { id } of rest) judge.labels.set(id, NONE);
    document.body.innerHTML = collapsedShelf(flagged, rest);
    filter.start();
    const shelf = document.querySelector('ytd-rich-section-renderer');
    const isGone = (expected: boolean) =>
      vi.waitFor(() => expect(shelf?.hasAttribute('data-realtube-empty')).toBe(expected), SOON);
    await isGone(true);
    const [last] = [...document.querySelectorAll('ytd-rich-item-renderer')].slice(-1);
    last?.removeAttribute('hidden');
    await isGone(false);
    last?.setAttribute('hidden', '');
    await isGone(true);
  });

  it('keeps a shelf in which something stands that is no video', async () => {
    const flagged = videos(3);
    for (const { id } of flagged) judge.labels.set(id, HIDE);
    document.body.innerHTML = mixedShelf(flagged, flagged[0] as (typeof flagged)[0]);
    filter.start();
    await vi.waitFor(() => expect(hidden).toHaveLength(3), SOON);
    expect(document.querySelector('[data-realtube-empty]')).toBeNull();
  });

  it('shows the row of a mobile playlist as soon as it is played', async () => {
    const [flagged, fine] = [video(), video()];
    judge.labels.set(flagged.id, HIDE).set(fine.id, NONE);
    document.body.innerHTML = mobilePanel([fine, flagged], fine);
    filter.start();
    const rows = [...document.querySelectorAll('ytm-playlist-panel-video-renderer')];
    const becomes = (expected: string) =>
      vi.waitFor(() => expect(rows[1]?.getAttribute('data-realtube')).toBe(expected), SOON);
    await becomes('hide');
    rows[0]?.setAttribute('aria-selected', 'false');
    rows[1]?.setAttribute('aria-selected', 'true');
    await becomes('none');
  });

  it('hides a flagged video in a post, also when the post comes later, and leaves the post', async () => {
    const flagged = video();
    judge.labels.set(flagged.id, HIDE);
    document.body.innerHTML = browse('home', [
      '<ytd-rich-item-renderer><div id="content"></div></ytd-rich-item-renderer>',
    ]);
    filter.start();
    await marked('none');
    const whole = document.createElement('template');
    whole.innerHTML = postOnHome('@critic', 'Look!', flagged);
    const post = whole.content.querySelector('ytd-post-renderer') as Element;
    document.querySelector('#content')?.append(post);
    await vi.waitFor(
      () =>
        expect(document.querySelector('ytd-video-renderer')?.getAttribute('data-realtube')).toBe(
          'hide',
        ),
      SOON,
    );
    expect(marks()).toEqual(['none']);
  });

  it('leaves the pages alone that are kept behind, until they come back', async () => {
    const flagged = video();
    judge.labels.set(flagged.id, HIDE);
    document.body.innerHTML = browse('home', [richItem(flagged)]).replace('>', ' hidden>');
    filter.start();
    expect(marks()).toEqual([null]);
    document.querySelector('ytd-browse')?.removeAttribute('hidden');
    await marked('hide');
  });

  it('judges again when labels change', () => {
    const changing = video();
    judge.labels.set(changing.id, NONE);
    document.body.innerHTML = browse('home', [richItem(changing)]);
    unhurried(() => filter.start());
    judge.labels.set(changing.id, HIDE);
    unhurried(() => filter.refresh());
    expect(marks()).toEqual(['hide']);
  });

  it('leaves no trace when it stops', () => {
    const flagged = video();
    judge.labels.set(flagged.id, { action: 'dim', reason: 'AI' });
    document.body.innerHTML = browse('home', [richItem(flagged)]);
    unhurried(() => filter.start());
    expect(document.querySelector('realtube-note')).not.toBeNull();
    filter.stop();
    expect(document.querySelector('realtube-note, [data-realtube]')).toBeNull();
  });

  it('looks at hundreds of cards in slices', async () => {
    const many = videos(200);
    for (const { id } of many) judge.labels.set(id, NONE);
    document.body.innerHTML = browse(
      'home',
      many.map((one) => richItem(one)),
    );
    filter.start();
    const done = () => document.querySelectorAll('[data-realtube="none"]').length;
    await vi.waitFor(() => expect(done()).toBe(200), { timeout: 15_000, interval: 200 });
  });
});
