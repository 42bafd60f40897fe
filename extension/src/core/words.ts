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
  const format = new Intl.DateTimeFormat(t('language'), {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  return t('pageSentLater', format.format(outcome.countsFrom));
}
