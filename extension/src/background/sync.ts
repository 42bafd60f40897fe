/** Keeps the list fresh: a snapshot once a day, what changed every half hour. */
import { Failure, Follower } from 'realtube-client';
import { DAY_MS, MINUTE_MS } from '../core/clock';
import type { ListKeeper } from './listkeeper';
import type { Server } from './server';
import type { ServerTrust } from './signed/trust';
import type { SyncState } from './store';

export const DELTA_EVERY_MS = 30 * MINUTE_MS;
export const FULL_EVERY_MS = DAY_MS;

export class Sync {
  private running: Promise<void> | undefined;

  private readonly follower: Follower<SyncState>;

  /** @param changed called after the list changed */
  constructor(
    private readonly keeper: ListKeeper,
    server: Server,
    trust: ServerTrust,
    changed: () => void,
  ) {
    this.follower = new Follower(keeper, server, trust, changed);
  }

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
      await this.follower.follow(FULL_EVERY_MS);
      await this.succeeded();
    } catch (error) {
      await this.failed(error);
    }
  }

  private async succeeded(): Promise<void> {
    const { error: _, ...state } = await this.keeper.state();
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
