/** What of a page's title a report says: the video's, so that all who report it say the same. */

/** The server takes no longer one. */
const MAX = 200;
/** Before a title YouTube's pages say how many notifications wait. */
const COUNT = /^\(\d+\+?\) /u;
/** The server drops what cannot be seen, and refuses what is nothing else. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu;

/** Undefined where nothing is left. */
export function claimedTitle(shown: string | undefined): string | undefined {
  const title = (shown ?? '')
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(UNSEEN, '')
    .replace(COUNT, '')
    .trim();
  return [...title].slice(0, MAX).join('').trim() || undefined;
}
