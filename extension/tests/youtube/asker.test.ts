/** What YouTube answers when it is asked about a card, and which cards it is asked about. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { video } from '../../e2e/site/content';
import { answerData, type Shown } from '../../e2e/site/label';
import type { Making, VideoCard } from '../../src/core/types';
import type { Permission } from '../../src/messages';
import { type AskDesk, Asker, toldIn } from '../../src/youtube/asker';
import { SELECTORS } from '../../src/youtube/selectors';

const MILL = { name: 'Mill', handle: '@mill', channelId: 'UC0123456789abcdefghijkl' };
const NAMED = { channelId: MILL.channelId, handle: '@mill' };
const one = { ...video(), channel: MILL };

describe('an answer', () => {
  it.each<[string, Shown, Making]>([
    ['a badge', { icon: 'INFO' }, 'ai'],
    ['a section', { article: 'ai', language: 'ar' }, 'ai'],
    ['dubbing', { icon: 'PERSON_RADAR_FILLED', article: 'dubbed' }, 'none'],
    ['a camera', { article: 'camera' }, 'camera'],
    ['nothing', {}, 'none'],
  ])('with %s says so, and whose video it is', (_, shown, making) => {
    const text = JSON.stringify(answerData(one, shown));
    expect(toldIn(text, SELECTORS)).toEqual({ making, ...NAMED });
  });

  it.each([
    ['names nobody', '{}'],
    ['has another form', JSON.stringify({ error: { code: 400 } })],
    ['is much longer than it should be', JSON.stringify([answerData(one), 'x'.repeat(100_000)])],
  ])('says nothing when it %s', (_, text) => {
    expect(toldIn(text, SELECTORS)).toEqual({});
  });
});

describe('the asker', () => {
  const observed = new Set<Element>();
  let see: (element: Element, isIntersecting: boolean) => void;
  let permissions: Record<string, Permission>;
  let asked: string[];
  let told: unknown[];
  let wishes: { askYouTube: boolean };
  let unknown: (card: VideoCard) => boolean;
  let asker: Asker;
  let fetched: [string, RequestInit][];

  const desk: AskDesk = {
    get wishes() {
      return wishes;
    },
    isUnknown: (card) => unknown(card),
    async mayAsk(videoId) {
      asked.push(videoId);
      return permissions[videoId] ?? { may: true };
    },
    async answered(videoId, answer) {
      told.push([videoId, answer]);
    },
  };
  const cardOf = (element: Element): VideoCard => ({
    ...{ videoId: element.id, surface: 'home', isShort: false },
  });
  function show(id: string): Element {
    const element = document.createElement('div');
    element.id = id;
    document.body.append(element);
    asker.judged(element);
    return element;
  }
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  beforeEach(() => {
    vi.useFakeTimers();
    observed.clear();
    document.body.innerHTML = '';
    vi.stubGlobal(
      'IntersectionObserver',
      class {
        constructor(run: (entries: object[]) => void) {
          see = (target, isIntersecting) => run([{ target, isIntersecting }]);
        }
        observe = (element: Element) => observed.add(element);
        disconnect = () => observed.clear();
      },
    );
    fetched = [];
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      fetched.push([url, init]);
      return new Response(JSON.stringify(answerData(one, { icon: 'INFO' })));
    });
    [permissions, asked, told] = [{}, [], []];
    wishes = { askYouTube: true };
    unknown = () => true;
    location.href = 'https://www.youtube.com/';
    asker = new Asker(SELECTORS, cardOf, desk);
    asker.start();
  });

  afterEach(() => {
    asker.stop();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('asks about what is in sight, one after another, once, and tells what was answered', async () => {
    const [a, b] = [show('aaaaaaaaaaa'), show('bbbbbbbbbbb')];
    show('ccccccccccc');
    see(a, true);
    see(b, true);
    await pass(1000);
    expect(asked).toEqual(['aaaaaaaaaaa']);
    await pass(20_000);
    asker.judged(a);
    await pass(20_000);
    expect(asked).toEqual(['aaaaaaaaaaa', 'bbbbbbbbbbb']);
    expect(told[0]).toEqual(['aaaaaaaaaaa', { status: 200, making: 'ai', ...NAMED }]);
  });

  it('sends a masked question without the viewer’s account to the page’s own site, no more', async () => {
    see(show('aaaaaaaaaaa'), true);
    await pass(1000);
    const [[address = '', init] = []] = fetched;
    const url = new URL(address);
    expect([url.origin, url.pathname]).toEqual(['https://www.youtube.com', '/youtubei/v1/next']);
    expect([...url.searchParams.keys()]).toEqual(['prettyPrint', 'fields']);
    expect(init).toMatchObject({ method: 'POST', credentials: 'omit', redirect: 'error' });
    const { ask } = SELECTORS.label;
    expect(JSON.parse(String(init?.body))).toEqual({
      context: { client: { clientName: 'WEB', clientVersion: ask.version, hl: 'en' } },
      videoId: 'aaaaaaaaaaa',
    });
  });

  it('asks nothing that is not wanted, known, out of sight, gone, or in a tab behind', async () => {
    const [known, gone, away] = ['kkkkkkkkkkk', 'ggggggggggg', 'wwwwwwwwwww'].map(show);
    unknown = ({ videoId }) => videoId !== 'kkkkkkkkkkk';
    for (const element of [known, gone, away]) if (element) see(element, true);
    gone?.remove();
    if (away) see(away, false);
    await pass(10_000);
    wishes = { askYouTube: false };
    const off = show('ooooooooooo');
    expect(observed).not.toContain(off);
    see(off, true);
    await pass(10_000);
    wishes = { askYouTube: true };
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    see(off, true);
    await pass(10_000);
    expect([asked, fetched]).toEqual([[], []]);
    vi.restoreAllMocks();
    await pass(10_000);
    expect(asked).toEqual(['ooooooooooo']);
  });

  it('waits as long as it is told, goes on at once past what is known, and ends with the page', async () => {
    permissions = {
      aaaaaaaaaaa: { may: false, isKnown: true },
      bbbbbbbbbbb: { may: false, isKnown: false, waitMs: 3_600_000 },
    };
    for (const id of ['aaaaaaaaaaa', 'bbbbbbbbbbb']) see(show(id), true);
    await pass(1100);
    expect(asked).toEqual(['aaaaaaaaaaa', 'bbbbbbbbbbb']);
    await pass(3_598_000);
    see(show('ccccccccccc'), true);
    expect(asked).toHaveLength(2);
    permissions = {};
    await pass(5000);
    expect(asked.slice(2)).toEqual(['bbbbbbbbbbb', 'ccccccccccc']);
    see(show('ddddddddddd'), true);
    asker.stop();
    await pass(10_000);
    expect(fetched).toHaveLength(2);
  });

  it('tells that nobody answered, and what another status was', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('no network');
    });
    see(show('aaaaaaaaaaa'), true);
    await pass(1000);
    vi.stubGlobal('fetch', async () => new Response('no', { status: 429 }));
    see(show('bbbbbbbbbbb'), true);
    await pass(2000);
    expect(told).toEqual([
      ['aaaaaaaaaaa', { status: 0 }],
      ['bbbbbbbbbbb', { status: 429 }],
    ]);
  });
});
