// @vitest-environment node
/** Several servers of one site: docs/clients.md#several-servers. */
import { json, object, parseKey } from 'realtube-client';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { writeCompact } from '../../../clients/typescript/tests/writer';
import { ListKeeper } from '../../src/background/listkeeper';
import { SelectorKeeper } from '../../src/background/selectors';
import { Server } from '../../src/background/server';
import { Health } from '../../src/background/servers/health';
import { ServerTrust } from '../../src/background/signed/trust';
import { openStore } from '../../src/background/store';
import { Sync } from '../../src/background/sync';
import { MINUTE_MS } from '../../src/core/clock';
import { asServers, serversOf } from '../../src/core/servers';
import builtIn from '../../src/youtube/selectors.json';
import { Signer } from './signer';
import { FakeService, refusal, type Said, setClock } from './world';

const [OF_FIRST, OF_SECOND] = ['5f6b0b4e201f2a7e', '6f6b0b4e201f2a7e'];
const AWAY: Said = { status: 502, body: '<html>' };
const signer = new Signer();
let databases = 0;
let first: FakeService;
let second: FakeService;
let server: Server;

beforeEach(async () => {
  fakeBrowser.reset();
  [first, second] = [new FakeService(), new FakeService()];
  await Promise.all([first.start(), second.start()]);
  server = first.before(second);
});

afterEach(() => {
  vi.restoreAllMocks();
  first.stop();
  second.stop();
});

const ask = (more: object = {}) => server.request({ path: '/api/x', ...more }, json(object({})));
const heard = () => [first.heard.length, second.heard.length];

describe('a question', () => {
  beforeEach(() => {
    first.answer = second.answer = () => ({ body: {} });
  });

  it('goes to the first server', async () => {
    await ask();
    expect(heard()).toEqual([1, 0]);
  });

  it('goes to the next one while the first is away, which has its place again later', async () => {
    first.answer = () => AWAY;
    await ask();
    await ask();
    expect(heard()).toEqual([1, 2]);
    first.answer = () => ({ body: {} });
    setClock(MINUTE_MS);
    await ask();
    expect(heard()).toEqual([2, 2]);
  });

  it('remembers who is away when the background was stopped meanwhile', async () => {
    first.answer = () => AWAY;
    await ask();
    server = first.before(second);
    await ask();
    expect(heard()).toEqual([1, 2]);
  });

  it('that names the viewer goes to the first alone', async () => {
    first.answer = () => AWAY;
    await expect(ask({ isNamed: true })).rejects.toThrow();
    await expect(ask({ isNamed: true })).rejects.toThrow();
    expect(heard()).toEqual([2, 0]);
  });

  it('is noted with the host of another server than the first', async () => {
    first.answer = () => AWAY;
    await ask();
    expect(first.contacts.map((contact) => contact.server)).toEqual([
      undefined,
      new URL(second.address).host,
    ]);
  });

  it('is asked of nobody before the first run was accepted', async () => {
    first.welcomed = false;
    await expect(ask()).rejects.toThrow('noServer');
    await expect(server.inTurn()).rejects.toThrow('noServer');
    expect(heard()).toEqual([0, 0]);
  });
});

describe('what a viewer reads of them', () => {
  it('is when each answered, and why and until when one is left alone', async () => {
    first.answer = () => AWAY;
    second.answer = () => ({ body: {} });
    const health = new Health();
    const [away, there] = [first.address, second.address];
    server = new Server(
      async () => [away, there],
      () => undefined,
      health,
    );
    await ask();
    const [one, other, unknown] = await health.states([away, there, 'https://x.example']);
    expect(one).toMatchObject({ origin: away, answeredAt: 0, why: 'intercepted' });
    expect(one?.awayUntil).toBeGreaterThan(Date.now());
    expect(other).toMatchObject({ origin: there, awayUntil: 0 });
    expect(other?.answeredAt).toBeGreaterThan(0);
    expect(unknown).toEqual({ origin: 'https://x.example', answeredAt: 0, awayUntil: 0 });
  });
});

