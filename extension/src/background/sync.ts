/** Keeps the list fresh: a snapshot once a day, what changed every half hour. */
import {
  flag,
  isCompact,
  listOf,
  type Of,
  object,
  oneOf,
  pack,
  readCompact,
  type Snapshot,
  text,
  whole,
} from 'realtube-client';
import { DAY_MS, MINUTE_MS } from '../core/clock';
import { type Change, type ListKeeper, ListLost } from './listkeeper';
import { bodyOf, Failure, Intercepted, json, Refused, type Server } from './server';
import type { SyncState } from './store';

export const DELTA_EVERY_MS = 30 * MINUTE_MS;
export const FULL_EVERY_MS = DAY_MS;
const FULL_TIMEOUT_MS = 5 * MINUTE_MS;
const MAX_PAGES = 100;
const MAX_ON_PAGE = 10_000;

const changes = listOf(
  object(
    { key: text(16, /^[0-9a-f]{16}$/), action: oneOf(['update', 'remove']) },
    { score: whole(0, 100), flags: whole(0, 255) },
  ),
  2 * MAX_ON_PAGE,
);
const isDelta = object(
  { videos: changes, channels: changes },
  { nextCursor: text(100), hasMore: flag, fullSyncRequired: flag },
);

/** The server no longer knows what changed since our last sync. */
class TooOld extends Error {}

export class Sync {
  private running: Promise<void> | undefined;

  /** @param changed called after the list changed */
  constructor(
    private readonly keeper: ListKeeper,
    private readonly server: Server,
    private readonly changed: () => void,
  ) {}

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** Never rejects: what went wrong is in the state. At most one runs at a time. */
  run(): Promise<void> {
    this.running ??= this.attempt().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async attempt(): Promise<void> {
    const state = await this.keeper.state();
    if (Date.now() < state.notBefore) return;
    try {
      if (state.cursor === undefined || Date.now() - state.fullAt > FULL_EVERY_MS)
        await this.full();
      await this.delta().catch((error: unknown) => this.startOver(error));
      await this.succeeded();
    } catch (error) {
      await this.failed(error);
    }
  }

  private async startOver(error: unknown): Promise<void> {
    if (!(error instanceof TooOld || error instanceof ListLost)) throw error;
    // Even an unchanged snapshot is needed whole: our own copy has gone on from it.
    await this.keeper.setState(without(await this.keeper.state(), 'etag'));
    await this.full();
    await this.delta();
  }

  private async full(): Promise<void> {
    const state = await this.keeper.state();
    const ask = { path: '/api/sync/compact', sent: '', timeoutMs: FULL_TIMEOUT_MS };
    const newer = await this.server.requestNewer(ask, state.etag, snapshotIn);
    if (!newer) {
      // What is here has gone on from that very snapshot.
      await this.keeper.setState({ ...state, fullAt: Date.now() });
      return;
    }
    const { value: snapshot, etag } = newer;
    await this.keeper.replace(snapshot, {
      ...without(state, 'etag'),
      ...(etag !== undefined && { etag }),
      cursor: `${snapshot.revision}-0`,
      fullAt: Date.now(),
    });
    this.changed();
  }

  private async delta(): Promise<void> {
    for (let page = 0; page < MAX_PAGES; page++) {
      const state = await this.keeper.state();
      const { videos, channels, nextCursor, hasMore } = await this.page(state.cursor ?? '0-0');
      if (nextCursor !== undefined && nextCursor !== state.cursor) {
        await this.keeper.apply(
          { videos: videos.map(changeOf), channels: channels.map(changeOf) },
          { ...state, cursor: nextCursor },
        );
        if (videos.length + channels.length > 0) this.changed();
      }
      if (!hasMore || nextCursor === undefined) return;
    }
  }

  private async page(cursor: string): Promise<Of<typeof isDelta>> {
    const query = new URLSearchParams({ format: 'compact', cursor });
    try {
      const ask = { path: `/api/sync/delta?${query}`, sent: '' };
      const delta = await this.server.request(ask, json(isDelta));
      if (delta.fullSyncRequired) throw new TooOld();
      return delta;
    } catch (error) {
      if (error instanceof Refused && error.code === 'SYNC_EXPIRED') throw new TooOld();
      throw error;
    }
  }

  private async succeeded(): Promise<void> {
    const state = without(await this.keeper.state(), 'error');
    await this.keeper.setState({ ...state, syncedAt: Date.now(), failures: 0, notBefore: 0 });
  }

  private async failed(error: unknown): Promise<void> {
    const state = await this.keeper.state();
    const waitMs = error instanceof Failure ? error.waitMs : 0;
    await this.keeper.setState({
      ...state,
      failures: state.failures + 1,
      notBefore: waitMs > 0 ? Date.now() + waitMs : 0,
      error: error instanceof Error ? error.message : String(error),
    });
  }
}

/** When to sync next. Chance spreads viewers out who all lost the server at one moment. */
export function nextSyncAt(state: SyncState, now: number, chance: number): number {
  const jitter = 0.8 + 0.4 * chance;
  if (state.failures === 0) return now + DELTA_EVERY_MS * jitter;
  const backOff = Math.min(MINUTE_MS * 2 ** (state.failures - 1), DELTA_EVERY_MS);
  return Math.max(now + backOff * jitter, state.notBefore + 10_000 * chance);
}

/** Raises `BadSnapshot` for a damaged one. */
async function snapshotIn(response: Response): Promise<Snapshot> {
  const bytes = new Uint8Array(await bodyOf(response.arrayBuffer()));
  if (!isCompact(bytes)) throw new Intercepted(response.status);
  return readCompact(bytes);
}

function changeOf({ key, action, score = 0, flags = 0 }: Of<typeof changes>[number]): Change {
  return { key, packed: action === 'remove' ? undefined : pack(score, flags) };
}

function without<T extends object, K extends keyof T>(from: T, name: K): Omit<T, K> {
  const { [name]: _, ...rest } = from;
  return rest;
}
