/** The delta in its compact form: what changed since a revision (docs/sync.md of the server). */
import { flag, listOf, type Of, object, oneOf, text, whole } from './shape.js';
import { type Packed, pack } from './table.js';

const MAX_ON_PAGE = 10_000;

const isEntry = object(
  { key: text(16, /^[0-9a-f]{16}$/), action: oneOf(['update', 'remove']) },
  { score: whole(0, 100), flags: whole(0, 255) },
);
const isChange: typeof isEntry = (value): value is Of<typeof isEntry> =>
  isEntry(value) && (value.action === 'remove' || value.score !== undefined);
const isChanges = listOf(isChange, 2 * MAX_ON_PAGE);

/** One page of `GET /api/sync/delta?format=compact`. */
export const isDelta = object(
  { videos: isChanges, channels: isChanges },
  { nextCursor: text(100, /^\d+-\d+$/), hasMore: flag, fullSyncRequired: flag },
);
export type Delta = Of<typeof isDelta>;

export interface Change {
  /** 16 hexadecimal digits. */
  readonly key: string;
  /** Undefined: the entry is gone. */
  readonly packed: Packed | undefined;
}

/** What a page says of each section. */
export function changesIn({ videos, channels }: Delta): Record<'videos' | 'channels', Change[]> {
  return { videos: videos.map(changeOf), channels: channels.map(changeOf) };
}

function changeOf({ key, action, score = 0, flags = 0 }: Delta['videos'][number]): Change {
  return { key, packed: action === 'remove' ? undefined : pack(score, flags) };
}
