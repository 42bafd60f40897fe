/** Keeps a copy of the compact list in step with a server. */
import { isCompact, readCompact, type Snapshot } from './compact.js';
import { type Change, changesIn, type Delta, isDelta } from './delta.js';
import { Intercepted, Refused } from './errors.js';
import { type Asker, bytesOf, json } from './http.js';
import { firstGood, isAway } from './origins.js';
import { type File, fileOf, Untrusted } from './signed.js';

const SNAPSHOT = 'compact.bin';
const FULL_TIMEOUT_MS = 5 * 60_000;
const MAX_BYTES = 512 * 1024 * 1024;
const MAX_PAGES = 100;

/** Where a copy is; kept with it, so that both are always of one moment. */
export interface FollowState {
  /** Where the delta goes on; absent before the first snapshot. */
  readonly cursor?: string;
  /** Of the last snapshot, and what the file was. */
  readonly etag?: string;
  readonly file?: File;
  /** When the server last had no other snapshot; milliseconds since 1970, 0 for never. */
  readonly fullAt: number;
  /** Of the server that it came from, whose cursor it has; absent where there was one only. */
  readonly origin?: string;
}

/** Where a copy is kept. What is in a state beyond `FollowState` is the store's own. */
export interface ListStore<S extends FollowState = FollowState> {
  state(): Promise<S>;
  setState(state: S): Promise<void>;
  /** Put a snapshot in the place of everything, all or nothing. */
  replace(snapshot: Snapshot, state: S): Promise<void>;
  /** Work changes in, all or nothing. Raises `ListLost` if the copy cannot be read any more. */
  apply(changes: Readonly<Record<'videos' | 'channels', Change[]>>, state: S): Promise<void>;
}

/** Says whether a file is to be believed: `Trust`, or what stands around one. */
export interface FileTrust {
  /** Raises `Untrusted`. */
  expect(file: File, origin: string): Promise<unknown>;
}

/** A copy cannot be read, so that nothing can be applied to it. */
export class ListLost extends Error {}

/** The server no longer knows what changed since the cursor. */
class TooOld extends Error {}

interface Came {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly file: File;
}

export class Follower<S extends FollowState = FollowState> {
  /**
   * @param trust says whether a snapshot is what the server signed
   * @param changed called after the copy changed
   */
  constructor(
    private readonly store: ListStore<S>,
    private readonly asker: Asker,
    private readonly trust: FileTrust,
    private readonly changed: () => void = () => undefined,
  ) {}

  /**
   * Take in what changed. What is held stays where this fails, and is followed from there, at the
   * server that it came from; while that one is away, another one's copy is taken.
   *
   * @param fullEveryMs after this time a new snapshot is asked for, too (by its ETag)
   * @throws Untrusted for a snapshot that is not believed, `BadSnapshot` for a damaged one, and
   *   what asking and the store raise
   */
  async follow(fullEveryMs: number): Promise<void> {
    const state = await this.store.state();
    const servers = await this.asker.inTurn();
    const origin = ofServer(state, servers);
    const isHeld = state.cursor !== undefined && servers.includes(origin);
    const isDue = !isHeld || Date.now() - state.fullAt > fullEveryMs;
    if (isDue) await this.full(servers);
    const others = isDue ? [] : servers.filter((each) => each !== origin);
    await this.delta().catch((error: unknown) => this.startOver(error, others));
  }

  /** @param others to be asked where the copy's own server is away */
  private async startOver(error: unknown, others: readonly string[]): Promise<void> {
    const isLost = error instanceof TooOld || error instanceof ListLost;
    const isGone = isAway(error) && others.length > 0;
    if (!isLost && !isGone) throw error;
    // Even an unchanged snapshot is needed whole: our own copy has gone on from it.
    if (isLost) await this.store.setState(without(await this.store.state(), 'etag'));
    await this.full(isLost ? await this.asker.inTurn() : others);
    await this.delta();
  }

  private full(servers: readonly string[]): Promise<void> {
    return firstGood(servers, (origin) => this.fullOf(origin));
  }

  /** Once more if it was changed on its way: the next one may be whole. */
  private fullOf(origin: string): Promise<void> {
    return this.fullOnce(origin).catch((error: unknown) => {
      const isOnItsWay = error instanceof Untrusted && ON_ITS_WAY.includes(error.doubt);
      if (!isOnItsWay) throw error;
      return this.fullOnce(origin);
    });
  }

  private async fullOnce(origin: string): Promise<void> {
    const state = await this.store.state();
    const isSame = ofServer(state, [origin]) === origin;
    const ask = { path: '/api/sync/compact', timeoutMs: FULL_TIMEOUT_MS, origin };
    // Without knowing what the file was, it could not be found among those signed today.
    const etag = isSame && state.file ? state.etag : undefined;
    const newer = await this.asker.requestNewer(ask, etag, snapshotIn);
    const file = newer?.value.file ?? state.file;
    if (file) await this.trust.expect(file, origin);
    if (!newer) {
      // What is here has gone on from that very snapshot.
      await this.store.setState({ ...state, origin, fullAt: Date.now() });
      return;
    }
    const snapshot = await readCompact(newer.value.bytes);
    await this.store.replace(snapshot, {
      ...without(state, 'etag'),
      ...(newer.etag !== undefined && { etag: newer.etag }),
      file: newer.value.file,
      cursor: `${snapshot.revision}-0`,
      origin,
      fullAt: Date.now(),
    });
    this.changed();
  }

  private async delta(): Promise<void> {
    for (let page = 0; page < MAX_PAGES; page++) {
      const state = await this.store.state();
      const origin = ofServer(state, await this.asker.inTurn());
      const delta = await this.page(state.cursor ?? '0-0', origin);
      const { videos, channels, nextCursor, hasMore } = delta;
      if (nextCursor !== undefined && nextCursor !== state.cursor) {
        await this.store.apply(changesIn(delta), { ...state, origin, cursor: nextCursor });
        if (videos.length + channels.length > 0) this.changed();
      }
      if (!hasMore || nextCursor === undefined) return;
    }
  }

  private async page(cursor: string, origin: string): Promise<Delta> {
    const query = new URLSearchParams({ format: 'compact', cursor });
    try {
      const ask = { path: `/api/sync/delta?${query}`, origin };
      const delta = await this.asker.request(ask, json(isDelta));
      if (delta.fullSyncRequired) throw new TooOld();
      return delta;
    } catch (error) {
      if (error instanceof Refused && error.code === 'SYNC_EXPIRED') throw new TooOld();
      throw error;
    }
  }
}

/** The server that a copy is of; where nothing says so, it was the only one. */
function ofServer({ origin }: FollowState, servers: readonly string[]): string {
  return origin ?? (servers.length === 1 ? (servers[0] ?? '') : '');
}

const ON_ITS_WAY = ['altered', 'truncated'];

async function snapshotIn(response: Response): Promise<Came> {
  const bytes = await bytesOf(response, MAX_BYTES);
  if (!isCompact(bytes)) throw new Intercepted(response.status);
  return { bytes, file: await fileOf(SNAPSHOT, bytes) };
}

function without<T extends FollowState>(from: T, name: 'etag'): T {
  const { [name]: _, ...rest } = from;
  return rest as T;
}
