/** The viewer's own reports: sent now, or kept until the server can be reached. */

import {
  Failure,
  Intercepted,
  isCast,
  isChallenge,
  isDone,
  json,
  MAX_BITS,
  Refused,
  solve,
} from 'realtube-client';
import type { ApiVote } from '../core/api';
import { believed, DAY_MS, MINUTE_MS } from '../core/clock';
import type { Choice, Outcome } from '../core/types';
import { t } from '../core/words';
import type { IdentityKeeper } from './identity';
import type { Server } from './server';
import type { Queued, Store, StoredReport, Write } from './store';

const KEPT_MS = 7 * DAY_MS;
/** A clock that was set forward makes all seem old: only what was tried so often in vain is. */
const TRIED_OFTEN = 20;
/** So many may fail, each for itself, before the rest waits for the next time. */
const MAX_FAILED = 3;
const RETRY_MS = 5 * MINUTE_MS;
const MAX_RETRY_MS = 30 * MINUTE_MS;
const START_MS = 1000;
/** What is said by those who do not let a DELETE with a body pass. */
const NO_BODIES = [400, 411, 413];

export interface Ballot {
  readonly videoId: string;
  readonly choice: Choice;
  readonly channelId?: string;
  readonly handle?: string;
  readonly isShort: boolean;
  readonly title?: string;
}

interface Later {
  readonly state: 'queued';
  readonly why?: string;
  /** The server asked not to be asked before; 0 if it did not. */
  readonly notBefore: number;
  /** Others may be taken all the same. */
  readonly isAlone: boolean;
}

type Sent = Exclude<Outcome, { readonly state: 'queued' }> | Later;

export class Votes {
  /** Reports of private windows, which are forgotten with this background. */
  private readonly unwritten = new Map<string, StoredReport>();
  private readonly turns = new Map<string, Promise<unknown>>();
  private sending: Promise<void> | undefined;

  /** @param waits called when something stays in the queue, with the time to try again */
  constructor(
    private readonly store: Store,
    private readonly server: Server,
    private readonly identity: IdentityKeeper,
    /** Name and version of this program. */
    private readonly userAgent: string,
    private readonly waits: (at: number) => void,
  ) {}

  /** @param isSecret leave no trace of it on disk, unless it must wait there */
  cast(ballot: Ballot, isSecret: boolean): Promise<Outcome> {
    const { title, ...vote } = ballot;
    const queued: Queued = { ...vote, at: Date.now() };
    const report = {
      ...(title && { title }),
      videoId: vote.videoId,
      choice: vote.choice,
      at: queued.at,
    };
    return this.inTurn(vote.videoId, async () => {
      const outcome = await this.sendNow(queued);
      await this.keep(withFate(report, outcome), isSecret);
      return outcome;
    });
  }

  withdraw(videoId: string): Promise<Outcome> {
    return this.inTurn(videoId, async () => {
      const report = await this.report(videoId);
      // In the queue this takes the place of the report, should that still wait there.
      const outcome = await this.sendNow({ videoId, isShort: false, at: Date.now() });
      if (outcome.state === 'queued' && report)
        await this.keep(withFate(report, outcome, 'withdrawing'), this.unwritten.has(videoId));
      if (outcome.state === 'sent') await this.forget(videoId);
      return outcome;
    });
  }

  /** What the viewer said about a video and did not withdraw. */
  async mine(videoId: string): Promise<Choice | undefined> {
    const report = await this.report(videoId);
    const stands = report?.state === 'sent' || report?.state === 'queued';
    return stands ? report.choice : undefined;
  }

  /** Newest first. */
  async reports(): Promise<readonly StoredReport[]> {
    const stored = (await this.store.all('reports')).filter(
      ({ videoId }) => !this.unwritten.has(videoId),
    );
    return [...stored, ...this.unwritten.values()].sort((a, b) => b.at - a.at);
  }

  /** Rejects when the disk does not forget them. */
  async forgetReports(): Promise<void> {
    this.unwritten.clear();
    const all = await this.store.all('reports');
    const writes = all.map(({ videoId }): Write => ({ place: 'reports', key: videoId }));
    await this.store.write(...writes).catch(() => {
      throw new Error(t('storageFails'));
    });
  }

  async waiting(): Promise<number> {
    return (await this.queue()).length;
  }

  /** Why something waits, where the viewer may be able to do something about it. */
  async waitingWhy(): Promise<string | undefined> {
    return (await this.queue()).find(({ why }) => why !== undefined)?.why;
  }

