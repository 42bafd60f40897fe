/** Texts in the viewer's language. */
import { browser } from 'wxt/browser';

export function t(name: string, ...values: string[]): string {
  return browser.i18n.getMessage(name as Parameters<typeof browser.i18n.getMessage>[0], values);
}
