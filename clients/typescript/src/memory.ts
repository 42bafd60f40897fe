/** A copy in memory. */
import type { Snapshot } from './compact.js';
import type { Change } from './delta.js';
import { FlagList } from './flaglist.js';
import type { FollowState, ListStore } from './follow.js';

export class MemoryStore implements ListStore {
  private current: FollowState = { fullAt: 0 };
  private held = FlagList.empty();

  /** The community's list as far as it was followed. */
  get list(): FlagList {
    return this.held;
  }

  async state(): Promise<FollowState> {
    return this.current;
  }

  async setState(state: FollowState): Promise<void> {
    this.current = state;
  }

  async replace(snapshot: Snapshot, state: FollowState): Promise<void> {
    this.held = new FlagList(snapshot);
    this.current = state;
  }

  async apply(
    changes: Readonly<Record<'videos' | 'channels', Change[]>>,
    state: FollowState,
  ): Promise<void> {
    this.held.take(changes);
    this.held.mergeIfMany();
    this.current = state;
  }
}