  /** When to try again what waits; undefined when nothing does. */
  async nextAt(): Promise<number | undefined> {
    const queue = await this.queue();
    if (queue.length === 0) return undefined;
    const tries = Math.min(...queue.map(triesOf));
    const backOff = Math.min(RETRY_MS * 2 ** Math.max(tries - 1, 0), MAX_RETRY_MS);
    return Math.max(Date.now() + backOff, restUntil(queue) + START_MS);
  }

  /** Another server does not know what the last one asked for. */
  async forgetWaits(): Promise<void> {
    const queue = await this.queue();
    await this.store.keep(
      ...queue.map(
        (value): Write => ({
          place: 'queue',
          key: value.videoId,
          value: { ...value, notBefore: 0 },
        }),
      ),
    );
  }

  /** Send what waits, until the server is out of reach again. Never rejects. */
  flush(): Promise<void> {
    this.sending ??= this.sendQueued().finally(() => {
      this.sending = undefined;
    });
    return this.sending;
  }

  /** What was tried least goes first, then the oldest: nothing blocks the way for the others. */
  private async sendQueued(): Promise<void> {
    const queue = (await this.queue()).sort((a, b) => triesOf(a) - triesOf(b) || a.at - b.at);
    if (Date.now() < restUntil(queue)) return this.askForTime();
    let failed = 0;
    for (const { videoId } of queue) {
      const sent = await this.inTurn(videoId, () => this.sendWaiting(videoId));
      if (sent?.state !== 'queued') continue;
      failed += 1;
      if (!sent.isAlone || failed === MAX_FAILED) break;
    }
    await this.askForTime();
  }

  private async sendWaiting(videoId: string): Promise<Sent | undefined> {
    const queued = await this.store.get('queue', videoId).catch(() => undefined);
    // Meanwhile the viewer may have changed their mind, and that was sent.
    if (!queued) return undefined;
    const sent = await this.send(queued);
    if (sent.state === 'queued' && !isTooOld(queued)) {
      await this.store.keep(waitingOf(queued, sent));
      return sent;
    }
    await this.settle(
      queued,
      sent.state === 'queued' ? { state: 'refused', why: t('reportTooOld') } : sent,
    );
    return sent;
  }

  private async settle({ videoId, choice }: Queued, sent: Exclude<Sent, Later>): Promise<void> {
    await this.dropQueued(videoId);
    const isWithdrawn = choice === undefined && sent.state === 'sent';
    if (isWithdrawn) return this.forget(videoId);
    const report = await this.report(videoId);
    if (!report) return;
    // What could not be withdrawn still stands.
    const fated = withFate(report, sent, choice === undefined ? 'sent' : sent.state);
    await this.keep(fated, this.unwritten.has(videoId));
  }

  private async sendNow(queued: Queued): Promise<Outcome> {
    const sent = await this.send(queued);
    if (sent.state !== 'queued') {
      await this.dropQueued(queued.videoId);
      return sent;
    }
    try {
      await this.store.write(waitingOf(queued, sent));
    } catch {
      // Nor may an older choice be sent that waits there.
      await this.dropQueued(queued.videoId);
      return { state: 'refused', why: t('storageFails') };
    }
    await this.askForTime();
    return { state: 'queued', ...(sent.why !== undefined && { why: sent.why }) };
  }

  private async askForTime(): Promise<void> {
    const at = await this.nextAt();
    if (at !== undefined) this.waits(at);
  }

  private async send(queued: Queued): Promise<Sent> {
    const notBefore = restUntil(await this.queue());
    if (Date.now() < notBefore) return { state: 'queued', notBefore, isAlone: false };
    try {
      return await (queued.choice === undefined
        ? this.unvote(queued)
        : this.vote(queued, queued.choice));
    } catch (error) {
      if (!(error instanceof Refused) || error.isTemporary) return laterThan(error);
      // Nothing to withdraw is as good as withdrawn.
      const isGone = error.code === 'NOT_FOUND' && queued.choice === undefined;
      return isGone ? { state: 'sent' } : { state: 'refused', why: error.message };
    }
  }

  private async vote(
    { videoId, channelId, handle, isShort }: Queued,
    category: Choice,
  ): Promise<Sent> {
    const { userId } = await this.identity.get();
    const post = (proof?: string) =>
      this.server.request(
        {
          method: 'POST',
          path: '/api/votes',
          body: {
            videoId,
            userId,
            category,
            isShort,
            ...(channelId && { channelId }),
            ...(handle && { channelHandle: handle }),
            userAgent: this.userAgent,
            ...(proof && { proof }),
          } satisfies ApiVote,
          sent: [videoId, category, channelId, handle].filter(Boolean).join(' '),
          isNamed: true,
        },
        json(isCast),
      );
    const answer = await post().catch(async (error: unknown) => {
      const proof =
        error instanceof Refused && error.code === 'FORBIDDEN' && (await this.proof(userId));
      if (!proof) throw error;
      return post(proof);
    });
    const countsFrom = Date.parse(answer.countsFrom ?? '');
    return { state: 'sent', ...(countsFrom > Date.now() && { countsFrom }) };
  }

