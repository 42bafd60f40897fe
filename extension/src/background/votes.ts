/** The viewer's own reports: sent now, or kept until the server can be reached. */

import { type Category, Failure, Intercepted, type NoticedSign, Refused } from 'realtube-client';
import { believed, DAY_MS, MINUTE_MS } from '../core/clock';
import type { Choice, Mine, Outcome, Shot } from '../core/types';
import { t } from '../core/words';
import type { IdentityKeeper } from './identity';
import { OwnReports } from './reports/own';
import { Sender } from './reports/sender';
import { claimedTitle } from './reports/title';
import type { Server } from './server';
import type { OfVideo, Queued, Store, StoredReport, Write } from './store';

const KEPT_MS = 7 * DAY_MS;
/** A clock that was set forward makes all seem old: only what was tried so often in vain is. */
const TRIED_OFTEN = 20;
/** So many may fail, each for itself, before the rest waits for the next time. */
const MAX_FAILED = 3;
const RETRY_MS = 5 * MINUTE_MS;
const MAX_RETRY_MS = 30 * MINUTE_MS;
const START_MS = 1000;

export interface Ballot {
  readonly videoId: string;
  readonly choice: Choice;
  readonly channelId?: string;
  readonly handle?: string;
  readonly isShort: boolean;
  readonly title?: string;
  readonly channelName?: string;
  /** What gives it away, in the place of what was said before; absent: that stays. */
  readonly signs?: readonly NoticedSign[];
}

/** A channel reported with votes on some of its videos. */
export interface ChannelBallot {
  /** What the server calls it, see `channelKey`. */
  readonly channel: string;
  readonly category: Category;
  readonly channelId?: string;
  readonly handle?: string;
  readonly videos: readonly OfVideo[];
  readonly title?: string;
}

interface Later {
  readonly state: 'queued';
  readonly why?: string;
  /** The server asked not to be asked before; 0 if it did not. */
  readonly notBefore: number;
  /** Others may be taken all the same. */
  readonly isAlone: boolean;
}

type Sent = Exclude<Outcome, { readonly state: 'queued' }> | Later;

export class Votes {
  /** Reports of private windows, which are forgotten with this background. */
  private readonly unwritten = new Map<string, StoredReport>();
  private readonly turns = new Map<string, Promise<unknown>>();
  private sending: Promise<void> | undefined;
  private readonly sender: Sender;
  private known: Promise<OwnReports> | undefined;

  /**
   * @param userAgent name and version of this program
   * @param waits called when something stays in the queue, with the time to try again
   * @param changed called when the viewer's reports are others than before
   */
  constructor(
    private readonly store: Store,
    server: Server,
    identity: IdentityKeeper,
    userAgent: string,
    private readonly waits: (at: number) => void,
    private readonly changed: () => void = () => undefined,
  ) {
    this.sender = new Sender(server, identity, userAgent);
  }

  /** @param isSecret leave no trace of it on disk, unless it must wait there */
  cast(ballot: Ballot, isSecret: boolean): Promise<Outcome> {
    const { title, channelName, signs: named, ...vote } = ballot;
    const { videoId, choice } = vote;
    const [claimed, channel] = [claimedTitle(title), claimedTitle(channelName)];
    const at = Date.now();
    return this.submit(
      videoId,
      async () => {
        // With all that was said: what was said before may still wait, and this takes its place.
        const signs = choice === 'not_ai' ? undefined : (named ?? (await this.mine(videoId)).signs);
        const queued = {
          ...vote,
          ...(claimed && { title: claimed }),
          ...(channel && { channelName: channel }),
          ...(signs && { signs }),
          at,
        };
        const report = { ...(title && { title }), ...(signs && { signs }), videoId, choice, at };
        return { queued, report };
      },
      isSecret,
    );
  }

