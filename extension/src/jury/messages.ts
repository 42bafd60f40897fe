/** What is said about juries between the parts of the extension. */
import type { Question, Said } from 'realtube-client';

/** Seconds of watching before a juror is asked. */
export const WATCHED_S = 20;

export const JUROR_ASKS = ['challenge', 'enrol', 'me', 'questions', 'answer', 'leave'] as const;

/** What our pages ask the server as the juror that the viewer is. */
export interface JurorAsk {
  readonly ask: (typeof JUROR_ASKS)[number];
  /** With `answer`. */
  readonly said?: Said;
  /** With `enrol`. */
  readonly proof?: string;
}

/** What it said, to be read by who asked; or its error's code, empty where nobody answered. */
export type JurorSaid =
  | { readonly value: object }
  | { readonly code: string; readonly why: string; readonly waitMs: number };

/** A question to be asked in a tab that plays one of its videos. */
export interface OpenQuestion {
  readonly question: Question;
  /** Which of them, from 0. */
  readonly at: number;
}
