/** Handles of channels, as they are compared. The server has the same rules (common/ids.py). */

const HANDLE = /^[\p{L}\p{M}\p{N}_\-.\u00b7\u30fb\u200c\u200d]{1,64}$/u;
const PLAIN = /^@?[A-Za-z0-9_.-]{1,64}$/;
const SPACE = /[\s\x1c-\x1f\x85]/;
// All that the Latin letters which Unicode composes with marks are made of.
const LATIN_WITH_MARKS = /([a-z\u00e6\u00f8\u0292])[\u0300-\u036f]+/g;

/**
 * The one form of a handle, with its @: any spelling of it gives the same text. Latin letters lose
 * their accents, since YouTube gives `@cafécon` and `@cafecon` to one channel; other scripts keep
 * their marks. Undefined for what is no handle, or has a character that this browser does not know.
 */
export function normaliseHandle(text: string): string | undefined {
  // As nearly all are written: nothing in them to decode or to fold but their case.
  if (PLAIN.test(text)) return `@${text.replace('@', '').toLowerCase()}`;
  const decoded = percentDecoded(trimmed(text, SPACE));
  if (decoded === undefined) return undefined;
  const handle = folded(trimmed(decoded, SPACE).replace(/^@/, ''));
  return HANDLE.test(handle) ? `@${handle}` : undefined;
}

/** The text; undefined if a percent sign begins no byte, or the bytes are not UTF-8. */
export function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Without what is around it. A pattern with `+` would take long for many in the middle. */
export function trimmed(text: string, around: RegExp): string {
  let [from, to] = [0, text.length];
  while (from < to && around.test(text.charAt(from))) from++;
  while (from < to && around.test(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

function folded(text: string): string {
  const decomposed = foldCase(text.normalize('NFC')).normalize('NFD');
  return decomposed.replace(LATIN_WITH_MARKS, '$1').normalize('NFC');
}

const ASCII = /^[\0-\x7f]*$/;

/** Unicode's full case folding, which the server uses, made of what JavaScript has. */
export function foldCase(text: string): string {
  // Most of it is, and takes a tenth of the time.
  if (ASCII.test(text)) return text.toLowerCase();
  return text
    .replace(/[^ı]+/g, (part) => part.toLowerCase().toUpperCase().toLowerCase())
    .replaceAll('ς', 'σ')
    .replace(/[\u13f8-\u13fd\uab70-\uabbf]/g, (cherokee) => cherokee.toUpperCase());
}