  /** Report a channel, in one request; all of its votes count, or none. */
  reportChannel(ballot: ChannelBallot, isSecret: boolean): Promise<Outcome> {
    const { title, category, ...rest } = ballot;
    const { videos, ...channel } = rest;
    const queued: Queued = { ...rest, choice: category, at: Date.now() };
    const report = {
      ...(title && { title }),
      ...channel,
      videoIds: videos.map(({ videoId }) => videoId),
      choice: category,
      at: queued.at,
    };
    const asked = this.submit(nameOf(queued), async () => ({ queued, report }), isSecret);
    return asked.then(async (outcome) => {
      // Its votes are in the place of those that were sent before.
      if (outcome.state !== 'refused')
        for (const { videoId } of videos) await this.inTurn(videoId, () => this.forget(videoId));
      return outcome;
    });
  }

  withdraw(videoId: string): Promise<Outcome> {
    return this.takeBack({ videoId, isShort: false, at: Date.now() });
  }

  /** Pictures do not wait: the viewer sees what the server says, and can send them again. */
  show(videoId: string, shots: readonly Shot[]): Promise<Outcome> {
    return this.inTurn(videoId, () => this.sender.show(videoId, shots));
  }

  /** The votes that were sent with it go, too. */
  withdrawChannel(channel: string): Promise<Outcome> {
    return this.takeBack({ channel, videos: [], at: Date.now() });
  }

  /** @param make called in its turn, when what came before is done */
  private submit(
    name: string,
    make: () => Promise<{ readonly queued: Queued; readonly report: Unfated }>,
    isSecret: boolean,
  ): Promise<Outcome> {
    return this.inTurn(name, async () => {
      const { queued, report } = await make();
      const outcome = await this.sendNow(queued);
      await this.keep(withFate(report, outcome), isSecret);
      return outcome;
    });
  }

  private takeBack(queued: Queued): Promise<Outcome> {
    const name = nameOf(queued);
    return this.inTurn(name, async () => {
      const report = await this.report(name);
      // In the queue this takes the place of the report, should that still wait there.
      const outcome = await this.sendNow(queued);
      if (outcome.state === 'queued' && report)
        await this.keep(withFate(report, outcome, 'withdrawing'), this.unwritten.has(name));
      if (outcome.state === 'sent') {
        await this.forget(name);
        if ('videoId' in queued) await this.leaveChannels(queued.videoId);
      }
      return outcome;
    });
  }

  /** A vote that came with a channel was withdrawn by itself. */
  private async leaveChannels(videoId: string): Promise<void> {
    for (const report of await this.reports().catch(() => []))
      if ('channel' in report && report.videoIds.includes(videoId)) {
        const videoIds = report.videoIds.filter((one) => one !== videoId);
        await this.keep({ ...report, videoIds }, this.unwritten.has(nameOf(report)));
      }
  }

  /** What the viewer said about a video and did not withdraw. */
  async mine(videoId: string): Promise<Mine> {
    return (await this.own()).mine(videoId);
  }

  async mineOfChannel(channel: string): Promise<Category | undefined> {
    return (await this.own()).ofChannel(channel);
  }

  /** What the viewer has reported and not withdrawn. Never rejects. */
  own(): Promise<OwnReports> {
    this.known ??= this.reports().then(
      (reports) => new OwnReports(reports),
      () => {
        this.known = undefined; // the disk may answer next time
        return new OwnReports([...this.unwritten.values()]);
      },
    );
    return this.known;
  }

  /** Newest first. */
  async reports(): Promise<readonly StoredReport[]> {
    const stored = (await this.store.all('reports')).filter(
      (report) => !this.unwritten.has(nameOf(report)),
    );
    return [...stored, ...this.unwritten.values()].sort((a, b) => b.at - a.at);
  }

  /** Rejects when the disk does not forget them. */
  async forgetReports(): Promise<void> {
    this.unwritten.clear();
    const all = await this.store.all('reports');
    const writes = all.map((report): Write => ({ place: 'reports', key: nameOf(report) }));
    await this.store.write(...writes).catch(() => {
      throw new Error(t('storageFails'));
    });
    this.isChanged();
  }

