/** What the server says of videos that it is asked about. */
import { Intercepted } from './errors.js';
import { json, type Reader } from './http.js';
import { flag, listOf, numberIn, type Of, object, oneOf, recordOf, text, whole } from './shape.js';
import { CATEGORIES, type Verdict } from './values.js';

/** Prefixes in one request. */
export const MAX_PREFIXES = 100;

/** Members that this version does not know stay on the object. */
export const isVideo = object(
  { videoId: text(16), score: numberIn(0, 100), locked: flag },
  {
    categories: recordOf(object({ votes: whole(0, 1e9), weightedScore: numberIn(0, 100) }), 20),
    verdict: oneOf(['ai', 'human']),
    preliminary: flag,
    channelBy: text(100),
    disputes: object({ votes: whole(0, 1e9) }),
  },
);
export type Video = Of<typeof isVideo>;

const isBuckets = object({ results: recordOf(listOf(isVideo, 1000), MAX_PREFIXES) });
/** Videos by the prefixes that were asked for. */
export type Buckets = Of<typeof isBuckets>;

/** Reads `POST /api/videos/lookup`: the server answers every prefix, if only with nothing. */
export function bucketsOf(prefixes: readonly string[]): Reader<Buckets> {
  const read = json(isBuckets);
  return async (response) => {
    const buckets = await read(response);
    if (!prefixes.every((prefix) => Object.hasOwn(buckets.results, prefix)))
      throw new Intercepted(response.status);
    return buckets;
  };
}

/** A video object of the server, in the words of the list. */
export function verdictOf(video: Video): Verdict {
  const { score, locked, preliminary, channelBy, categories = {} } = video;
  let category: Verdict['category'];
  let most = -1;
  for (const known of CATEGORIES) {
    const weight = categories[known]?.weightedScore ?? -1;
    if (weight > most) [category, most] = [known, weight];
  }
  return {
    score: Math.floor(score),
    ...(category && { category }),
    locked,
    preliminary: preliminary ?? false,
    ...(channelBy === 'list' && { channelBy: 'listed' }),
    ...(channelBy === 'moderator' && { channelBy: 'reviewed' }),
  };
}
