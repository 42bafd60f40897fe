/** Holds the community's list once, and keeps what is on disk in step with it. */
import {
  type Change,
  FlagList,
  ListLost,
  type ListStore,
  type Snapshot,
  Table,
} from 'realtube-client';
import { believed } from '../core/clock';
import { Once } from '../core/once';
import { ONLY, type Store, type StoredSnapshot, type SyncState, type Write } from './store';

const NEVER: SyncState = { fullAt: 0, syncedAt: 0, failures: 0, notBefore: 0 };

/** A disk that takes nothing more stops nobody: the list is then used from memory. */
export class ListKeeper implements ListStore<SyncState> {
  private readonly loaded = new Once(() => this.load());

  constructor(private readonly store: Store) {}

  /** The list, read from disk when this background has just started; empty if it cannot be read. */
  list(): Promise<FlagList> {
    return this.loaded.get().catch(() => FlagList.empty());
  }

  async state(): Promise<SyncState> {
    const state = (await this.store.get('sync', ONLY).catch(() => undefined)) ?? NEVER;
    return {
      ...state,
      fullAt: believed(state.fullAt),
      syncedAt: believed(state.syncedAt),
      notBefore: believed(state.notBefore),
    };
  }

  setState(value: SyncState): Promise<void> {
    return this.store.keep({ place: 'sync', key: ONLY, value });
  }

  /** Put a new snapshot in the place of everything. */
  async replace(snapshot: Snapshot, state: SyncState): Promise<void> {
    this.loaded.set(new FlagList(snapshot));
    await this.store.keep(
      { place: 'snapshot', key: ONLY, value: stored(snapshot) },
      { place: 'changes', key: ONLY },
      { place: 'sync', key: ONLY, value: state },
    );
  }

  /** Raises `ListLost`. */
  async apply(
    news: Readonly<Record<'videos' | 'channels', readonly Change[]>>,
    state: SyncState,
  ): Promise<void> {
    const list = await this.loaded.get().catch(() => {
      throw new ListLost('The list cannot be read.');
    });
    list.take(news);
    const writes: Write[] = [{ place: 'sync', key: ONLY, value: state }];
    if (list.mergeIfMany())
      writes.push({ place: 'snapshot', key: ONLY, value: stored(list.tables) });
    const changes = { videos: list.videoChanges, channels: list.channelChanges };
    await this.store.keep(...writes, { place: 'changes', key: ONLY, value: changes });
  }

  /** Forget everything: it came from another server. */
  async clear(): Promise<void> {
    await this.replace(FlagList.empty().tables, NEVER);
  }

  private async load(): Promise<FlagList> {
    const [snapshot, changes] = await Promise.all([
      this.store.get('snapshot', ONLY),
      this.store.get('changes', ONLY),
    ]);
    if (!snapshot) return FlagList.empty();
    return new FlagList(restored(snapshot), changes?.videos, changes?.channels);
  }
}

function stored({ revision, categories, videos, channels }: Snapshot): StoredSnapshot {
  return { revision, categories, videos: { ...videos }, channels: { ...channels } };
}

function restored({ revision, categories, videos, channels }: StoredSnapshot): Snapshot {
  const table = ({ hi, lo, scores, flags }: StoredSnapshot['videos']) =>
    new Table(hi, lo, scores, flags);
  return { revision, categories, videos: table(videos), channels: table(channels) };
}
