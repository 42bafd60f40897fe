/** How votes and reports of channels, and their withdrawal, are put to the server. */
import {
  type Category,
  Intercepted,
  isCast,
  isChallenge,
  isDone,
  isReported,
  json,
  MAX_BITS,
  Refused,
  solve,
} from 'realtube-client';
import type { ApiReport, ApiVote } from '../../core/api';
import type { Choice, Shot } from '../../core/types';
import type { IdentityKeeper } from '../identity';
import type { Server } from '../server';
import type { OfChannel, OfVideo, Queued } from '../store';

/** What is said by those who do not let a DELETE with a body pass. */
const NO_BODIES = [400, 411, 413];

interface Sent {
  readonly state: 'sent';
  readonly countsFrom?: number;
  readonly shots?: number;
}

type Of<T> = Extract<Queued, T>;

export class Sender {
  constructor(
    private readonly server: Server,
    private readonly identity: IdentityKeeper,
    private readonly userAgent: string,
  ) {}

  /** Rejects with what the server says, or why nobody answered. */
  send(queued: Queued): Promise<Sent> {
    const { choice } = queued;
    if ('channel' in queued)
      return choice === undefined || choice === 'not_ai'
        ? this.unreport(queued)
        : this.report(queued, choice);
    return choice === undefined ? this.unvote(queued) : this.vote(queued, choice);
  }

  private async vote(
    { videoId, channelId, handle, isShort, title, channelName, signs }: Of<OfVideo>,
    category: Choice,
  ): Promise<Sent> {
    const answer = await this.withProof((userId, proof) =>
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
            ...(title && { title }),
            ...(channelName && { channelName }),
            ...(signs && { signs }),
            userAgent: this.userAgent,
            ...(proof && { proof }),
          } satisfies ApiVote,
          sent: [videoId, category, channelId, handle, title, channelName]
            .concat(signs?.map(({ sign, at = '' }) => `${sign} ${at}`.trim()))
            .filter(Boolean)
            .join(' '),
          isNamed: true,
        },
        json(isCast),
      ),
    );
    return { ...sentOf([answer]), ...(answer.shots && { shots: answer.shots }) };
  }

  async show(videoId: string, shots: readonly Shot[]): Promise<Sent> {
    const { userId } = await this.identity.get();
    const path = `/api/evidence/votes/${videoId}/shots`;
    const sent = [videoId, ...shots.map(({ at }) => at)].join(' ');
    await this.server.request(
      { method: 'POST', path, body: { userId, shots }, sent, isNamed: true },
      json(isDone),
    );
    return { state: 'sent' };
  }

  private async report(
    { channel, videos, handle }: Of<OfChannel>,
    category: Category,
  ): Promise<Sent> {
    const { votes } = await this.withProof((userId, proof) =>
      this.server.request(
        {
          method: 'POST',
          path: pathOf(channel),
          body: {
            userId,
            category,
            videos,
            ...(handle && { channelHandle: handle }),
            userAgent: this.userAgent,
            ...(proof && { proof }),
          } satisfies ApiReport,
          sent: [channel, handle, category, ...videos.map(({ videoId }) => videoId)]
            .filter(Boolean)
            .join(' '),
          isNamed: true,
        },
        json(isReported),
      ),
    );
    return sentOf(votes);
  }

  private async unreport({ channel }: Of<OfChannel>): Promise<Sent> {
    const { userId } = await this.identity.get();
    const headers = { 'X-User-ID': userId };
    const ask = { method: 'DELETE', path: pathOf(channel), headers } as const;
    await this.server.request({ ...ask, sent: channel, isNamed: true }, json(isDone));
    return { state: 'sent' };
  }

  private async unvote({ videoId }: Of<OfVideo>): Promise<Sent> {
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

  /** Once more with some work, where a server under attack wants that from new voters. */
  private async withProof<T>(post: (userId: string, proof?: string) => Promise<T>): Promise<T> {
    const { userId } = await this.identity.get();
    try {
      return await post(userId);
    } catch (error) {
      const proof =
        error instanceof Refused && error.code === 'FORBIDDEN' && (await this.proof(userId));
      if (!proof) throw error;
      return post(userId, proof);
    }
  }

  private async proof(userId: string): Promise<string | undefined> {
    const headers = { 'X-User-ID': userId };
    const ask = { path: '/api/challenge', headers, sent: '', isNamed: true };
    const { challenge, bits = 0 } = await this.server.request(ask, json(isChallenge));
    if (challenge === undefined || bits > MAX_BITS) return undefined;
    return solve(challenge, bits, () => new Promise((resolve) => setTimeout(resolve)));
  }
}

function pathOf(channel: string): string {
  return `/api/channels/${encodeURIComponent(channel)}/reports`;
}

/** Stored votes, and when the last of them begins to count. */
function sentOf(votes: readonly { readonly countsFrom?: string }[]): Sent {
  const countsFrom = Math.max(...votes.map((vote) => Date.parse(vote.countsFrom ?? '') || 0));
  return { state: 'sent', ...(countsFrom > Date.now() && { countsFrom }) };
}

/** The server did not get the body that was sent along, or whoever is before it wants none. */
function isWithoutBody(error: unknown): boolean {
  if (error instanceof Intercepted) return NO_BODIES.includes(error.status);
  return error instanceof Refused && error.code === 'INVALID_FIELD';
}