describe('a list', () => {
  let trust: ServerTrust;
  let keeper: ListKeeper;
  let sync: Sync;
  beforeEach(() => {
    trust = new ServerTrust(server);
    keeper = new ListKeeper(openStore(`servers${databases++}`));
    sync = new Sync(keeper, server, trust, () => undefined);
    offer(first, 500, OF_FIRST);
    offer(second, 7, OF_SECOND);
  });

  /** It has a list of its own revisions, and signs it. */
  function offer(service: FakeService, revision: number, key: string, by = signer): void {
    const bytes = writeCompact({ revision, videos: [[key, 62, 0]], channels: [] });
    service.signed = () => ({ body: by.signed('compact.bin', bytes, Date.now()) });
    service.answer = ({ path }) => {
      if (path.startsWith('/api/sync/compact')) return { body: bytes };
      const nextCursor = new URLSearchParams(path.split('?')[1]).get('cursor');
      return { body: { videos: [], channels: [], nextCursor, hasMore: false } };
    };
  }

  const has = async (key: string) => (await keeper.list()).video(parseKey(key)) !== undefined;
  const isDue = async () => keeper.setState({ ...(await keeper.state()), fullAt: 0 });

  it('is of the next server while the first is away, with its own place in the changes', async () => {
    await sync.run();
    first.answer = () => AWAY;
    await sync.run();
    expect(await keeper.state()).toMatchObject({ origin: second.address, cursor: '7-0' });
    expect([await has(OF_FIRST), await has(OF_SECOND)]).toEqual([false, true]);
    expect((await keeper.state()).error).toBeUndefined();
  });

  it('is held against what its own server signed', async () => {
    await sync.run();
    expect([first.doubted.length, second.doubted.length]).toEqual([1, 0]);
    first.answer = () => AWAY;
    await sync.run();
    expect([first.doubted.length, second.doubted.length]).toEqual([1, 1]);
  });

  it('is taken of no server with another key than the one that is known of the others', async () => {
    await sync.run();
    offer(second, 7, OF_SECOND, new Signer());
    first.answer = () => AWAY;
    await sync.run();
    expect((await keeper.state()).error).toBe('signedByOther');
    expect(await has(OF_FIRST)).toBe(true);
    expect(await trust.doubts(second.address)).toEqual(['signedByOther']);
    expect(await trust.doubts(first.address)).toEqual([]);
  });

  it('of a first server with another key is passed over for that of the next', async () => {
    await sync.run();
    offer(first, 501, OF_FIRST, new Signer());
    await isDue();
    await sync.run();
    expect(await keeper.state()).toMatchObject({ origin: second.address });
    expect(await trust.doubts(first.address)).toEqual(['signedByOther']);
  });

  it('keeps the key when the first server is taken off', async () => {
    await sync.run();
    const rest = new ServerTrust(second.before());
    expect((await rest.status()).key).toBe(signer.public);
  });

  it('is believed with the next key once the viewer has this one forgotten', async () => {
    await sync.run();
    const other = new Signer();
    for (const service of [first, second]) offer(service, 502, OF_SECOND, other);
    await isDue();
    await sync.run();
    expect((await keeper.state()).error).toBe('signedByOther');
    await trust.forget();
    expect(await trust.status()).toEqual({ isUnchecked: false });
    expect(await trust.doubts(first.address)).toEqual([]);
    await sync.run();
    expect((await trust.status()).key).toBe(other.public);
    expect(await has(OF_SECOND)).toBe(true);
  });

  it('says on which server nothing could be had', async () => {
    first.answer = second.answer = () => AWAY;
    await sync.run();
    expect((await keeper.state()).error).toBe('intercepted');
  });
});

describe('selectors', () => {
  it('are of the next server while the first is away', async () => {
    const bytes = Buffer.from(JSON.stringify(builtIn));
    first.answer = () => AWAY;
    second.answer = () => ({ body: bytes, headers: { ETag: '"2"' } });
    second.signed = () => ({ body: signer.signed('selectors.json', bytes, Date.now()) });
    const keeper = new SelectorKeeper(server, new ServerTrust(server), () => undefined);
    await keeper.refresh(0);
    expect(await keeper.value()).toEqual(builtIn);
    first.answer = () => refusal(404, 'NOT_FOUND');
    setClock(MINUTE_MS);
    await keeper.refresh(0);
    // No ETag of the one server is sent to the other.
    expect(first.heard.at(-1)?.headers['if-none-match']).toBeUndefined();
  });
});

describe('the servers of settings', () => {
  it('are in order, each once; none is none', () => {
    const [a, b] = ['https://a.example', 'https://b.example'];
    expect(serversOf(asServers([a, b, a]))).toEqual([a, b]);
    expect(serversOf(asServers([]))).toEqual([]);
    expect(serversOf({ server: '', otherServers: [a] })).toEqual([]);
  });
});
