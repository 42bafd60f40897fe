/**
 * Tells the server which channels YouTube labels, if the viewer agreed to share that: of a channel
 * whose videos here carry the label, or of one that others measured and that looks otherwise here.
 * Of all other channels nothing leaves.
 */
import {
  type FlagList,
  flag,
  isDone,
  json,
  object,
  Refused,
  recordOf,
  text,
} from 'realtube-client';
import { browser } from 'wxt/browser';
import { DAY_MS } from '../core/clock';
import { channelEntries, channelKeys } from '../core/entries';
import { Once } from '../core/once';
import { isLabelled, type Sample, type SeenVideos } from '../core/seen';
import type { Channel } from '../core/types';
import type { IdentityKeeper } from './identity';
import { keepLocally } from './local';
import type { Server } from './server';

/** Fewer videos are a glimpse: the server takes them for no contradiction either. */
const MIN_SHARED = 3;
const MAX_CHANNELS = 500;

/** What was shared of a channel, by its first name, and when: the day and the sample. */
const isKept = object({
  said: recordOf(text(200), MAX_CHANNELS),
  mustTakeBack: flag,
});
interface Kept {
  readonly said: Readonly<Record<string, string>>;
  /** The viewer no longer shares, and the server does not know yet. */
  readonly mustTakeBack: boolean;
}

export class Sharing {
  private readonly kept = new Once(read);
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly server: Server,
    private readonly identity: IdentityKeeper,
    private readonly isWanted: () => Promise<boolean>,
    private readonly list: () => Promise<FlagList>,
    private readonly seen: () => Promise<SeenVideos>,
  ) {}

  /** After something new was seen of a channel. Never rejects; what fails is tried with the next. */
  noticed(channel: Channel): Promise<void> {
    return this.inTurn(async () => {
      const [name] = channelEntries(channel);
      if (name === undefined || !(await this.isWanted())) return;
      const keys = await channelKeys(channel);
      const sample = (await this.seen()).sample(keys);
      const { said, mustTakeBack } = await this.kept.get();
      const now = `${Math.floor(Date.now() / DAY_MS)}`;
      const what = [...sample.labelled, '-', ...sample.unlabelled].join(' ');
      if (said[name]?.endsWith(what) || said[name]?.startsWith(`${now} `)) return;
      if (!isWorthTelling(sample, (await this.list()).channel(keys)?.measured !== undefined))
        return;
      await this.send(channel, sample);
      const others = Object.entries(said).filter(([known]) => known !== name);
      const kept = Object.fromEntries([
        ...others.slice(1 - MAX_CHANNELS),
        [name, `${now} ${what}`],
      ]);
      await this.keep({ said: kept, mustTakeBack });
    });
  }

  /** The viewer no longer shares: have the server forget it, now or with the next sync. */
  stopped(): Promise<void> {
    return this.inTurn(async () => {
      await this.keep({ said: {}, mustTakeBack: true });
      await this.takeBack();
    });
  }

  /** Try again what could not be taken back. */
  again(): Promise<void> {
    return this.inTurn(async () => {
      if ((await this.kept.get()).mustTakeBack) await this.takeBack();
    });
  }

  private async takeBack(): Promise<void> {
    const { userId } = await this.identity.get();
    const ask = { method: 'DELETE', path: '/api/observations', sent: '', isNamed: true } as const;
    try {
      await this.server.request({ ...ask, body: { userId } }, json(isDone));
    } catch (error) {
      // There was nothing.
      if (!(error instanceof Refused) || error.code !== 'NOT_FOUND') throw error;
    }
    await this.keep({ ...(await this.kept.get()), mustTakeBack: false });
  }

  private async send({ channelId, handle }: Channel, sample: Sample): Promise<void> {
    const { userId } = await this.identity.get();
    const names = {
      ...(channelId !== undefined && { channelId }),
      ...(handle !== undefined && { channelHandle: handle }),
    };
    await this.server.request(
      {
        method: 'POST',
        path: '/api/observations',
        body: { userId, ...names, ...sample },
        sent: [...Object.values(names), ...sample.labelled, ...sample.unlabelled].join(' '),
        isNamed: true,
      },
      json(isDone),
    );
  }

  private async keep(kept: Kept): Promise<void> {
    await keepLocally({ sharing: kept });
    this.kept.set(kept);
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const next = this.running.then(work).catch(() => undefined);
    this.running = next;
    return next;
  }
}

function isWorthTelling(sample: Sample, isMeasured: boolean): boolean {
  const total = sample.labelled.length + sample.unlabelled.length;
  return total >= MIN_SHARED && (isLabelled(sample.labelled.length, total) || isMeasured);
}

async function read(): Promise<Kept> {
  const { sharing } = await browser.storage.local.get('sharing');
  return isKept(sharing) ? sharing : { said: {}, mustTakeBack: false };
}
