/** Selectors that the server offers in the place of the built-in ones, once a day. */
import { browser } from 'wxt/browser';
import { Refused, type Server } from './server';

export const SELECTORS_EVERY_MS = 24 * 3600_000;
const MAX_CHARS = 64_000;

interface Kept {
  readonly at: number;
  readonly etag?: string;
  readonly value?: unknown;
}

export class SelectorKeeper {
  /** @param changed called when the server has new ones */
  constructor(
    private readonly server: Server,
    private readonly changed: () => void,
  ) {}

  /** As the server sent them: pages check them, who can. */
  async value(): Promise<unknown> {
    return (await read()).value;
  }

  /** Ask the server, unless it was asked less than so long ago. */
  async refresh(leastAgeMs: number): Promise<void> {
    const kept = await read();
    if (Date.now() - kept.at < leastAgeMs) return;
    try {
      await this.fetch(kept);
    } catch (error) {
      // Not every server offers some. After any other failure the next sync tries again.
      if (error instanceof Refused && error.status === 404) await write({ at: Date.now() });
    }
  }

  async clear(): Promise<void> {
    await write({ at: 0 });
  }

  private async fetch(kept: Kept): Promise<void> {
    const headers = kept.etag === undefined ? {} : { 'If-None-Match': kept.etag };
    const response = await this.server.request({ path: '/api/client/selectors.json', headers, sent: '' });
    if (response.status === 304) return write({ ...kept, at: Date.now() });
    const text = await response.text();
    const etag = response.headers.get('ETag');
    const value: unknown = text.length <= MAX_CHARS ? JSON.parse(text) : undefined;
    await write({ at: Date.now(), ...(etag !== null && { etag }), ...(value !== undefined && { value }) });
    this.changed();
  }
}

async function read(): Promise<Kept> {
  const { selectors } = await browser.storage.local.get('selectors');
  return (selectors as Kept | undefined) ?? { at: 0 };
}

async function write(selectors: Kept): Promise<void> {
  await browser.storage.local.set({ selectors });
}
