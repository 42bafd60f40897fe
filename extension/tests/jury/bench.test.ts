// @vitest-environment node
/** What the background does for a juror. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { IdentityKeeper } from '../../src/background/identity';
import { Bench } from '../../src/jury/bench';
import { FakeService, OTHERS, refusal } from '../background/world';

const QUESTION = { id: '0f'.repeat(16), videos: ['dQw4w9WgXcQ'] };
const OPEN = { questions: [QUESTION], training: [] };
let service: FakeService;
let bench: Bench;
let badge: string | undefined;

beforeEach(async () => {
  fakeBrowser.reset();
  badge = undefined;
  Object.assign(fakeBrowser.action, {
    setBadgeText: async ({ text }: { text: string }) => {
      badge = text;
    },
  });
  service = new FakeService();
  bench = new Bench(await service.start(), new IdentityKeeper());
});

afterEach(() => {
  vi.restoreAllMocks();
  service.stop();
});

const told = () => service.heard.map(({ method, path }) => `${method} ${path}`);

describe('a question', () => {
  it('is opened without a word to the server, and asked in that tab alone', async () => {
    await bench.open({ question: QUESTION, at: 0 });
    const tab = (await fakeBrowser.tabs.query({})).at(-1);
    expect(tab?.url).toBe('https://www.youtube.com/watch?v=dQw4w9WgXcQ');
    expect(await bench.questionOf(tab?.id)).toEqual(QUESTION);
    expect(await bench.questionOf((tab?.id ?? 0) + 1)).toBeUndefined();
    expect(service.heard).toEqual([]);
  });

  it('is answered with the question of the tab, and is over then', async () => {
    await bench.open({ question: QUESTION, at: 0 });
    const id = (await fakeBrowser.tabs.query({})).at(-1)?.id;
    service.answer = () => ({ body: { success: true } });
    await bench.answer(id, { answer: 'ai', kind: 'ai_music' });
    expect(JSON.parse(service.heard[0]?.body ?? '')).toMatchObject({
      question: QUESTION.id,
      answer: 'ai',
      kind: 'ai_music',
    });
    expect(await bench.questionOf(id)).toBeUndefined();
    await expect(bench.answer(id, { answer: 'human' })).rejects.toThrow();
  });

  it.each(OTHERS)('stays open while somebody else answers %s', async (_, said) => {
    await bench.open({ question: QUESTION, at: 0 });
    const id = (await fakeBrowser.tabs.query({})).at(-1)?.id;
    service.answer = () => said;
    await expect(bench.answer(id, { answer: 'human' })).rejects.toThrow();
    expect(await bench.questionOf(id)).toEqual(QUESTION);
  });

  it('says why it was refused', async () => {
    service.answer = () => refusal(429, 'RATE_LIMITED', 'slowly', { retryAfter: 60 });
    const refused = { code: 'RATE_LIMITED', why: 'slowly', waitMs: 60_000 };
    expect(await bench.ask({ ask: 'questions' })).toEqual(refused);
    service.welcomed = false;
    expect(await bench.ask({ ask: 'questions' })).toMatchObject({ code: '', why: 'noServer' });
  });
});

describe('the icon', () => {
  const juror = (more: object) =>
    fakeBrowser.storage.local.set({ jury: { server: 'https://here.example', ...more } });

  it('shows nothing, and nothing is asked, unless the juror wants that of this server', async () => {
    await bench.refreshBadge('https://here.example');
    await juror({ badge: false });
    await bench.refreshBadge('https://here.example');
    await juror({ badge: true });
    await bench.refreshBadge('https://elsewhere.example');
    expect(service.heard).toEqual([]);
    expect(badge).toBeUndefined();
  });

  it('shows how much there is to judge, asking a few times a day', async () => {
    await juror({ badge: true });
    service.answer = () => ({ body: OPEN });
    await bench.refreshBadge('https://here.example');
    await bench.refreshBadge('https://here.example');
    expect(told()).toEqual(['GET /api/jurors/me/questions']);
    expect(badge).toBe('1');
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + 7 * 3_600_000);
    service.answer = () => ({ body: { questions: [], training: [] } });
    await bench.refreshBadge('https://here.example');
    expect(badge).toBe('');
  });
});
