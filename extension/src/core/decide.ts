/** What is done with a card: the one place where settings and scores meet. */
import { channelEntries, type ListEntry } from './entries';
import {
  AUTO_FLAG_SCORE,
  type Action,
  type Card,
  type Category,
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
 */
export function decide(card: Card, verdicts: Verdicts, settings: Settings): Decision {
  if (!settings.enabled) return { action: 'none', cause: 'off' };
  return byLists(card, settings) ?? byScores(verdicts, settings);
}

function byLists(card: Card, { allow, block }: Settings): Decision | undefined {
  const video = card.videoId === undefined ? [] : [card.videoId];
  for (const entries of [video, channelEntries(card)]) {
    if (has(allow, entries)) return { action: 'none', cause: 'allowed' };
    if (has(block, entries)) return { action: 'hide', cause: 'blocked' };
  }
  return undefined;
}

function byScores({ video, channel }: Verdicts, settings: Settings): Decision {
  if (video && (!video.preliminary || settings.channels))
    return scored(video.preliminary ? 'channel' : 'video', video.score, video.category, settings);
  if (!video && channel?.autoFlag && settings.channels)
    return scored('channel', AUTO_FLAG_SCORE, channel.category, settings);
  return { action: 'none', cause: 'unknown' };
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
  let set = sets.get(list);
  if (!set) sets.set(list, (set = new Set(list)));
  return entries.some((entry) => set.has(entry));
}
