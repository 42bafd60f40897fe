/** Permissions for hosts, which the options page asks for. */
import { browser } from 'wxt/browser';
import { patternOf } from '../../core/address';
import { serversOf } from '../../core/servers';
import { KIDS } from '../../core/sites';
import type { Settings } from '../../core/types';

/** Give back the permission for an address that is needed no more, unless something else needs it. */
export async function giveBack(url: string, settings: Settings): Promise<void> {
  const lists = settings.subscriptions.map((one) => one.url);
  const needed = [...lists, ...serversOf(settings)].map(patternOf);
  const pattern = patternOf(url);
  // Those of the manifest cannot be given back.
  if (![...needed, KIDS].includes(pattern))
    await browser.permissions.remove({ origins: [pattern] }).catch(() => false);
}
