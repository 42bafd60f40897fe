/**
 * Keeps the lists that the viewer follows: hashes and how fetching went. What cannot be taken
 * changes nothing, so that a list holds until a better one has come.
 */
import { Table } from 'realtube-client';
import { believed, MINUTE_MS } from '../../core/clock';
import { NoList } from '../../core/lists/entries';
import { channelsIn, FollowedLists, shared, tableOf } from '../../core/lists/followed';
import { type ReadList, readList } from '../../core/lists/read';
import { nameOf } from '../../core/lists/subscription';
import { Once } from '../../core/once';
import type { Settings, Subscription } from '../../core/types';
import type { FollowedState } from '../../messages';
import { giveBack } from '../servers/permits';
import type { ListState, Store } from '../store';
import { type Fetched, fetchList, isPermitted, type ListContact, NotTaken } from './fetching';

const EVERY_MS = 6 * 60 * MINUTE_MS;
const FIRST_RETRY_MS = 5 * MINUTE_MS;
/** A list that has fewer of the names that are held is taken for a broken one. */
const LEAST_KEPT = 0.5;
/** For the case that this background is stopped in the middle. */
const AGAIN_MS = 15 * MINUTE_MS;

/** By address. */
type Tables = ReadonlyMap<string, Table>;

interface World {
  readonly store: Store;
  readonly settings: () => Promise<Settings>;
  /** Nothing is contacted before. */
  readonly isWelcomed: () => Promise<boolean>;
  readonly schedule: (at: number) => Promise<void>;
  readonly note: (contact: ListContact) => void;
  /** Called when other channels are listed. */
  readonly changed: () => void;
}

export class Following {
  private readonly kept: Once<Tables>;
  private readonly running = new Map<string, Promise<void>>();
  private writing: Promise<unknown> = Promise.resolve();

  constructor(private readonly world: World) {
    this.kept = new Once(() => this.load());
  }

  /** What the lists say that are switched on; nothing while they cannot be read. */
  async lists(): Promise<FollowedLists> {
    const subscriptions = await this.wanted().catch(() => []);
    if (subscriptions.length === 0) return new FollowedLists();
    const tables = await this.kept.get().catch((): Tables => new Map());
    return new FollowedLists(
      subscriptions.flatMap((one) => {
        const table = tables.get(one.url);
        return table ? [{ name: nameOf(one), table }] : [];
      }),
    );
  }

  /** For the viewer to read, in the order of the settings. */
  async states(): Promise<FollowedState[]> {
    const { subscriptions } = await this.world.settings();
    return Promise.all(
      subscriptions.map(async (one) => ({
        ...one,
        title: nameOf(one),
        isPermitted: await isPermitted(one.url),
        isFetching: this.running.has(one.url),
        state: await this.state(one.url),
      })),
    );
  }

  /** Fetch what is due. Never rejects: while settings cannot be read, it is tried again later. */
  async run(): Promise<void> {
    if ((await this.nextAt()) === undefined) return;
    // In case this is stopped in the middle.
    await this.world.schedule(Date.now() + AGAIN_MS);
    await this.fetchDue().catch(() => undefined);
  }

  private async fetchDue(): Promise<void> {
    for (const { url } of await this.wanted())
      if ((await this.state(url)).nextAt <= Date.now()) await this.fetch(url);
    await this.scheduleNext();
  }

  /** When the next list is due; undefined if none is followed. */
  nextAt(): Promise<number | undefined> {
    return this.dueAt().catch(() => Date.now() + AGAIN_MS);
  }

  private async dueAt(): Promise<number | undefined> {
    const subscriptions = (await this.world.isWelcomed()) ? await this.wanted() : [];
    if (subscriptions.length === 0) return undefined;
    const states = await Promise.all(subscriptions.map(({ url }) => this.state(url)));
    return Math.max(Date.now(), Math.min(...states.map(({ nextAt }) => nextAt)));
  }

  /** Never rejects: what went wrong is in the state. At most one fetches a list at a time. */
  async fetch(url: string, acceptShrink = false): Promise<void> {
    const before = this.running.get(url);
    if (before) return before;
    const work = this.attempt(url, acceptShrink).finally(() => this.running.delete(url));
    this.running.set(url, work);
    return work;
  }

  /** At once, because the viewer wants it; not before the time that its host has asked for. */
  async fetchNow(url: string, acceptShrink: boolean): Promise<void> {
    if (!(await this.world.isWelcomed())) return;
    await this.fetch(url, acceptShrink);
    await this.scheduleNext();
  }

  /** Fetch what is new, forget what is gone, with the permission if nothing else needs it. */
  async settingsChanged(now: Settings, before: Settings): Promise<void> {
    if (now.subscriptions === before.subscriptions) return;
    const urls = now.subscriptions.map(({ url }) => url);
    const gone = before.subscriptions.map(({ url }) => url).filter((url) => !urls.includes(url));
    for (const url of gone) await this.forget(url, now);
    this.world.changed();
    await this.run();
  }

