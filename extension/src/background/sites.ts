/** Runs our script on the sites that the viewer permits, beside those of the manifest. */
import { browser } from 'wxt/browser';
import { KIDS } from '../core/sites';

const ID = 'kids';

/** Registrations are lost when the extension is updated, so each start looks after them. */
export function followSites(): void {
  let work: Promise<unknown> = Promise.resolve();
  // One after another: a permission may come while the last one is seen to.
  const follow = () => {
    work = work.then(register).catch(() => undefined);
  };
  browser.permissions.onAdded.addListener(follow);
  browser.permissions.onRemoved.addListener(follow);
  follow();
}

async function register(): Promise<void> {
  const [isPermitted, registered] = await Promise.all([
    browser.permissions.contains({ origins: [KIDS] }),
    browser.scripting.getRegisteredContentScripts({ ids: [ID] }),
  ]);
  if (isPermitted === registered.length > 0) return;
  if (!isPermitted) return browser.scripting.unregisterContentScripts({ ids: [ID] });
  const { js = [], css = [] } = browser.runtime.getManifest().content_scripts?.[0] ?? {};
  await browser.scripting.registerContentScripts([
    { id: ID, matches: [KIDS], js, css, runAt: 'document_start' },
  ]);
}
