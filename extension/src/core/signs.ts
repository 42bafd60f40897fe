/**
 * Whether a text says of itself that AI made what it is about: its hashtags, or words that stand
 * apart, in brackets or behind a bar, as makers mark what they upload. Talk about AI is no sign, so
 * one word that asks, teaches, argues or denies is enough to leave a text alone.
 */

/** Longer ones are cut. */
const MAX_CHARS = 500;
const HASHTAG = /#([\p{L}\p{N}_]+)/gu;
const BRACKETS = /[([{【「]([^()[\]{}【】「」]{2,60})[)\]}】」]/g;
/** What is behind the last bar, or the last star, of a title. */
const BEHIND = /.*[|｜•·★]/;

/** Nothing of all that is in a text without one of these. */
const maybe = /ai|a\.i\.|ia|ki|sora|veo|suno|udio|kling|runway|midjourney|pixverse|нейро/;

/** The words of `signs.json`: pages are given them only where they are looked for. */
export interface SignWords {
  readonly hashtags: readonly string[];
  readonly phrases: readonly string[];
  readonly topics: readonly string[];
  readonly against: readonly string[];
}

/** Tells of texts, as a page shows them and of any length, whether they say it. */
export type SaysAi = (text: string) => boolean;

export function signReader({ hashtags, phrases, topics, against }: SignWords): SaysAi {
  const tags: ReadonlySet<string> = new Set(hashtags);
  const whole = (patterns: readonly string[]) => new RegExp(`^(?:${patterns.join('|')})$`, 'u');
  const phrase = whole(phrases);
  const topic = whole([...phrases, ...topics]);
  const denied = new RegExp(against.join('|'), 'u');
  return (text) => {
    const said = text.slice(0, MAX_CHARS).normalize('NFC').toLowerCase();
    if (!maybe.test(said) || denied.test(said)) return false;
    for (const [, tag = ''] of said.matchAll(HASHTAG)) if (tags.has(tag)) return true;
    for (const [, inside = ''] of said.matchAll(BRACKETS))
      if (topic.test(tidy(inside))) return true;
    const plain = said.replace(HASHTAG, ' ');
    return BEHIND.test(plain) && phrase.test(tidy(plain.replace(BEHIND, '')));
  };
}

function tidy(part: string): string {
  return part.replace(/\s+/g, ' ').replace(/^[ !.:*-]+|[ !.:*-]+$/g, '');
}
