/** What the voting interface needs from whoever keeps and sends votes. */

import type { NoticedSign } from 'realtube-client';
import type { Choice, Mine, Outcome, Shot } from '../core/types';

export interface Ballot {
  readonly videoId: string;
  /** Claims about the video, as far as the page shows them. */
  readonly channelId?: string;
  readonly handle?: string;
  readonly isShort: boolean;
  readonly title?: string;
  readonly channelName?: string;
  /** What it most likely is here: offered first. */
  readonly suggested?: Choice;
  /** There is a score that could be wrong. */
  readonly canDispute: boolean;
}

/** Never rejects: whatever goes wrong is an outcome. */
export interface VoteDesk {
  /** The viewer's own report of a video. */
  mine(videoId: string): Promise<Mine>;
  /** @param signs what gives it away, in the place of what was said before; absent: that stays */
  cast(ballot: Ballot, choice: Choice, signs?: readonly NoticedSign[]): Promise<Outcome>;
  withdraw(videoId: string): Promise<Outcome>;
  /** Show moderators what was played, in the place of what was shown before. */
  show(videoId: string, shots: readonly Shot[]): Promise<Outcome>;
}