  private async attempt(url: string, acceptShrink: boolean): Promise<void> {
    const state = await this.state(url);
    if (Date.now() < state.notBefore) return;
    try {
      const held = await this.held(url);
      const known = held && !acceptShrink ? state : {};
      const fetched = await fetchList(url, known, this.world.note);
      if (fetched) await this.take(state, fetched, acceptShrink ? undefined : held);
      else await this.put({ ...succeeded(state), fetchedAt: Date.now() });
    } catch (failure) {
      await this.put(failed(state, failure));
    }
  }

  /** Put it in the place of what is held. Raises `NotTaken`. */
  private async take(state: ListState, fetched: Fetched, held: Table | undefined): Promise<void> {
    const list = readOrNot(fetched.bytes);
    const table = await tableOf(list.entries);
    if (held) await refuseBroken(list, table, held);
    const { bytes: _, ...validators } = fetched;
    const { etag: _etag, lastModified: _lastModified, ...rest } = succeeded(state);
    const value = {
      ...{ ...rest, ...validators },
      fetchedAt: Date.now(),
      channels: channelsIn(list.entries),
      reasons: list.tally.reasons,
    };
    await this.inTurn(async () => {
      // It may have been removed meanwhile.
      if (!(await this.isFollowed(state.url))) return;
      await this.world.store
        .write(
          { place: 'lists', key: state.url, value },
          { place: 'listTables', key: state.url, value: { ...table } },
        )
        .catch(() => {
          throw new NotTaken('storage');
        });
      this.kept.set(new Map([...(await this.kept.get()), [state.url, table]]));
    });
    this.world.changed();
  }

  private put(value: ListState): Promise<void> {
    return this.inTurn(async () => {
      if (await this.isFollowed(value.url))
        await this.world.store.keep({ place: 'lists', key: value.url, value });
    });
  }

  private forget(url: string, settings: Settings): Promise<void> {
    return this.inTurn(async () => {
      const tables = new Map(await this.kept.get().catch((): Tables => new Map()));
      tables.delete(url);
      this.kept.set(tables);
      await this.world.store.keep({ place: 'lists', key: url }, { place: 'listTables', key: url });
      await giveBack(url, settings);
    });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.writing.then(work);
    this.writing = done.catch(() => undefined);
    return done;
  }

  private async wanted(): Promise<readonly Subscription[]> {
    return (await this.world.settings()).subscriptions.filter(({ on }) => on);
  }

  private async isFollowed(url: string): Promise<boolean> {
    return (await this.world.settings()).subscriptions.some((one) => one.url === url);
  }

  private async held(url: string): Promise<Table | undefined> {
    try {
      return (await this.kept.get()).get(url);
    } catch {
      throw new NotTaken('storage');
    }
  }

  private async state(url: string): Promise<ListState> {
    const state = (await this.world.store.get('lists', url).catch(() => undefined)) ?? unknown(url);
    return {
      ...state,
      fetchedAt: believed(state.fetchedAt),
      nextAt: believed(state.nextAt),
      notBefore: believed(state.notBefore),
    };
  }

  private async scheduleNext(): Promise<void> {
    const at = await this.nextAt();
    if (at !== undefined) await this.world.schedule(at);
  }

  private async load(): Promise<Tables> {
    const { subscriptions } = await this.world.settings();
    const tables = await Promise.all(
      subscriptions.map(async ({ url }) => {
        const stored = await this.world.store.get('listTables', url);
        if (!stored) return [];
        return [[url, new Table(stored.hi, stored.lo, stored.scores, stored.flags)] as const];
      }),
    );
    return new Map(tables.flat());
  }
}

function unknown(url: string): ListState {
  const never = { fetchedAt: 0, nextAt: 0, notBefore: 0 };
  return { url, ...never, channels: 0, reasons: {}, failures: 0 };
}

function succeeded({ trouble: _, ...state }: ListState): ListState {
  return { ...state, failures: 0, notBefore: 0, nextAt: Date.now() + EVERY_MS * jitter() };
}

function failed(state: ListState, failure: unknown): ListState {
  const { kind, details, waitMs } =
    failure instanceof NotTaken ? failure : { kind: 'storage', details: [], waitMs: 0 };
  const backOff = Math.min(FIRST_RETRY_MS * 2 ** state.failures, EVERY_MS);
  const notBefore = waitMs > 0 ? Date.now() + waitMs : 0;
  return {
    ...state,
    failures: state.failures + 1,
    notBefore,
    nextAt: Math.max(Date.now() + backOff * jitter(), notBefore),
    trouble: { kind, details },
  };
}

/** Spreads viewers out who all subscribed, or lost a host, at one moment. */
function jitter(): number {
  return 0.8 + 0.4 * Math.random();
}

function readOrNot(bytes: Uint8Array): ReadList {
  try {
    return readList(bytes);
  } catch (error) {
    throw error instanceof NoList ? new NotTaken(error.why) : error;
  }
}

/** Raises `NotTaken` for a list that has lost too much, or may have been cut off in its last line. */
async function refuseBroken({ ended, last }: ReadList, now: Table, held: Table): Promise<void> {
  const kept = shared(held, now);
  if (kept < LEAST_KEPT * held.size)
    throw new NotTaken('shrunk', [String(kept), String(held.size)]);
  if (ended || kept === held.size) return;
  const end = await tableOf(last);
  if (now.size < held.size || shared(end, held) < end.size)
    throw new NotTaken('unended', [String(now.size), String(held.size)]);
}
