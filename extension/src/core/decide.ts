/** What is done with a card: the one place where settings and scores meet. */
import { channelEntries, type ListEntry } from './entries';
import {
  ACTIONS,
  type Action,
  AUTO_FLAG_SCORE,
  type Card,
  type Category,
  type Channel,
  type ChannelVerdict,
  type Settings,
  type Verdicts,
} from './types';

export type Cause = 'off' | 'allowed' | 'blocked' | 'video' | 'channel' | 'unknown';

export interface Decision {
  readonly action: Action;
  readonly cause: Cause;
  /** With causes `video` and `channel`: what was decided on. */
  readonly score?: number;
  readonly category?: Category;
}

/** A moderator may settle a video nobody voted on: then no category is named. */
const UNNAMED: Category = 'fully_ai';

/**
 * The action for a card. The viewer's lists come before scores, entries for a video before those
 * for its channel, and allowing before blocking. A video's own score hides its channel's.
 *
 * A collaboration goes for the sake of its channels only if every one of them is flagged or
 * blocked, and stays if the viewer allows one.
 */
export function decide(card: Card, verdicts: Verdicts, settings: Settings): Decision {
  if (!settings.enabled) return { action: 'none', cause: 'off' };
  return byLists(card, settings) ?? byScores(card, verdicts, settings);
}

const UNKNOWN: Decision = { action: 'none', cause: 'unknown' };
const BLOCKED: Decision = { action: 'hide', cause: 'blocked' };

function byLists(card: Card, { allow, block }: Settings): Decision | undefined {
  if (allow.length + block.length === 0) return undefined;
  const video = card.videoId === undefined ? [] : [card.videoId];
  for (const those of [[video], (card.channels ?? [card]).map(channelEntries)]) {
    if (those.some((entries) => has(allow, entries))) return { action: 'none', cause: 'allowed' };
    if (those.length > 0 && those.every((entries) => has(block, entries))) return BLOCKED;
  }
  return undefined;
}

function byScores(card: Card, verdicts: Verdicts, settings: Settings): Decision {
  const { video, channel, channels = [] } = verdicts;
  if (video && !video.preliminary) return scored('video', video.score, video.category, settings);
  // A preliminary score comes from one channel, which does not speak for the others.
  if (card.channels) return together(card.channels, channels, settings);
  if (video && settings.channels) return scored('channel', video.score, video.category, settings);
  return video ? UNKNOWN : byChannel(channel, settings);
}

function byChannel(channel: ChannelVerdict | undefined, settings: Settings): Decision {
  if (!channel?.autoFlag || !settings.channels) return UNKNOWN;
  return scored('channel', AUTO_FLAG_SCORE, channel.category, settings);
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
      : byChannel(verdicts[index]?.channel, settings),
  );
  each.sort((a, b) => ACTIONS.indexOf(b.action) - ACTIONS.indexOf(a.action));
  return each[0] ?? UNKNOWN;
}

function scored(
  cause: 'video' | 'channel',
  score: number,
  category: Category = UNNAMED,
  { rules }: Settings,
): Decision {
  const { action, threshold } = rules[category];
  return { action: score >= threshold ? action : 'none', cause, score, category };
}

// Lists are replaced, never changed, so each is turned into a set once.
const sets = new WeakMap<readonly ListEntry[], ReadonlySet<ListEntry>>();

function has(list: readonly ListEntry[], entries: readonly ListEntry[]): boolean {
  if (list.length === 0) return false;
  const set = sets.get(list) ?? new Set(list);
  sets.set(list, set);
  return entries.some((entry) => set.has(entry));
}
