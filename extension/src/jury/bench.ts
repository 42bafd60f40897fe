/** The background's part of the jury: it asks the server, opens tabs and knows what they ask. */
import {
  Failure,
  isDone,
  json,
  jurorAsks,
  object,
  type Question,
  Refused,
  type Said,
} from 'realtube-client';
import { browser } from 'wxt/browser';
import type { IdentityKeeper } from '../background/identity';
import type { Server } from '../background/server';
import { MINUTE_MS } from '../core/clock';
import { t } from '../core/words';
import type { JurorAsk, JurorSaid, OpenQuestion } from './messages';

/** New questions come a few times a day. */
const BADGE_EVERY_MS = 6 * 60 * MINUTE_MS;

/** What pages of ours have stored: the server whose juror the viewer is. */
interface Kept {
  readonly jury?: { readonly server: string; readonly badge?: boolean; readonly askedAt?: number };
}

export class Bench {
  constructor(
    private readonly server: Pick<Server, 'request'>,
    private readonly identity: Pick<IdentityKeeper, 'get'>,
  ) {}

  /** What the server says to that, unread, or why there is no answer. */
  async ask({ ask, said, proof }: JurorAsk): Promise<JurorSaid> {
    const { userId } = await this.identity.get();
    const request = jurorAsks[ask](userId, (said ?? proof) as never);
    const sent = [said?.question, said?.answer, said?.kind].filter(Boolean).join(' ');
    try {
      const value = await this.server.request({ ...request, sent }, json(object({})));
      // Some sign-in pages answer with JSON, too.
      if (said && isDone(value)) await this.over(said.question);
      return { value };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { message: why, waitMs } = error;
      return { code: error instanceof Refused ? error.code : '', why, waitMs };
    }
  }

  /** Open one of a question's videos, in a tab that asks it. Only YouTube is contacted. */
  async open({ question, at }: OpenQuestion): Promise<void> {
    const url = `https://www.youtube.com/watch?v=${question.videos[at]}`;
    // The page must not ask before it is known what it is to ask.
    const { id } = await browser.tabs.create({ url: 'about:blank' });
    if (id === undefined) return;
    await browser.storage.session.set({ [`jury${id}`]: question });
    await browser.tabs.update(id, { url });
  }

  /** Whether some tab asks about this video, and was not answered. */
  async isAsked(videoId: string): Promise<boolean> {
    return (await this.asked()).some(([, { videos }]) => videos.includes(videoId));
  }

  /** What a tab asks. */
  async questionOf(tabId: number | undefined): Promise<Question | undefined> {
    const key = `jury${tabId}`;
    return (await browser.storage.session.get(key))[key] as Question | undefined;
  }

  /** Answer what a tab asks. Rejects with words for the viewer. */
  async answer(tabId: number | undefined, said: Omit<Said, 'question'>): Promise<void> {
    const question = await this.questionOf(tabId);
    if (!question) throw new Error('nothing is asked here');
    const told = await this.ask({ ask: 'answer', said: { question: question.id, ...said } });
    if ('code' in told) throw new Error(told.why);
    if (!isDone(told.value)) throw new Error(t('intercepted'));
  }

  /** The tabs that ask it need not any more. */
  private async over(questionId: string): Promise<void> {
    const asking = (await this.asked()).filter(([, { id }]) => id === questionId);
    await browser.storage.session.remove(asking.map(([key]) => key));
  }

  private async asked(): Promise<[string, Question][]> {
    const kept: Record<string, unknown> = await browser.storage.session.get(null);
    return Object.entries(kept).filter((entry): entry is [string, Question] =>
      /^jury\d+$/.test(entry[0]),
    );
  }

  async close(tabId: number | undefined): Promise<void> {
    await browser.storage.session.remove(`jury${tabId}`);
  }

  /** Show on the icon how much there is to judge, for who wants that. Never rejects. */
  async refreshBadge(server: string): Promise<void> {
    const { jury } = (await browser.storage.local.get('jury')) as Kept;
    const now = Date.now();
    if (!jury?.badge || jury.server !== server) return;
    if (Math.abs(now - (jury.askedAt ?? 0)) < BADGE_EVERY_MS) return;
    await browser.storage.local.set({ jury: { ...jury, askedAt: now } });
    const told = await this.ask({ ask: 'questions' });
    const { questions = [] } = ('value' in told ? told.value : {}) as { questions?: unknown[] };
    await browser.action.setBadgeText({ text: questions.length ? `${questions.length}` : '' });
  }
}
