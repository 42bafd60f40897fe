import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  Client,
  Intercepted,
  MemoryPin,
  MemoryStore,
  parseKey,
  Refused,
  Unreachable,
  Untrusted,
  userIdOf,
} from '../src/index.js';
import { refusal, type Said, TestServer } from './server.js';
import { vectors } from './vectors.js';
import { writeCompact } from './writer.js';

const VIDEO = { videoId: 'dQw4w9WgXcQ', score: 90, locked: false, later: { any: 1 } };
const USER = '0727f2f92fbbc37df7cefc9cfd3bf215ed975ab5a03336d23358cf486f9746d5';
const QUICK = { tries: 1 };

let server: TestServer;
let client: Client;
beforeEach(async () => {
  server = await new TestServer().start();
  client = new Client(server.origin, QUICK);
});
afterEach(() => server.stop());

describe('look-ups', () => {
  it('send prefixes alone, sorted, a hundred at a time', async () => {
    server.answer = ({ body }) => {
      const { prefixes } = body as { prefixes: string[] };
      const results = prefixes.map((prefix) => [prefix, prefix === '5f6b' ? [VIDEO] : []]);
      return { body: { results: Object.fromEntries(results) } };
    };
    const ids = Array.from({ length: 150 }, (_, n) => `video${n}`);
    const found = await client.lookupMany([...ids, VIDEO.videoId]);
    expect([...found.keys()]).toEqual([VIDEO.videoId]);
    expect(found.get(VIDEO.videoId)).toMatchObject(VIDEO);
    const sent = server.heard.map(({ body }) => (body as { prefixes: string[] }).prefixes);
    expect(sent.map(({ length }) => length)[0]).toBe(100);
    expect(sent.flat()).toEqual([...new Set(sent.flat())].sort());
    expect(JSON.stringify(server.heard)).not.toContain(VIDEO.videoId);
  });

  it('find nothing where nothing is published', async () => {
    expect(await client.video('nothing')).toBeUndefined();
    expect(await client.channel('@no one')).toBeUndefined();
    expect(server.paths).toEqual([
      'GET /api/videos?videoId=nothing',
      'GET /api/channels/%40no%20one',
    ]);
  });
});

