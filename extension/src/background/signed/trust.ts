/**
 * What is known of servers' signatures: for each origin its key, the time of the last statement
 * that was taken, and what is not believed now, in the viewer's words. All of the viewer's servers
 * have to sign with one key: that of the first of them of which one is known.
 */
import {
  type About,
  type Doubt,
  type File,
  flag,
  listOf,
  object,
  type Pin,
  type PinStore,
  recordOf,
  Trust,
  text,
  Untrusted,
  type Verify,
  whole,
} from 'realtube-client';
import { browser } from 'wxt/browser';
import { moment, t } from '../../core/words';
import type { SignatureStatus } from '../../messages';
import { keepLocally } from '../local';
import type { Server } from '../server';

/** The viewer may change to another server and back. */
const MAX_SERVERS = 50;

interface Kept extends Pin {
  readonly origin: string;
  readonly ahead?: number;
  readonly isUnchecked?: boolean;
  /** By the name of a file. */
  readonly doubts: Readonly<Record<string, string>>;
}
const isKept = object(
  { origin: text(200), doubts: recordOf(text(1000), 10) },
  { key: text(100), time: whole(0, 1e15), ahead: whole(0, 1e15), isUnchecked: flag },
);
const isAll = listOf(isKept, MAX_SERVERS);

export class ServerTrust implements PinStore {
  private readonly trust: Trust;
  /** What a full disk did not take, too. */
  private all: readonly Kept[] | undefined;

  /** @param verify in the place of WebCrypto, for tests */
  constructor(
    private readonly server: Server,
    verify?: Verify,
  ) {
    this.trust = new Trust(server, this, verify && { verify });
  }

  /** Raises `Untrusted`, in the viewer's words, for a file of a server that is not to be believed. */
  async expect(file: File, origin: string): Promise<void> {
    try {
      const checked = await this.trust.expect(file, origin);
      const ahead = checked.state === 'signed' ? checked.ahead : undefined;
      await this.change([origin], ({ ahead: _, doubts, ...known }) => ({
        ...known,
        ...(ahead !== undefined && { ahead }),
        isUnchecked: checked.state === 'unsupported',
        doubts: without(doubts, file.name),
      }));
    } catch (error) {
      if (!(error instanceof Untrusted)) throw error;
      error.message = SENTENCES[error.doubt](error.about);
      const { message } = error;
      await this.change([origin], (kept) => ({
        ...kept,
        doubts: { ...kept.doubts, [file.name]: message },
      }));
      throw error;
    }
  }

  async status(): Promise<SignatureStatus> {
    const { key, time } = await this.load();
    const kept = await this.ofServers();
    const ahead = kept.find((each) => each.ahead !== undefined)?.ahead;
    return {
      ...(key !== undefined && { key }),
      ...(time !== undefined && { time }),
      ...(ahead !== undefined && { ahead }),
      isUnchecked: kept.some(({ isUnchecked }) => isUnchecked),
    };
  }

  /** Sentences about what is refused of a server now. */
  async doubts(origin: string): Promise<readonly string[]> {
    return [...new Set(Object.values((await this.of(origin)).doubts))];
  }

  async load(): Promise<Pin> {
    return (await this.ofServers()).find(({ key }) => key !== undefined) ?? {};
  }

  /** For all of the servers, but not in the place of another key of one of them. */
  async save({ key, time }: Pin): Promise<void> {
    const before = (await this.load()).key;
    await this.change(await this.server.servers(), (kept) => {
      if (kept.key !== undefined && kept.key !== before) return kept;
      return {
        ...kept,
        ...(key !== undefined && { key }),
        ...(time !== undefined && { time }),
      };
    });
  }

  /** Begin anew, as if none of the servers had been seen before. */
  async forget(): Promise<void> {
    await this.change(await this.server.servers(), ({ origin }) => ({ origin, doubts: {} }));
  }

  private async ofServers(): Promise<readonly Kept[]> {
    return Promise.all((await this.server.servers()).map((origin) => this.of(origin)));
  }

  private async of(origin: string): Promise<Kept> {
    this.all ??= await read();
    return this.all.find((each) => each.origin === origin) ?? { origin, doubts: {} };
  }

  private async change(origins: readonly string[], make: (before: Kept) => Kept): Promise<void> {
    const now = (await Promise.all(origins.map((origin) => this.of(origin)))).map(make);
    const others = (this.all ?? []).filter(({ origin }) => !origins.includes(origin));
    this.all = [...others, ...now].slice(-MAX_SERVERS);
    await keepLocally({ signed: this.all }).catch(() => undefined);
  }
}

/** One sentence each. */
const SENTENCES: Readonly<Record<Doubt, (about: About) => string>> = {
  unsigned: () => t('signedNoMore'),
  'other key': () => t('signedByOther'),
  malformed: () => t('signedMalformed'),
  'rolled back': ({ said = 0, here = 0 }) => t('signedRolledBack', moment(said), moment(here)),
  frozen: ({ said = 0, here = 0 }) => t('signedFrozen', moment(said), moment(here)),
  altered: () => t('signedAltered'),
  truncated: () => t('signedTruncated'),
};

/** Rejects when it cannot be read: nobody's key may take the place of one that is known. */
async function read(): Promise<readonly Kept[]> {
  const { signed } = await browser.storage.local.get('signed');
  return isAll(signed) ? signed : [];
}

function without<T>(from: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> {
  const { [name]: _, ...rest } = from;
  return rest;
}
