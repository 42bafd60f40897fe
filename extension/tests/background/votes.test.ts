// @vitest-environment node
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { IdentityKeeper } from '../../src/background/identity';
import { openStore, type Store } from '../../src/background/store';
import { Votes, type Ballot } from '../../src/background/votes';
import type { Server } from '../../src/background/server';
import { FakeService, type Said } from './world';

const BALLOT: Ballot = {
  videoId: 'dQw4w9WgXcQ',
  choice: 'fully_ai',
  channelId: 'UC0123456789abcdefghijkl',
  handle: '@some.handle',
  isShort: false,
  title: 'A title',
};
const OTHER = { ...BALLOT, videoId: 'xxxxxxxxxxx' };
const YES: Said = { body: { success: true, newScore: 40, userTrust: 0.3 } };
const no = (status: number): Said => ({ status, body: { error: { message: `no ${status}` } } });

let service: FakeService;
let server: Server;
let store: Store;
let votes: Votes;
let databases = 0;

const restart = () => {
  votes = new Votes(store, server, new IdentityKeeper(), 'RealTube/0.1.0', () => undefined);
};

beforeEach(async () => {
  fakeBrowser.reset();
  // The fake browser has no catalogue.
  Object.assign(fakeBrowser.i18n, { getMessage: (name: string) => name });
  service = new FakeService();
  server = await service.start();
  service.answer = () => YES;
  store = openStore(`votes${databases++}`);
  restart();
});

afterEach(() => service.stop());

const states = async () =>
  (await votes.reports()).map(({ videoId, state, choice }) => ({ videoId, state, choice }));

