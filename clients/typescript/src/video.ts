/** What the server says of videos, channels and votes. */
import { Intercepted } from './errors.js';
import { json, type Reader } from './http.js';
import { flag, listOf, numberIn, type Of, object, oneOf, recordOf, text, whole } from './shape.js';
import { CATEGORIES, type Verdict } from './values.js';

/** Prefixes in one request. */
export const MAX_PREFIXES = 100;

const isNamedSign = object({ sign: text(50), voices: whole(0, 1e9) }, { at: whole(0, 1e9) });
/** What independent voters noticed, and the second of the video, if enough name one. */
export type NamedSign = Of<typeof isNamedSign>;

/** Of what a score is made of. */
const isExplained = object({}, { signs: listOf(isNamedSign, 100) });

/** Members that this version does not know stay on the object. */
export const isVideo = object(
  { videoId: text(16), score: numberIn(0, 100), locked: flag },
  {
    categories: recordOf(object({ votes: whole(0, 1e9), weightedScore: numberIn(0, 100) }), 20),
    verdict: oneOf(['ai', 'human']),
    preliminary: flag,
    channelBy: text(100),
    decidedBy: text(100),
    disputes: object({ votes: whole(0, 1e9) }),
    explain: isExplained,
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

export const isChannel = object(
  { channelId: text(32), score: numberIn(0, 100), locked: flag, autoFlag: flag },
  {
    handle: text(200),
    totalVideos: whole(0, 1e9),
    flaggedVideos: whole(0, 1e9),
    topCategories: listOf(text(50), 20),
    decidedBy: text(100),
  },
);
export type Channel = Of<typeof isChannel>;

/** The answer to a vote. */
export const isCast = object(
  { success: (value: unknown): value is true => value === true, newScore: numberIn(0, 100) },
  { pending: flag, countsFrom: text(40), userTrust: numberIn(0, 1), shots: whole(1, 20) },
);
export type Cast = Of<typeof isCast>;

/** The answer to a report of a channel: what became of its votes. */
export const isReported = object(
  {
    success: (value: unknown): value is true => value === true,
    votes: listOf(
      object(
        { videoId: text(64), newScore: numberIn(0, 100) },
        { pending: flag, countsFrom: text(40) },
      ),
      5,
    ),
  },
  { userTrust: numberIn(0, 1) },
);
export type Reported = Of<typeof isReported>;

/** Whether a voter has to work before voting. */
export const isChallenge = object(
  { proofRequired: flag },
  { challenge: text(128), bits: whole(0, 256) },
);

/** A video object of the server, in the words of the list. */
export function verdictOf(video: Video): Verdict {
  const { score, locked, preliminary, channelBy, categories = {} } = video;
  // Older servers have no word for it.
  const decidedBy = video.decidedBy ?? channelBy ?? (locked && 'moderator');
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
    ...(decidedBy && decidedBy !== 'votes' && { decidedBy }),
  };
}
