/**
 * Who made the videos on a page, as the page's own data says: cards beside a video, stills and
 * rows of a playlist link to nobody.
 *
 * The data is a help, no more: it comes with the first page and with most others, not with what is
 * loaded by scrolling, and it may look otherwise tomorrow. Where in it owners stand is data, too.
 */
import { Lru } from '../core/lru';
import type { Channel } from '../core/types';
import { distinct } from './collaboration';
import { channelOf } from './links';
import { type Holder, holdersInText, holdersInValue } from './pagedata';
import type { OwnerRule, OwnerRules } from './selectors';
import { SLICE_MS } from './watcher';

/** Videos of very many pages. */
const CAPACITY = 5000;
/** Data still to be read, the newest first: a page may send some twice, a viewer may go on fast. */
const MAX_WAITING = 4;
const MAX_BRANCHES = 64;
/** Steps between two looks at the clock: a busy machine gives little of it for some milliseconds. */
const STEPS = 32;
const VIDEO_ID = /^[\w-]{11}$/;
const CHANNEL_ID = /^UC[\w-]{22}$/;

export class Owners {
  private readonly known = new Lru<string, readonly Channel[]>(CAPACITY);
  private readonly byHolder = new Map<string, OwnerRule>();
  private waiting: Iterator<Holder | undefined>[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isNews = false;
  private readonly waiters: (() => void)[] = [];

  /** @param learned called after something was learned that was not known before */
  constructor(
    private readonly rules: OwnerRules,
    private readonly learned: () => void,
  ) {
    for (const rule of rules.rules) for (const name of rule.holders) this.byHolder.set(name, rule);
  }

  /** All channels of a video; none if there are several and not all are known. */
  of(videoId: string): readonly Channel[] | undefined {
    return this.known.get(videoId);
  }

  /**
   * Read a page's data, a text with JSON in it or plain data, without holding the page up.
   *
   * @param isLate in a task of its own, because this one has taken long enough
   */
  read(data: unknown, isLate = false): void {
    const names = [...this.byHolder.keys()];
    this.waiting.push(
      typeof data === 'string' ? holdersInText(data, names) : holdersInValue(data, names),
    );
    this.waiting = this.waiting.slice(-MAX_WAITING);
    if (this.timer !== undefined) return;
    if (isLate) this.timer = setTimeout(() => this.work());
    else this.work();
  }

  /** Resolves when what there is has been read. */
  async settled(): Promise<void> {
    if (this.waiting.length > 0) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting = [];
    for (const resolve of this.waiters.splice(0)) resolve();
  }

  private work(): void {
    this.timer = undefined;
    const deadline = performance.now() + SLICE_MS;
    let steps = 0;
    for (let reading = this.waiting.at(-1); reading; reading = this.waiting.at(-1)) {
      const { value, done } = reading.next();
      if (done) this.waiting = this.waiting.filter((other) => other !== reading);
      else if (value) this.learn(value);
      if (++steps % STEPS === 0 && performance.now() > deadline) {
        this.timer = setTimeout(() => this.work());
        return;
      }
    }
    if (this.isNews) this.learned();
    this.isNews = false;
    for (const resolve of this.waiters.splice(0)) resolve();
  }

  private learn({ name, value }: Holder): void {
    const rule = this.byHolder.get(name);
    const videoId = rule && valuesAt(value, rule.video)[0];
    if (typeof videoId !== 'string' || !VIDEO_ID.test(videoId)) return;
    const owners = this.ownersIn(value, rule as OwnerRule);
    const before = this.known.get(videoId);
    // One place may name the uploader alone, another all who took part.
    if (!owners || (before && weight(before) >= weight(owners))) return;
    this.known.set(videoId, owners);
    this.isNews = true;
  }

  private ownersIn(holder: unknown, rule: OwnerRule): readonly Channel[] | undefined {
    const at = (paths: readonly string[]) =>
      paths.map((path) => valuesAt(holder, path)).find((values) => values.some(isPresent)) ?? [];
    const together = at(rule.collaborators).map((endpoint) => this.channel(endpoint));
    if (together.length > 0 || at(rule.collaboration).length > 0) {
      const channels = distinct(together.filter(isPresent));
      return channels.length > 1 && together.every(isPresent) ? channels : [];
    }
    const channels = distinct(at(rule.channel).flatMap((endpoint) => this.channel(endpoint) ?? []));
    return channels.length > 0 ? channels : undefined;
  }

  /** The channel that an endpoint opens, its id and handle from the same hand. */
  private channel(endpoint: unknown): Channel | undefined {
    const [channelId] = valuesAt(endpoint, this.rules.id);
    const [address] = valuesAt(endpoint, this.rules.address);
    if (typeof channelId !== 'string' || !CHANNEL_ID.test(channelId)) return undefined;
    const named = typeof address === 'string' ? channelOf(address) : undefined;
    return { channelId, ...(named?.handle !== undefined && { handle: named.handle }) };
  }
}

/** All channels of a collaboration count more than that it is one, and that more than one name. */
function weight({ length }: readonly Channel[]): number {
  return length > 1 ? 2 : length === 0 ? 1 : 0;
}

/** What stands at a path: `a.0.b`, or `a.*.b` for each, with gaps for those that have no `b`. */
function valuesAt(from: unknown, path: string): unknown[] {
  let values: unknown[] = [from];
  for (const part of path.split('.'))
    values = values
      .flatMap((value) =>
        part === '*' ? (Array.isArray(value) ? (value as unknown[]) : []) : [member(value, part)],
      )
      .slice(0, MAX_BRANCHES);
  return values;
}

function member(value: unknown, name: string): unknown {
  const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isThere ? (value as Record<string, unknown>)[name] : undefined;
}

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}
