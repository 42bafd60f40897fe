/** What names one channel: an id, an @handle, an address; and words that take it back. */
import { normaliseHandle, readAddress } from 'realtube-client';
import { type Entry, type Keys, type Read, Refused } from './entries';
import {
  hasBrokenBytes,
  isBlank,
  isComment,
  plainWord,
  SPACE,
  setOf,
  strip,
  WORD,
  wordsOf,
} from './text';

export const ID = 'UC[A-Za-z0-9_-]{22}';
const IS_ID = new RegExp(`^${ID}$`);
// A parser of what people paste would take them off.
const PATTERN = /[*^|<>]/;
// An id or an address ends where it ends, whatever is behind it. A handle with more behind it
// may be a name that begins with @, unless what follows is a comment.
const YOUTUBE = '[Yy][Oo][Uu][Tt][Uu][Bb][Ee]\\.[Cc][Oo][Mm]\\/';
const WITH_REMARK = new RegExp(
  `^(?:(${ID})(?=[${SPACE},;|#:])` +
    `|((?:[Hh][Tt][Tt][Pp][Ss\\u017f]?:\\/|\\/|[${WORD}.]{0,20}${YOUTUBE})[^${SPACE}]*)(?=[${SPACE}])` +
    `|(@[^${SPACE}]+)(?=[${SPACE}]+(?:#|\\/\\/)))([^]*)$`,
  'u',
);

export const NOT = setOf('no false f n off');
/** What a cell or a remark says when the channel is not, or no longer, on the list. */
export const NO: ReadonlySet<string> = new Set([
  ...NOT,
  ...setOf(`remove removed delete deleted delisted unlisted unlist unblock unblocked
    unban unbanned unflag unflagged clear cleared clearchannel unlockchannel whitelist
    whitelisted allow allowed allowlist allowlisted exempt exempted exclude excluded exception
    inactive disabled disable rejected dismissed reversed retracted withdrawn expired revoked
    closed obsolete human humanmade notai notslop nonai safe falsepositive`),
]);
// These say so also at the beginning of a sentence: `removed in May`, `not AI after all`.
const CLEAR_NO = setOf(
  'removed delisted unlisted unblocked unbanned unflagged cleared whitelisted notai notslop nonai falsepositive',
);
const BEFORE_IT = setOf('was is now has been since');
export const YES = setOf(`yes true t y on active block blocked blocklist blocklisted blacklist
  blacklisted listed list flag flagged flagchannel confirmed confirm add added ai aigenerated
  fullyai slop keep current enabled ban banned hide hidden`);

export function isId(text: string): boolean {
  return IS_ID.test(text);
}

/** The channel that an id, an @handle or a page's address, also without host, names. Raises `Refused`. */
export function channel(text: string): Keys {
  const given = strip(text).replace(/^%40/, '@');
  refuseBrokenBytes(given);
  if (PATTERN.test(given)) throw new Refused('noChannel');
  const meant = readAddress(/^\/[^/]/.test(given) ? `https://www.youtube.com${given}` : given);
  if (meant?.kind !== 'channel') throw new Refused('noChannel');
  if (meant.key.startsWith('@')) return { handle: meant.key };
  if (!isId(meant.key)) throw new Refused('noChannel');
  return { channelId: meant.key };
}

/** The same as one text; undefined where there is none. */
export function keyIn(text: string): string | undefined {
  try {
    return keyText(channel(text));
  } catch (refused) {
    if (refused instanceof Refused) return undefined;
    throw refused;
  }
}

export function keyText({ channelId, handle }: Keys): string {
  return channelId ?? handle ?? '';
}

/** Keys of one text that `keyText` gave. */
export function keysOf(text: string): Keys {
  return text.startsWith('@') ? { handle: text } : { channelId: text };
}

/** A handle in normal form, also without its @. Raises `Refused`. */
export function handleIn(text: string): string {
  refuseBrokenBytes(text);
  const found = normaliseHandle(text);
  if (found === undefined) throw new Refused('noChannel');
  return found;
}

/** A channel with or without a remark behind it; one that takes it back is honoured. Raises `Refused`. */
export function oneChannel(text: string): Entry {
  const given = strip(text);
  const found = WITH_REMARK.exec(given);
  if (!found) return channel(given);
  const [, id, address, handle, remark = ''] = found;
  if (isNo(remark)) throw new Refused('saysNo');
  return channel(id ?? address ?? handle ?? '');
}

/** Whether a remark takes a channel back. */
export function isNo(remark: string): boolean {
  if (NO.has(plainWord(remark))) return true;
  const said = wordsOf(remark);
  while (said[0] !== undefined && BEFORE_IT.has(said[0])) said.shift();
  return CLEAR_NO.has(said[0] ?? '') || CLEAR_NO.has(said.slice(0, 2).join(''));
}

/** What a blank line or a comment gives; undefined for all else. */
export function notARow(line: string): Read | undefined {
  if (isBlank(line)) return {};
  return isComment(line) ? { comment: true } : undefined;
}

function refuseBrokenBytes(text: string): void {
  if (hasBrokenBytes(text)) throw new Refused('broken');
}
