/** Several servers of one site: which to ask first (docs/clients.md#several-servers). */
import { BadSnapshot } from './compact.js';
import { type Failure, Refused, Unreachable } from './errors.js';
import { Untrusted } from './signed.js';

const AWAY_MS = 30_000;
const MAX_AWAY_MS = 30 * 60_000;
/** A limit that ends sooner is waited for. */
const LONG_LIMIT_MS = 60_000;

/** That a server is away: how often in a row, and until when it is asked after all others. */
export interface Away {
  readonly failures: number;
  readonly until: number;
}

/** Whether another server may answer where this is what came of asking one. */
export function isAway(error: unknown): error is Failure {
  if (!(error instanceof Refused)) return error instanceof Unreachable;
  if (error.code === 'RATE_LIMITED') return error.waitMs > LONG_LIMIT_MS;
  // A mirror is there, but takes no votes.
  return error.isTemporary && error.code !== 'READ_ONLY';
}

export class Origins {
  private readonly away: Map<string, Away>;

  /**
   * @param now milliseconds, of a clock that nobody sets
   * @param known from before, by origin
   */
  constructor(
    private readonly now = () => performance.now(),
    known: Readonly<Record<string, Away>> = {},
  ) {
    this.away = new Map(Object.entries(known));
  }

  /** Those that are away last; in the order given otherwise. */
  inTurn(servers: readonly string[]): string[] {
    const now = this.now();
    const rest = (origin: string) => Math.max((this.away.get(origin)?.until ?? 0) - now, 0);
    return [...servers].sort((a, b) => rest(a) - rest(b));
  }

  /** All that are away, or were when they were last asked. */
  get known(): Readonly<Record<string, Away>> {
    return Object.fromEntries(this.away);
  }

  /** Ask one server after the other, until one is there. Raises what the last one asked said. */
  async ask<T>(servers: readonly string[], ask: (origin: string) => Promise<T>): Promise<T> {
    let problem: unknown;
    for (const origin of this.inTurn(servers)) {
      try {
        const answer = await ask(origin);
        this.away.delete(origin);
        return answer;
      } catch (error) {
        if (!isAway(error)) {
          if (error instanceof Refused) this.away.delete(origin);
          throw error;
        }
        this.failed(origin, error.waitMs);
        problem = error;
      }
    }
    throw problem;
  }

  private failed(origin: string, waitMs: number): void {
    const { failures = 0 } = this.away.get(origin) ?? {};
    const away = Math.min(AWAY_MS * 2 ** failures, MAX_AWAY_MS);
    const until = this.now() + Math.max(away, waitMs);
    this.away.set(origin, { failures: failures + 1, until });
  }
}

/**
 * A copy from the first server that has a good one: those that are away, have none, or are not
 * believed, are passed over, but not one whose limit is soon over. Where none has, it raises why one is not believed, or else what the last one said.
 */
export async function firstGood<T>(
  servers: readonly string[],
  take: (origin: string) => Promise<T>,
): Promise<T> {
  let problem: unknown;
  for (const origin of servers) {
    try {
      return await take(origin);
    } catch (error) {
      const isBad = error instanceof Untrusted || error instanceof BadSnapshot;
      const hasNone = error instanceof Refused && !error.isTemporary;
      if (!isBad && !hasNone && !isAway(error)) throw error;
      if (!(problem instanceof Untrusted)) problem = error;
    }
  }
  throw problem;
}
