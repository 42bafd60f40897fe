/** Holds the community's list once, and keeps what is on disk in step with it. */
import { FlagList, type Snapshot } from '../core/flaglist';
import { Table, type Packed } from '../core/table';
import { ONLY, type Store, type StoredSnapshot, type SyncState, type Write } from './store';

export interface Change {
  readonly key: string;
  /** Undefined: the entry is gone. */
  readonly packed: Packed | undefined;
}

const NEVER: SyncState = { fullAt: 0, syncedAt: 0, failures: 0, notBefore: 0 };

export class ListKeeper {
  private loading: Promise<FlagList> | undefined;

  constructor(private readonly store: Store) {}

  /** The list; read from disk when this background has just started. */
  list(): Promise<FlagList> {
    return (this.loading ??= this.load());
  }

  async state(): Promise<SyncState> {
    return (await this.store.get('sync', ONLY)) ?? NEVER;
  }

  async setState(value: SyncState): Promise<void> {
    await this.store.write({ place: 'sync', key: ONLY, value });
  }

  /** Put a new snapshot in the place of everything. */
  async replace(snapshot: Snapshot, state: SyncState): Promise<void> {
    await this.store.write(
      { place: 'snapshot', key: ONLY, value: stored(snapshot) },
      { place: 'changes', key: ONLY },
      { place: 'sync', key: ONLY, value: state },
    );
    this.loading = Promise.resolve(new FlagList(snapshot));
  }

  async apply(
    { videos, channels }: { videos: readonly Change[]; channels: readonly Change[] },
    state: SyncState,
  ): Promise<void> {
    const list = await this.list();
    for (const { key, packed } of videos) list.videoChanges.set(key, packed);
    for (const { key, packed } of channels) list.channelChanges.set(key, packed);
    const writes: Write[] = [{ place: 'sync', key: ONLY, value: state }];
    if (list.mergeIfMany())
      writes.push({ place: 'snapshot', key: ONLY, value: stored(list.tables) });
    const changes = { videos: list.videoChanges, channels: list.channelChanges };
    await this.store.write(...writes, { place: 'changes', key: ONLY, value: changes });
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
