import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { richItem, shortsShelf, browse } from '../../e2e/site/markup';
import { newId, video, videos } from '../../e2e/site/content';
import { CardReader } from '../../src/youtube/cards';
import { Filter } from '../../src/youtube/filter';
import type { Judge, Judgement } from '../../src/youtube/judge';
import { SELECTORS } from '../../src/youtube/selectors';

vi.mock('../../src/youtube/words', () => ({ t: (name: string) => name }));

const HIDE: Judgement = { action: 'hide', reason: 'AI' };
const NONE: Judgement = { action: 'none', reason: '' };

/** Knows verdicts at once for what it was told, and only after being asked for the rest. */
class KnowingJudge implements Judge {
  readonly wishes = { skipShorts: true, cover: true };
  readonly labels = new Map<string, Judgement>();
  readonly asked: string[] = [];
  answer: Promise<void> = Promise.resolve();

  known({ videoId }: { videoId: string }) {
    return this.labels.get(videoId);
  }
  async ask(cards: readonly { videoId: string }[]) {
    this.asked.push(...cards.map((card) => card.videoId));
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

const changes = () => new Promise((resolve) => setTimeout(resolve, 20));
const marks = (selector = 'ytd-rich-item-renderer') =>
  [...document.querySelectorAll(selector)].map((card) => card.getAttribute('data-realtube'));

function recycle(id: string) {
  for (const link of document.querySelectorAll('ytd-rich-item-renderer a[href^="/watch"]'))
    link.setAttribute('href', `/watch?v=${id}`);
}

describe('Filter', () => {
  it('hides what is known before anybody waits', () => {
    const flagged = video();
    judge.labels.set(flagged.id, HIDE);
    document.body.innerHTML = browse('home', [richItem(flagged)]);
    filter.start();
    expect(marks()).toEqual(['hide']);
    expect(hidden).toEqual([flagged.id]);
  });

  it('leaves a card unmarked until the answer, then shows it', async () => {
    document.body.innerHTML = browse('home', [richItem(video())]);
    filter.start();
    expect(marks()).toEqual([null]);
    await changes();
    expect(marks()).toEqual(['none']);
  });

  it('shows cards when nobody answers', async () => {
    judge.answer = Promise.reject(new Error('the worker is gone'));
    judge.answer.catch(() => undefined);
    document.body.innerHTML = browse('home', [richItem(video())]);
    filter.start();
    await changes();
    expect(marks()).toEqual(['none']);
  });

  it('shows cards when the answer takes too long, and hides them when it comes', async () => {
    const late = video();
    let answer: () => void = () => undefined;
    judge.answer = new Promise((resolve) => {
      answer = resolve;
    });
    document.body.innerHTML = browse('home', [richItem(late)]);
    filter.start();
    await vi.waitFor(() => expect(marks()).toEqual(['none']));
    judge.labels.set(late.id, HIDE);
    answer();
    await changes();
    expect(marks()).toEqual(['hide']);
  });

  it('asks only once about what nobody knows', async () => {
    document.body.innerHTML = browse('home', [richItem(video())]);
    filter.start();
    await changes();
    filter.refresh();
    document.querySelector('ytd-rich-item-renderer')?.append('some change');
    await changes();
    expect(judge.asked).toHaveLength(1);
    expect(marks()).toEqual(['none']);
  });

  it('judges an element anew when it shows another video', async () => {
    const [flagged, fine] = [newId(), newId()];
    judge.labels.set(flagged, HIDE).set(fine, NONE);
    document.body.innerHTML = browse('home', [richItem(video(0, flagged))]);
    filter.start();
    recycle(fine);
    await changes();
    expect(marks()).toEqual(['none']);
    recycle(flagged);
    await changes();
    expect(marks()).toEqual(['hide']);
  });

  it('does not use an answer for the video that an element showed before', async () => {
    const [asked, shown] = [newId(), newId()];
    let answer: () => void = () => undefined;
    judge.answer = new Promise((resolve) => {
      answer = resolve;
    });
    document.body.innerHTML = browse('home', [richItem(video(0, asked))]);
    filter.start();
    judge.labels.set(shown, NONE);
    recycle(shown);
    await changes();
    judge.labels.set(asked, HIDE);
    answer();
    await changes();
    expect(marks()).toEqual(['none']);
  });

  it('hides a shelf when all of its cards are hidden, and shows it when one comes', async () => {
    const flagged = videos(3);
    for (const { id } of flagged) judge.labels.set(id, HIDE);
    document.body.innerHTML = shortsShelf(flagged);
    filter.start();
    await changes();
    const shelf = document.querySelector('ytd-rich-section-renderer');
    expect(shelf?.hasAttribute('data-realtube-empty')).toBe(true);
    const fine = video();
    judge.labels.set(fine.id, NONE);
    document.querySelector('#contents')?.insertAdjacentHTML('beforeend', richItem(fine));
    await changes();
    expect(shelf?.hasAttribute('data-realtube-empty')).toBe(false);
  });

  it('leaves the pages alone that are kept behind, until they come back', async () => {
    const flagged = video();
    judge.labels.set(flagged.id, HIDE);
    document.body.innerHTML = browse('home', [richItem(flagged)]).replace('>', ' hidden>');
    filter.start();
    expect(marks()).toEqual([null]);
    document.querySelector('ytd-browse')?.removeAttribute('hidden');
    await changes();
    expect(marks()).toEqual(['hide']);
  });

  it('judges again when labels change', () => {
    const changing = video();
    judge.labels.set(changing.id, NONE);
    document.body.innerHTML = browse('home', [richItem(changing)]);
    filter.start();
    judge.labels.set(changing.id, HIDE);
    filter.refresh();
    expect(marks()).toEqual(['hide']);
  });

  it('leaves no trace when it stops', () => {
    const flagged = video();
    judge.labels.set(flagged.id, { action: 'dim', reason: 'AI' });
    document.body.innerHTML = browse('home', [richItem(flagged)]);
    filter.start();
    expect(document.querySelector('realtube-note')).not.toBeNull();
    filter.stop();
    expect(document.querySelector('realtube-note, [data-realtube]')).toBeNull();
  });

  it('looks at hundreds of cards in slices', async () => {
    const many = videos(400);
    for (const { id } of many) judge.labels.set(id, NONE);
    document.body.innerHTML = browse('home', many.map((one) => richItem(one)));
    filter.start();
    const marked = () => document.querySelectorAll('[data-realtube="none"]').length;
    await vi.waitFor(() => expect(marked()).toBe(400), { timeout: 15_000, interval: 200 });
  });
});
