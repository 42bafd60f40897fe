/** What jurors ask and say: people who are asked about videos that they did not choose. */
import type { Ask } from './http.js';
import { flag, listOf, numberIn, type Of, object, oneOf, text, whole } from './shape.js';
import { CATEGORIES, type Category } from './values.js';

/** What a juror may answer. A kind of AI goes with the first two. */
export const ANSWERS = ['ai', 'partly', 'human', 'unsure'] as const;
export type Answer = (typeof ANSWERS)[number];

const kind = oneOf(CATEGORIES);
const answer = oneOf(ANSWERS);
const videos = listOf(text(16, /^[\w-]{1,16}$/), 5);

export const isQuestion = object(
  { id: text(64, /^[\w-]+$/), videos },
  { channel: text(200), closesAt: text(40) },
);
/** One video, or up to five of a channel, which are answered together. */
export type Question = Of<typeof isQuestion>;

/** The answer of `jurorAsks.questions`: what is drawn, and what is left of a training round. */
export const isQuestions = object({
  questions: listOf(isQuestion, 1000),
  training: listOf(isQuestion, 1000),
});
export type Questions = Of<typeof isQuestions>;

/** The answer of `jurorAsks.me` and `jurorAsks.enrol`; of its `answers` the newest come first. */
export const isJuror = object(
  {
    state: oneOf(['training', 'rooted', 'paused']),
    since: text(40),
    questionsLeft: whole(0, 1000),
    answered: whole(0, 1e9),
    answers: listOf(
      object(
        { videos, answer, answeredAt: text(40) },
        {
          channel: text(200),
          kind,
          outcome: oneOf(['ai', 'human', 'undecided']),
          training: flag,
          /** What voters noticed in these videos. */
          signs: listOf(
            object(
              { videoId: text(16), sign: text(50), voices: whole(0, 1e9) },
              { at: whole(0, 1e9) },
            ),
            100,
          ),
        },
      ),
      1000,
    ),
  },
  {
    training: object({ answered: whole(0, 1e6), of: whole(0, 1e6) }),
    accuracy: object({ ai: numberIn(0, 1), human: numberIn(0, 1), needed: numberIn(0, 1) }),
  },
);
export type Juror = Of<typeof isJuror>;

/** The answer of `jurorAsks.answer`; with how a training round went that it ends. */
export const isAnswered = object(
  { success: (value: unknown): value is true => value === true },
  {
    round: listOf(
      object({ videoId: text(16), answer, truth: oneOf(['ai', 'human']), right: flag }, { kind }),
      1000,
    ),
  },
);
export type Answered = Of<typeof isAnswered>;

export interface Said {
  /** Of a `Question`. */
  readonly question: string;
  readonly answer: Answer;
  readonly kind?: Category;
}

const PATH = '/api/jurors';
const ME = `${PATH}/me`;

/** The requests, each of a voter by what `userIdOf` gives. */
export const jurorAsks = {
  /** Answered as any challenge; becoming a juror always takes one. */
  challenge: (userId: string) => named(userId, { path: '/api/challenge?for=juror' }),
  /** For who wants to be asked; who is a juror already stays one. */
  enrol: (userId: string, proof?: string) =>
    posted(PATH, { userId, agreed: true, ...(proof !== undefined && { proof }) }),
  me: (userId: string) => named(userId, { path: ME }),
  questions: (userId: string) => named(userId, { path: `${ME}/questions` }),
  answer: (userId: string, said: Said) => posted(`${ME}/answers`, { userId, ...said }),
  /** Be no juror any more: the server forgets all answers. */
  leave: (userId: string) => named(userId, { method: 'DELETE', path: ME }),
} as const satisfies Readonly<Record<string, (userId: string, more: never) => Ask>>;

function named(userId: string, ask: Ask): Ask {
  return { ...ask, headers: { 'X-User-ID': userId }, isNamed: true };
}

function posted(path: string, body: object): Ask {
  return { method: 'POST', path, body, isNamed: true };
}
