/** Addresses of YouTube pages that people paste. */
import { normaliseHandle, percentDecoded, trimmed } from './handle.js';

export type Wanted = 'video' | 'channel';

/**
 * What a text means. `video` has its id as key, `channel` its id or its handle in normal form, with
 * its @. `legacy` is the name in an address such as `/c/name`, `/user/name` or `/name`, which only
 * YouTube can resolve; `word` a word that is no address, no id, and no handle with @.
 */
export interface Meant {
  readonly kind: Wanted | 'legacy' | 'word';
  readonly key: string;
}

const AROUND =
  /[\x00-\x20\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2026\u2028-\u202f\u205f-\u206f\u3000\ufeff\xab\xbb\u2018-\u201f\u2039\u203a\u300c-\u300f"'`<>()[\]{}*.,;:!?]/;
// Two joiners that cannot be seen either, U+200C and U+200D, belong to words.
const INVISIBLE = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;
const ENCODED = /^(?:https?:|https?%3a)?%2f%2f/i;
const ADDRESS =
  /^(?:(?:https?:)?\/\/)?(?:[a-z0-9-]+\.)?(?:youtube\.com|youtube-nocookie\.com|youtubekids\.com|(youtu\.be))\.?(?::[0-9]+)?(?![^/?#])([^?#]*)(?:\?([^#]*))?(?:#.*)?$/is;
const VIDEO = /^([A-Za-z0-9_-]{11})(?![A-Za-z0-9_-])/;
const CHANNEL = /^(UC[A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])/;
// As lists have it, with a name or a remark behind it: nothing else begins like that.
const CHANNEL_LINE = /^(UC[A-Za-z0-9_-]{22})(?:[\t\r\n ,;].*)?$/s;
// Words without a capital or a small letter, and words put together, each with a capital at most,
// perhaps with digits at the end. One in fifty of all ids looks like that, and nearly every name.
const LIKE_A_NAME = /^(?:[^A-Z]*|[^a-z]*|[A-Z]?[a-z]+(?:[_-]?[A-Z][a-z]+|[_-][a-z]+)*[_-]?[0-9]*)$/;
const VIDEO_PATHS = ['shorts', 'embed', 'live', 'v', 'e', 'video'];
// They stand where an embedded player's address has its id.
const NO_VIDEOS = new Set(['videoseries', 'live_stream']);
// Pages that lead to another one, and where they name it.
const LEADS_ON = new Map([
  ['attribution_link', 'u'],
  ['redirect', 'q'],
  ['m', 'continue'],
]);
const NAMES = ['c', 'user'];
// Pages of YouTube itself, where older channels have their name. The others are not worth the list.
const PAGES = new Set([
  ...VIDEO_PATHS,
  ...LEADS_ON.keys(),
  ...NAMES,
  ...['about', 'account', 'channel', 'clip', 'feed', 'gaming', 'hashtag', 'playlist'],
  ...['post', 'premium', 'results', 'signin', 'source', 't', 'upload', 'watch'],
]);

/**
 * What somebody pasted or typed; undefined if it means nothing. A word of 11 characters may be a
 * video's id or a channel's name: it is an id where a video is `wanted`, a word where a channel is,
 * and where either may be an id unless it reads like a name.
 *
 * The server reads the same (common/youtube.py): clients/vectors/addresses.json holds both to it.
 */
export function readAddress(text: string, wanted?: Wanted): Meant | undefined {
  let shown = trimmed(text.replace(INVISIBLE, ''), AROUND);
  if (ENCODED.test(shown)) shown = percentDecoded(shown) ?? '';
  if (/^(?:@|%40)/.test(shown)) return handleIn(shown.replace(/[/?#][^]*/, ''));
  const line = CHANNEL_LINE.exec(shown)?.[1];
  if (line !== undefined) return { kind: 'channel', key: line };
  const address = addressIn(shown);
  if (address) return pageOf(address);
  if (
    VIDEO.exec(shown)?.[0] === shown &&
    (wanted === 'video' || (wanted === undefined && !LIKE_A_NAME.test(shown)))
  )
    return { kind: 'video', key: shown };
  // A dot makes it look like an address of somebody else's.
  return shown.includes('.') ? undefined : named('word', shown);
}

interface Address {
  readonly isShort: boolean;
  readonly path: string;
  readonly query: string;
  /** Another page led here. */
  readonly followed: boolean;
}

function addressIn(text: string, followed = false): Address | undefined {
  const found = ADDRESS.exec(/^\/(?!\/)/.test(text) ? `youtube.com${text}` : text);
  if (!found) return undefined;
  const [, short, path = '', query = ''] = found;
  return { isShort: short !== undefined, path, query, followed };
}

function pageOf({ isShort, path, query, followed }: Address): Meant | undefined {
  const [first = '', second = ''] = path.split('/').filter((segment) => segment !== '');
  const video = isShort ? videoIn(first) : undefined;
  if (video) return video;
  if (/^(?:@|%40)/.test(first)) return handleIn(first);
  if (first === '' || first === 'watch') return videoIn(parameter(query, 'v')) ?? videoIn(second);
  if (VIDEO_PATHS.includes(first))
    return (
      videoIn(second) ??
      (second === 'live_stream' ? channelIn(parameter(query, 'channel')) : undefined)
    );
  if (first === 'channel') return channelIn(second);
  const next = LEADS_ON.get(first);
  if (next !== undefined && !followed) {
    const address = addressIn(percentDecoded(parameter(query, next)) ?? '', true);
    return address && pageOf(address);
  }
  if (NAMES.includes(first)) return named('legacy', second);
  return PAGES.has(first) || isShort ? undefined : named('legacy', first);
}

/** The first of this name, still encoded; a `;` is what is left of a copied `&amp;`. */
function parameter(query: string, name: string): string {
  const part = query.split(/[&;]/).find((each) => each.split('=', 1)[0] === name) ?? '';
  return part.slice(name.length + 1);
}

/** From an id, whatever a sentence left behind it. */
function videoIn(given: string): Meant | undefined {
  const key = VIDEO.exec(percentDecoded(given) ?? '')?.[1];
  return key === undefined || NO_VIDEOS.has(key) ? undefined : { kind: 'video', key };
}

function channelIn(given: string): Meant | undefined {
  const key = CHANNEL.exec(percentDecoded(given) ?? '')?.[1];
  return key === undefined ? undefined : { kind: 'channel', key };
}

function handleIn(given: string): Meant | undefined {
  const key = normaliseHandle(given);
  return key === undefined ? undefined : { kind: 'channel', key };
}

function named(kind: 'legacy' | 'word', given: string): Meant | undefined {
  const key = normaliseHandle(given)?.slice(1);
  return key === undefined ? undefined : { kind, key };
}
