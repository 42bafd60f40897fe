/**
 * What is kept on disk, and in memory as long as the disk does not take it: it may be full or
 * damaged, browsers end connections when they like, and some private windows have no disk at all.
 */

import type { Category, Changes, FollowState, NoticedSign } from 'realtube-client';
import type { Reason } from '../core/lists/entries';
import { Once } from '../core/once';
import type { Seen } from '../core/seen';
import type { Choice } from '../core/types';

export interface StoredTable {
  readonly hi: Uint32Array<ArrayBuffer>;
  readonly lo: Uint32Array<ArrayBuffer>;
  readonly scores: Uint8Array<ArrayBuffer>;
  readonly flags: Uint8Array<ArrayBuffer>;
}

export interface StoredSnapshot {
  readonly revision: number;
  readonly categories: readonly string[];
  readonly videos: StoredTable;
  readonly channels: StoredTable;
}

export interface StoredChanges {
  readonly videos: Changes;
  readonly channels: Changes;
}

/** Times in milliseconds since 1970; 0 for never. */
export interface SyncState extends FollowState {
  readonly syncedAt: number;
  /** In a row. */
  readonly failures: number;
  /** The server asked not to be asked before. */
  readonly notBefore: number;
  readonly error?: string;
}

/** A report, or its withdrawal, that the server has not heard yet. */
export type Queued = Waiting & (OfVideo | OfChannel);

export interface OfVideo {
  readonly videoId: string;
  readonly isShort: boolean;
  /** What the page calls it, and its channel. */
  readonly title?: string;
  readonly channelName?: string;
  readonly signs?: readonly NoticedSign[];
}

export interface OfChannel {
  /** Its id, or its handle in its one form. */
  readonly channel: string;
  /** The videos with which it is reported; none to withdraw it. */
  readonly videos: readonly OfVideo[];
}

interface Waiting {
  /** Absent: withdraw what was reported. */
  readonly choice?: Choice;
  readonly channelId?: string;
  readonly handle?: string;
  readonly at: number;
  /** How often it was tried in vain. */
  readonly tries?: number;
  /** The server asked, when this was tried, not to be asked before. */
  readonly notBefore?: number;
  /** What the viewer reads about it. */
  readonly why?: string;
}

export type StoredReport = Fate &
  (
    | { readonly videoId: string; readonly signs?: readonly NoticedSign[] }
    | {
        readonly channel: string;
        readonly channelId?: string;
        readonly handle?: string;
        readonly videoIds: readonly string[];
        readonly choice: Category;
      }
  );

interface Fate {
  readonly title?: string;
  readonly choice: Choice;
  readonly at: number;
  readonly state: 'sent' | 'queued' | 'refused' | 'withdrawing';
  readonly why?: string;
  /** How many pictures the server would take with it. */
  readonly shots?: number;
}

/** Why a list that the viewer follows was not taken; `details` are for the text about it. */
export interface ListTrouble {
  readonly kind: string;
  readonly details: readonly string[];
}

/** How fetching a list went. Times in milliseconds since 1970; 0 for never. */
export interface ListState {
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** When it was taken, or was still what it was. */
  readonly fetchedAt: number;
  readonly channels: number;
  /** Lines of it that were left out. */
  readonly reasons: Readonly<Partial<Record<Reason, number>>>;
  /** In a row. */
  readonly failures: number;
  readonly nextAt: number;
  /** Its host asked not to be asked before. */
  readonly notBefore: number;
  readonly trouble?: ListTrouble;
}

interface Values {
  readonly snapshot: StoredSnapshot;
  readonly changes: StoredChanges;
  readonly sync: SyncState;
  readonly queue: Queued;
  readonly reports: StoredReport;
  readonly seen: Seen;
  readonly lists: ListState;
  readonly listTables: StoredTable;
}
type Place = keyof Values;

/** The key in places that hold one thing only. */
export const ONLY = 'only';

/** Without a value it deletes. */
export type Write = {
  [P in Place]: { readonly place: P; readonly key: string; readonly value?: Values[P] };
}[Place];

export interface Store {
  get<P extends Place>(place: P, key: string): Promise<Values[P] | undefined>;
  all<P extends Place>(place: P): Promise<Values[P][]>;
  /** All or nothing. Rejects when the disk does not take it. */
  write(...writes: readonly Write[]): Promise<void>;
  /** Never rejects: what the disk does not take stays in memory, and goes along with the next. */
  keep(...writes: readonly Write[]): Promise<void>;
}

const PLACES: readonly Place[] = [
  ...(['snapshot', 'changes', 'sync', 'queue', 'reports', 'seen'] as const),
  ...(['lists', 'listTables'] as const),
];
/** Grows with the places. */
const VERSION = 3;

/**
 * Usable at once.
 *
 * @param told called whenever the disk begins to fail, and when it takes something again
 */
export function openStore(
  name = 'realtube',
  told: (fails: boolean) => void = () => undefined,
): Store {
  return new DiskStore(name, told);
}

