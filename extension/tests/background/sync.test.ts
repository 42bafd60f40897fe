// @vitest-environment node
import { keyOf, keyText, parseKey } from 'realtube-client';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeCompact } from '../../../clients/typescript/tests/writer';
import { ListKeeper } from '../../src/background/listkeeper';
import type { Server } from '../../src/background/server';
import { ServerTrust } from '../../src/background/signed/trust';
import { openStore, type Store } from '../../src/background/store';
import { DELTA_EVERY_MS, FULL_EVERY_MS, nextSyncAt, Sync } from '../../src/background/sync';
import { DAY_MS } from '../../src/core/clock';
import { FakeService, fillDisk, hideDisk, OTHERS, refusal, type Said, setClock } from './world';

const KEY = '5f6b0b4e201f2a7e';
const OTHER = '00000000000000aa';
const STATE = { fullAt: 0, syncedAt: 0, failures: 0, notBefore: 0 };

let service: FakeService;
let server: Server;
let name: string;
let store: Store;
let keeper: ListKeeper;
let sync: Sync;
let changes = 0;
let databases = 0;
let answers: Record<string, Said>;

const snapshot = writeCompact({
  revision: 12,
  videos: [[KEY, 62, 0]],
  channels: [[OTHER, 80, 29]],
});
const delta = (more: object = {}): Said => ({
  body: { videos: [], channels: [], nextCursor: '12-0', hasMore: false, ...more },
});

beforeEach(async () => {
  service = new FakeService();
  server = await service.start();
  name = `test${databases++}`;
  restart();
  changes = 0;
  answers = {
    '/api/sync/compact': { headers: { ETag: '"one"' }, body: snapshot },
    '/api/sync/delta': delta(),
  };
  service.answer = ({ path }) => answers[path.replace(/\?.*/, '')] ?? refusal(404, 'NOT_FOUND');
});

afterEach(() => {
  vi.restoreAllMocks();
  service.stop();
});

/** As when the browser stopped the background, and something wakes it. */
function restart(): void {
  store = openStore(name);
  keeper = new ListKeeper(store);
  sync = new Sync(keeper, server, new ServerTrust(server), () => changes++);
}

const scoreOf = async (key: string) => (await keeper.list()).video(parseKey(key))?.score;

