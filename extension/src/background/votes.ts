/** The viewer's own reports: sent now, or kept until the server can be reached. */
import { MAX_BITS, solve } from '../core/proof';
import { flag, numberIn, object, text, whole } from '../core/shape';
import type { Choice } from '../core/shapes';
import type { Outcome } from '../youtube/votes';
import { t } from '../youtube/words';
import type { IdentityKeeper } from './identity';
import { NotWelcomed, Refused, Unreachable, type Server } from './server';
import type { Queued, Store, StoredReport, Write } from './store';

const KEPT_MS = 7 * 24 * 3600_000;

export interface Ballot {
  readonly videoId: string;
  readonly choice: Choice;
  readonly channelId?: string;
  readonly handle?: string;
  readonly isShort: boolean;
  readonly title?: string;
}

type Sent = 'later' | { readonly countsFrom?: number } | { readonly refused: string };

export class Votes {
  /** Reports of private windows, which are forgotten with this background. */
  private readonly unwritten = new Map<string, StoredReport>();
  private sending: Promise<void> | undefined;
  private notBefore = 0;

  /** @param waits called when something stays in the queue */
  constructor(
    private readonly store: Store,
    private readonly server: Server,
    private readonly identity: IdentityKeeper,
    /** Name and version of this program. */
    private readonly userAgent: string,
    private readonly waits: (notBefore: number) => void,
  ) {}

  /** @param isSecret leave no trace of it on disk, unless it must wait there */
  async cast(ballot: Ballot, isSecret: boolean): Promise<Outcome> {
    const { title, ...vote } = ballot;
    const queued: Queued = { ...vote, at: Date.now() };
    const report = { ...(title && { title }), videoId: vote.videoId, choice: vote.choice, at: queued.at };
    const sent = await this.sendNow(queued);
    await this.keep({ ...report, ...outcomeState(sent) }, isSecret);
    return outcomeOf(sent);
  }

  async withdraw(videoId: string): Promise<Outcome> {
    const report = await this.report(videoId);
    // In the queue this takes the place of the report, should that still wait there.
    const sent = await this.sendNow({ videoId, isShort: false, at: Date.now() });
    if (sent === 'later' && report)
      await this.keep({ ...report, state: 'withdrawing' }, this.unwritten.has(videoId));
    if (isSent(sent)) await this.forget(videoId);
    return outcomeOf(sent);
  }

  /** What the viewer said about a video and did not withdraw. */
  async mine(videoId: string): Promise<Choice | undefined> {
    const report = await this.report(videoId);
    const stands = report?.state === 'sent' || report?.state === 'queued';
    return stands ? report.choice : undefined;
  }

  /** Newest first. */
  async reports(): Promise<readonly StoredReport[]> {
    const all = [...(await this.store.all('reports')), ...this.unwritten.values()];
    return all.sort((a, b) => b.at - a.at);
  }

  async forgetReports(): Promise<void> {
    this.unwritten.clear();
    const all = await this.store.all('reports');
    if (all.length > 0)
      await this.store.write(...all.map(({ videoId }): Write => ({ place: 'reports', key: videoId })));
  }

  async waiting(): Promise<number> {
    return (await this.store.all('queue')).length;
  }

  /** Send what waits, oldest first, until the server is out of reach again. */
  flush(): Promise<void> {
    return (this.sending ??= this.sendQueued().finally(() => {
      this.sending = undefined;
    }));
  }

  private async sendQueued(): Promise<void> {
    const queue = (await this.store.all('queue')).sort((a, b) => a.at - b.at);
    for (const queued of queue) {
      if (Date.now() - queued.at > KEPT_MS) {
        await this.settle(queued, { refused: t('reportTooOld') });
        continue;
      }
      const sent = await this.send(queued);
      if (sent === 'later') return this.waits(this.notBefore);
      await this.settle(queued, sent);
    }
  }

  private async settle(queued: Queued, sent: Exclude<Sent, 'later'>): Promise<void> {
    // Meanwhile the viewer may have changed their mind: then a newer one waits in its place.
    const waiting = await this.store.get('queue', queued.videoId);
    if (waiting?.at !== queued.at) return;
    await this.dropQueued(queued.videoId);
    if (queued.choice === undefined) return this.forget(queued.videoId);
    const report = await this.report(queued.videoId);
    if (report) await this.keep({ ...report, ...outcomeState(sent) }, this.unwritten.has(queued.videoId));
  }

