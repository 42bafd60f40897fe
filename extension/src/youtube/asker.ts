/**
 * Asks YouTube about cards in sight of which nothing is known, if the viewer wants that: from the
 * page, as its own scripts do, but without the viewer's account.
 */
import type { Making, VideoCard } from '../core/types';
import { ASKED_HOSTS, type Permission } from '../messages';
import { PageLabels } from './label';
import { channelAt } from './owners';
import { holdersIn, valuesAt } from './pagedata';
import type { Selectors } from './selectors';

/** Longer than any answer that has what was asked for, and nothing else. */
const MAX_CHARS = 100_000;
const TIMEOUT_MS = 15_000;
/** Between two questions; the background keeps the time for all tabs. */
const EVERY_MS = 1000;
/** As much of a card as must be in sight. */
const IN_SIGHT = 0.5;

export interface Told {
  /** 0 when nobody answered. */
  readonly status: number;
  /** Absent when the answer cannot be read. */
  readonly making?: Making;
  readonly channelId?: string;
  readonly handle?: string;
}

export interface AskDesk {
  readonly wishes: { readonly askYouTube: boolean };
  /** Nothing is known of a card. */
  isUnknown(card: VideoCard): boolean;
  mayAsk(videoId: string): Promise<Permission>;
  answered(videoId: string, told: Told): Promise<void>;
}

/** Whether the pages of this site can be asked. */
export function isAskable({ hostname }: Location): boolean {
  return window.top === window && ASKED_HOSTS.some((host) => host === hostname);
}

export class Asker {
  private readonly inSight = new Set<Element>();
  private readonly done = new Set<string>();
  private observer: IntersectionObserver | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isAsking = false;

  /** @param cardOf the video that an element shows now */
  constructor(
    private readonly selectors: Pick<Selectors, 'label' | 'owners'>,
    private readonly cardOf: (element: Element) => VideoCard | undefined,
    private readonly desk: AskDesk,
  ) {}

  start(): void {
    this.observer = new IntersectionObserver((entries) => this.moved(entries), {
      threshold: IN_SIGHT,
    });
  }

  stop(): void {
    this.observer?.disconnect();
    this.observer = undefined;
    this.inSight.clear();
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** A card shows a video; called often, also for the same one. */
  judged(element: Element): void {
    if (!this.desk.wishes.askYouTube) return;
    this.observer?.observe(element);
    if (this.inSight.has(element)) this.wait(EVERY_MS);
  }

  private moved(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries)
      if (isIntersecting) this.inSight.add(target);
      else this.inSight.delete(target);
    if (this.inSight.size > 0) this.wait(EVERY_MS);
  }

  private wait(ms: number): void {
    if (this.observer && !this.isAsking) this.timer ??= setTimeout(() => void this.ask(), ms);
  }

  private async ask(): Promise<void> {
    this.timer = undefined;
    if (!this.desk.wishes.askYouTube) return;
    if (document.hidden) return this.wait(EVERY_MS);
    const videoId = this.next();
    // What comes into sight, or is judged anew, begins again.
    if (!videoId) return;
    this.isAsking = true;
    const waitMs = await this.askAbout(videoId).catch(() => undefined);
    this.isAsking = false;
    // The extension may be gone: then there is nobody to ask.
    if (waitMs !== undefined) this.wait(waitMs);
  }

  private next(): string | undefined {
    for (const element of this.inSight) {
      const card = element.isConnected ? this.cardOf(element) : undefined;
      if (card && !this.done.has(card.videoId) && this.desk.isUnknown(card)) return card.videoId;
    }
    return undefined;
  }

  private async askAbout(videoId: string): Promise<number> {
    const permission = await this.desk.mayAsk(videoId);
    if (!permission.may && !permission.isKnown) return permission.waitMs;
    this.done.add(videoId);
    if (!permission.may) return 0;
    await this.desk.answered(videoId, await askYouTube(videoId, this.selectors));
    return EVERY_MS;
  }
}

/** Never rejects. */
async function askYouTube(
  videoId: string,
  selectors: Pick<Selectors, 'label' | 'owners'>,
): Promise<Told> {
  const { path, mask, client, version } = selectors.label.ask;
  const context = { client: { clientName: client, clientVersion: version, hl: 'en' } };
  const query = new URLSearchParams({ prettyPrint: 'false', fields: mask });
  let status = 0;
  try {
    const response = await fetch(`${location.origin}${path}?${query}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ context, videoId }),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      // The page's address would say what is being watched.
      referrerPolicy: 'strict-origin',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    status = response.status;
    return { status, ...(response.ok && toldIn(await response.text(), selectors)) };
  } catch {
    return { status };
  }
}

/** What an answer says. Without an owner it is not the answer that was asked for. */
export function toldIn(
  text: string,
  { label, owners }: Pick<Selectors, 'label' | 'owners'>,
): Omit<Told, 'status'> {
  if (text.length > MAX_CHARS) return {};
  const data: unknown = JSON.parse(text);
  for (const holder of holdersIn(data, label.ask.holders, label.aside)) {
    const endpoints = label.ask.channel.flatMap((path) => valuesAt(holder?.value, path));
    const [channel] = endpoints.flatMap((endpoint) => channelAt(endpoint, owners) ?? []);
    if (channel)
      return { making: new PageLabels(label, () => undefined).inAnswer(data), ...channel };
  }
  return {};
}
