/**
 * Who made a video. Several channels may have made it together: then no one of them speaks for the
 * others, and links are no proof that they name all of them.
 */
import { normaliseHandle } from 'realtube-client';
import type { Card, Channel } from '../core/types';
import type { Selectors } from './selectors';
import { allShown } from './shown';

/** What a card or a page shows. */
export interface Named {
  /** Those with a link, each once. */
  readonly channels: readonly Channel[];
  /** Several channels stand in the place of one. */
  readonly isTogether: boolean;
}

/** Who made a video, in the words of a card. */
export type Credit = Pick<Card, 'channelId' | 'handle' | 'channels'>;

/** Each channel once. An id and a handle belong together only where they are named together. */
export function distinct(named: Iterable<Channel>): Channel[] {
  let found: Channel[] = [];
  for (const channel of named) {
    const same = found.filter((other) => isSame(other, channel));
    const rest = found.filter((other) => !same.includes(other));
    found = [...rest, Object.assign({}, ...same, channel) as Channel];
  }
  return found;
}

/**
 * What is known of who made a video.
 *
 * @param told the channels as the page's data has them: none if there are several and not all are
 *   known, undefined if it says nothing
 */
export function credit(
  { channels, isTogether }: Named,
  told: readonly Channel[] | undefined,
): Credit {
  if (told && told.length > 1) return { channels: told };
  if (isTogether || told?.length === 0) return { channels: [] };
  const all = distinct([...channels, ...completing(channels, told)]);
  return all.length > 1 ? { channels: all } : (all[0] ?? {});
}

/** Whether a card, or the part of a page about who made its video, shows several channels. */
export function isTogether(part: ParentNode & Node, { collaboration }: Selectors): boolean {
  if (!part.querySelector([...collaboration.names, ...collaboration.avatars].join())) return false;
  const shown = (selectors: readonly string[]) => [...allShown(part, selectors.join())];
  return (
    shown(collaboration.names).some(({ textContent }) => textContent?.trim()) ||
    shown(collaboration.avatars).length > 1
  );
}

/** What the page's data adds, as far as it can be compared to what is shown. */
function completing(shown: readonly Channel[], told: readonly Channel[] = []): readonly Channel[] {
  const isComparable = ({ channelId, handle }: Channel, other: Channel) =>
    (channelId !== undefined && other.channelId !== undefined) ||
    (handle !== undefined && other.handle !== undefined);
  const [only] = told;
  if (!only || shown.length === 0) return told;
  return shown.some((channel) => isComparable(channel, only)) ? told : [];
}

function isSame(a: Channel, b: Channel): boolean {
  if (a.channelId !== undefined && b.channelId !== undefined) return a.channelId === b.channelId;
  if (a.handle === undefined || b.handle === undefined) return false;
  return a.handle === b.handle || normaliseHandle(a.handle) === normaliseHandle(b.handle);
}
