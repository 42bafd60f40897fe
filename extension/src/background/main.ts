/** Puts the background together. Listeners are added at once: a sleeping worker wakes for them. */
import { browser } from 'wxt/browser';
import { CALLS, receive } from '../messages';
import { handlersOf } from './handlers';
import { Parts } from './parts';
import { ensureFlush, ensureLists, ensureSync, onAlarm } from './schedule';
import { followSites } from './sites';
import { nextSyncAt } from './sync';

export function startBackground(): void {
  const parts = new Parts();
  receive(CALLS, handlersOf(parts));
  parts.desk.serve();
  followSites();
  onAlarm({
    sync: () => void parts.runSync(),
    flush: () => void parts.votes.flush(),
    lists: () => void parts.following.run(),
  });
  browser.runtime.onInstalled.addListener(({ reason }) => {
    if (reason === 'install')
      void browser.tabs.create({ url: browser.runtime.getURL('/welcome.html') });
  });
  browser.tabs.onRemoved.addListener((tabId) => {
    void parts.notes.pauseTab(tabId, false);
    void parts.bench.close(tabId);
  });
  void ensureSync(async () => nextSyncAt(await parts.keeper.state(), Date.now(), Math.random()));
  void ensureFlush(() => parts.votes.nextAt());
  void ensureLists(() => parts.following.nextAt());
  void keepFromPages();
}

/** Scripts in pages have no business in our storage; where a browser can say so, it does. */
async function keepFromPages(): Promise<void> {
  await browser.storage.local.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });
}
