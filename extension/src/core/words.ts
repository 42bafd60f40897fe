/** Texts in the viewer's language. */
import { browser } from 'wxt/browser';
import type { Outcome } from './types';

export function t(name: string, ...values: string[]): string {
  return browser.i18n.getMessage(name as Parameters<typeof browser.i18n.getMessage>[0], values);
}

/** What a viewer reads about it; `done` names the text for when it went well. */
export function wordsFor(outcome: Outcome, done: 'pageSent' | 'pageUndone'): string {
  if (outcome.state === 'refused') return t('pageFailed', outcome.why);
  if (outcome.state === 'queued') return [t('pageQueued'), outcome.why].filter(Boolean).join(' ');
  if (outcome.countsFrom === undefined) return t(done);
  return t('pageSentLater', moment(outcome.countsFrom));
}

/** A time (milliseconds since 1970), to be read. */
export function moment(at: number): string {
  const format = { dateStyle: 'medium', timeStyle: 'short' } as const;
  return new Intl.DateTimeFormat(t('language'), format).format(at);
}
