/** The words of the data. */

export const CATEGORIES = [
  'fully_ai',
  'ai_voiceover',
  'ai_visuals',
  'ai_thumbnails',
  'ai_assisted',
  'ai_music',
] as const;
export type Category = (typeof CATEGORIES)[number];

export const SIGNS = ['voice', 'faces', 'watermark', 'text', 'music', 'reused', 'says_so'] as const;
/** What voters may say gives a video away. */
export type Sign = (typeof SIGNS)[number];

export const SOURCES = ['voted', 'listed', 'reviewed'] as const;
/** By whose word something is flagged: viewers' votes, lists that the server took in, a moderator. */
export type Source = (typeof SOURCES)[number];

/** Who decided: a later server may know others. Viewers' votes only suspect, below 80. */
export type DecidedBy = 'jury' | 'moderator' | 'list' | (string & {});

/** What the community says about a video. */
export interface Verdict {
  /** 0-100 */
  readonly score: number;
  /** The kind most voters named; absent when nobody named one. */
  readonly category?: Category;
  /** Settled by a moderator: AI with a score, human with 0. */
  readonly locked: boolean;
  /** The score comes from the channel alone. */
  readonly preliminary: boolean;
  /** It is flagged for its channel's sake alone, and that by whose word; absent: by votes. */
  readonly channelBy?: Exclude<Source, 'voted'>;
  /** Absent: viewers' votes. */
  readonly decidedBy?: DecidedBy;
}

/** What the community says about a channel. */
export interface ChannelVerdict {
  readonly score: number;
  readonly category?: Category;
  readonly locked: boolean;
  /** Videos nobody judged yet count as `AUTO_FLAG_SCORE`. */
  readonly autoFlag: boolean;
  /** That is by the word of lists alone. */
  readonly listed?: boolean;
  /** Viewers saw that YouTube labels its videos; in the first day that is only said of cards. */
  readonly measured?: 'notice' | 'counts';
  /** Absent: viewers' votes. */
  readonly decidedBy?: DecidedBy;
}
