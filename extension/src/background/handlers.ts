/** What the background answers to pages and to our own windows, question by question. */
import {
  flag,
  isDone,
  isVideo,
  json,
  keyOf,
  listOf,
  numberIn,
  object,
  Refused,
  type Shape,
  text,
  whole,
} from 'realtube-client';
import { browser } from 'wxt/browser';
import type { ApiStanding } from '../core/api';
import { channelEntries, channelKey, entryAgain } from '../core/entries';
import words from '../core/signs.json';
import { type CALLS, type Handlers, tellPages } from '../messages';
import { publishedLists } from './lists';
import type { Parts } from './parts';

type All = Handlers<typeof CALLS>;
type Some<K extends keyof All> = Pick<All, K>;

const share = numberIn(0, 1);
const warning = object({
  id: whole(1, Number.MAX_SAFE_INTEGER),
  reason: text(10_000),
  acknowledged: flag,
});
const isStanding: Shape<ApiStanding> = object(
  { trustScore: share, accuracyRate: share, totalVotes: whole(0, 1e9), accountAge: whole(0, 1e6) },
  { publicId: text(64), warnings: listOf(warning, 1000) },
);

export function handlersOf(parts: Parts): All {
  return {
    ...ofPages(parts),
    ...ofSettings(parts),
    ...ofVideos(parts),
    ...ofVoter(parts),
    ...ofJuror(parts),
  };
}

/** What our script in one of YouTube's pages asks. */
function ofPages(
  parts: Parts,
): Some<
  | ('pageState' | 'vote' | 'withdraw' | 'myVote' | 'shots' | 'allow')
  | ('reportChannel' | 'withdrawChannel' | 'myChannel' | 'hideChannel')
  | ('saw' | 'mayAsk' | 'asked' | 'hidden' | 'pageBuilt')
> {
  const { asking, bench, notes, selectors, settings, sharing, sightings, votes } = parts;
  return {
    async pageState(_, { tabId }) {
      const [now, paused, offered, question] = await Promise.all([
        settings.get(),
        notes.isPaused(tabId),
        selectors.value(),
        bench.questionOf(tabId),
      ]);
      return {
        ...{ settings: now, paused },
        ...(offered !== undefined && { selectors: offered }),
        ...(question && { question }),
        ...(now.signs && { words }),
      };
    },
    async vote(ballot, { isPrivate }) {
      return votes.cast(ballot, isPrivate && !(await parts.known())?.privateReports);
    },
    withdraw: ({ videoId }) => votes.withdraw(videoId),
    myVote: ({ videoId }) => votes.mine(videoId),
    shots: ({ videoId, shots }) => votes.show(videoId, shots),
    ...ofChannels(parts),
    allow({ videoId, ...channel }) {
      const entries = [...(videoId ? [videoId] : []), ...channelEntries(channel)];
      return parts.setListed('allow', entries, true);
    },
    async saw(sighting, { isPrivate }) {
      // Who does not use the label needs no memory of it.
      const isWanted = (await parts.known())?.label.action !== 'none';
      if (!isWanted || isPrivate) return;
      await sightings.add(sighting);
      void sharing.noticed(sighting);
    },
    async mayAsk({ videoId }, { isPrivate }) {
      // What is found could not be remembered.
      if (isPrivate) return { may: false, isKnown: true };
      return asking.mayAsk(videoId);
    },
    async asked({ host, ...answer }) {
      if (await asking.answered(answer)) parts.noteAsked(host, answer);
    },
    hidden: ({ count }) => parts.hidden.add(count),
    async pageBuilt({ hidden: count }, { tabId }) {
      if (tabId === undefined || !(await settings.get()).badge) return;
      await browser.action.setBadgeText({ tabId, text: count > 0 ? String(count) : '' });
    },
  };
}

/** Reporting a channel, and hiding one for oneself. */
function ofChannels(
  parts: Parts,
): Some<'reportChannel' | 'withdrawChannel' | 'myChannel' | 'hideChannel'> {
  const { votes } = parts;
  return {
    async reportChannel({ videos, category, title, ...named }, { isPrivate }) {
      const channel = channelKey(named);
      if (channel === undefined || videos.length === 0) throw new Error('not a channel');
      // What is reported is not to be shown always.
      await parts.setListed('allow', channelEntries(named), false);
      return votes.reportChannel(
        { channel, ...named, videos, category, ...(title && { title }) },
        isPrivate && !(await parts.known())?.privateReports,
      );
    },
    async withdrawChannel(named) {
      return votes.withdrawChannel(channelKey(named) ?? '');
    },
    async myChannel(named) {
      const choice = await votes.mineOfChannel(channelKey(named) ?? '');
      return choice ? { choice } : {};
    },
    hideChannel: ({ on, ...named }) => parts.setListed('block', channelEntries(named), on),
  };
}

