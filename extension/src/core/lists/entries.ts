/**
 * What readers of lists hand on. The server's importer reads the same (channels/blocklists):
 * clients/vectors/lists.json holds both to it, and a random search in the tests compares them.
 */

export type Level = 'block' | 'warn' | 'tie';

/** A channel by its id, its handle in normal form with its @, or both. */
export interface Keys {
  readonly channelId?: string;
  readonly handle?: string;
}

/** Without a level it blocks. `tie`: the two keys are one channel, which lists nothing. */
export interface Entry extends Keys {
  readonly level?: Level;
}

/** Why something on a list was left out, in as many kinds as a viewer wants to be told. */
export const REASONS = [
  /** It names no channel. */
  'noChannel',
  /** A rule for another site, or one that hides something else than videos. */
  'otherRule',
  /** The list itself spares that channel. */
  'spared',
  /** Commented out, or in a block that may not hold. */
  'switchedOff',
  /** It is not clear that it hides exactly one channel. */
  'unclear',
  /** A column or a remark says that the channel is not on the list, or something not understood. */
  'saysNo',
  'broken',
] as const;
export type Reason = (typeof REASONS)[number];

/** What one line gave; a rule or a row may take several (`lines`). */
export interface Read {
  readonly entries?: readonly Entry[];
  readonly rejects?: readonly Reason[];
  readonly comment?: boolean;
  readonly lines?: number;
}

/** Why a whole file is no list. */
export const WHY_NO_LIST = [
  'empty',
  'page',
  'packed',
  'json',
  'videos',
  'ambiguous',
  'none',
] as const;
export type WhyNoList = (typeof WHY_NO_LIST)[number];

export class NoList extends Error {
  constructor(readonly why: WhyNoList) {
    super(why);
  }
}

/** One entry cannot be used. */
export class Refused extends Error {
  constructor(readonly reason: Reason) {
    super(reason);
  }
}

/** The entry, or why there is none. */
export function readOne(read: () => Entry, lines = 1): Read {
  try {
    return { entries: [read()], lines };
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    return { rejects: [refused.reason], lines };
  }
}

/** Every line of a file, counted once: taken + rejected + comments + blank. */
export interface Tally {
  taken: number;
  rejected: number;
  comments: number;
  blank: number;
  /** Rejected lines. */
  readonly reasons: Partial<Record<Reason, number>>;
  /** What was left out of lines that gave an entry all the same. */
  readonly parts: Partial<Record<Reason, number>>;
}

export function emptyTally(): Tally {
  return { taken: 0, rejected: 0, comments: 0, blank: 0, reasons: {}, parts: {} };
}

export function count(tally: Tally, read: Read): void {
  const { entries = [], rejects = [], comment = false, lines = 1 } = read;
  const [first] = rejects;
  if (entries.length > 0) {
    tally.taken += lines;
    for (const reason of rejects) tally.parts[reason] = (tally.parts[reason] ?? 0) + 1;
  } else if (first !== undefined) {
    tally.rejected += lines;
    // A line is rejected once, for its first reason.
    tally.reasons[first] = (tally.reasons[first] ?? 0) + lines;
  } else if (comment) tally.comments += lines;
  else tally.blank += lines;
}
