/** What pages of ours do for a juror. Whether the viewer is one is remembered here, too. */
import {
  isChallenge,
  isDone,
  isJuror,
  isQuestions,
  type Juror,
  MAX_BITS,
  type Questions,
  type Said,
  type Shape,
  solve,
} from 'realtube-client';
import { browser } from 'wxt/browser';
import { keepLocally } from '../background/local';
import { t } from '../core/words';
import { send } from '../messages';
import type { JurorAsk } from './messages';

/** What is kept of being a juror: of one server's, whose questions no other knows. */
export interface Membership {
  readonly server: string;
  /** Show on the icon that there is something to judge. */
  readonly badge: boolean;
  /** Left here, but the server could not be told. */
  readonly isLeaving?: boolean;
}

export interface Inbox {
  readonly juror: Juror;
  readonly questions: Questions;
}

/** The server refused, or did not answer. */
export class NoAnswer extends Error {
  constructor(
    /** Empty where nobody answered. */
    readonly code: string,
    why: string,
    readonly waitMs: number,
  ) {
    super(why);
  }
}

/** Being a juror of this server; undefined for who is none there. */
export async function membershipOf(server: string): Promise<Membership | undefined> {
  const { jury } = (await browser.storage.local.get('jury')) as { jury?: Membership };
  return server !== '' && jury?.server === server ? jury : undefined;
}

/** Work, then become a juror. Raises `NoAnswer`. */
export async function enrol(server: string): Promise<void> {
  const { challenge, bits = 0 } = await ask({ ask: 'challenge' }, isChallenge);
  const pause = () => new Promise<void>((resolve) => setTimeout(resolve));
  const proof =
    challenge === undefined || bits > MAX_BITS
      ? {}
      : { proof: await solve(challenge, bits, pause) };
  await ask({ ask: 'enrol', ...proof }, isJuror);
  await keep({ server, badge: false });
}

/** Be again the juror that somebody with this identity is, if they are one. Raises `NoAnswer`. */
export async function resume(server: string): Promise<void> {
  await browser.storage.local.remove('jury');
  try {
    await ask({ ask: 'me' }, isJuror);
  } catch (error) {
    if (error instanceof NoAnswer && error.code === 'NOT_FOUND') return;
    throw error;
  }
  await keep({ server, badge: false });
}

/** All that the server knows for a juror. Raises `NoAnswer`. */
export async function load({ server, badge }: Membership): Promise<Inbox> {
  try {
    const [juror, questions] = await Promise.all([
      ask({ ask: 'me' }, isJuror),
      ask({ ask: 'questions' }, isQuestions),
    ]);
    if (badge) await showCount(questions.questions.length);
    return { juror, questions };
  } catch (error) {
    // Erased from another browser, or by the server.
    if (error instanceof NoAnswer && error.code === 'NOT_FOUND') await forget(server);
    throw error;
  }
}

/** Raises `NoAnswer`. */
export async function answer(said: Said): Promise<void> {
  await ask({ ask: 'answer', said }, isDone);
}

/** Stop at once here; where the server cannot be told, it is left to be told again. */
export async function leave({ server }: Membership): Promise<void> {
  await showCount(0);
  try {
    await ask({ ask: 'leave' }, isDone);
  } catch (error) {
    if (!(error instanceof NoAnswer) || error.code !== 'NOT_FOUND') {
      await keep({ server, badge: false, isLeaving: true });
      return;
    }
  }
  await forget(server);
}

export async function setBadge(membership: Membership, badge: boolean): Promise<void> {
  await keep({ ...membership, badge });
  if (!badge) await showCount(0);
}

/** Of a round that is not over, nothing is told of what was right. */
export function told({ juror, questions }: Inbox): Juror['answers'] {
  const left = questions.training.length;
  let hidden = left > 0 ? Math.max(ROUND - left, 0) : 0;
  return juror.answers.map((given) => {
    if (!given.training || hidden-- <= 0) return given;
    const { outcome: _, ...rest } = given;
    return rest;
  });
}

/** The last round that is over: answers of which all is known. */
export function lastRound(inbox: Inbox): Juror['answers'] {
  return told(inbox)
    .filter(({ training, outcome }) => training && outcome !== undefined)
    .slice(0, ROUND);
}

/** That one cannot tell is never right. */
export function isRight({ answer, outcome }: Juror['answers'][number]): boolean {
  return answer !== 'unsure' && (answer === 'human') === (outcome === 'human');
}

/** Questions of a training round. */
const ROUND = 10;

async function keep(jury: Membership): Promise<void> {
  await keepLocally({ jury });
}

async function forget(server: string): Promise<void> {
  if (await membershipOf(server)) await browser.storage.local.remove('jury');
}

async function showCount(count: number): Promise<void> {
  await browser.action.setBadgeText({ text: count > 0 ? String(count) : '' });
}

async function ask<T>(question: JurorAsk, shape: Shape<T>): Promise<T> {
  const said = await send('jurors', question);
  if ('code' in said) throw new NoAnswer(said.code, said.why, said.waitMs);
  if (!shape(said.value)) throw new NoAnswer('', t('intercepted'), 0);
  return said.value;
}