describe('Sync', () => {
  it('loads the snapshot, then goes on from its revision', async () => {
    await sync.run();
    expect(service.paths()).toEqual(['/api/sync/compact', '/api/sync/delta']);
    expect(service.heard[1]?.path).toBe('/api/sync/delta?format=compact&cursor=12-0');
    expect(await scoreOf(KEY)).toBe(62);
    expect((await keeper.list()).channel([parseKey(OTHER)])).toEqual({
      score: 80,
      locked: false,
      autoFlag: true,
    });
    expect(changes).toBe(1);
    expect((await keeper.state()).failures).toBe(0);
  });

  it('applies changes and removals, page by page, and asks no more for the snapshot', async () => {
    await sync.run();
    service.heard.length = 0;
    const pages = [
      delta({
        videos: [{ key: OTHER, action: 'update', score: 90, flags: 1 }],
        nextCursor: '13-5',
        hasMore: true,
      }),
      delta({ videos: [{ key: KEY, action: 'remove' }], nextCursor: '14-0' }),
    ];
    service.answer = () => pages.shift() ?? { status: 500 };
    await sync.run();
    expect(service.heard.map(({ path }) => path)).toEqual([
      '/api/sync/delta?format=compact&cursor=12-0',
      '/api/sync/delta?format=compact&cursor=13-5',
    ]);
    expect(await scoreOf(OTHER)).toBe(90);
    expect(await scoreOf(KEY)).toBeUndefined();
  });

  it('finds everything again after its background was stopped', async () => {
    await sync.run();
    answers['/api/sync/delta'] = delta({
      videos: [{ key: OTHER, action: 'update', score: 90, flags: 1 }],
      nextCursor: '13-0',
    });
    await sync.run();
    restart();
    expect(await scoreOf(KEY)).toBe(62);
    expect(await scoreOf(OTHER)).toBe(90);
    expect((await keeper.state()).cursor).toBe('13-0');
  });

  it('works many changes into the tables, and loses none', async () => {
    await sync.run();
    const videos = await Promise.all(
      Array.from({ length: 6000 }, async (_, n) => ({
        key: keyText(await keyOf(`video${n}`)),
        action: 'update',
        score: n % 101,
        flags: 0,
      })),
    );
    answers['/api/sync/delta'] = delta({ videos, nextCursor: '13-0' });
    await sync.run();
    const list = await keeper.list();
    expect(list.videoChanges.size).toBe(0);
    expect(list.size.videos).toBe(6001);
    keeper = new ListKeeper(store);
    for (const { key, score } of videos.slice(0, 500)) expect(await scoreOf(key)).toBe(score);
  });

  it('says what it has once a day, and keeps that when nothing changed', async () => {
    await sync.run();
    const state = await keeper.state();
    await keeper.setState({ ...state, fullAt: Date.now() - FULL_EVERY_MS - 1 });
    service.heard.length = 0;
    answers['/api/sync/compact'] = { status: 304 };
    await sync.run();
    expect(service.heard[0]?.headers['if-none-match']).toBe('"one"');
    expect(await scoreOf(KEY)).toBe(62);
    expect(Date.now() - (await keeper.state()).fullAt).toBeLessThan(5000);
  });

  it.each([
    ['410', refusal(410, 'SYNC_EXPIRED', 'too old')],
    ['fullSyncRequired', delta({ fullSyncRequired: true })],
  ])('loads the snapshot again when its place is too old (%s)', async (_, tooOld) => {
    await sync.run();
    service.heard.length = 0;
    const deltas = [tooOld, delta()];
    service.answer = ({ path }) =>
      path.startsWith('/api/sync/delta')
        ? (deltas.shift() ?? delta())
        : (answers['/api/sync/compact'] ?? {});
    await sync.run();
    expect(service.paths()).toEqual(['/api/sync/delta', '/api/sync/compact', '/api/sync/delta']);
    expect(service.heard[1]?.headers).not.toHaveProperty('if-none-match');
    expect((await keeper.state()).error).toBeUndefined();
  });

  it('keeps what it has when the new snapshot is damaged', async () => {
    await sync.run();
    await keeper.setState({ ...(await keeper.state()), fullAt: 0 });
    answers['/api/sync/compact'] = { body: snapshot.slice(0, -1) };
    await sync.run();
    expect(await scoreOf(KEY)).toBe(62);
    expect(await keeper.state()).toMatchObject({
      failures: 1,
      error: expect.stringContaining('damaged') as string,
    });
  });

  it('waits as long as the server asks', async () => {
    const message = 'slow down';
    const limited = { ...refusal(429, 'RATE_LIMITED', message), headers: { 'Retry-After': '120' } };
    answers['/api/sync/compact'] = limited;
    await sync.run();
    const state = await keeper.state();
    expect(state.error).toBe(message);
    expect(state.notBefore - Date.now()).toBeGreaterThan(110_000);
    expect(nextSyncAt(state, Date.now(), 0)).toBeGreaterThanOrEqual(state.notBefore);
    await sync.run();
    expect(service.heard).toHaveLength(1);
  });

  it('contacts nobody before the welcome page was accepted', async () => {
    service.welcomed = false;
    await sync.run();
    expect(service.heard).toEqual([]);
  });

  it('runs once when started twice', async () => {
    await Promise.all([sync.run(), sync.run()]);
    expect(service.paths()).toEqual(['/api/sync/compact', '/api/sync/delta']);
  });

  it('sends nothing that tells who asks', async () => {
    await sync.run();
    for (const { headers } of service.heard)
      for (const name of ['cookie', 'referer', 'x-user-id'])
        expect(headers).not.toHaveProperty(name);
  });
});

