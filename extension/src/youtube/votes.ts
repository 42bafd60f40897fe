/** What the voting interface needs from whoever keeps and sends votes. */

import { t } from './words';

/** In the order of the dialog. */
export const CHOICES = [
  'fully_ai',
  'ai_voiceover',
  'ai_visuals',
  'ai_thumbnails',
  'ai_assisted',
  'not_ai',
] as const;
export type Choice = (typeof CHOICES)[number];

export interface Ballot {
  readonly videoId: string;
  /** Claims about the video, as far as the page shows them. */
  readonly channelId?: string;
  readonly handle?: string;
  readonly isShort: boolean;
  readonly title?: string;
  /** There is a score that could be wrong. */
  readonly canDispute: boolean;
}

export type Outcome =
  /** A server under attack may let a new viewer's reports count later: at this time. */
  | { readonly state: 'sent'; readonly countsFrom?: number }
  /** Why, where the viewer may be able to do something about it. */
  | { readonly state: 'queued'; readonly why?: string }
  | { readonly state: 'refused'; readonly why: string };

/** What a viewer reads about it; `done` names the text for when it went well. */
export function wordsFor(outcome: Outcome, done: 'pageSent' | 'pageUndone'): string {
  if (outcome.state === 'refused') return t('pageFailed', outcome.why);
  if (outcome.state === 'queued') return [t('pageQueued'), outcome.why].filter(Boolean).join(' ');
  if (outcome.countsFrom === undefined) return t(done);
  const format = new Intl.DateTimeFormat(t('language'), { dateStyle: 'medium', timeStyle: 'short' });
  return t('pageSentLater', format.format(outcome.countsFrom));
}

/** Never rejects: whatever goes wrong is an outcome. */
export interface VoteDesk {
  /** The viewer's own report of a video. */
  mine(videoId: string): Promise<Choice | undefined>;
  cast(ballot: Ballot, choice: Choice): Promise<Outcome>;
  withdraw(videoId: string): Promise<Outcome>;
}
