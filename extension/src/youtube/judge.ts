import type { SaysAi } from '../core/signs';
import type { Action, Card, FoundBy, Settings, VideoCard } from '../core/types';
/** What the page needs to know about cards, whoever knows it. */

export interface Judgement {
  readonly action: Action;
  /** One sentence for the viewer. */
  readonly reason: string;
  /** Who or what this is done for; absent where nothing is. */
  readonly by?: FoundBy;
  /** Nobody says anything about it. */
  readonly isUnknown?: boolean;
}

export interface Judge {
  /** What to do with a card as far as known here and now; undefined when somebody must be asked. */
  known(card: Card): Judgement | undefined;
  /** Resolves when `known` can tell more; rejects when nobody answers. */
  ask(cards: readonly Card[]): Promise<void>;
  /** The viewer wants to see this video, or what stands for a channel, until the page is loaded again. */
  reveal(card: Card): void;
  /** Put the channel of a card on the viewer's allow-list. */
  allowChannel(card: VideoCard): Promise<void>;
  /** What the viewer wants of flagged videos that are being played. */
  readonly wishes: Readonly<Pick<Settings, 'skipShorts' | 'cover'>>;
  /** Whether a text says of itself that AI made it; undefined where the viewer does not want to know. */
  readonly saysAi?: SaysAi | undefined;
  /** There is a score that a viewer could dispute. */
  isDisputable(card: VideoCard): boolean;
}
