/** What the background is made of: one of each, put together. */
import { browser } from 'wxt/browser';
import { serversOf } from '../core/servers';
import type { Settings } from '../core/types';
import { Bench } from '../jury/bench';
import { LabelDesk } from '../labels/desk';
import { type ServerState, type SyncStatus, tellPages } from '../messages';
import { type Answered, Asking } from './asking';
import { IdentityKeeper } from './identity';
import { ListKeeper } from './listkeeper';
import type { ListContact } from './lists/fetching';
import { Following } from './lists/following';
import { ServerLookups } from './lookups';
import { DayCount, Notes } from './notes';
import { dueAt, scheduleFlush, scheduleLists, scheduleSync } from './schedule';
import { SELECTORS_EVERY_MS, SelectorKeeper } from './selectors';
import { type Contact, Server } from './server';
import { Health } from './servers/health';
import { giveBack } from './servers/permits';
import { SettingsKeeper } from './settings';
import { Sharing } from './sharing';
import { Sightings } from './sightings';
import { ServerTrust } from './signed/trust';
import { openStore } from './store';
import { DELTA_EVERY_MS, nextSyncAt, Sync } from './sync';
import { Votes } from './votes';

const MAX_ENTRIES = 100_000;

export class Parts {
  readonly notes = new Notes();
  readonly hidden = new DayCount();
  readonly identity = new IdentityKeeper();
  readonly settings = new SettingsKeeper((now, before) => void this.settingsChanged(now, before));
  readonly health = new Health();
  readonly server = new Server(
    () => this.servers(),
    (contact) => this.noteContact(contact),
    this.health,
  );
  /** For the one question whether a server is there, which the viewer asks by entering its address. */
  readonly probe = new Server(
    async () => serversOf(await this.settings.get()),
    (contact) => this.noteContact(contact),
    this.health,
  );
  readonly bench = new Bench(this.server, this.identity);
  readonly trust = new ServerTrust(this.server);
  readonly selectors = new SelectorKeeper(
    this.server,
    this.trust,
    () => void tellPages('stateChanged'),
  );
  readonly lookups = new ServerLookups(this.server, () => this.looksUp());
  readonly keeper: ListKeeper;
  readonly sync: Sync;
  readonly votes: Votes;
  readonly sightings: Sightings;
  readonly asking: Asking;
  readonly sharing: Sharing;
  readonly following: Following;
  readonly desk: LabelDesk;

  constructor() {
    const store = openStore('realtube', (fails) => this.notes.setStorageFails(fails));
    const userAgent = `RealTube/${browser.runtime.getManifest().version}`;
    this.keeper = new ListKeeper(store);
    this.sync = new Sync(
      this.keeper,
      this.server,
      this.trust,
      () => void tellPages('labelsChanged'),
    );
    this.votes = new Votes(
      store,
      this.server,
      this.identity,
      userAgent,
      (at) => void scheduleFlush(at),
      () => void tellPages('labelsChanged'),
    );
    this.sightings = new Sightings(store, () => void tellPages('labelsChanged'));
    this.sharing = new Sharing(
      this.server,
      this.identity,
      () => this.sharesSeen(),
      () => this.keeper.list(),
      () => this.sightings.seen(),
    );
    this.asking = new Asking(() => this.asksYouTube(), this.sightings);
    this.following = new Following({
      store,
      settings: () => this.settings.get(),
      isWelcomed: () => this.settings.isWelcomed(),
      schedule: scheduleLists,
      note: (contact) => this.noteList(contact),
      changed: () => void tellPages('labelsChanged'),
    });
    this.desk = new LabelDesk(
      () => this.keeper.list(),
      this.lookups,
      () => this.sightings.seen(),
      () => this.following.lists(),
      () => this.votes.own(),
    );
  }

  /** The settings; undefined while they cannot be read. */
  known(): Promise<Settings | undefined> {
    return this.settings.get().catch(() => undefined);
  }

  /** The next one is scheduled first, in case this one fails or is stopped in the middle. */
  async runSync(selectorsAgeMs = SELECTORS_EVERY_MS): Promise<void> {
    await scheduleSync(Date.now() + DELTA_EVERY_MS);
    if (!(await this.hasServer())) return;
    await this.sync.run();
    const state = await this.keeper.state();
    await scheduleSync(nextSyncAt(state, Date.now(), Math.random()));
    await this.debug(state.error ? `sync failed: ${state.error}` : `sync at ${state.cursor}`);
    // A server that wants no sync now may still take reports.
    await this.votes.flush();
    await this.sharing.again();
    void this.bench.refreshBadge((await this.settings.get()).server).catch(() => undefined);
    if (!state.error) await this.selectors.refresh(selectorsAgeMs);
  }

