/** Puts the background together. Listeners are added at once: a sleeping worker wakes for them. */
import { browser } from 'wxt/browser';
import { channelEntries, entryAgain } from '../core/entries';
import { keyOf } from '../core/keys';
import { flag, listOf, numberIn, object, text, whole } from '../core/shape';
import { LabelDesk } from '../labels/desk';
import { CALLS, receive, tellPages, type Handlers, type Standing, type SyncStatus } from '../messages';
import type { Settings } from '../core/types';
import { IdentityKeeper } from './identity';
import { ListKeeper } from './listkeeper';
import { ServerLookups } from './lookups';
import { DayCount, Notes } from './notes';
import { dueAt, ensureFlush, ensureSync, onAlarm, scheduleFlush, scheduleSync } from './schedule';
import { SelectorKeeper, SELECTORS_EVERY_MS } from './selectors';
import { isDone, json, Server } from './server';
import { SettingsKeeper } from './settings';
import { followSites } from './sites';
import { openStore } from './store';
import { DELTA_EVERY_MS, nextSyncAt, Sync } from './sync';
import { Votes } from './votes';

const MAX_ENTRIES = 100_000;

export function startBackground(): void {
  const notes = new Notes();
  const store = openStore('realtube', (fails) => notes.setStorageFails(fails));
  const hidden = new DayCount();
  const identity = new IdentityKeeper();
  const keeper = new ListKeeper(store);
  const settings = new SettingsKeeper((now, before) => void settingsChanged(now, before));
  const server = new Server(
    async () => ((await settings.isWelcomed()) ? (await settings.get()).server : undefined),
    (contact) => {
      notes.addRequest(contact);
      const by = contact.isIntercepted ? ', not by the server' : '';
      void debug(`${contact.method} ${contact.path}: ${contact.status || 'no answer'}${by}`);
    },
  );
  const sync = new Sync(keeper, server, () => void tellPages('labelsChanged'));
  const selectors = new SelectorKeeper(server, () => void tellPages('stateChanged'));
  const userAgent = `RealTube/${browser.runtime.getManifest().version}`;
  const votes = new Votes(store, server, identity, userAgent, (at) => void scheduleFlush(at));
  const lookups = new ServerLookups(server, async () => {
    const { enabled, lookups: isOn } = await settings.get();
    return enabled && isOn && (await settings.isWelcomed());
  });
  const desk = new LabelDesk(() => keeper.list(), lookups);

  /** The settings; undefined while they cannot be read. */
  function known(): Promise<Settings | undefined> {
    return settings.get().catch(() => undefined);
  }

  async function debug(line: string): Promise<void> {
    if ((await known())?.debug) notes.addLine(line);
  }

  async function settingsChanged(now: Settings, before: Settings): Promise<void> {
    if (now.server !== before.server) {
      await Promise.allSettled([keeper.clear(), selectors.clear(), votes.forgetWaits()]);
      lookups.clear();
      void runSync();
    }
    if (!now.badge && before.badge) await browser.action.setBadgeText({ text: '' });
    await tellPages('stateChanged');
  }

  /** The next one is scheduled first, in case this one fails or is stopped in the middle. */
  async function runSync(selectorsAgeMs = SELECTORS_EVERY_MS): Promise<void> {
    await scheduleSync(Date.now() + DELTA_EVERY_MS);
    if (!(await settings.isWelcomed())) return;
    await sync.run();
    const state = await keeper.state();
    await scheduleSync(nextSyncAt(state, Date.now(), Math.random()));
    await debug(state.error ? `sync failed: ${state.error}` : `sync at ${state.cursor}`);
    // A server that wants no sync now may still take reports.
    await votes.flush();
    if (!state.error) await selectors.refresh(selectorsAgeMs);
  }

  async function syncStatus(): Promise<SyncStatus> {
    const [state, list, nextAt] = await Promise.all([keeper.state(), keeper.list(), dueAt('sync')]);
    return {
      syncedAt: state.syncedAt,
      nextAt,
      running: sync.isRunning,
      ...list.size,
      revision: Number.parseInt(state.cursor ?? '0', 10),
      ...(state.error !== undefined && { error: state.error }),
    };
  }

  function setListed(list: 'allow' | 'block', entries: readonly string[], on: boolean) {
    return settings.change((before) => {
      const others = before[list].filter((entry) => !entries.includes(entry));
      return { [list]: on ? [...others, ...entries].slice(-MAX_ENTRIES) : others };
    });
  }

  const handlers: Handlers<typeof CALLS> = {
    async pageState(_, { tabId }) {
      const [now, paused, offered] = await Promise.all([
        settings.get(),
        notes.isPaused(tabId),
        selectors.value(),
      ]);
      return { settings: now, paused, ...(offered !== undefined && { selectors: offered }) };
    },
    async vote(ballot, { isPrivate }) {
      return votes.cast(ballot, isPrivate && !(await known())?.privateReports);
    },
    withdraw: ({ videoId }) => votes.withdraw(videoId),
    async myVote({ videoId }) {
      const choice = await votes.mine(videoId);
      return choice ? { choice } : {};
    },
    allow: ({ videoId, ...channel }) =>
      setListed('allow', [...(videoId ? [videoId] : []), ...channelEntries(channel)], true),
    hidden: ({ count }) => hidden.add(count),
    async pageBuilt({ hidden: count }, { tabId }) {
      if (tabId === undefined || !(await settings.get()).badge) return;
      await browser.action.setBadgeText({ tabId, text: count > 0 ? String(count) : '' });
    },

    async overview() {
      const [now, welcomed, status, hiddenToday] = await Promise.all([
        settings.get(),
        settings.isWelcomed(),
        syncStatus(),
        hidden.today(),
      ]);
      const why = await votes.waitingWhy();
      return {
        ...{ settings: now, welcomed, sync: status, hiddenToday },
        waiting: await votes.waiting(),
        ...(why !== undefined && { waitingWhy: why }),
        isIntercepted: await notes.isIntercepted(),
        storageFails: await notes.storageFails(),
      };
    },
    changeSettings: ({ change }) => settings.change(() => change),
    resetSettings: () => settings.reset(),
    listEntry({ list, entry, on }) {
      const parsed = entryAgain(entry);
      if (parsed === undefined) throw new Error('not an entry');
      return setListed(list, [parsed], on);
    },
    tabPaused: ({ tabId }) => notes.isPaused(tabId),
    async pauseTab({ tabId, paused }) {
      await notes.pauseTab(tabId, paused);
      await tellPages('stateChanged');
    },
    async videoDetails(card) {
      const key = await keyOf(card.videoId);
      await lookups.ask(await lookups.unasked([key]));
      const [[verdicts = {}], mine] = await Promise.all([
        desk.verdicts([card]),
        votes.mine(card.videoId),
      ]);
      const found = lookups.video(key);
      return {
        ...verdicts,
        ...(mine && { mine }),
        ...(found?.categories && { categories: found.categories }),
        ...(found?.disputes && { disputes: found.disputes.votes }),
      };
    },
    async syncNow() {
      await runSync(0);
      return syncStatus();
    },
    async standing() {
      const { userId } = await identity.get();
      const headers = { 'X-User-ID': userId };
      const ask = { path: '/api/users/me', headers, sent: '', isNamed: true };
      return server.request(ask, json(isStanding));
    },
    async acknowledge({ id }) {
      const { userId } = await identity.get();
      const path = `/api/users/me/warnings/${id}/acknowledge`;
      const headers = { 'X-User-ID': userId };
      await server.request({ method: 'POST', path, headers, sent: '', isNamed: true }, json(isDone));
    },
    async myReports() {
      const reports = await votes.reports();
      const verdicts = await desk.verdicts(reports);
      return reports.map((report, index) => {
        const verdict = verdicts[index]?.video;
        return { ...report, ...(verdict && { verdict }) };
      });
    },
    forgetReports: () => votes.forgetReports(),
    requests: () => notes.requests(),
    debugLog: () => notes.lines(),
    async acceptWelcome() {
      await settings.acceptWelcome();
      void runSync();
    },
    identity: async () => ({ id: (await identity.get()).id }),
    restoreIdentity: ({ id }) => identity.restore(id),
  };

  receive(CALLS, handlers);
  desk.serve();
  followSites();
  onAlarm({ sync: () => void runSync(), flush: () => void votes.flush() });
  browser.runtime.onInstalled.addListener(({ reason }) => {
    if (reason === 'install')
      void browser.tabs.create({ url: browser.runtime.getURL('/welcome.html') });
  });
  browser.tabs.onRemoved.addListener((tabId) => void notes.pauseTab(tabId, false));
  void ensureSync(async () => nextSyncAt(await keeper.state(), Date.now(), Math.random()));
  void ensureFlush(() => votes.nextAt());
  void keepFromPages();
}

/** Scripts in pages have no business in our storage; where a browser can say so, it does. */
async function keepFromPages(): Promise<void> {
  await browser.storage.local.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });
}

const share = numberIn(0, 1);
const warning = object({ id: whole(1, Number.MAX_SAFE_INTEGER), reason: text(10_000), acknowledged: flag });
const isStanding: (value: unknown) => value is Standing = object(
  { trustScore: share, accuracyRate: share, totalVotes: whole(0, 1e9), accountAge: whole(0, 1e6) },
  { publicId: text(64), warnings: listOf(warning, 1000) },
);
