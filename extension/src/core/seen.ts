/**
 * What this browser saw of YouTube's own label: facts, a row a video, and what they say of channels.
 * A channel is labelled when most of several different videos are. It is worked out from the rows
 * each time, so that it falls with them.
 */
import { type Key, keyText, parseKey } from 'realtube-client';
import { believed, DAY_MS } from './clock';
import type { Making } from './types';

/** Fewer of a channel's videos say nothing of it. */
const MIN_SEEN = 5;
/** Channels are nearly binary: farms label nine of ten, others none. */
export const MIN_LABELLED_PERCENT = 60;
const MAX_ROWS = 10_000;
const KEPT_MS = 90 * DAY_MS;

/** At most so many of a channel's videos are shared with the server. */
const MAX_SAMPLE = 5;

/** Videos of one channel, by whether YouTube labels them: `keyText` of each. */
export interface Sample {
  readonly labelled: readonly string[];
  readonly unlabelled: readonly string[];
}

/** Whether so many of a channel's videos make it a channel of such. */
export function isLabelled(labelled: number, seen: number): boolean {
  return seen > 0 && labelled * 100 >= seen * MIN_LABELLED_PERCENT;
}

/** Names are hashes, as in the published list: `keyText`. */
export interface Seen {
  readonly video: string;
  /** By its id, its handle, or both; none if the page did not tell, or several made the video. */
  readonly channel: readonly string[];
  readonly making: Making;
  /** When it was seen last, in milliseconds since 1970. */
  readonly at: number;
}

interface Tally {
  readonly names: Set<string>;
  seen: number;
  labelled: number;
}

export class SeenVideos {
  /** The one that was seen longest ago comes first. */
  private readonly rows = new Map<string, Seen>();
  private tallies: Map<string, Tally> | undefined;

  constructor(rows: Iterable<Seen> = []) {
    for (const row of [...rows].sort((a, b) => a.at - b.at)) this.rows.set(row.video, row);
  }

  get size(): number {
    return this.rows.size;
  }

  making(video: Key): Making | undefined {
    return this.rows.get(keyText(video))?.making;
  }

  /** The names of the channel that made it, as far as a page or YouTube told. */
  channelOf(video: Key): Key[] {
    return (this.rows.get(keyText(video))?.channel ?? []).map(parseKey);
  }

  /** Percent of a channel's videos that are labelled; undefined if too few are, or were seen. */
  labelled(channel: readonly Key[]): number | undefined {
    this.tallies ??= this.counted();
    const found = new Set(channel.flatMap((key) => this.tallies?.get(keyText(key)) ?? []));
    const [seen, labelled] = [sum(found, 'seen'), sum(found, 'labelled')];
    if (seen < MIN_SEEN || !isLabelled(labelled, seen)) return undefined;
    return Math.floor((labelled * 100) / seen);
  }

  /** The videos of a channel that were seen last. */
  sample(channel: readonly Key[]): Sample {
    const names = new Set(channel.map(keyText));
    const rows = [...this.rows.values()].filter((row) =>
      row.channel.some((name) => names.has(name)),
    );
    const newest = rows.slice(-MAX_SAMPLE);
    const keys = (isAi: boolean) =>
      newest.filter(({ making }) => (making === 'ai') === isAi).map(({ video }) => video);
    return { labelled: keys(true), unlabelled: keys(false) };
  }

  /** Note what was seen. The row as it is now, with all names of its channel. */
  put(row: Seen): Seen {
    const before = this.rows.get(row.video)?.channel ?? [];
    // One page names the handle, another the id, too.
    const isSame = row.channel.length === 0 || row.channel.some((name) => before.includes(name));
    const channel = isSame ? [...new Set([...before, ...row.channel])] : row.channel;
    const now = { ...row, channel };
    this.rows.delete(row.video);
    this.rows.set(row.video, now);
    this.tallies = undefined;
    return now;
  }

  /** Forget what is too old or too much; the videos of those rows. */
  expire(now: number): string[] {
    const rows = [...this.rows.values()];
    const over = Math.max(0, rows.length - MAX_ROWS);
    const gone = rows.filter(({ at }, place) => place < over || now - believed(at, now) > KEPT_MS);
    for (const { video } of gone) this.rows.delete(video);
    if (gone.length > 0) this.tallies = undefined;
    return gone.map(({ video }) => video);
  }

  private counted(): Map<string, Tally> {
    const tallies = new Map<string, Tally>();
    for (const { channel, making } of this.rows.values()) {
      if (channel.length === 0) continue;
      const known = new Set(channel.flatMap((name) => tallies.get(name) ?? []));
      const tally: Tally = {
        names: new Set([...channel, ...[...known].flatMap(({ names }) => [...names])]),
        seen: sum(known, 'seen') + 1,
        labelled: sum(known, 'labelled') + (making === 'ai' ? 1 : 0),
      };
      for (const name of tally.names) tallies.set(name, tally);
    }
    return tallies;
  }
}

function sum(tallies: Iterable<Tally>, of: 'seen' | 'labelled'): number {
  let total = 0;
  for (const tally of tallies) total += tally[of];
  return total;
}