/** Keeps all in memory. */
export class MemoryStore implements Store {
  private readonly held = new Map<Place, Map<string, Write>>(
    PLACES.map((place) => [place, new Map()]),
  );

  async get<P extends Place>(place: P, key: string): Promise<Values[P] | undefined> {
    return this.heldAt(place).get(key)?.value as Values[P] | undefined;
  }

  async all<P extends Place>(place: P): Promise<Values[P][]> {
    return this.values(place, new Map());
  }

  async write(...writes: readonly Write[]): Promise<void> {
    this.hold(writes);
  }

  async keep(...writes: readonly Write[]): Promise<void> {
    await this.write(...writes).catch(() => this.hold(writes));
  }

  protected heldAt(place: Place): ReadonlyMap<string, Write> {
    return this.held.get(place) ?? new Map<string, Write>();
  }

  /** What is held of a place, over what else there is. */
  protected values<P extends Place>(place: P, others: Map<string, Values[P]>): Values[P][] {
    for (const [key, { value }] of this.heldAt(place))
      if (value === undefined) others.delete(key);
      else others.set(key, value as Values[P]);
    return [...others.values()];
  }

  protected get allHeld(): Write[] {
    return PLACES.flatMap((place) => [...this.heldAt(place).values()]);
  }

  protected hold(writes: readonly Write[]): void {
    for (const write of writes) this.held.get(write.place)?.set(write.key, write);
  }

  protected letGo(): void {
    for (const place of this.held.values()) place.clear();
  }
}

class DiskStore extends MemoryStore {
  private readonly opened = new Once(() => this.open());
  private writing: Promise<unknown> = Promise.resolve();
  private fails: boolean | undefined;

  constructor(
    private readonly name: string,
    private readonly told: (fails: boolean) => void,
  ) {
    super();
  }

  override async get<P extends Place>(place: P, key: string): Promise<Values[P] | undefined> {
    if (this.heldAt(place).has(key)) return super.get(place, key);
    return this.use((database) => done(storeIn(database, place).get(key)));
  }

  override async all<P extends Place>(place: P): Promise<Values[P][]> {
    return this.values(place, await this.use((database) => readAll(database, place)));
  }

  override write(...writes: readonly Write[]): Promise<void> {
    return this.inTurn(() => this.commit(writes));
  }

  override keep(...writes: readonly Write[]): Promise<void> {
    return this.inTurn(() => this.commit(writes).catch(() => this.hold(writes)));
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.writing.then(work);
    this.writing = done.catch(() => undefined);
    return done;
  }

  /** What the disk did not take before goes along, so that one thing there fits to another. */
  private async commit(writes: readonly Write[]): Promise<void> {
    const all = [...this.allHeld, ...writes];
    await this.use((database) => commit(database, all));
    this.letGo();
    this.tell(false);
  }

  /** Whatever fails is tried once more, over a new connection: the old one may be no good. */
  private async use<T>(work: (database: IDBDatabase) => Promise<T>): Promise<T> {
    let database: IDBDatabase | undefined;
    try {
      database = await this.opened.get();
      return await work(database);
    } catch {
      this.opened.forget();
      database?.close();
    }
    try {
      return await work(await this.opened.get());
    } catch (error) {
      this.tell(true);
      throw error;
    }
  }

  private async open(): Promise<IDBDatabase> {
    const opening = indexedDB.open(this.name, VERSION);
    opening.onupgradeneeded = () => {
      const { result } = opening;
      for (const place of PLACES)
        if (!result.objectStoreNames.contains(place)) result.createObjectStore(place);
    };
    const database = await done(opening);
    // A newer version of this extension wants it, or the browser has ended the connection.
    database.onversionchange = () => {
      this.opened.forget();
      database.close();
    };
    database.onclose = () => this.opened.forget();
    return database;
  }

  private tell(fails: boolean): void {
    if (this.fails !== fails) this.told(fails);
    this.fails = fails;
  }
}

async function readAll<P extends Place>(
  database: IDBDatabase,
  place: P,
): Promise<Map<string, Values[P]>> {
  const store = storeIn(database, place);
  const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
  return new Map(keys.map((key, index) => [String(key), values[index] as Values[P]]));
}

async function commit(database: IDBDatabase, writes: readonly Write[]): Promise<void> {
  const places = [...new Set(writes.map(({ place }) => place))];
  if (places.length === 0) return;
  const transaction = database.transaction(places, 'readwrite');
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    try {
      for (const { place, key, value } of writes) {
        const store = transaction.objectStore(place);
        if (value === undefined) store.delete(key);
        else store.put(value, key);
      }
    } catch (error) {
      // One part is refused at once: the others must not go through.
      transaction.abort();
      reject(error);
    }
  });
}

function storeIn(database: IDBDatabase, place: Place): IDBObjectStore {
  return database.transaction(place).objectStore(place);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