  private async sendNow(queued: Queued): Promise<Sent> {
    const sent = await this.send(queued);
    if (sent === 'later') {
      await this.store.write({ place: 'queue', key: queued.videoId, value: queued });
      this.waits(this.notBefore);
    } else {
      await this.dropQueued(queued.videoId);
    }
    return sent;
  }

  private async send(queued: Queued): Promise<Sent> {
    if (Date.now() < this.notBefore) return 'later';
    try {
      return await (queued.choice === undefined ? this.unvote(queued) : this.vote(queued, queued.choice));
    } catch (error) {
      if (error instanceof Refused && !error.isTemporary) {
        // Nothing to withdraw is as good as withdrawn.
        const isGone = error.status === 404 && queued.choice === undefined;
        return isGone ? {} : { refused: error.message };
      }
      if (error instanceof Refused) this.notBefore = Date.now() + error.waitMs;
      else if (!(error instanceof Unreachable || error instanceof NotWelcomed)) throw error;
      return 'later';
    }
  }

  private async vote({ videoId, channelId, handle, isShort }: Queued, category: Choice): Promise<Sent> {
    const { userId } = await this.identity.get();
    const post = (proof?: string) =>
      this.server.request({
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
        },
        sent: [videoId, category, channelId, handle].filter(Boolean).join(' '),
        isNamed: true,
      });
    const response = await post().catch(async (error: unknown) => {
      const proof = error instanceof Refused && error.status === 403 && (await this.proof(userId));
      if (!proof) throw error;
      return post(proof);
    });
    // Some networks answer everything with a page of their own.
    const answer: unknown = await response.json().catch(() => undefined);
    if (!isVoteAnswer(answer)) throw new Unreachable('the answer makes no sense');
    const countsFrom = Date.parse(answer.countsFrom ?? '');
    return countsFrom > Date.now() ? { countsFrom } : {};
  }

  /** A server under attack may want some work from new voters. */
  private async proof(userId: string): Promise<string | undefined> {
    const headers = { 'X-User-ID': userId };
    const ask = { path: '/api/challenge', headers, sent: '', isNamed: true };
    const answer: unknown = await (await this.server.request(ask)).json().catch(() => undefined);
    if (!isChallenge(answer)) return undefined;
    return solve(answer.challenge, answer.bits, () => new Promise((resolve) => setTimeout(resolve)));
  }

  private async unvote({ videoId }: Queued): Promise<Sent> {
    const { userId } = await this.identity.get();
    await this.server.request({
      method: 'DELETE',
      path: '/api/votes',
      body: { videoId, userId },
      sent: videoId,
      isNamed: true,
    });
    return {};
  }

  private async report(videoId: string): Promise<StoredReport | undefined> {
    return this.unwritten.get(videoId) ?? (await this.store.get('reports', videoId));
  }

  private async keep(report: StoredReport, isSecret: boolean): Promise<void> {
    if (isSecret) this.unwritten.set(report.videoId, report);
    else await this.store.write({ place: 'reports', key: report.videoId, value: report });
  }

  private async forget(videoId: string): Promise<void> {
    this.unwritten.delete(videoId);
    await this.store.write({ place: 'reports', key: videoId });
  }

  private async dropQueued(videoId: string): Promise<void> {
    await this.store.write({ place: 'queue', key: videoId });
  }
}

const isVoteAnswer = object({ newScore: numberIn(0, 100) }, { countsFrom: text(40) });
const isChallenge = object({
  proofRequired: flag,
  challenge: text(128),
  bits: whole(0, MAX_BITS),
});

function isSent(sent: Sent): sent is Exclude<Sent, 'later' | { readonly refused: string }> {
  return sent !== 'later' && !('refused' in sent);
}

function outcomeOf(sent: Sent): Outcome {
  if (sent === 'later') return { state: 'queued' };
  return isSent(sent) ? { state: 'sent', ...sent } : { state: 'refused', why: sent.refused };
}

function outcomeState(sent: Sent): Pick<StoredReport, 'state' | 'why'> {
  const outcome = outcomeOf(sent);
  return outcome.state === 'refused' ? outcome : { state: outcome.state };
}
