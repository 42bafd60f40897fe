/** What is done with a card: the one place where settings and scores meet. */
import type { Category, ChannelVerdict, Source, Verdict } from 'realtube-client';
import { channelEntries, type ListEntry } from './entries';
import {
  ACTIONS,
  type Action,
  AUTO_FLAG_SCORE,
  type Card,
  type Channel,
  type Settings,
  type Verdicts,
} from './types';

export type Cause =
  | ('off' | 'allowed' | 'blocked' | 'video' | 'channel' | 'unknown')
  /** The viewer has reported it, or its channel. */
  | 'mine'
  /** YouTube says that it was made with AI, or that many others of the channel were. */
  | ('label' | 'labelChannel')
  /** Other viewers saw that YouTube labels the channel's videos. */
  | 'measured'
  /** The viewer follows a list that has the channel. */
  | 'subscription'
  /** YouTube says that a camera took it. */
  | 'camera';

export interface Decision {
  readonly action: Action;
  readonly cause: Cause;
  /** With causes `video` and `channel`, and those by labels: what was decided on. */
  readonly score?: number;
  readonly category?: Category;
  /** With causes `video` and `channel`: by whose word. */
  readonly source?: Source;
  /** With causes `video` and `channel`: by votes alone, below 80; or by a jury. */
  readonly level?: 'suspected' | 'jury';
  /** With cause `subscription`: the list's name. */
  readonly list?: string;
}

/** A moderator may settle a video nobody voted on: then no category is named. */
const UNNAMED: Category = 'fully_ai';
/** What the rule for labels compares for a video with one of its own. */
const LABELLED = 100;
/** From here on it is confirmed, whoever says so: older servers do not tell. */
const CONFIRMED = 80;
/** From here on it is flagged. */
export const FLAGGED = 50;

/**
 * The action for a card. The viewer's lists and own reports come before scores, what is said of a
 * video before what is said of its channel, lists before reports, and allowing before blocking. A
 * video's own score hides its channel's, but where votes only suspect the video. Of the
 * community and YouTube's label the one counts that does more, unless a moderator has settled the
 * video. What a camera took is not judged by its channel. Votes, lists and moderators whom the
 * viewer does not want to go by flag nothing; what a moderator has cleared stays clear. A list that
 * the viewer follows counts beside all that, also against a moderator: the viewer has chosen it.
 *
 * A collaboration goes for the sake of its channels only if every one of them is flagged or
 * blocked, and stays if the viewer allows one.
 */
export function decide(card: Card, verdicts: Verdicts, settings: Settings): Decision {
  if (!settings.enabled) return { action: 'none', cause: 'off' };
  const own =
    byLists(card, settings, 'video') ??
    byOwnReport(verdicts) ??
    byLists(card, settings, 'channels') ??
    (verdicts.mineChannel && MINE);
  if (own) return own;
  const byOthers = byScores(card, verdicts, settings);
  const isOfCamera = verdicts.making === 'camera';
  return isOfCamera ? byOthers : stronger(byOthers, bySubscription(card, verdicts, settings));
}

const UNKNOWN: Decision = { action: 'none', cause: 'unknown' };
const BLOCKED: Decision = { action: 'hide', cause: 'blocked' };
const MINE: Decision = { action: 'hide', cause: 'mine' };
const BY_CAMERA: Decision = { action: 'none', cause: 'camera' };

function byLists(
  card: Card,
  { allow, block }: Settings,
  about: 'video' | 'channels',
): Decision | undefined {
  if (allow.length + block.length === 0) return undefined;
  const video = card.videoId === undefined ? [] : [card.videoId];
  const those = about === 'video' ? [video] : (card.channels ?? [card]).map(channelEntries);
  if (those.some((entries) => has(allow, entries))) return { action: 'none', cause: 'allowed' };
  const isBlocked = those.length > 0 && those.every((entries) => has(block, entries));
  return isBlocked ? BLOCKED : undefined;
}

/** What the viewer says of a video is so for them. */
function byOwnReport({ mine }: Verdicts): Decision | undefined {
  if (mine === undefined) return undefined;
  return mine === 'not_ai' ? { action: 'none', cause: 'mine' } : MINE;
}

function byScores(card: Card, verdicts: Verdicts, settings: Settings): Decision {
  const { video, making } = verdicts;
  const own =
    video && !video.preliminary && isWanted(sourceOf(video), video.score, settings)
      ? scored('video', video, sourceOf(video), settings)
      : undefined;
  // Who does not go by moderators has not settled it.
  if (own && video?.locked) return own;
  if (making === 'ai') return stronger(own ?? UNKNOWN, ruled('label', LABELLED, settings));
  if (making === 'camera') return own ?? BY_CAMERA;
  const others = stronger(byShare(card, verdicts, settings), byMeasure(card, verdicts, settings));
  const decided =
    own?.level === 'suspected' && own.action !== 'none'
      ? stronger(own, byChannels(card, verdicts, settings))
      : (own ?? byChannels(card, verdicts, settings));
  return stronger(decided, others);
}

function byChannels(card: Card, verdicts: Verdicts, settings: Settings): Decision {
  const { video, channel, channels = [] } = verdicts;
  // A preliminary score comes from one channel, which does not speak for the others.
  if (card.channels) return together(card.channels, channels, settings);
  // One whose own score the viewer does not go by is as if nobody had judged it.
  if (!video?.preliminary) return byChannel(channel, settings);
  const source = sourceOf(video);
  if (!settings.channels || !isWanted(source, video.score, settings)) return UNKNOWN;
  const sure = channel?.autoFlag ? channel.score : 0;
  return scored('channel', video, source, settings, Math.max(video.score, sure));
}