describe('Votes', () => {
  it('sends the choice, what the page claims, and the derived identity', async () => {
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'sent' });
    expect(service.heard).toHaveLength(1);
    const { method, path, body } = service.heard[0] ?? { body: '{}' };
    expect([method, path]).toEqual(['POST', '/api/votes']);
    const { userId, ...rest } = JSON.parse(body) as Record<string, unknown>;
    expect(userId).toMatch(/^[0-9a-f]{64}$/);
    expect(rest).toEqual({
      videoId: 'dQw4w9WgXcQ',
      category: 'fully_ai',
      channelId: 'UC0123456789abcdefghijkl',
      channelHandle: '@some.handle',
      isShort: false,
      userAgent: expect.stringMatching(/^RealTube\//) as string,
    });
    expect(await votes.mine('dQw4w9WgXcQ')).toBe('fully_ai');
  });

  it('says honestly that a report waits, and sends it after a restart', async () => {
    service.answer = () => no(503);
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'queued' });
    expect(await votes.waiting()).toBe(1);
    restart();
    service.answer = () => YES;
    await votes.flush();
    expect(await votes.waiting()).toBe(0);
    expect(await states()).toEqual([{ videoId: 'dQw4w9WgXcQ', state: 'sent', choice: 'fully_ai' }]);
  });

  it.each([400, 403, 404, 413])('drops what the server refuses for good (%i), and says why', async (status) => {
    service.answer = () => no(status);
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'refused', why: `no ${status}` });
    expect(await votes.waiting()).toBe(0);
    expect(await votes.mine('dQw4w9WgXcQ')).toBeUndefined();
  });

  it.each([408, 429, 500, 503])('keeps what may be accepted later (%i)', async (status) => {
    service.answer = () => no(status);
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'queued' });
  });

  it('does not let one refused report block those behind it', async () => {
    service.answer = () => no(503);
    await votes.cast(BALLOT, false);
    await votes.cast(OTHER, false);
    restart();
    service.answer = ({ body }) => (body.includes(BALLOT.videoId) ? no(400) : YES);
    await votes.flush();
    expect(await votes.waiting()).toBe(0);
    expect(await states()).toEqual(
      expect.arrayContaining([
        { videoId: BALLOT.videoId, state: 'refused', choice: 'fully_ai' },
        { videoId: OTHER.videoId, state: 'sent', choice: 'fully_ai' },
      ]),
    );
  });

  it('honours Retry-After, and stops at the first temporary failure', async () => {
    service.answer = () => no(503);
    await votes.cast(BALLOT, false);
    await votes.cast(OTHER, false);
    service.heard.length = 0;
    service.answer = () => ({ ...no(429), headers: { 'Retry-After': '60' } });
    await votes.flush();
    expect(service.heard).toHaveLength(1);
    await votes.flush();
    expect(service.heard).toHaveLength(1);
    expect(await votes.waiting()).toBe(2);
  });

  it('gives up after seven days', async () => {
    const at = Date.now() - 8 * 24 * 3600_000;
    const value = { videoId: 'dQw4w9WgXcQ', choice: 'fully_ai', isShort: false, at } as const;
    await store.write(
      { place: 'queue', key: value.videoId, value },
      { place: 'reports', key: value.videoId, value: { ...value, state: 'queued' } },
    );
    await votes.flush();
    expect(service.heard).toEqual([]);
    expect(await votes.waiting()).toBe(0);
    expect((await states())[0]?.state).toBe('refused');
  });

  it('withdraws, also what the server never had', async () => {
    await votes.cast(BALLOT, false);
    expect(await votes.withdraw(BALLOT.videoId)).toEqual({ state: 'sent' });
    expect(service.heard[1]?.method).toBe('DELETE');
    expect(await votes.reports()).toEqual([]);
    service.answer = () => no(404);
    expect(await votes.withdraw(BALLOT.videoId)).toEqual({ state: 'sent' });
  });

  it('withdraws a report that still waits', async () => {
    service.answer = () => no(503);
    await votes.cast(BALLOT, false);
    expect(await votes.withdraw(BALLOT.videoId)).toEqual({ state: 'queued' });
    expect(await votes.mine(BALLOT.videoId)).toBeUndefined();
    service.heard.length = 0;
    service.answer = () => no(404);
    restart();
    await votes.flush();
    expect(service.heard.map(({ method }) => method)).toEqual(['DELETE']);
    expect(await votes.waiting()).toBe(0);
    expect(await votes.reports()).toEqual([]);
  });

  it('lets the newer of two choices win', async () => {
    service.answer = () => no(503);
    await votes.cast(BALLOT, false);
    await votes.cast({ ...BALLOT, choice: 'not_ai' }, false);
    service.answer = () => YES;
    restart();
    service.heard.length = 0;
    await votes.flush();
    expect(service.heard.map(({ body }) => (JSON.parse(body) as { category: string }).category)).toEqual([
      'not_ai',
    ]);
  });

  it('keeps no list of reports from private windows', async () => {
    await votes.cast(BALLOT, true);
    expect(await votes.mine(BALLOT.videoId)).toBe('fully_ai');
    restart();
    expect(await votes.reports()).toEqual([]);
  });

  it('waits until the welcome page was accepted', async () => {
    service.welcomed = false;
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'queued' });
    expect(service.heard).toEqual([]);
    service.welcomed = true;
    await votes.flush();
    expect(service.heard).toHaveLength(1);
  });

  it('does the work that a server under attack asks for, and then reports', async () => {
    service.answer = ({ path, body }) => {
      if (path === '/api/challenge') return { body: { proofRequired: true, challenge: 'abc', bits: 8 } };
      return 'proof' in JSON.parse(body) ? YES : no(403);
    };
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'sent' });
    expect(service.paths()).toEqual(['/api/votes', '/api/challenge', '/api/votes']);
    const [first, asked, second] = service.heard;
    const { proof, ...vote } = JSON.parse(second?.body ?? '{}') as Record<string, unknown>;
    expect(proof).toMatch(/^abc:\d+$/);
    expect(vote).toEqual(JSON.parse(first?.body ?? '{}'));
    expect(asked?.headers['x-user-id']).toBe(vote.userId);
  });

  it.each([
    ['none is asked for', { proofRequired: false }],
    ['it would take for ever', { proofRequired: true, challenge: 'abc', bits: 60 }],
  ])('takes a refusal for one when %s', async (_, body) => {
    service.answer = ({ path }) => (path === '/api/challenge' ? { body } : no(403));
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'refused', why: 'no 403' });
    expect(service.paths()).toEqual(['/api/votes', '/api/challenge']);
  });

  it('says from when a report counts, while the server lets new viewers wait', async () => {
    const countsFrom = new Date(Date.now() + 3600_000).toISOString();
    service.answer = () => ({ body: { newScore: 0, pending: true, countsFrom } });
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'sent', countsFrom: Date.parse(countsFrom) });
    expect(await states()).toMatchObject([{ state: 'sent' }]);
  });
});