/** Settings, lists and tabs, for the popup and the options. */
function ofSettings(
  parts: Parts,
): Some<
  | ('overview' | 'changeSettings' | 'resetSettings' | 'listEntry' | 'tabPaused' | 'pauseTab')
  | ('syncNow' | 'acceptWelcome' | 'requests' | 'debugLog' | 'tryServer' | 'serverLists')
  | ('followed' | 'fetchList' | 'servers' | 'signature' | 'forgetKey')
> {
  const { following, notes, settings, votes } = parts;
  return {
    async overview() {
      const [now, welcomed, status, hiddenToday] = await Promise.all([
        settings.get(),
        settings.isWelcomed(),
        parts.syncStatus(),
        parts.hidden.today(),
      ]);
      const why = await votes.waitingWhy();
      return {
        ...{ settings: now, welcomed, sync: status, hiddenToday },
        waiting: await votes.waiting(),
        ...(why !== undefined && { waitingWhy: why }),
        isIntercepted: await notes.isIntercepted(),
        askRestsUntil: now.askYouTube ? await parts.asking.restsUntil() : 0,
        storageFails: await notes.storageFails(),
      };
    },
    changeSettings: ({ change }) => settings.change(() => change),
    resetSettings: () => settings.reset(),
    listEntry({ list, entry, on }) {
      const parsed = entryAgain(entry);
      if (parsed === undefined) throw new Error('not an entry');
      return parts.setListed(list, [parsed], on);
    },
    tabPaused: ({ tabId }) => notes.isPaused(tabId),
    async pauseTab({ tabId, paused }) {
      await notes.pauseTab(tabId, paused);
      await tellPages('stateChanged');
    },
    async tryServer(of) {
      await publishedLists(parts.probe, of);
    },
    servers: () => parts.serverStates(),
    serverLists: () => publishedLists(parts.server),
    async syncNow() {
      await parts.runSync(0);
      return parts.syncStatus();
    },
    signature: () => parts.trust.status(),
    async forgetKey() {
      await parts.trust.forget();
      void parts.runSync();
    },
    async acceptWelcome() {
      await settings.acceptWelcome();
      void parts.runSync();
      void parts.following.run();
    },
    followed: () => following.states(),
    async fetchList({ url, accept }) {
      await following.fetchNow(url, accept);
      return following.states();
    },
    requests: () => notes.requests(),
    debugLog: () => notes.lines(),
  };
}

/** A video's scores, the viewer's own reports, and what was seen of YouTube's label. */
function ofVideos({
  bench,
  desk,
  lookups,
  server,
  sightings,
  votes,
}: Parts): Some<
  'videoDetails' | 'noticed' | 'myReports' | 'forgetReports' | 'seenCount' | 'forgetSeen'
> {
  return {
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
        ...(mine.choice && { mine: mine.choice }),
        ...(mine.signs && { mineSigns: mine.signs }),
        ...(found?.categories && { categories: found.categories }),
        ...(found?.disputes && { disputes: found.disputes.votes }),
      };
    },
    async noticed({ videoId }) {
      // Jurors look for themselves, and are told what others saw when they have answered.
      if (await bench.isAsked(videoId)) return { isAsked: true };
      const path = `/api/videos?${new URLSearchParams({ videoId, explain: '1' })}`;
      try {
        const { explain } = await server.request({ path, sent: videoId }, json(isVideo));
        return { isAsked: false, signs: explain?.signs ?? [] };
      } catch (error) {
        if (!(error instanceof Refused) || error.code !== 'NOT_FOUND') throw error;
        return { isAsked: false, signs: [] };
      }
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
    seenCount: async () => (await sightings.seen()).size,
    forgetSeen: () => sightings.forget(),
  };
}

/** Who the viewer is to the server. */
function ofVoter({
  identity,
  server,
}: Parts): Some<'standing' | 'acknowledge' | 'identity' | 'restoreIdentity'> {
  const named = async () => ({
    headers: { 'X-User-ID': (await identity.get()).userId },
    sent: '',
    isNamed: true,
  });
  return {
    async standing() {
      return server.request({ path: '/api/users/me', ...(await named()) }, json(isStanding));
    },
    async acknowledge({ id }) {
      const path = `/api/users/me/warnings/${id}/acknowledge`;
      await server.request({ method: 'POST', path, ...(await named()) }, json(isDone));
    },
    identity: async () => ({ id: (await identity.get()).id }),
    restoreIdentity: ({ id }) => identity.restore(id),
  };
}

/** What the viewer says as a juror. */
function ofJuror({ bench }: Parts): Some<'jurors' | 'openQuestion' | 'answerHere'> {
  return {
    jurors: (ask) => bench.ask(ask),
    openQuestion: (open) => bench.open(open),
    answerHere: (said, { tabId }) => bench.answer(tabId, said),
  };
}
