// @vitest-environment node
import { parseKey } from 'realtube-client';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { writeCompact } from '../../../clients/typescript/tests/writer';
import { ListKeeper } from '../../src/background/listkeeper';
import { ServerLookups } from '../../src/background/lookups';
import { SelectorKeeper } from '../../src/background/selectors';
import type { Server } from '../../src/background/server';
import { ServerTrust } from '../../src/background/signed/trust';
import { openStore } from '../../src/background/store';
import { Sync } from '../../src/background/sync';
import { DAY_MS, MINUTE_MS } from '../../src/core/clock';
import builtIn from '../../src/youtube/selectors.json';
import { Signer } from './signer';
import { FakeService, refusal, type Said } from './world';

const KEY = '5f6b0b4e201f2a7e';
const listed = (score: number) =>
  writeCompact({ revision: 12, videos: [[KEY, score, 0]], channels: [] });
const signer = new Signer();
let databases = 0;
let service: FakeService;
let server: Server;
let trust: ServerTrust;
let keeper: ListKeeper;
let sync: Sync;
let offered: Uint8Array;
let etag = 0;

beforeEach(async () => {
  fakeBrowser.reset();
  service = new FakeService();
  server = await service.start();
  trust = new ServerTrust(server);
  keeper = new ListKeeper(openStore(`signed${databases++}`));
  sync = new Sync(keeper, server, trust, () => undefined);
  offer(listed(62));
  service.answer = ({ path }): Said => {
    if (path.startsWith('/api/sync/compact'))
      return { headers: { ETag: `"${etag}"` }, body: offered };
    return { body: { videos: [], channels: [], nextCursor: '12-0', hasMore: false } };
  };
});

afterEach(() => service.stop());

/** The server has these bytes, and signs them. */
function offer(bytes: Uint8Array, at = Date.now(), by = signer, keys?: string[]): void {
  offered = bytes;
  etag += 1;
  service.signed = () => ({ body: by.signed('compact.bin', bytes, at, keys) });
}

const score = async () => (await keeper.list()).video(parseKey(KEY))?.score;

async function syncAll(): Promise<string | undefined> {
  await keeper.setState({ ...(await keeper.state()), fullAt: 0 });
  await sync.run();
  return (await keeper.state()).error;
}

