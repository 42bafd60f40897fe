/** The viewer's settings, lists and consent, in local storage: nothing of it is synced. */
import { browser } from 'wxt/browser';
import { Once } from '../core/once';
import { defaultSettings } from '../core/presets';
import { completeSettings } from '../core/shapes';
import type { Settings } from '../core/types';
import { keepLocally } from './local';

declare const __SERVER__: string;

export const DEFAULT_SERVER = __SERVER__;

export class SettingsKeeper {
  private readonly kept = new Once(read);
  private writing: Promise<unknown> = Promise.resolve();

  /** @param changed called after a change was stored */
  constructor(private readonly changed: (now: Settings, before: Settings) => void) {}

  get(): Promise<Settings> {
    return this.kept.get();
  }

  /** Changes are made one after another: two tabs may allow a channel at once. */
  change(make: (before: Settings) => Partial<Settings>): Promise<Settings> {
    const next = this.writing.then(async () => {
      const before = await this.get();
      const now = { ...before, ...make(before) };
      await keepLocally({ settings: now });
      this.kept.set(now);
      this.changed(now, before);
      return now;
    });
    this.writing = next.catch(() => undefined);
    return next;
  }

  /** All but the viewer's lists and servers. */
  reset(): Promise<Settings> {
    return this.change(({ allow, block, server, otherServers, subscriptions }) => ({
      ...defaultSettings(server),
      otherServers,
      subscriptions,
      allow,
      block,
    }));
  }

  async isWelcomed(): Promise<boolean> {
    const { welcomed } = await browser.storage.local.get('welcomed');
    return welcomed === true;
  }

  async acceptWelcome(): Promise<void> {
    await keepLocally({ welcomed: true });
  }
}

async function read(): Promise<Settings> {
  const { settings } = await browser.storage.local.get('settings');
  return completeSettings(settings, defaultSettings(DEFAULT_SERVER));
}
