/**
 * Which of the viewer's servers are away, so that others are asked first, and what each said last.
 * Kept until the browser closes: this background is stopped whenever it is idle.
 */
import { type Away, isAway, Origins, object, recordOf, text, whole } from 'realtube-client';
import { browser } from 'wxt/browser';
import { believed } from '../../core/clock';
import { Once } from '../../core/once';
import type { ServerState } from '../../messages';

const MAX_KEPT = 100;
const time = whole(0, 1e15);
const isKept = object({
  away: recordOf(object({ failures: whole(0, 1e6), until: time }), MAX_KEPT),
  last: recordOf(object({ answeredAt: time }, { why: text(1000) }), MAX_KEPT),
});

interface Last {
  /** Milliseconds since 1970; 0 for never. */
  readonly answeredAt: number;
  /** Why it did not answer when it was last asked. */
  readonly why?: string;
}

interface Known {
  readonly origins: Origins;
  /** By origin. */
  readonly last: Map<string, Last>;
}

export class Health {
  private readonly kept = new Once(read);

  /** Ask one after the other, those that are away last, until one is there. */
  async ask<T>(servers: readonly string[], ask: (origin: string) => Promise<T>): Promise<T> {
    const { origins, last } = await this.kept.get();
    const note = (origin: string, error?: unknown) => {
      const { answeredAt = 0 } = last.get(origin) ?? {};
      last.set(
        origin,
        isAway(error) ? { answeredAt, why: error.message } : { answeredAt: Date.now() },
      );
    };
    const noted = async (origin: string) => {
      try {
        const answer = await ask(origin);
        note(origin);
        return answer;
      } catch (error) {
        note(origin, error);
        throw error;
      }
    };
    return origins.ask(servers, noted).finally(() => this.keep());
  }

  async inTurn(servers: readonly string[]): Promise<readonly string[]> {
    return (await this.kept.get()).origins.inTurn(servers);
  }

  /** For the viewer to read, in their order. */
  async states(servers: readonly string[]): Promise<Omit<ServerState, 'doubts'>[]> {
    const { origins, last } = await this.kept.get();
    return servers.map((origin) => ({
      origin,
      answeredAt: 0,
      awayUntil: origins.known[origin]?.until ?? 0,
      ...last.get(origin),
    }));
  }

  private async keep(): Promise<void> {
    const { origins, last } = await this.kept.get();
    const kept = { away: origins.known, last: Object.fromEntries([...last].slice(-MAX_KEPT)) };
    // Without it they are asked in vain once more.
    await browser.storage.session.set({ servers: kept }).catch(() => undefined);
  }
}

async function read(): Promise<Known> {
  const { servers } = await browser.storage.session.get('servers').catch(() => ({ servers: {} }));
  const { away, last } = isKept(servers) ? servers : { away: {}, last: {} };
  const known = Object.entries(away).map(([origin, { failures, until }]): [string, Away] => [
    origin,
    { failures, until: believed(until) },
  ]);
  return {
    origins: new Origins(() => Date.now(), Object.fromEntries(known)),
    last: new Map(Object.entries(last)),
  };
}
