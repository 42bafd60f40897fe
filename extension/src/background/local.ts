/** Small things that are kept in the browser's storage for extensions. */
import { browser } from 'wxt/browser';
import { t } from '../core/words';

/** Raises an error in the viewer's words: mostly the disk is full. */
export async function keepLocally(items: Readonly<Record<string, unknown>>): Promise<void> {
  try {
    await browser.storage.local.set(items);
  } catch {
    throw new Error(t('storageFails'));
  }
}
