/** What is kept on disk, or in memory where a private window has no disk. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Changes } from '../core/table';
import type { Choice } from '../core/shapes';

interface StoredTable {
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
export interface SyncState {
  /** Where the delta goes on; absent before the first snapshot. */
  readonly cursor?: string;
  readonly etag?: string;
  readonly fullAt: number;
  readonly syncedAt: number;
  /** In a row. */
  readonly failures: number;
  /** The server asked not to be asked before. */
  readonly notBefore: number;
  readonly error?: string;
}

/** A report, or its withdrawal, that the server has not heard yet. */
export interface Queued {
  readonly videoId: string;
  /** Absent: withdraw what was reported. */
  readonly choice?: Choice;
  readonly channelId?: string;
  readonly handle?: string;
  readonly isShort: boolean;
  readonly at: number;
}

export interface StoredReport {
  readonly videoId: string;
  readonly title?: string;
  readonly choice: Choice;
  readonly at: number;
  readonly state: 'sent' | 'queued' | 'refused' | 'withdrawing';
  readonly why?: string;
}

interface Values {
  readonly snapshot: StoredSnapshot;
  readonly changes: StoredChanges;
  readonly sync: SyncState;
  readonly queue: Queued;
  readonly reports: StoredReport;
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
  /** All or nothing. */
  write(...writes: readonly Write[]): Promise<void>;
}

const PLACES: readonly Place[] = ['snapshot', 'changes', 'sync', 'queue', 'reports'];

type Schema = DBSchema & { [P in Place]: { key: string; value: Values[P] } };

/** Usable at once. Firefox may refuse a disk in windows that never remember anything. */
export function openStore(name = 'realtube'): Store {
  const opened = openDB<Schema>(name, 1, {
    upgrade(created) {
      for (const place of PLACES) created.createObjectStore(place);
    },
  });
  const chosen = opened.then(
    (database) => new DiskStore(database),
    () => new MemoryStore(),
  );
  return {
    get: async (place, key) => (await chosen).get(place, key),
    all: async (place) => (await chosen).all(place),
    write: async (...writes) => (await chosen).write(...writes),
  };
}

class DiskStore implements Store {
  constructor(private readonly database: IDBPDatabase<Schema>) {}

  get<P extends Place>(place: P, key: string): Promise<Values[P] | undefined> {
    return this.database.get(place, key) as Promise<Values[P] | undefined>;
  }

  all<P extends Place>(place: P): Promise<Values[P][]> {
    return this.database.getAll(place) as Promise<Values[P][]>;
  }

  async write(...writes: readonly Write[]): Promise<void> {
    const places = [...new Set(writes.map(({ place }) => place))];
    const transaction = this.database.transaction(places, 'readwrite');
    for (const { place, key, value } of writes) {
      const store = transaction.objectStore(place);
      void (value === undefined ? store.delete(key) : store.put(value, key));
    }
    await transaction.done;
  }
}

export class MemoryStore implements Store {
  private readonly places = new Map<Place, Map<string, unknown>>(
    PLACES.map((place) => [place, new Map()]),
  );

  async get<P extends Place>(place: P, key: string): Promise<Values[P] | undefined> {
    return this.places.get(place)?.get(key) as Values[P] | undefined;
  }

  async all<P extends Place>(place: P): Promise<Values[P][]> {
    return [...(this.places.get(place)?.values() ?? [])] as Values[P][];
  }

  async write(...writes: readonly Write[]): Promise<void> {
    for (const { place, key, value } of writes)
      if (value === undefined) this.places.get(place)?.delete(key);
      else this.places.get(place)?.set(key, value);
  }
}
