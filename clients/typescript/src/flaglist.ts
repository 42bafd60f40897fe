/** The community's list in memory: tables as they were published, and what changed since. */
import type { Snapshot } from './compact.js';
import type { Change } from './delta.js';
import type { Key } from './keys.js';
import { keyText } from './keys.js';
import { merge } from './merge.js';
import { type Changes, type Packed, Table } from './table.js';
import { CATEGORIES, type Category, type ChannelVerdict, type Verdict } from './values.js';

/** More changes than this are worked into the tables. */
const MANY_CHANGES = 5000;

const VIDEO = {
  category: 0b111,
  locked: 0b1000,
  preliminary: 0b1_0000,
  byList: 0b10_0000,
  byModerator: 0b100_0000,
  byJury: 0b1000_0000,
};
const CHANNEL = {
  autoFlag: 0b1,
  locked: 0b10,
  categoryShift: 2,
  measured: 0b10_0000,
  measuredNotice: 0b100_0000,
  listed: 0b1000_0000,
  /** Both together; neither is then what it says by itself. */
  byJury: 0b1000_0010,
};

export class FlagList {
  constructor(
    private snapshot: Snapshot,
    readonly videoChanges: Changes = new Map(),
    readonly channelChanges: Changes = new Map(),
  ) {}

  static empty(): FlagList {
    const none = Table.ofSize(0);
    return new FlagList({ revision: 0, categories: CATEGORIES, videos: none, channels: none });
  }

  get tables(): Snapshot {
    return this.snapshot;
  }

  /** Entries, counting replaced ones twice at most until the next merge. */
  get size(): { readonly videos: number; readonly channels: number } {
    return {
      videos: this.snapshot.videos.size + this.videoChanges.size,
      channels: this.snapshot.channels.size + this.channelChanges.size,
    };
  }

  video(key: Key): Verdict | undefined {
    const packed = find(this.snapshot.videos, this.videoChanges, key);
    return packed === undefined ? undefined : this.videoVerdict(packed);
  }

  /** What is said about a channel under the first of its names that is listed. */
  channel(keys: readonly Key[]): ChannelVerdict | undefined {
    for (const key of keys) {
      const packed = find(this.snapshot.channels, this.channelChanges, key);
      if (packed !== undefined) return this.channelVerdict(packed);
    }
    return undefined;
  }

  /** Take in what a delta says. */
  take({ videos, channels }: Readonly<Record<'videos' | 'channels', readonly Change[]>>): void {
    for (const { key, packed } of videos) this.videoChanges.set(key, packed);
    for (const { key, packed } of channels) this.channelChanges.set(key, packed);
  }

  /** Work many changes into the tables. Whether that was done, so that they must be stored. */
  mergeIfMany(): boolean {
    if (this.videoChanges.size + this.channelChanges.size <= MANY_CHANGES) return false;
    const { videos, channels, ...rest } = this.snapshot;
    this.snapshot = {
      ...rest,
      videos: merge(videos, this.videoChanges),
      channels: merge(channels, this.channelChanges),
    };
    this.videoChanges.clear();
    this.channelChanges.clear();
    return true;
  }

  private videoVerdict(packed: Packed): Verdict {
    const flags = packed >>> 8;
    const decidedBy =
      (flags & (VIDEO.locked | VIDEO.byModerator)) !== 0
        ? 'moderator'
        : (flags & VIDEO.byJury) !== 0
          ? 'jury'
          : (flags & VIDEO.byList) !== 0 && 'list';
    return {
      score: packed & 0xff,
      ...this.named(flags & VIDEO.category),
      locked: (flags & VIDEO.locked) !== 0,
      preliminary: (flags & VIDEO.preliminary) !== 0,
      ...(decidedBy && { decidedBy }),
      ...((flags & VIDEO.byList) !== 0 && { channelBy: 'listed' }),
      ...((flags & VIDEO.byModerator) !== 0 && { channelBy: 'reviewed' }),
    };
  }

  private channelVerdict(packed: Packed): ChannelVerdict {
    const flags = packed >>> 8;
    const isByJury = (flags & CHANNEL.byJury) === CHANNEL.byJury;
    const locked = !isByJury && (flags & CHANNEL.locked) !== 0;
    const listed = !isByJury && (flags & CHANNEL.listed) !== 0;
    const decidedBy = isByJury ? 'jury' : locked ? 'moderator' : listed && 'list';
    return {
      score: packed & 0xff,
      ...this.named((flags >>> CHANNEL.categoryShift) & 0b111),
      locked,
      autoFlag: (flags & CHANNEL.autoFlag) !== 0,
      ...(listed && { listed }),
      ...(decidedBy && { decidedBy }),
      ...((flags & CHANNEL.measured) !== 0 && { measured: 'counts' }),
      ...((flags & CHANNEL.measuredNotice) !== 0 && { measured: 'notice' }),
    };
  }

  /** A category this version does not know is as good as none. */
  private named(index: number): { category?: Category } {
    const name = this.snapshot.categories[index];
    const category = CATEGORIES.find((known) => known === name);
    return category ? { category } : {};
  }
}

function find(table: Table, changes: Changes, key: Key): Packed | undefined {
  if (changes.size > 0) {
    const text = keyText(key);
    if (changes.has(text)) return changes.get(text);
  }
  return table.find(key);
}