  async waiting(): Promise<number> {
    return (await this.queue()).length;
  }

  /** Why something waits, where the viewer may be able to do something about it. */
  async waitingWhy(): Promise<string | undefined> {
    return (await this.queue()).find(({ why }) => why !== undefined)?.why;
  }

  /** When to try again what waits; undefined when nothing does. */
  async nextAt(): Promise<number | undefined> {
    const queue = await this.queue();
    if (queue.length === 0) return undefined;
    const tries = Math.min(...queue.map(triesOf));
    const backOff = Math.min(RETRY_MS * 2 ** Math.max(tries - 1, 0), MAX_RETRY_MS);
    return Math.max(Date.now() + backOff, restUntil(queue) + START_MS);
  }

  /** Another server does not know what the last one asked for. */
  async forgetWaits(): Promise<void> {
    const queue = await this.queue();
    await this.store.keep(
      ...queue.map(
        (value): Write => ({
          place: 'queue',
          key: nameOf(value),
          value: { ...value, notBefore: 0 },
        }),
      ),
    );
  }

  /** Send what waits, until the server is out of reach again. Never rejects. */
  flush(): Promise<void> {
    this.sending ??= this.sendQueued().finally(() => {
      this.sending = undefined;
    });
    return this.sending;
  }

  /** What was tried least goes first, then the oldest: nothing blocks the way for the others. */
  private async sendQueued(): Promise<void> {
    const queue = (await this.queue()).sort((a, b) => triesOf(a) - triesOf(b) || a.at - b.at);
    if (Date.now() < restUntil(queue)) return this.askForTime();
    let failed = 0;
    for (const name of queue.map(nameOf)) {
      const sent = await this.inTurn(name, () => this.sendWaiting(name));
      if (sent?.state !== 'queued') continue;
      failed += 1;
      if (!sent.isAlone || failed === MAX_FAILED) break;
    }
    await this.askForTime();
  }

  private async sendWaiting(name: string): Promise<Sent | undefined> {
    const queued = await this.store.get('queue', name).catch(() => undefined);
    // Meanwhile the viewer may have changed their mind, and that was sent.
    if (!queued) return undefined;
    const sent = await this.send(queued);
    if (sent.state === 'queued' && !isTooOld(queued)) {
      await this.store.keep(waitingOf(queued, sent));
      return sent;
    }
    await this.settle(
      queued,
      sent.state === 'queued' ? { state: 'refused', why: t('reportTooOld') } : sent,
    );
    return sent;
  }

  private async settle(queued: Queued, sent: Exclude<Sent, Later>): Promise<void> {
    const { choice } = queued;
    const name = nameOf(queued);
    await this.dropQueued(name);
    const isWithdrawn = choice === undefined && sent.state === 'sent';
    if (isWithdrawn) return this.forget(name);
    const report = await this.report(name);
    if (!report) return;
    // What could not be withdrawn still stands.
    const fated = withFate(report, sent, choice === undefined ? 'sent' : sent.state);
    await this.keep(fated, this.unwritten.has(name));
  }

  private async sendNow(queued: Queued): Promise<Outcome> {
    const sent = await this.send(queued);
    if (sent.state !== 'queued') {
      await this.dropQueued(nameOf(queued));
      return sent;
    }
    try {
      await this.store.write(waitingOf(queued, sent));
    } catch {
      // Nor may an older choice be sent that waits there.
      await this.dropQueued(nameOf(queued));
      return { state: 'refused', why: t('storageFails') };
    }
    await this.askForTime();
    return { state: 'queued', ...(sent.why !== undefined && { why: sent.why }) };
  }

  private async askForTime(): Promise<void> {
    const at = await this.nextAt();
    if (at !== undefined) this.waits(at);
  }