  async syncStatus(): Promise<SyncStatus> {
    const { keeper } = this;
    const [state, list, nextAt] = await Promise.all([keeper.state(), keeper.list(), dueAt('sync')]);
    return {
      syncedAt: state.syncedAt,
      nextAt,
      running: this.sync.isRunning,
      ...list.size,
      revision: Number.parseInt(state.cursor ?? '0', 10),
      ...(state.error !== undefined && { error: state.error }),
    };
  }

  /** Put entries on one of the viewer's own lists, or take them off. */
  setListed(list: 'allow' | 'block', entries: readonly string[], on: boolean): Promise<Settings> {
    return this.settings.change((before) => {
      const others = before[list].filter((entry) => !entries.includes(entry));
      return { [list]: on ? [...others, ...entries].slice(-MAX_ENTRIES) : others };
    });
  }

  /** Nothing is contacted before the welcome page was accepted, or while no server is chosen. */
  private async servers(): Promise<readonly string[]> {
    return (await this.settings.isWelcomed()) ? serversOf(await this.settings.get()) : [];
  }

  private async hasServer(): Promise<boolean> {
    return (await this.servers()).length > 0;
  }

  /** The viewer's servers and how they do. */
  async serverStates(): Promise<ServerState[]> {
    const states = await this.health.states(serversOf(await this.settings.get()));
    return Promise.all(
      states.map(async (each) => ({ ...each, doubts: await this.trust.doubts(each.origin) })),
    );
  }

  private async looksUp(): Promise<boolean> {
    const { enabled, lookups } = await this.settings.get();
    return enabled && lookups && (await this.hasServer());
  }

  /** For the list of requests: a page has asked YouTube about a video. */
  noteAsked(host: string, { videoId, status }: Answered): void {
    const asked = { host, path: '/youtubei/v1', sent: videoId, status };
    this.notes.addRequest({ ...asked, method: 'POST', isNamed: false, isIntercepted: false });
    void this.debug(`asked ${host} about ${videoId}: ${status || 'no answer'}`);
  }

  /** For the list of requests: a list was asked for. */
  private noteList(asked: ListContact): void {
    const more = { method: 'GET', sent: '', isNamed: false, isIntercepted: false };
    this.notes.addRequest({ ...asked, ...more });
    void this.debug(`GET ${asked.host}${asked.path}: ${asked.status || 'no answer'}`);
  }

  private async asksYouTube(): Promise<boolean> {
    const { enabled, askYouTube, label } = await this.settings.get();
    const isWanted = enabled && askYouTube && label.action !== 'none';
    return isWanted && (await this.settings.isWelcomed());
  }

  private async sharesSeen(): Promise<boolean> {
    return (await this.settings.get()).shareSeen && (await this.hasServer());
  }

  private noteContact(contact: Contact): void {
    this.notes.addRequest(contact);
    const by = contact.isIntercepted ? ', not by the server' : '';
    void this.debug(`${contact.method} ${contact.path}: ${contact.status || 'no answer'}${by}`);
  }

  private async debug(line: string): Promise<void> {
    if ((await this.known())?.debug) this.notes.addLine(line);
  }

  private async serversChanged(now: Settings, before: Settings): Promise<void> {
    const [servers, known] = [serversOf(now), serversOf(before)];
    if (servers.join() === known.join()) return;
    const { keeper, selectors, votes } = this;
    if (now.server !== before.server) await votes.forgetWaits().catch(() => undefined);
    // What a server of the same site gave stays until another one's has come.
    if (!servers.some((each) => known.includes(each)))
      await Promise.allSettled([keeper.clear(), selectors.clear()]);
    this.lookups.clear();
    for (const gone of known.filter((each) => !servers.includes(each))) await giveBack(gone, now);
    void this.runSync();
  }

  private async settingsChanged(now: Settings, before: Settings): Promise<void> {
    await this.serversChanged(now, before);
    if (!now.shareSeen && before.shareSeen) void this.sharing.stopped();
    void this.following.settingsChanged(now, before);
    if (!now.badge && before.badge) await browser.action.setBadgeText({ text: '' });
    await tellPages('stateChanged');
  }
}
