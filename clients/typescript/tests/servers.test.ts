/** Several servers of one site: docs/clients.md#several-servers. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Client, MemoryPin, MemoryStore, parseKey, Untrusted } from '../src/index.js';
import { type Heard, refusal, type Said, TestServer } from './server.js';
import { writeCompact } from './writer.js';

const VIDEO = { videoId: 'dQw4w9WgXcQ', score: 90, locked: false };
const USER = '0727f2f92fbbc37df7cefc9cfd3bf215ed975ab5a03336d23358cf486f9746d5';
const AWAY: Said = { status: 502, body: '<html>' };
const WEEK_MS = 7 * 86_400_000;

let first: TestServer;
let second: TestServer;
let client: Client;
beforeEach(async () => {
  first = await new TestServer().start();
  second = await new TestServer().start();
  client = new Client([first.origin, second.origin], { tries: 1 });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await first.stop();
  await second.stop();
});

const heard = () => [first.heard.length, second.heard.length];

function wait(ms: number): void {
  const later = performance.now() + ms;
  vi.spyOn(performance, 'now').mockReturnValue(later);
}

describe('of several servers', () => {
  it('the next one answers while the first is away, which is asked again after half a minute', async () => {
    second.answer = () => ({ body: VIDEO });
    first.answer = () => AWAY;
    await client.video('a');
    await client.video('a');
    expect(heard()).toEqual([1, 2]);
    wait(31_000);
    first.answer = () => ({ body: VIDEO });
    await client.video('a');
    expect(heard()).toEqual([2, 2]);
  });

  it('one that stays away is left alone for longer each time, half an hour at most', async () => {
    second.answer = () => ({ body: VIDEO });
    first.answer = () => AWAY;
    let at = performance.now();
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => at);
    for (const minutes of [0, 0.5, 1, 2, 4, 8, 16, 30, 30]) {
      at += minutes * 60_000 + 1;
      const before = first.heard.length;
      await client.video('a');
      await client.video('a');
      expect(first.heard.length).toBe(before + 1);
    }
    clock.mockRestore();
  });

  it.each([
    ['a page of somebody else', { status: 200, body: '<html>' }],
    ['an error of its own', refusal(500, 'INTERNAL_ERROR')],
    ['that its database is away', refusal(503, 'OVERLOADED')],
    [
      'a limit of over a minute',
      { ...refusal(429, 'RATE_LIMITED'), headers: { 'Retry-After': '90' } },
    ],
  ])('one that says %s is passed over', async (_, said) => {
    first.answer = () => said;
    second.answer = () => ({ body: VIDEO });
    expect(await client.video('a')).toMatchObject(VIDEO);
  });

  it.each([
    ['that there is none', refusal(404, 'NOT_FOUND')],
    ['that the question is wrong', refusal(400, 'INVALID_PARAM')],
    [
      'a limit that is soon over',
      { ...refusal(429, 'RATE_LIMITED'), headers: { 'Retry-After': '50' } },
    ],
  ])('one that says %s has answered', async (_, said) => {
    first.answer = () => said;
    await client.video('a').catch(() => undefined);
    expect(heard()).toEqual([1, 0]);
  });

  it('the first alone hears who votes, reports and observes', async () => {
    first.answer = () => AWAY;
    const named = { userId: USER, category: 'fully_ai' };
    const videos = [{ videoId: VIDEO.videoId }];
    const sample = { userId: USER, labelled: [], unlabelled: [] };
    const calls = [
      client.vote({ ...named, videoId: VIDEO.videoId }),
      client.withdraw({ userId: USER, videoId: VIDEO.videoId }),
      client.report('@a', { ...named, videos }),
      client.withdrawReport(USER, '@a'),
      client.observe({ ...sample, channelHandle: '@a' }),
      client.forgetObservations(USER),
    ];
    const ends = await Promise.allSettled(calls);
    expect(ends.map(({ status }) => status)).toEqual(calls.map(() => 'rejected'));
    expect(heard()).toEqual([calls.length, 0]);
  });
});

/** Answers of a server with a copy of its own: another revision, another entry. */
function site(revision: number, key: string, more: Said = { body: {} }) {
  return ({ path, headers }: Heard): Said => {
    if (path.startsWith('/api/sync/signed')) return refusal(404, 'NOT_FOUND');
    if (path.startsWith('/api/sync/compact')) {
      if (headers['if-none-match'] === `"${revision}"`) return { status: 304 };
      const body = writeCompact({ revision, videos: [[key, 62, 0]], channels: [] });
      return { body, headers: { ETag: `"${revision}"` } };
    }
    if (more.status !== undefined) return more;
    const cursor = new URLSearchParams(path.split('?')[1]).get('cursor');
    return { body: { videos: [], channels: [], nextCursor: cursor, hasMore: false } };
  };
}
const [OF_FIRST, OF_SECOND] = ['5f6b0b4e201f2a7e', '6f6b0b4e201f2a7e'];

