/** Selectors that the server offers in the place of the built-in ones, once a day. */
import {
  bytesOf,
  type File,
  fileOf,
  firstGood,
  Intercepted,
  listOf,
  object,
  parsed,
  Refused,
  text,
  whole,
} from 'realtube-client';
import { browser } from 'wxt/browser';
import { believed, DAY_MS } from '../core/clock';
import { keepLocally } from './local';
import type { Server } from './server';
import type { ServerTrust } from './signed/trust';

export const SELECTORS_EVERY_MS = DAY_MS;
const MAX_CHARS = 64_000;

// No more than tells them from what others send: newer servers may have more than this version knows.
const hasSelectors = object({ version: whole(1, 1_000_000), cards: listOf(text(1000), 1000) });

interface Came {
  readonly value: object;
  readonly file: File;
}

async function cameIn(response: Response): Promise<Came> {
  const bytes = await bytesOf(response);
  const value = parsed(bytes);
  if (!hasSelectors(value) || JSON.stringify(value).length > MAX_CHARS)
    throw new Intercepted(response.status);
  return { value, file: await fileOf('selectors.json', bytes) };
}

interface Kept {
  readonly at: number;
  readonly etag?: string;
  /** Of the server that they are of. */
  readonly origin?: string;
  readonly value?: unknown;
}

export class SelectorKeeper {
  /** @param changed called when the server has new ones */
  constructor(
    private readonly server: Server,
    private readonly trust: ServerTrust,
    private readonly changed: () => void,
  ) {}

  /** As the server sent them: pages check each. None while they cannot be read. */
  async value(): Promise<unknown> {
    return read().then(
      ({ value }) => value,
      () => undefined,
    );
  }

  /** Ask the server, unless it was asked less than so long ago. After a failure the next sync does. */
  async refresh(leastAgeMs: number): Promise<void> {
    try {
      const kept = await read();
      const ageMs = Math.max(Date.now() - believed(kept.at), 0);
      if (ageMs < leastAgeMs) return;
      await firstGood(await this.server.inTurn(), (origin) => this.fetch(kept, origin));
    } catch (error) {
      // Not every server offers some.
      const isNone = error instanceof Refused && error.code === 'NOT_FOUND';
      if (isNone) await write({ at: Date.now() }).catch(() => undefined);
    }
  }

  async clear(): Promise<void> {
    await write({ at: 0 });
  }

  private async fetch(kept: Kept, origin: string): Promise<void> {
    const ask = { path: '/api/client/selectors.json', sent: '', origin };
    const etag = kept.origin === origin ? kept.etag : undefined;
    const newer = await this.server.requestNewer(ask, etag, cameIn);
    if (newer) await this.trust.expect(newer.value.file, origin);
    const now = newer && { ...newer, value: newer.value.value, origin };
    await write({ ...(now ?? kept), at: Date.now() });
    if (newer) this.changed();
  }
}

async function read(): Promise<Kept> {
  const { selectors } = await browser.storage.local.get('selectors');
  return (selectors as Kept | undefined) ?? { at: 0 };
}

async function write(selectors: Kept): Promise<void> {
  await keepLocally({ selectors });
}