describe('a list that is signed', () => {
  it('is taken, and the key kept for this server', async () => {
    await sync.run();
    expect(await score()).toBe(62);
    expect(service.doubted.map(({ path }) => path)).toEqual(['/api/sync/signed?file=compact.bin']);
    expect(await new ServerTrust(server).status()).toMatchObject({
      key: signer.public,
    });
  });

  it.each<[string, string, () => void]>([
    ['of another key', 'signedByOther', () => offer(listed(1), Date.now(), new Signer())],
    ['rolled back', 'signedRolledBack', () => offer(listed(1), Date.now() - 20 * MINUTE_MS)],
    ['frozen for a week', 'signedFrozen', () => freeze()],
    ['altered in one byte', 'signedAltered', () => change(altered())],
    ['cut short', 'signedTruncated', () => change(offered.slice(0, -3))],
    ['not signed any more', 'signedNoMore', () => unsign()],
    ['of a malformed statement', 'signedMalformed', () => garble()],
  ])('%s is refused with a sentence, and what is held stays', async (_, sentence, happens) => {
    await sync.run();
    etag += 1;
    happens();
    const clock = vi.spyOn(Date, 'now');
    if (frozen) clock.mockReturnValue(performance.timeOrigin + performance.now() + 7 * DAY_MS);
    expect(await syncAll()).toBe(sentence);
    clock.mockRestore();
    frozen = false;
    expect(await score()).toBe(62);
    expect(await trust.doubts(service.address)).toEqual([sentence]);
    expect((await trust.status()).key).toBe(signer.public);
    offer(listed(70));
    expect(await syncAll()).toBeUndefined();
    expect(await score()).toBe(70);
    expect(await trust.doubts(service.address)).toEqual([]);
  });

  it('is asked for once more when it was changed on its way', async () => {
    const whole = offered;
    const answer = service.answer;
    let times = 0;
    service.answer = (request) => {
      offered = request.path.startsWith('/api/sync/compact') && times++ === 0 ? altered() : whole;
      return answer(request);
    };
    await sync.run();
    expect(service.paths()).toEqual(['/api/sync/compact', '/api/sync/compact', '/api/sync/delta']);
    expect(await score()).toBe(62);
  });

  it('that the server says is still the newest is held against its statement, too', async () => {
    await sync.run();
    const { answer } = service;
    service.answer = (request) =>
      request.path.startsWith('/api/sync/compact') ? { status: 304 } : answer(request);
    expect(await syncAll()).toBeUndefined();
    vi.spyOn(Date, 'now').mockReturnValue(performance.timeOrigin + performance.now() + 7 * DAY_MS);
    expect(await syncAll()).toBe('signedFrozen');
    vi.restoreAllMocks();
  });

  it('may be by a new key if the known one says so', async () => {
    await sync.run();
    const next = new Signer();
    offer(listed(70), Date.now(), signer, [next.public, signer.public]);
    expect(await syncAll()).toBeUndefined();
    expect((await trust.status()).key).toBe(next.public);
    offer(listed(71), Date.now(), next);
    expect(await syncAll()).toBeUndefined();
    expect(await score()).toBe(71);
  });

  it('is taken, and the viewer told, when their clock is behind', async () => {
    offer(listed(62), Date.now() + 3 * 60 * MINUTE_MS);
    await sync.run();
    expect(await score()).toBe(62);
    expect((await trust.status()).ahead).toBeGreaterThan(Date.now());
  });

  it('that is refused keeps nobody from being looked up', async () => {
    await sync.run();
    offer(listed(1), Date.now(), new Signer());
    expect(await syncAll()).toBe('signedByOther');
    const found = { videoId: 'dQw4w9WgXcQ', score: 90, locked: false };
    service.answer = () => ({ body: { results: { '5f6b': [found] } } });
    const lookups = new ServerLookups(server, async () => true);
    await lookups.ask([parseKey(KEY)]);
    expect(lookups.video(parseKey(KEY))?.score).toBe(90);
  });
});

it('takes the list, and tells the viewer, where the browser cannot check signatures', async () => {
  const none = new DOMException('Unrecognized name.', 'NotSupportedError');
  vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(none);
  await sync.run();
  vi.restoreAllMocks();
  expect(await score()).toBe(62);
  expect(await trust.status()).toEqual({ isUnchecked: true });
});

it('goes without signatures where the server never had a key', async () => {
  unsign();
  await sync.run();
  expect(await score()).toBe(62);
  expect(await trust.status()).toEqual({ isUnchecked: false });
});

it('keeps the selectors it has while newer ones are not signed', async () => {
  const selectors = (version: number) => ({ ...builtIn, version });
  const bytes = (version: number) => Buffer.from(JSON.stringify(selectors(version)));
  const keeperOf = new SelectorKeeper(server, trust, () => undefined);
  service.answer = () => ({ body: bytes(7) });
  service.signed = () => ({ body: signer.signed('selectors.json', bytes(7), Date.now()) });
  await keeperOf.refresh(0);
  expect(service.doubted.at(-1)?.path).toBe('/api/sync/signed?file=selectors.json');
  service.answer = () => ({ body: bytes(8) });
  await keeperOf.refresh(0);
  expect(await keeperOf.value()).toEqual(selectors(7));
  expect(await trust.doubts(service.address)).toEqual(['signedAltered']);
});

let frozen = false;

function altered(): Uint8Array {
  const bytes = offered.slice();
  bytes[60] = (bytes[60] ?? 0) ^ 1;
  return bytes;
}

function change(bytes: Uint8Array): void {
  offered = bytes;
}

function freeze(): void {
  frozen = true;
}

function unsign(): void {
  service.signed = () => refusal(404, 'NOT_FOUND');
}

function garble(): void {
  const statement = '{"format": "realtube-statement-1"}';
  service.signed = () => ({ body: { statement, signatures: [signer.signature(statement)] } });
}
