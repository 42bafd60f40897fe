/** What goes through the port between a page and the background. */
import { listOf, object, whole } from 'realtube-client';
import { channelId, channels, handle, videoId } from '../core/shapes';
import type { Card, Verdicts } from '../core/types';

export const LABELS_PORT = 'labels';
/** Cards in one question. */
export const MAX_CARDS = 500;

/** The part of a card that verdicts depend on. */
export type Asked = Pick<Card, 'videoId' | 'channelId' | 'handle' | 'channels'>;

export interface Question {
  readonly id: number;
  readonly cards: readonly Asked[];
}

/** Verdicts in the order of the cards. A first answer that is not `last` is followed by another. */
export interface Answer {
  readonly id: number;
  readonly verdicts: readonly Verdicts[];
  readonly last: boolean;
}

export const isQuestion = object({
  id: whole(0, Number.MAX_SAFE_INTEGER),
  cards: listOf(object({}, { videoId, channelId, handle, channels }), MAX_CARDS),
});