  private async send(queued: Queued): Promise<Sent> {
    const notBefore = restUntil(await this.queue());
    if (Date.now() < notBefore) return { state: 'queued', notBefore, isAlone: false };
    try {
      return await this.sender.send(queued);
    } catch (error) {
      if (!(error instanceof Refused) || error.isTemporary) return laterThan(error);
      // Nothing to withdraw is as good as withdrawn.
      const isGone = error.code === 'NOT_FOUND' && queued.choice === undefined;
      return isGone ? { state: 'sent' } : { state: 'refused', why: error.message };
    }
  }

  /** One after another for each name, so that the viewer's last word reaches the server last. */
  private inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const done = (this.turns.get(name) ?? Promise.resolve()).then(work);
    const over = done
      .catch(() => undefined)
      .then(() => {
        if (this.turns.get(name) === over) this.turns.delete(name);
      });
    this.turns.set(name, over);
    return done;
  }

  private queue(): Promise<Queued[]> {
    return this.store.all('queue').catch(() => []);
  }

  private async report(name: string): Promise<StoredReport | undefined> {
    const unwritten = this.unwritten.get(name);
    return unwritten ?? (await this.store.get('reports', name).catch(() => undefined));
  }

  private async keep(report: StoredReport, isSecret: boolean): Promise<void> {
    const key = nameOf(report);
    if (isSecret) this.unwritten.set(key, report);
    else await this.store.keep({ place: 'reports', key, value: report });
    this.isChanged();
  }

  private async forget(name: string): Promise<void> {
    this.unwritten.delete(name);
    await this.store.keep({ place: 'reports', key: name });
    this.isChanged();
  }

  private isChanged(): void {
    this.known = undefined;
    this.changed();
  }

  private async dropQueued(name: string): Promise<void> {
    await this.store.keep({ place: 'queue', key: name });
  }
}

type Unfated = WithoutFate<StoredReport>;
// Of each of the two by itself.
type WithoutFate<T> = T extends unknown ? Omit<T, 'state' | 'why' | 'shots'> : never;

/** Under which a report is kept and waits. No video's id has a blank. */
function nameOf(of: { readonly videoId: string } | { readonly channel: string }): string {
  return 'channel' in of ? `channel ${of.channel}` : of.videoId;
}

function laterThan(error: unknown): Later {
  const waitMs = error instanceof Failure ? error.waitMs : 0;
  // A filter may mind this one only, or the server stumble over it.
  const isStumble = error instanceof Refused && error.code === 'INTERNAL_ERROR';
  const isAlone = waitMs === 0 && (error instanceof Intercepted || isStumble);
  return {
    state: 'queued',
    ...(error instanceof Intercepted && { why: error.message }),
    notBefore: waitMs > 0 ? Date.now() + waitMs : 0,
    isAlone,
  };
}

function waitingOf(queued: Queued, { why, notBefore }: Later): Write {
  const { why: _, ...rest } = queued;
  const value: Queued = {
    ...rest,
    ...(why !== undefined && { why }),
    // The clock may have been set back since.
    at: believed(queued.at) || Date.now(),
    tries: triesOf(queued) + 1,
    notBefore,
  };
  return { place: 'queue', key: nameOf(queued), value };
}

function triesOf({ tries = 0 }: Queued): number {
  return tries;
}

function isTooOld(queued: Queued): boolean {
  return triesOf(queued) >= TRIED_OFTEN && Date.now() - queued.at > KEPT_MS;
}

function restUntil(queue: readonly Queued[]): number {
  return Math.max(0, ...queue.map(({ notBefore = 0 }) => believed(notBefore)));
}

function withFate(
  report: StoredReport | Unfated,
  outcome: Outcome,
  state: StoredReport['state'] = outcome.state,
): StoredReport {
  const { why: _, ...rest } = { why: undefined, ...report };
  const why = 'why' in outcome ? outcome.why : undefined;
  const shots = 'shots' in outcome ? outcome.shots : undefined;
  return { ...rest, state, ...(why !== undefined && { why }), ...(shots && { shots }) };
}
