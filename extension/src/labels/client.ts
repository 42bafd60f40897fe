/** Verdicts in a page: what is known at once, and a line to the background for the rest. */
import { type Browser, browser } from 'wxt/browser';
import { Lru } from '../core/lru';
import type { Verdicts } from '../core/types';
import { type Answer, type Asked, LABELS_PORT, MAX_CARDS, type Question } from './wire';

/** Cards of a very long page. */
const CAPACITY = 5000;

interface Known {
  readonly asked: Asked;
  readonly verdicts: Verdicts;
}

interface Open {
  readonly question: Question;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  /** It was sent before, to a worker that died. */
  retried: boolean;
  /** The first answer came: only a late one is missing. */
  answered: boolean;
}

export class LabelClient {
  private readonly cache = new Lru<string, Known>(CAPACITY);
  private readonly open = new Map<number, Open>();
  private port: Browser.runtime.Port | undefined;
  private lastId = 0;

  /** @param changed called when verdicts changed of cards that were answered before */
  constructor(private readonly changed: () => void) {}

  /** What is known here about a card; undefined when the background was not asked yet. */
  known(card: Asked): Verdicts | undefined {
    return this.cache.get(nameOf(card))?.verdicts;
  }

  /** Resolves when `known` answers for these cards; rejects when the extension is gone. */
  async ask(cards: readonly Asked[]): Promise<void> {
    const parts: Promise<void>[] = [];
    for (let start = 0; start < cards.length; start += MAX_CARDS)
      parts.push(this.askPart(cards.slice(start, start + MAX_CARDS).map(essence)));
    await Promise.all(parts);
  }

  /** Ask again about everything: the list is a new one. */
  async renew(): Promise<void> {
    await this.ask([...this.cache.values()].map(({ asked }) => asked));
  }

  private askPart(cards: readonly Asked[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const question = { id: ++this.lastId, cards };
      const open = { question, resolve, reject, retried: false, answered: false };
      this.open.set(question.id, open);
      this.post(open);
    });
  }

  private post(open: Open): void {
    try {
      this.connected().postMessage(open.question);
    } catch (error) {
      this.open.delete(open.question.id);
      open.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private connected(): Browser.runtime.Port {
    if (this.port) return this.port;
    const port = browser.runtime.connect({ name: LABELS_PORT });
    port.onMessage.addListener((answer: Answer) => this.take(answer));
    port.onDisconnect.addListener(() => {
      if (this.port === port) this.disconnected();
    });
    this.port = port;
    return port;
  }

  /** Browsers stop an idle background, or one that took too long; asking starts it again. */
  private disconnected(): void {
    this.port = undefined;
    for (const open of [...this.open.values()]) {
      if (open.answered || open.retried) {
        this.open.delete(open.question.id);
        open.reject(new Error('the background went away'));
      } else {
        open.retried = true;
        this.post(open);
      }
    }
  }

  private take({ id, verdicts, last }: Answer): void {
    const open = this.open.get(id);
    if (!open) return;
    let isNews = false;
    for (const [index, asked] of open.question.cards.entries())
      isNews = this.learn(asked, verdicts[index] ?? {}) || isNews;
    open.answered = true;
    if (last) this.open.delete(id);
    open.resolve();
    if (isNews) this.changed();
  }

  /** Whether something else was known before. */
  private learn(asked: Asked, verdicts: Verdicts): boolean {
    const name = nameOf(asked);
    const before = this.cache.get(name)?.verdicts;
    this.cache.set(name, { asked, verdicts });
    return before !== undefined && JSON.stringify(before) !== JSON.stringify(verdicts);
  }
}

function nameOf({ videoId = '', channels = [], ...channel }: Asked): string {
  const named = [channel, ...channels].map(
    ({ channelId = '', handle = '' }) => `${channelId} ${handle}`,
  );
  return [videoId, ...named].join(' ');
}

function essence({ videoId, channelId, handle, channels }: Asked): Asked {
  return {
    ...(videoId !== undefined && { videoId }),
    ...(channelId !== undefined && { channelId }),
    ...(handle !== undefined && { handle }),
    ...(channels !== undefined && { channels }),
  };
}
