/**
 * Asks the server about videos that are not in the list, by the first four digits of their
 * hashes, which very many videos share. What is found, and that nothing is, is remembered for
 * minutes and in memory only: a lasting memory would be a history of what was watched. Its times
 * are those of a clock that nobody sets.
 */
import {
  type Buckets,
  bucketsOf,
  Failure,
  type Key,
  keyOf,
  keyText,
  MAX_PREFIXES,
  prefixOf,
  Refused,
  type Verdict,
  type Video,
  verdictOf,
} from 'realtube-client';
import { MINUTE_MS } from '../core/clock';
import { Lru } from '../core/lru';
import type { Lookups } from '../labels/desk';
import type { Server } from './server';

const FRESH_MS = 10 * MINUTE_MS;
const REMEMBERED = 8000;
/** What the server allows in a minute, less some for other tabs of the same network. */
const BUDGET = 500;
const FAILED_WAIT_MS = 30_000;
const MAX_FAILED_WAIT_MS = 10 * MINUTE_MS;

interface Bucket {
  readonly until: number;
  /** By key. */
  readonly videos: ReadonlyMap<string, Video>;
}

export class ServerLookups implements Lookups {
  private readonly buckets = new Lru<string, Bucket>(REMEMBERED);
  private readonly pending = new Map<string, Promise<void>>();
  private windowEnds = 0;
  private left = BUDGET;
  private notBefore = 0;
  /** In a row. */
  private failures = 0;

  constructor(
    private readonly server: Server,
    private readonly isOn: () => Promise<boolean>,
  ) {}

  found(key: Key): Verdict | undefined {
    const video = this.video(key);
    return video && verdictOf(video);
  }

  /** With the votes by category. */
  video(key: Key): Video | undefined {
    return this.fresh(prefixOf(key))?.videos.get(keyText(key));
  }

  async unasked(keys: readonly Key[]): Promise<readonly Key[]> {
    if (performance.now() < this.notBefore || !(await this.isOn().catch(() => false))) return [];
    return keys.filter((key) => !this.fresh(prefixOf(key)));
  }

  async ask(keys: readonly Key[]): Promise<void> {
    const prefixes = [...new Set(keys.map(prefixOf))];
    const waits = prefixes.flatMap((prefix) => this.pending.get(prefix) ?? []);
    // Sorted, so that not even the order of a page is told.
    const fresh = this.affordable(prefixes.filter((prefix) => !this.pending.has(prefix))).sort();
    for (let start = 0; start < fresh.length; start += MAX_PREFIXES)
      waits.push(this.request(fresh.slice(start, start + MAX_PREFIXES)));
    await Promise.all(waits);
  }

  /** Forget everything: it came from another server. */
  clear(): void {
    this.buckets.clear();
    this.notBefore = 0;
    this.failures = 0;
  }

  private fresh(prefix: string): Bucket | undefined {
    const bucket = this.buckets.get(prefix);
    return bucket && performance.now() < bucket.until ? bucket : undefined;
  }

  private affordable(prefixes: readonly string[]): string[] {
    if (performance.now() >= this.windowEnds) {
      this.windowEnds = performance.now() + MINUTE_MS;
      this.left = BUDGET;
    }
    const chosen = prefixes.slice(0, this.left);
    this.left -= chosen.length;
    return chosen;
  }

  private request(prefixes: readonly string[]): Promise<void> {
    const asked = this.exchange(prefixes).finally(() => {
      for (const prefix of prefixes) this.pending.delete(prefix);
    });
    for (const prefix of prefixes) this.pending.set(prefix, asked);
    return asked;
  }

  /** A failure means unknown, for a while. */
  private async exchange(prefixes: readonly string[]): Promise<void> {
    try {
      await this.remember(prefixes, await this.answer(prefixes));
      this.failures = 0;
    } catch (error) {
      const waitMs = error instanceof Failure ? error.waitMs : 0;
      const backOff = Math.min(FAILED_WAIT_MS * 2 ** this.failures++, MAX_FAILED_WAIT_MS);
      this.notBefore = performance.now() + Math.max(waitMs, backOff);
    }
  }

  private async answer(prefixes: readonly string[]): Promise<Buckets> {
    const ask = { path: '/api/videos/lookup', body: { prefixes }, sent: prefixes.join(' ') };
    try {
      return await this.server.request({ method: 'POST', ...ask }, bucketsOf(prefixes));
    } catch (error) {
      if (error instanceof Refused && error.code === 'NOT_FOUND') return { results: {} };
      throw error;
    }
  }

  private async remember(prefixes: readonly string[], { results }: Buckets): Promise<void> {
    const until = performance.now() + FRESH_MS;
    for (const prefix of prefixes) {
      const videos = (results[prefix] ?? []).map(
        async (video) => [keyText(await keyOf(video.videoId)), video] as const,
      );
      this.buckets.set(prefix, { until, videos: new Map(await Promise.all(videos)) });
    }
  }
}