describe('whoever answers in the place of the server', () => {
  const lastingly = async () => {
    const { cursor, fullAt, syncedAt } = await keeper.state();
    return { cursor, fullAt, syncedAt, known: await scoreOf(KEY), other: await scoreOf(OTHER) };
  };

  it.each(
    OTHERS.flatMap(([what, said]) => [
      ['/api/sync/delta', what, said] as const,
      // To this the server may say it: it was asked with an ETag.
      ...(said.status === 304 ? [] : [['/api/sync/compact', what, said] as const]),
    ]),
  )('changes nothing of the list: %s with %s', async (path, _, said) => {
    await sync.run();
    await keeper.setState({ ...(await keeper.state()), fullAt: Date.now() - 2 * FULL_EVERY_MS });
    if (path === '/api/sync/delta') answers['/api/sync/compact'] = { status: 304 };
    const { fullAt, ...before } = await lastingly();
    answers[path] = said;
    await sync.run();
    expect(await lastingly()).toMatchObject(before);
    expect(await keeper.state()).toMatchObject({ failures: 1, error: 'intercepted' });
    answers[path] = path === '/api/sync/delta' ? delta() : { body: snapshot };
    await sync.run();
    expect((await keeper.state()).error).toBeUndefined();
    expect((await keeper.state()).fullAt).toBeGreaterThan(fullAt);
  });

  it('cannot say that what was never fetched has not changed', async () => {
    answers['/api/sync/compact'] = { status: 304 };
    await sync.run();
    expect(await keeper.state()).toMatchObject({ failures: 1, fullAt: 0, error: 'intercepted' });
  });
});

describe('a clock that was set right', () => {
  const YEAR_MS = 365 * DAY_MS;

  it('stops no sync that the server let wait while it was a year ahead', async () => {
    setClock(YEAR_MS);
    answers['/api/sync/compact'] = {
      ...refusal(503, 'OVERLOADED'),
      headers: { 'Retry-After': '60' },
    };
    await sync.run();
    vi.restoreAllMocks();
    restart();
    expect(nextSyncAt(await keeper.state(), Date.now(), 1)).toBeLessThan(
      Date.now() + DELTA_EVERY_MS,
    );
    answers['/api/sync/compact'] = { body: snapshot };
    await sync.run();
    expect(await scoreOf(KEY)).toBe(62);
  });

  it.each([
    ['ahead', YEAR_MS],
    ['behind', -YEAR_MS],
  ])('fetches all of the list, which was last fetched when it was a year %s', async (_, offMs) => {
    setClock(offMs);
    await sync.run();
    vi.restoreAllMocks();
    restart();
    expect((await keeper.state()).syncedAt).toBeLessThanOrEqual(Date.now());
    service.heard.length = 0;
    await sync.run();
    expect(service.paths()).toEqual(['/api/sync/compact', '/api/sync/delta']);
    expect(Math.abs(Date.now() - (await keeper.state()).fullAt)).toBeLessThan(DAY_MS);
    service.heard.length = 0;
    await sync.run();
    expect(service.paths()).toEqual(['/api/sync/delta']);
  });
});

