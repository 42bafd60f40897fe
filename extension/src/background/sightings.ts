/**
 * Keeps what pages showed of YouTube's own label: hashes only, some thousand of them, for some
 * months. What of it may leave is in `sharing`.
 */
import { keyOf, keyText } from 'realtube-client';
import { channelKeys } from '../core/entries';
import { Once } from '../core/once';
import { SeenVideos } from '../core/seen';
import type { Channel, Making } from '../core/types';
import { t } from '../core/words';
import type { Store, Write } from './store';

/** What a page showed of the video it plays. */
export interface Sighting extends Channel {
  readonly videoId: string;
  readonly making: Making;
}

export class Sightings {
  private readonly kept = new Once(() => this.load());

  /** @param changed called when it may be said of other cards that they are labelled, or no more */
  constructor(
    private readonly store: Store,
    private readonly changed: () => void,
  ) {}

  /** What was seen; nothing while that cannot be read. */
  seen(): Promise<SeenVideos> {
    return this.kept.get().catch(() => new SeenVideos());
  }

  async add({ videoId, making, ...channel }: Sighting): Promise<void> {
    const [seen, video, names] = await Promise.all([
      this.seen(),
      keyOf(videoId),
      channelKeys(channel),
    ]);
    // That YouTube says nothing changes nothing by itself.
    const said = () => {
      const word = seen.making(video);
      return JSON.stringify([word === 'none' ? undefined : word, seen.labelled(names)]);
    };
    const before = said();
    const now = Date.now();
    const row = { video: keyText(video), channel: names.map(keyText), making, at: now };
    const value = seen.put(row);
    const gone = seen.expire(now).map((key): Write => ({ place: 'seen', key }));
    await this.store.keep({ place: 'seen', key: value.video, value }, ...gone);
    if (said() !== before) this.changed();
  }

  /** Rejects when the disk does not forget them. */
  async forget(): Promise<void> {
    const all = await this.store.all('seen');
    const writes = all.map(({ video }): Write => ({ place: 'seen', key: video }));
    await this.store.write(...writes).catch(() => {
      throw new Error(t('storageFails'));
    });
    this.kept.set(new SeenVideos());
    this.changed();
  }

  private async load(): Promise<SeenVideos> {
    const seen = new SeenVideos(await this.store.all('seen'));
    const gone = seen.expire(Date.now()).map((key): Write => ({ place: 'seen', key }));
    if (gone.length > 0) void this.store.keep(...gone);
    return seen;
  }
}
