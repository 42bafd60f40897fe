/** Keeps the viewer's secret number. Only what is derived from it ever leaves. */
import { newIdentity, object, text, userIdOf } from 'realtube-client';
import { browser } from 'wxt/browser';
import { Once } from '../core/once';
import { keepLocally } from './local';

const isIdentity = object({ id: text(36), userId: text(64) });

interface Identity {
  readonly id: string;
  readonly userId: string;
}

export class IdentityKeeper {
  private readonly kept = new Once(() => this.load());

  get(): Promise<Identity> {
    return this.kept.get();
  }

  /** Become another voter: the one whose backup this is. */
  async restore(id: string): Promise<void> {
    this.kept.set(await this.store(id));
  }

  private async load(): Promise<Identity> {
    const { identity } = await browser.storage.local.get('identity');
    return isIdentity(identity) ? identity : this.store(newIdentity());
  }

  private async store(id: string): Promise<Identity> {
    const identity = { id, userId: await userIdOf(id) };
    await keepLocally({ identity });
    return identity;
  }
}