describe('writing', () => {
  it('works for a vote only where the server asks for that', async () => {
    const answers: Said[] = [
      refusal(403, 'FORBIDDEN'),
      { body: { proofRequired: true, challenge: 'c', bits: 4 } },
      { body: { success: true, newScore: 16.67, userTrust: 0.3, pending: true } },
    ];
    server.answer = () => answers.shift() ?? { status: 500 };
    const vote = { videoId: 'a', userId: USER, category: 'fully_ai' };
    expect(await client.vote(vote)).toMatchObject({ newScore: 16.67, pending: true });
    expect(server.heard[2]?.body).toEqual({ ...vote, proof: 'c:15' });
    expect(server.heard[1]?.headers['x-user-id']).toBe(USER);
  });

  it('sends what was noticed, and reads what others noticed where it asks for that', async () => {
    server.answer = () => ({ body: { success: true, newScore: 16.67 } });
    const signs = [{ sign: 'watermark', at: 12 }, { sign: 'voice' }] as const;
    const called = { title: 'A title', channelName: 'A channel' };
    await client.vote({ videoId: 'a', userId: USER, category: 'fully_ai', signs, ...called });
    expect(server.heard[0]?.body).toMatchObject({ signs, ...called });
    const noticed = [{ sign: 'watermark', voices: 4, at: 12 }];
    const video = { videoId: 'a', score: 60, locked: false, explain: { signs: noticed } };
    server.answer = () => ({ body: video });
    expect((await client.video('a', { explain: true }))?.explain?.signs).toEqual(noticed);
    expect(server.heard[1]?.path).toBe('/api/videos?videoId=a&explain=1');
    await client.video('a');
    expect(server.heard[2]?.path).toBe('/api/videos?videoId=a');
  });

  it('shows pictures of what was reported, as many as the vote says', async () => {
    server.answer = () => ({ body: { success: true, newScore: 16.67, shots: 3 } });
    const voter = { userId: USER, videoId: 'a/b' };
    expect((await client.vote({ ...voter, category: 'fully_ai' })).shots).toBe(3);
    const picture = Uint8Array.from({ length: 70_000 }, (_, n) => n % 256);
    await client.showPictures({ ...voter, pictures: [{ at: 65.5, picture }] });
    const shots = [{ at: 65.5, picture: Buffer.from(picture).toString('base64') }];
    expect(server.heard[1]).toMatchObject({
      path: '/api/evidence/votes/a%2Fb/shots',
      body: { userId: USER, shots },
    });
    server.answer = () => refusal(404, 'NOT_FOUND');
    await expect(client.showPictures({ ...voter, pictures: [] })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('withdraws with the secret in a header, and says whether there was a vote', async () => {
    server.answer = () => ({ body: { success: true } });
    expect(await client.withdraw({ userId: USER, videoId: 'a' })).toBe(true);
    expect(server.heard[0]).toMatchObject({ path: '/api/votes?videoId=a', method: 'DELETE' });
    server.answer = () => refusal(404, 'NOT_FOUND');
    expect(await client.withdraw({ userId: USER, videoId: 'a' })).toBe(false);
  });

  it('reports a channel with votes on its videos, and takes that back', async () => {
    const votes = [{ videoId: 'a', newScore: 16.67, pending: true }];
    server.answer = () => ({ body: { success: true, userTrust: 0.5, votes } });
    const report = { userId: USER, category: 'ai_visuals', videos: [{ videoId: 'a' }] };
    expect((await client.report('@a/b', report)).votes).toEqual(votes);
    expect(server.heard[0]).toMatchObject({ path: '/api/channels/%40a%2Fb/reports', body: report });
    server.answer = () => ({ body: { success: true } });
    expect(await client.withdrawReport(USER, '@a/b')).toBe(true);
    expect(server.heard[1]).toMatchObject({ method: 'DELETE', headers: { 'x-user-id': USER } });
  });

  it('observes with keys in the place of ids', async () => {
    server.answer = () => ({ body: { success: true } });
    const seen = { labelled: ['dQw4w9WgXcQ'], unlabelled: [] };
    await client.observe({ userId: USER, channelHandle: '@a', ...seen });
    expect(server.heard[0]?.body).toMatchObject({ labelled: ['5f6b0b4e201f2a7e'] });
  });

  interface AnswerCase {
    readonly name: string;
    readonly status: number;
    readonly body: unknown;
    readonly outcome: string;
  }
  it.each(vectors<{ answers: readonly AnswerCase[] }>('votes').answers)(
    'takes an answer for what it is: $name',
    async ({ status, body, outcome }) => {
      server.answer = () => ({ status, body });
      const vote = { videoId: 'a', userId: USER, category: 'fully_ai' };
      const done = client.vote(vote).then(
        () => 'cast',
        (error: unknown) => nameOf(error),
      );
      expect(await done).toBe(outcome);
    },
  );

  it.each(vectors<readonly { identity: string; userId: string }[]>('identity'))(
    'names $identity as the server knows it',
    async ({ identity, userId }) => {
      expect(await userIdOf(identity)).toBe(userId);
    },
  );
});

interface LimitCase extends Said {
  readonly name: string;
  readonly outcome: string;
  readonly waitS: number;
}

describe('a server that is busy or away', () => {
  it.each(vectors<readonly LimitCase[]>('limits'))('$name', async ({ outcome, waitS, ...said }) => {
    server.answer = () => said;
    const error = await client.video('a').catch((failure: unknown) => failure);
    expect(nameOf(error)).toBe(outcome);
    expect((error as Refused | Intercepted).waitMs).toBe(waitS * 1000);
  });

  it('is asked again after as long as it said', async () => {
    const answers = [{ ...refusal(429, 'RATE_LIMITED'), headers: { 'Retry-After': '1' } }];
    server.answer = () => answers.shift() ?? { body: VIDEO };
    const patient = new Client(server.origin);
    expect(await patient.video('a')).toMatchObject(VIDEO);
    expect(server.heard).toHaveLength(2);
  });

  it('is left alone when that would take too long', async () => {
    server.answer = () => ({ ...refusal(429, 'RATE_LIMITED'), headers: { 'Retry-After': '600' } });
    await expect(new Client(server.origin).video('a')).rejects.toMatchObject({ waitMs: 600_000 });
    expect(server.heard).toHaveLength(1);
  });

  it('does not hold a call for longer than its time-out', async () => {
    server.answer = () => new Promise(() => undefined);
    const hasty = new Client(server.origin, { ...QUICK, timeoutMs: 50 });
    await expect(hasty.video('a')).rejects.toBeInstanceOf(Unreachable);
  });

  it('does not hold a call that its caller ends', async () => {
    const ended = new AbortController();
    server.answer = () => {
      ended.abort(new Error('enough'));
      return new Promise(() => undefined);
    };
    await expect(client.video('a', { signal: ended.signal })).rejects.toThrow('enough');
    const waiting = new AbortController();
    server.answer = () => {
      setTimeout(() => waiting.abort(new Error('enough')), 20);
      return { ...refusal(429, 'RATE_LIMITED'), headers: { 'Retry-After': '30' } };
    };
    const call = new Client(server.origin).video('a', { signal: waiting.signal });
    await expect(call).rejects.toThrow('enough');
  });
});

describe('a copy', () => {
  const { cases } = vectors<{
    cases: readonly { name: string; signed: unknown; now: string }[];
  }>('signatures');
  const signed = cases.find(({ name }) => name === 'pinned');

  it('that is not signed by the known key is refused, and what is held stays', async () => {
    const store = new MemoryStore();
    const pins = new MemoryPin();
    const pinned = new Client(server.origin, { ...QUICK, pins });
    let statement: Said = refusal(404, 'NOT_FOUND');
    server.answer = ({ path }) => {
      if (path.startsWith('/api/sync/signed')) return statement;
      if (path.startsWith('/api/sync/compact')) return { body: vectorBytes() };
      return { body: { videos: [], channels: [], nextCursor: '1-0', hasMore: false } };
    };
    await pinned.follower(store).follow(0);
    const before = store.list.size;
    statement = { body: signed?.signed };
    const time = vi.spyOn(Date, 'now').mockReturnValue(Date.parse(signed?.now ?? ''));
    await store.setState({ ...(await store.state()), fullAt: 0 });
    await expect(pinned.follower(store).follow(0)).rejects.toMatchObject({ doubt: 'truncated' });
    time.mockRestore();
    await expect(pinned.follower(store).follow(0)).rejects.toBeInstanceOf(Untrusted);
    expect(store.list.size).toEqual(before);
    expect(pins.pin).toEqual({});
  });
});

interface DeltaCase {
  readonly name: string;
  readonly snapshots: readonly { revision: number; videos: Item[]; channels: Item[] }[];
  readonly answers: readonly Said[];
  readonly outcome: string;
  readonly held: { videos: Item[]; channels: Item[] };
  readonly cursor: string;
}
type Item = readonly [key: string, score: number, flags: number];

describe('following', () => {
  it.each(vectors<readonly DeltaCase[]>('delta'))('$name', async (each) => {
    const { snapshots, answers, outcome, held, cursor } = each;
    const [waitingSnapshots, waitingAnswers] = [[...snapshots], [...answers]];
    server.answer = ({ path }) => {
      if (path.startsWith('/api/sync/compact')) {
        const next = waitingSnapshots.length > 1 ? waitingSnapshots.shift() : waitingSnapshots[0];
        return { body: next && writeCompact(next) };
      }
      if (path.startsWith('/api/sync/delta')) return waitingAnswers.shift() ?? { status: 500 };
      return refusal(404, 'NOT_FOUND');
    };
    const store = new MemoryStore();
    const done = client.follower(store).follow(1e12);
    if (outcome === 'refused') await expect(done).rejects.toBeInstanceOf(Intercepted);
    else await done;
    for (const section of ['videos', 'channels'] as const)
      for (const [key, score] of held[section]) {
        const found =
          section === 'videos'
            ? store.list.video(parseKey(key))
            : store.list.channel([parseKey(key)]);
        expect(found?.score).toBe(score);
      }
    expect((await store.state()).cursor).toBe(cursor);
  });
});

function nameOf(error: unknown): string {
  if (error instanceof Intercepted) return 'intercepted';
  return error instanceof Refused ? 'refused' : String(error);
}

function vectorBytes(): Uint8Array {
  return writeCompact({ revision: 1, videos: [['5f6b0b4e201f2a7e', 62, 0]], channels: [] });
}
