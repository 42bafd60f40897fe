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
import { type Holder, holdersIn, valuesAt } from './pagedata';
import type { OwnerRule, OwnerRules } from './selectors';
import { Slices } from './slices';

/** Videos of very many pages. */
const CAPACITY = 5000;
const VIDEO_ID = /^[\w-]{11}$/;
const CHANNEL_ID = /^UC[\w-]{22}$/;

export class Owners {
  private readonly known = new Lru<string, readonly Channel[]>(CAPACITY);
  private readonly byHolder = new Map<string, OwnerRule>();
  private readonly slices = new Slices(() => this.tell());
  private isNews = false;

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
    this.slices.add(this.learning(holdersIn(data, [...this.byHolder.keys()])), isLate);
  }

  /** Resolves when what there is has been read. */
  settled(): Promise<void> {
    return this.slices.settled();
  }

  stop(): void {
    this.slices.stop();
  }

  private *learning(holders: Iterable<Holder | undefined>): Generator<undefined> {
    for (const holder of holders) {
      if (holder) this.learn(holder);
      yield undefined;
    }
  }

  private tell(): void {
    if (this.isNews) this.learned();
    this.isNews = false;
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
    const together = at(rule.collaborators).map((endpoint) => channelAt(endpoint, this.rules));
    if (together.length > 0 || at(rule.collaboration).length > 0) {
      const channels = distinct(together.filter(isPresent));
      return channels.length > 1 && together.every(isPresent) ? channels : [];
    }
    const channels = distinct(
      at(rule.channel).flatMap((endpoint) => channelAt(endpoint, this.rules) ?? []),
    );
    return channels.length > 0 ? channels : undefined;
  }
}

/** The channel that an endpoint opens, its id and handle from the same hand. */
export function channelAt(
  endpoint: unknown,
  { id, address }: Pick<OwnerRules, 'id' | 'address'>,
): Channel | undefined {
  const [channelId] = valuesAt(endpoint, id);
  const [path] = valuesAt(endpoint, address);
  if (typeof channelId !== 'string' || !CHANNEL_ID.test(channelId)) return undefined;
  const named = typeof path === 'string' ? channelOf(path) : undefined;
  return { channelId, ...(named?.handle !== undefined && { handle: named.handle }) };
}

/** All channels of a collaboration count more than that it is one, and that more than one name. */
function weight({ length }: readonly Channel[]): number {
  return length > 1 ? 2 : length === 0 ? 1 : 0;
}

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}