/** By how many of the channel's videos YouTube labels; of several channels the least counts. */
function byShare(
  card: Pick<Card, 'channels'>,
  { labelled, channels = [] }: Verdicts,
  settings: Settings,
): Decision {
  const shares = card.channels
    ? card.channels.map((_, index) => channels[index]?.labelled ?? 0)
    : [labelled ?? 0];
  const share = shares.length > 0 ? Math.min(...shares) : 0;
  return share > 0 && settings.channels ? ruled('labelChannel', share, settings) : UNKNOWN;
}

/** By what others saw of the channel; several channels have to be measured all. */
function byMeasure(
  card: Pick<Card, 'channels'>,
  { channel, channels = [] }: Verdicts,
  settings: Settings,
): Decision {
  if (!settings.channels || !settings.measured) return UNKNOWN;
  const all = card.channels
    ? card.channels.map((_, index) => channels[index]?.channel?.measured)
    : [channel?.measured];
  if (all.length === 0 || all.includes(undefined)) return UNKNOWN;
  const decision = ruled('measured', LABELLED, settings);
  const isNew = all.includes('notice') && decision.action !== 'none';
  return isNew ? { ...decision, action: 'label' } : decision;
}

/** By lists that the viewer follows; several channels have to be on one all. */
function bySubscription(
  card: Pick<Card, 'channels'>,
  { followed, channels = [] }: Verdicts,
  settings: Settings,
): Decision {
  const all = card.channels
    ? card.channels.map((_, index) => channels[index]?.followed)
    : [followed];
  const found = all.filter((one) => one !== undefined);
  const mildest = found.find(({ level }) => level === 'warn') ?? found[0];
  if (!mildest || found.length < all.length) return UNKNOWN;
  const { list, level } = mildest;
  const isSure = level === 'block' || settings.followed === 'none';
  return { action: isSure ? settings.followed : 'label', cause: 'subscription', list };
}

function ruled(
  cause: 'label' | 'labelChannel' | 'measured',
  score: number,
  { label }: Settings,
): Decision {
  return { action: score >= label.threshold ? label.action : 'none', cause, score };
}

/** The first, unless the second does more. */
function stronger(first: Decision, second: Decision): Decision {
  if (first.cause === 'unknown') return second;
  return ACTIONS.indexOf(second.action) < ACTIONS.indexOf(first.action) ? second : first;
}

function byChannel(channel: ChannelVerdict | undefined, settings: Settings): Decision {
  if (!channel?.autoFlag || !settings.channels) return UNKNOWN;
  const source = channel.locked ? 'reviewed' : channel.listed ? 'listed' : 'voted';
  if (!settings[source]) return UNKNOWN;
  return scored('channel', { ...channel, score: AUTO_FLAG_SCORE }, source, settings, channel.score);
}

function sourceOf({ locked, channelBy }: Verdict): Source {
  return locked ? 'reviewed' : (channelBy ?? 'voted');
}

/** A word that clears is always wanted: leaving one out must not hide more. */
function isWanted(source: Source, score: number, settings: Settings): boolean {
  return settings[source] || score === 0;
}

/** What the mildest of the rules for these channels says. */
function together(
  channels: readonly Channel[],
  verdicts: NonNullable<Verdicts['channels']>,
  settings: Settings,
): Decision {
  const each = channels.map((channel, index) =>
    has(settings.block, channelEntries(channel))
      ? BLOCKED
      : stronger(
          byChannel(verdicts[index]?.channel, settings),
          [byShare, byMeasure, bySubscription]
            .map((by) => by({}, verdicts[index] ?? {}, settings))
            .reduce(stronger),
        ),
  );
  each.sort((a, b) => ACTIONS.indexOf(b.action) - ACTIONS.indexOf(a.action));
  return each[0] ?? UNKNOWN;
}

/** What votes only suspect is done less with: labels, which harm nobody, are from 50 on. */
function scored(
  cause: 'video' | 'channel',
  { score, category = UNNAMED, decidedBy }: Pick<Verdict, 'score' | 'category' | 'decidedBy'>,
  source: Source,
  { rules, suspected }: Settings,
  sure = score,
): Decision {
  let { action, threshold } = rules[category];
  const level =
    decidedBy === 'jury'
      ? 'jury'
      : decidedBy || source !== 'voted' || sure >= CONFIRMED
        ? undefined
        : 'suspected';
  if (level === 'suspected') {
    if (ACTIONS.indexOf(action) < ACTIONS.indexOf(suspected)) action = suspected;
    if (suspected === 'label') threshold = Math.min(threshold, FLAGGED);
  }
  if (score < threshold) action = 'none';
  return { action, cause, score, category, source, ...(level && { level }) };
}

// Lists are replaced, never changed, so each is turned into a set once.
const sets = new WeakMap<readonly ListEntry[], ReadonlySet<ListEntry>>();

function has(list: readonly ListEntry[], entries: readonly ListEntry[]): boolean {
  if (list.length === 0) return false;
  const set = sets.get(list) ?? new Set(list);
  sets.set(list, set);
  return entries.some((entry) => set.has(entry));
}
