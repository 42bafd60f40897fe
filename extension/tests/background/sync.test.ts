// @vitest-environment node
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ListKeeper } from '../../src/background/listkeeper';
import { openStore, type Store } from '../../src/background/store';
import { DELTA_EVERY_MS, FULL_EVERY_MS, nextSyncAt, Sync } from '../../src/background/sync';
import { keyOf, keyText, parseKey } from '../../src/core/keys';
import { writeCompact } from '../core/writer';
import { FakeService, type Said } from './world';

const KEY = '5f6b0b4e201f2a7e';
const OTHER = '00000000000000aa';
const STATE = { fullAt: 0, syncedAt: 0, failures: 0, notBefore: 0 };

let service: FakeService;
let store: Store;
let keeper: ListKeeper;
let sync: Sync;
let changes = 0;
let databases = 0;
let answers: Record<string, Said>;

const snapshot = writeCompact({ revision: 12, videos: [[KEY, 62, 0]], channels: [[OTHER, 80, 29]] });
const delta = (more: object = {}): Said => ({
  body: { videos: [], channels: [], nextCursor: '12-0', hasMore: false, ...more },
});

beforeEach(async () => {
  service = new FakeService();
  const server = await service.start();
  store = openStore(`test${databases++}`);
  keeper = new ListKeeper(store);
  changes = 0;
  sync = new Sync(keeper, server, () => changes++);
  answers = {
    '/api/sync/compact': { headers: { ETag: '"one"' }, body: snapshot },
    '/api/sync/delta': delta(),
  };
  service.answer = ({ path }) => answers[path.replace(/\?.*/, '')] ?? { status: 404 };
});

afterEach(() => service.stop());

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
    keeper = new ListKeeper(store);
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
    ['410', { status: 410, body: { error: { code: 'SYNC_EXPIRED', message: 'too old' } } }],
    ['fullSyncRequired', delta({ fullSyncRequired: true })],
  ])('loads the snapshot again when its place is too old (%s)', async (_, tooOld) => {
    await sync.run();
    service.heard.length = 0;
    const deltas = [tooOld, delta()];
    service.answer = ({ path }) =>
      path.startsWith('/api/sync/delta') ? (deltas.shift() ?? delta()) : (answers['/api/sync/compact'] ?? {});
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
    expect(await keeper.state()).toMatchObject({ failures: 1, error: expect.stringContaining('damaged') as string });
  });

  it('waits as long as the server asks', async () => {
    const message = 'slow down';
    const limited = { status: 429, headers: { 'Retry-After': '120' }, body: { error: { message } } };
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
      for (const name of ['cookie', 'referer', 'x-user-id']) expect(headers).not.toHaveProperty(name);
  });
});

describe('nextSyncAt', () => {
  it('spreads syncs around half an hour', () => {
    expect(nextSyncAt(STATE, 0, 0)).toBe(DELTA_EVERY_MS * 0.8);
    expect(nextSyncAt(STATE, 0, 1)).toBeCloseTo(DELTA_EVERY_MS * 1.2);
  });

  it('backs off after failures, but never beyond the usual pace', () => {
    const after = (failures: number) => nextSyncAt({ ...STATE, failures }, 0, 0.5);
    for (let failures = 2; failures < 20; failures++)
      expect(after(failures)).toBeGreaterThanOrEqual(after(failures - 1));
    expect(after(1)).toBe(60_000);
    expect(after(1000)).toBe(DELTA_EVERY_MS);
  });
});
