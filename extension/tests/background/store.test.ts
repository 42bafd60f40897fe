// @vitest-environment node
import 'fake-indexeddb/auto';
import { deleteDB, openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore, type Store, type StoredReport, type Write } from '../../src/background/store';
import { fillDisk, hideDisk } from './world';

let databases = 0;
let name: string;
let store: Store;
let told: boolean[];

beforeEach(() => {
  name = `store${databases++}`;
  told = [];
  store = openStore(name, (fails) => told.push(fails));
});

afterEach(() => vi.restoreAllMocks());

const report = (videoId: string, at = 1): StoredReport => ({
  videoId,
  choice: 'fully_ai',
  at,
  state: 'sent',
});
const reporting = (videoId: string, at?: number): Write => ({
  place: 'reports',
  key: videoId,
  value: report(videoId, at),
});
const idsIn = async (where: Store) =>
  (await where.all('reports')).map((one) => ('videoId' in one ? one.videoId : '')).sort();
/** What another background would find. */
const idsOnDisk = () => idsIn(openStore(name));

describe('a connection', () => {
  it('is opened again when the browser has closed it', async () => {
    const open = vi.spyOn(indexedDB, 'open');
    await store.write(reporting('a'));
    const request = open.mock.results[0]?.value as IDBOpenDBRequest;
    request.result.close();
    expect(await idsIn(store)).toEqual(['a']);
    await store.write(reporting('b'));
    expect(await idsOnDisk()).toEqual(['a', 'b']);
  });

  it('stands in the way of nobody who changes the database', async () => {
    await store.write(reporting('a'));
    const other = await openDB(name, 99);
    expect(await other.get('reports', 'a')).toEqual(report('a'));
    other.close();
  });

  it('is tried again by whoever needs it, after it could not be had', async () => {
    (await openDB(name, 99)).close();
    await expect(store.all('reports')).rejects.toThrow();
    await deleteDB(name);
    expect(await store.all('reports')).toEqual([]);
    await store.write(reporting('a'));
    expect(await idsOnDisk()).toEqual(['a']);
  });
});

describe('a full disk', () => {
  it('loses nothing: what it does not take is there, and is written with the next', async () => {
    await store.write(reporting('a'));
    fillDisk();
    await store.keep(reporting('b'), reporting('a', 2));
    expect(await store.get('reports', 'b')).toEqual(report('b'));
    expect(await store.all('reports')).toEqual([report('a', 2), report('b')]);
    vi.restoreAllMocks();
    expect(await openStore(name).all('reports')).toEqual([report('a')]);
    await store.keep(reporting('c'));
    expect(await openStore(name).all('reports')).toEqual([
      report('a', 2),
      report('b'),
      report('c'),
    ]);
  });

  it('rejects what has to be on it', async () => {
    fillDisk();
    await expect(store.write(reporting('a'))).rejects.toThrow('no room');
    expect(await idsIn(store)).toEqual([]);
  });

  it('takes all of one write or nothing', async () => {
    const put = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
      this: IDBObjectStore,
      ...args
    ) {
      if (args[1] === 'b') throw new DOMException('no room', 'QuotaExceededError');
      return put.apply(this, args);
    });
    await expect(store.write(reporting('a'), reporting('b'))).rejects.toThrow('no room');
    vi.restoreAllMocks();
    expect(await idsOnDisk()).toEqual([]);
  });

  it('is told once, and once when there is room again', async () => {
    await store.keep(reporting('a'));
    fillDisk();
    await store.keep(reporting('b'));
    await store.keep(reporting('c'));
    vi.restoreAllMocks();
    await store.keep(reporting('d'));
    await store.keep(reporting('e'));
    expect(told).toEqual([false, true, false]);
  });
});

describe('a disk that even forgets nothing', () => {
  it('does not bring back what was deleted', async () => {
    await store.write(reporting('a'));
    vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(() => {
      throw new DOMException('damaged', 'UnknownError');
    });
    await store.keep({ place: 'reports', key: 'a' });
    expect(await store.get('reports', 'a')).toBeUndefined();
    expect(await store.all('reports')).toEqual([]);
    vi.restoreAllMocks();
    await store.keep(reporting('b'));
    expect(await idsOnDisk()).toEqual(['b']);
  });
});

it('reads again what could not be read once', async () => {
  await store.write(reporting('a'));
  hideDisk();
  await expect(store.get('reports', 'a')).rejects.toThrow('damaged');
  await expect(store.all('reports')).rejects.toThrow('damaged');
  vi.restoreAllMocks();
  expect(await store.get('reports', 'a')).toEqual(report('a'));
});

it('keeps the order in which things were written', async () => {
  await Promise.all([1, 2, 3].map((at) => store.keep(reporting('a', at))));
  expect(await openStore(name).get('reports', 'a')).toEqual(report('a', 3));
});
