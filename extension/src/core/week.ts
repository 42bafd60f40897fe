/** Once a week, what became of one's reports: told from what this browser knows, without asking. */
import type { Verdict } from 'realtube-client';
import { FLAGGED } from './decide';

export const WEEK_MS = 7 * 86_400_000;

export const FATES = ['flagged', 'confirmed', 'human'] as const;
/** What the community has found of a video: flagged by votes; decided to be AI; or by people. */
export type Fate = (typeof FATES)[number];

/** What was known when it was told last. */
export interface Week {
  /** Milliseconds since 1970. */
  readonly told: number;
  readonly fates: Readonly<Record<string, Fate>>;
}

/** A report of a video, as far as it matters here. */
export interface Reported {
  readonly videoId: string;
  readonly verdict?: Verdict;
}

export function fateOf(verdict: Verdict | undefined): Fate | undefined {
  if (!verdict) return undefined;
  if (verdict.locked || verdict.decidedBy) return verdict.score > 0 ? 'confirmed' : 'human';
  return verdict.score >= FLAGGED ? 'flagged' : undefined;
}

/** Of each report of which something is known. */
export function fatesOf(reports: readonly Reported[]): Record<string, Fate> {
  return Object.fromEntries(
    reports.flatMap(({ videoId, verdict }) => {
      const fate = fateOf(verdict);
      return fate ? [[videoId, fate]] : [];
    }),
  );
}

/**
 * How many reports came to what since it was told last; nothing before a week is over, or where
 * nothing has changed. A clock that was set back does not keep one waiting.
 */
export function news(
  week: Week,
  fates: Readonly<Record<string, Fate>>,
  now: number,
): Partial<Record<Fate, number>> | undefined {
  if (now >= week.told && now - week.told < WEEK_MS) return undefined;
  const counts: Partial<Record<Fate, number>> = {};
  for (const [id, fate] of Object.entries(fates))
    if (week.fates[id] !== fate) counts[fate] = (counts[fate] ?? 0) + 1;
  return Object.keys(counts).length > 0 ? counts : undefined;
}