describe('a copy', () => {
  let store: MemoryStore;
  const follow = () => client.follower(store).follow(WEEK_MS);
  const has = (key: string) => store.list.video(parseKey(key)) !== undefined;
  beforeEach(async () => {
    store = new MemoryStore();
    first.answer = site(500, OF_FIRST);
    second.answer = site(7, OF_SECOND);
    await follow();
  });

  it('is of the first server, and followed there', async () => {
    expect(await store.state()).toMatchObject({ origin: first.origin, cursor: '500-0' });
    expect(heard()).toEqual([3, 0]);
  });

  it('is taken whole from the next one while its own is away, with a cursor of that one', async () => {
    first.answer = () => AWAY;
    await follow();
    expect(await store.state()).toMatchObject({ origin: second.origin, cursor: '7-0' });
    expect([has(OF_FIRST), has(OF_SECOND)]).toEqual([false, true]);
    const asked = second.paths.filter((path) => path.includes('delta'));
    expect(asked).toEqual(['GET /api/sync/delta?format=compact&cursor=7-0']);
  });

  it('stays with the next one until the next snapshot, which is of the first again', async () => {
    first.answer = () => AWAY;
    await follow();
    first.answer = site(500, OF_FIRST);
    wait(31_000);
    await follow();
    expect((await store.state()).origin).toBe(second.origin);
    await client.follower(store).follow(-1);
    // No ETag of the one server is sent to the other.
    expect(await store.state()).toMatchObject({ origin: first.origin, cursor: '500-0' });
    expect(has(OF_FIRST)).toBe(true);
  });

  it('is kept as it is while all are away', async () => {
    first.answer = () => AWAY;
    second.answer = () => AWAY;
    await expect(follow()).rejects.toThrow();
    expect(await store.state()).toMatchObject({ origin: first.origin, cursor: '500-0' });
    expect(has(OF_FIRST)).toBe(true);
  });

  it('of a server that is on the list no more is replaced', async () => {
    client = new Client(second.origin, { tries: 1 });
    await follow();
    expect(await store.state()).toMatchObject({ origin: second.origin, cursor: '7-0' });
  });

  it('from before there were several goes on where it was', async () => {
    const { origin: _, ...before } = await store.state();
    await store.setState(before);
    client = new Client(first.origin, { tries: 1 });
    await follow();
    expect(first.paths.filter((path) => path.includes('sync/compact'))).toHaveLength(1);
  });

  it('that is damaged is passed over for the next one', async () => {
    const body = writeCompact({ revision: 500, videos: [], channels: [] });
    body.set([1], body.length - 1);
    first.answer = ({ path }) => (path.includes('signed') ? refusal(404, 'NOT_FOUND') : { body });
    await client.follower(store).follow(-1);
    expect((await store.state()).origin).toBe(second.origin);
  });

  it.each([
    ['has none', refusal(404, 'NOT_FOUND')],
    ['lets nobody in', refusal(403, 'FORBIDDEN')],
  ])('of a server that %s is taken from the next one', async (_, said) => {
    first.answer = () => said;
    await client.follower(store).follow(-1);
    expect((await store.state()).origin).toBe(second.origin);
  });

  it('is refused from every server whose key is not the one that is known', async () => {
    const pins = new MemoryPin({ key: 'RWQ0000000000000000000000000000000000000000000000000000' });
    const pinned = new Client([first.origin, second.origin], { tries: 1, pins });
    const refused = pinned.follower(new MemoryStore()).follow(0);
    await expect(refused).rejects.toBeInstanceOf(Untrusted);
    const about = [first, second].map(({ paths }) => paths.some((path) => path.includes('signed')));
    expect(about).toEqual([true, true]);
  });
});
