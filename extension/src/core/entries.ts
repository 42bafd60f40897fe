/**
 * Entries of the viewer's allow and block lists: the id of a video, the id of a channel, or a
 * handle with its @. Their forms differ, so one text says which it is.
 */
import { type Key, keyOf, normaliseHandle, readAddress } from 'realtube-client';
import type { Card, Channel } from './types';

export type ListEntry = string;

const ID = /^(?:[\w-]{11}|UC[\w-]{22})$/;

/** The entry in what somebody typed or pasted; undefined if there is none. */
export function parseEntry(text: string): ListEntry | undefined {
  const meant = readAddress(text);
  return meant?.kind === 'video' || meant?.kind === 'channel' ? meant.key : undefined;
}

/** The same of what a list had, where a video's id may read like a name. */
export function entryAgain(text: string): ListEntry | undefined {
  return ID.test(text) ? text : parseEntry(text);
}

/** What a page says of a channel alone: nothing else that stands beside it. */
export function namesOf({ channelId, handle }: Channel): Channel {
  return { ...(channelId && { channelId }), ...(handle && { handle }) };
}

export interface ParsedList {
  readonly entries: readonly ListEntry[];
  /** Lines that are none, by what they are instead. */
  readonly wrong: Readonly<Record<Wrong, readonly string[]>>;
}

export const WRONG = ['word', 'legacy', 'nothing'] as const;
export type Wrong = (typeof WRONG)[number];

/** A list as somebody wrote it, a line each; `known` entries stay, even if they read like names. */
export function parseList(text: string, known: readonly ListEntry[]): ParsedList {
  const lines = text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line && !/^[#!]/.test(line));
  const before = new Set(known);
  const parsed = lines.map((line) => (before.has(line) ? line : parseEntry(line)));
  const rest = lines.filter((_, index) => parsed[index] === undefined);
  const of = (kind: Wrong) =>
    rest.filter((line) => (readAddress(line)?.kind ?? 'nothing') === kind);
  return {
    entries: [...new Set(parsed.filter((entry) => entry !== undefined))],
    wrong: { word: of('word'), legacy: of('legacy'), nothing: of('nothing') },
  };
}

/** Lists that an older version stored, as they are compared now: each entry once. */
export function foldEntries(entries: readonly ListEntry[]): ListEntry[] {
  const folded = entries.map((entry) => (entry.startsWith('@') && normaliseHandle(entry)) || entry);
  return [...new Set(folded)];
}

/** What the server calls the channel of a card: by its lasting id, if that is known. */
export function channelKey(channel: Pick<Card, 'channelId' | 'handle'>): string | undefined {
  return channelEntries(channel)[0];
}

/** The entries that stand for the channel of a card. */
export function channelEntries({
  channelId,
  handle,
}: Pick<Card, 'channelId' | 'handle'>): ListEntry[] {
  const known = handle === undefined ? undefined : normaliseHandle(handle);
  return [channelId, known].filter((entry) => entry !== undefined);
}

/** Keys of a card's channel: by its id and by its handle, whichever the page shows. */
export function channelKeys(card: Pick<Card, 'channelId' | 'handle'>): Promise<Key[]> {
  return Promise.all(channelEntries(card).map(keyOf));
}
