/** Does for the server's own page what the background does for pages of the extension. */
import {
  type Ask,
  Failure,
  Intercepted,
  isDone,
  json,
  type Reader,
  Refused,
  send,
  take,
  Unreachable,
} from 'realtube-client';
import { browser } from 'wxt/browser';
import { IdentityKeeper } from '../background/identity';
import { t } from '../core/words';
import { Bench } from '../jury/bench';
import type { JurorAsk } from '../jury/messages';
import { isNotes, isStored, type Notes, noteAsks, type Said, type Target } from './notes';
import { own } from './words';

let identity = new IdentityKeeper();

/** The server whose page this is; what goes wrong is said in the visitor's language. */
const server = {
  async request<T>(ask: Ask, read: Reader<T>): Promise<T> {
    try {
      return await take(await send(location.origin, ask), read);
    } catch (error) {
      if (error instanceof Intercepted) throw new Failure(t('intercepted'), error.waitMs);
      if (error instanceof Unreachable) throw new Failure(own.away, error.waitMs);
      throw error;
    }
  },
};

const bench = new Bench(server, { get: () => identity.get() });

/** What `send` of `../messages` takes for the background's answer. */
export async function answer({ type, ask }: { type: string; ask: unknown }) {
  try {
    return { value: await answerOf(type, ask) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

async function answerOf(type: string, ask: unknown): Promise<unknown> {
  if (type === 'jurors') return bench.ask(ask as JurorAsk);
  if (type === 'restoreIdentity') return identity.restore((ask as { id: string }).id);
  return { id: (await identity.get()).id };
}

/** Notes, as the juror whose key this browser has. All raise `Failure`. */
export const askNotes = {
  /** Undefined where the server has no notes. */
  async all(): Promise<Notes | undefined> {
    try {
      return await server.request(noteAsks.all(await userId()), json(isNotes));
    } catch (error) {
      if (error instanceof Refused && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  },
  write: async (target: Target, said: Said) =>
    server.request(noteAsks.write(await userId(), target, said), json(isStored)),
  withdraw: async (note: string) =>
    server.request(noteAsks.withdraw(await userId(), note), json(isDone)),
  rate: async (note: string, helpful: boolean) =>
    server.request(noteAsks.rate(await userId(), note, helpful), json(isDone)),
};

async function userId(): Promise<string> {
  return (await identity.get()).userId;
}

/** Whether this browser has a key already; it is made when it is needed. */
export async function hasKey(): Promise<boolean> {
  return (await browser.storage.local.get('identity')).identity !== undefined;
}

/** Have this browser forget the key, and whose juror that is. */
export async function forget(): Promise<void> {
  await browser.storage.local.remove('identity');
  await browser.storage.local.remove('jury');
  identity = new IdentityKeeper();
}

/** Have the server erase all that it has of who has this key. Raises `Failure`. */
export async function erase(): Promise<void> {
  const { userId } = await identity.get();
  const named = { headers: { 'X-User-ID': userId }, isNamed: true };
  try {
    await server.request({ method: 'DELETE', path: '/api/users/me', ...named }, json(isDone));
  } catch (error) {
    // Where nothing is stored, nothing is left to erase.
    if (!(error instanceof Refused) || error.code !== 'NOT_FOUND') throw error;
  }
}
