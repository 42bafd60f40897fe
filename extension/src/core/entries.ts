/**
 * Entries of the viewer's allow and block lists: the id of a video, the id of a channel, or a
 * handle with its @. Their forms differ, so one text says which it is.
 */
import type { Card } from './types';

export type ListEntry = string;

const VIDEO = /^[\w-]{11}$/;
const CHANNEL = /^UC[\w-]{22}$/;
const HANDLE = /^@[^\s/?#@,]{1,100}$/u;
// What people copy from the address bar.
const ADDRESS =
  /^(?:https?:\/\/)?(?:www\.|m\.)?(?:youtube\.com|youtu\.be)\/(?:watch\?(?:.*&)?v=|shorts\/|live\/|channel\/)?([^/?&#]+)/;

/** A handle as it is compared: any spelling of one handle gives the same text. */
export function normaliseHandle(handle: string): string {
  return foldCase(unescaped(handle).trim().normalize('NFC')).normalize('NFC');
}

/** The entry in what somebody typed or pasted; undefined if there is none. */
export function parseEntry(text: string): ListEntry | undefined {
  const trimmed = text.trim();
  const id = ADDRESS.exec(trimmed)?.[1] ?? trimmed;
  if (VIDEO.test(id) || CHANNEL.test(id)) return id;
  const handle = normaliseHandle(id);
  return HANDLE.test(handle) ? handle : undefined;
}

/** The entries that stand for the channel of a card. */
export function channelEntries({ channelId, handle }: Pick<Card, 'channelId' | 'handle'>): ListEntry[] {
  const entries: ListEntry[] = [];
  if (channelId !== undefined) entries.push(channelId);
  if (handle !== undefined) entries.push(normaliseHandle(handle));
  return entries;
}

/** Unicode's full case folding, which the server uses, made of what JavaScript has. */
function foldCase(text: string): string {
  return text
    .replace(/[^ı]+/g, (part) => part.toLowerCase().toUpperCase().toLowerCase())
    .replaceAll('ς', 'σ')
    .replace(/[\u13f8-\u13fd\uab70-\uabbf]/g, (cherokee) => cherokee.toUpperCase());
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone percent sign is one
  }
}