  /** A server under attack may want some work from new voters. */
  private async proof(userId: string): Promise<string | undefined> {
    const headers = { 'X-User-ID': userId };
    const ask = { path: '/api/challenge', headers, sent: '', isNamed: true };
    const { challenge, bits = 0 } = await this.server.request(ask, json(isChallenge));
    if (challenge === undefined || bits > MAX_BITS) return undefined;
    return solve(challenge, bits, () => new Promise((resolve) => setTimeout(resolve)));
  }

  private async unvote({ videoId }: Queued): Promise<Sent> {
    const { userId } = await this.identity.get();
    const ask = { method: 'DELETE', path: '/api/votes', sent: videoId, isNamed: true } as const;
    try {
      await this.server.request({ ...ask, body: { videoId, userId } }, json(isDone));
    } catch (error) {
      if (!isWithoutBody(error)) throw error;
      // Some proxies drop the body of a DELETE. Addresses are logged on the way, headers are not: the
      // secret goes there.
      const path = `${ask.path}?${new URLSearchParams({ videoId })}`;
      await this.server.request({ ...ask, path, headers: { 'X-User-ID': userId } }, json(isDone));
    }
    return { state: 'sent' };
  }

  /** One after another for each video, so that the viewer's last word reaches the server last. */
  private inTurn<T>(videoId: string, work: () => Promise<T>): Promise<T> {
    const done = (this.turns.get(videoId) ?? Promise.resolve()).then(work);
    const over = done
      .catch(() => undefined)
      .then(() => {
        if (this.turns.get(videoId) === over) this.turns.delete(videoId);
      });
    this.turns.set(videoId, over);
    return done;
  }

  private queue(): Promise<Queued[]> {
    return this.store.all('queue').catch(() => []);
  }

  private async report(videoId: string): Promise<StoredReport | undefined> {
    const unwritten = this.unwritten.get(videoId);
    return unwritten ?? (await this.store.get('reports', videoId).catch(() => undefined));
  }

  private async keep(report: StoredReport, isSecret: boolean): Promise<void> {
    if (isSecret) this.unwritten.set(report.videoId, report);
    else await this.store.keep({ place: 'reports', key: report.videoId, value: report });
  }

  private async forget(videoId: string): Promise<void> {
    this.unwritten.delete(videoId);
    await this.store.keep({ place: 'reports', key: videoId });
  }

  private async dropQueued(videoId: string): Promise<void> {
    await this.store.keep({ place: 'queue', key: videoId });
  }
}

/** The server did not get the body that was sent along, or whoever is before it wants none. */
function isWithoutBody(error: unknown): boolean {
  if (error instanceof Intercepted) return NO_BODIES.includes(error.status);
  return error instanceof Refused && error.code === 'INVALID_FIELD';
}

function laterThan(error: unknown): Later {
  const waitMs = error instanceof Failure ? error.waitMs : 0;
  // A filter may mind this one only, or the server stumble over it.
  const isStumble = error instanceof Refused && error.code === 'INTERNAL_ERROR';
  const isAlone = waitMs === 0 && (error instanceof Intercepted || isStumble);
  return {
    state: 'queued',
    ...(error instanceof Intercepted && { why: error.message }),
    notBefore: waitMs > 0 ? Date.now() + waitMs : 0,
    isAlone,
  };
}

function waitingOf(queued: Queued, { why, notBefore }: Later): Write {
  const { why: _, ...rest } = queued;
  const value: Queued = {
    ...rest,
    ...(why !== undefined && { why }),
    // The clock may have been set back since.
    at: believed(queued.at) || Date.now(),
    tries: triesOf(queued) + 1,
    notBefore,
  };
  return { place: 'queue', key: queued.videoId, value };
}

function triesOf({ tries = 0 }: Queued): number {
  return tries;
}

function isTooOld(queued: Queued): boolean {
  return triesOf(queued) >= TRIED_OFTEN && Date.now() - queued.at > KEPT_MS;
}

function restUntil(queue: readonly Queued[]): number {
  return Math.max(0, ...queue.map(({ notBefore = 0 }) => believed(notBefore)));
}

function withFate(
  { why: _, ...report }: StoredReport | Omit<StoredReport, 'state'>,
  outcome: Outcome,
  state: StoredReport['state'] = outcome.state,
): StoredReport {
  const why = 'why' in outcome ? outcome.why : undefined;
  return { ...report, state, ...(why !== undefined && { why }) };
}
