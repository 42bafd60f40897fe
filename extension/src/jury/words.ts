/** What a viewer reads about a refusal. */
import { t } from '../core/words';
import { clock } from '../ui/parts';
import { NoAnswer } from './inbox';

/** @param missing the text for what is not found */
export function wordsOf(failure: unknown, missing = 'juryGone'): string {
  if (!(failure instanceof NoAnswer)) return String(failure);
  if (failure.code === 'NOT_FOUND') return t(missing);
  if (failure.code === 'RATE_LIMITED') return t('juryTooMany', clock(Date.now() + failure.waitMs));
  return failure.message;
}

/** For what shows the message of any error. */
export function inWords(failure: unknown): never {
  throw new Error(wordsOf(failure));
}