describe('a disk that fails', () => {
  const many = async () =>
    Promise.all(
      Array.from({ length: 6000 }, async (_, n) => {
        const key = keyText(await keyOf(`video${n}`));
        return { key, action: 'update', score: 1 + (n % 100), flags: 0 };
      }),
    );

  it('does not keep anybody from using the list, which it takes when there is room', async () => {
    fillDisk();
    await sync.run();
    expect(await scoreOf(KEY)).toBe(62);
    expect((await keeper.state()).error).toBeUndefined();
    vi.restoreAllMocks();
    expect((await openStore(name).all('snapshot')).length).toBe(0);
    service.heard.length = 0;
    await sync.run();
    expect(service.paths()).toEqual(['/api/sync/delta']);
    restart();
    expect(await scoreOf(KEY)).toBe(62);
    expect((await keeper.state()).cursor).toBe('12-0');
  });

  it('has a list that fits to its place in the changes, whatever it did not take', async () => {
    await sync.run();
    fillDisk();
    const videos = await many();
    answers['/api/sync/delta'] = delta({ videos, nextCursor: '13-0' });
    await sync.run();
    answers['/api/sync/delta'] = delta({
      videos: [{ key: KEY, action: 'remove' }],
      nextCursor: '14-0',
    });
    await sync.run();
    expect((await keeper.state()).cursor).toBe('14-0');
    vi.restoreAllMocks();
    // The background ends before there is room.
    restart();
    expect((await keeper.state()).cursor).toBe('12-0');
    expect(await scoreOf(KEY)).toBe(62);
    expect(await scoreOf(videos[0]?.key ?? '')).toBeUndefined();
  });

  it('has all of the list once there is room, also of what was worked in meanwhile', async () => {
    await sync.run();
    fillDisk();
    const videos = await many();
    answers['/api/sync/delta'] = delta({ videos, nextCursor: '13-0' });
    await sync.run();
    vi.restoreAllMocks();
    answers['/api/sync/delta'] = delta({
      videos: [{ key: KEY, action: 'remove' }],
      nextCursor: '14-0',
    });
    await sync.run();
    restart();
    expect(await scoreOf(KEY)).toBeUndefined();
    for (const { key, score } of videos.slice(0, 100)) expect(await scoreOf(key)).toBe(score);
  });

  it('has its list fetched again when it cannot be read', async () => {
    await sync.run();
    const get = IDBObjectStore.prototype.get;
    vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (
      this: IDBObjectStore,
      key,
    ) {
      if (this.name === 'snapshot') throw new DOMException('damaged', 'UnknownError');
      return get.call(this, key);
    });
    restart();
    expect(await scoreOf(KEY)).toBeUndefined();
    answers['/api/sync/delta'] = delta({
      videos: [{ key: OTHER, action: 'update', score: 90, flags: 1 }],
      nextCursor: '13-0',
    });
    service.heard.length = 0;
    await sync.run();
    expect(service.paths()).toEqual(['/api/sync/delta', '/api/sync/compact', '/api/sync/delta']);
    expect([await scoreOf(KEY), await scoreOf(OTHER)]).toEqual([62, 90]);
    vi.restoreAllMocks();
    restart();
    expect([await scoreOf(KEY), await scoreOf(OTHER)]).toEqual([62, 90]);
  });

  it('is read again after it could not be read once', async () => {
    await sync.run();
    restart();
    hideDisk();
    expect(await scoreOf(KEY)).toBeUndefined();
    vi.restoreAllMocks();
    expect(await scoreOf(KEY)).toBe(62);
  });

  it('is done without when its database cannot be opened', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('damaged', 'UnknownError');
    });
    await sync.run();
    expect(await scoreOf(KEY)).toBe(62);
    service.heard.length = 0;
    await sync.run();
    expect(service.paths()).toEqual(['/api/sync/delta']);
  });
});

describe('nextSyncAt', () => {
  it('spreads syncs around half an hour', () => {
    expect(nextSyncAt(STATE, 0, 0)).toBe(DELTA_EVERY_MS * 0.8);
    expect(nextSyncAt(STATE, 0, 1)).toBeCloseTo(DELTA_EVERY_MS * 1.2);
  });

  it('backs off after failures, but never beyond the usual pace', () => {
    const pause = (failures: number) => nextSyncAt({ ...STATE, failures }, 0, 0.5);
    for (let failures = 2; failures < 20; failures++)
      expect(pause(failures)).toBeGreaterThanOrEqual(pause(failures - 1));
    expect(pause(1)).toBe(60_000);
    expect(pause(1000)).toBe(DELTA_EVERY_MS);
  });
});
