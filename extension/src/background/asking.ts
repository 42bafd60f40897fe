/**
 * When a page may ask YouTube about a card: only if the viewer wants it, once for each video, and
 * so seldom that nobody minds, over all tabs and restarts. Whoever minds is left alone for an hour.
 */
import { keyOf, listOf, object, whole } from 'realtube-client';
import { browser } from 'wxt/browser';
import { MINUTE_MS } from '../core/clock';
import { Lru } from '../core/lru';
import { Once } from '../core/once';
import type { Channel, Making } from '../core/types';
import type { Permission } from '../messages';
import type { Sightings } from './sightings';

const EVERY_MS = 1000;
const HOUR_MS = 60 * MINUTE_MS;
const AN_HOUR = 300;
/** Videos that were asked about without an answer, until this background ends. */
const REMEMBERED = 4000;
/** A switch that is off may be on again when a page asks after this time. */
const OFF_MS = MINUTE_MS;
const ENOUGH = [403, 429];

/** What YouTube answered a page. */
export interface Answered extends Channel {
  readonly videoId: string;
  /** 0 when nobody answered. */
  readonly status: number;
  /** Absent if the answer could not be read. */
  readonly making?: Making;
}

interface Kept {
  /** When it was asked within the last hour. */
  readonly times: readonly number[];
  /** It wants to be left alone until then. */
  readonly notBefore: number;
}

const time = whole(0, Number.MAX_SAFE_INTEGER);
const isKept = object({ times: listOf(time, AN_HOUR), notBefore: time });
const KNOWN: Permission = { may: false, isKnown: true };

export class Asking {
  private readonly kept = new Once(read);
  private readonly asked = new Lru<string, 'waits' | 'done'>(REMEMBERED);
  private turn: Promise<unknown> = Promise.resolve();

  /** @param isOn whether the viewer wants it */
  constructor(
    private readonly isOn: () => Promise<boolean>,
    private readonly sightings: Sightings,
  ) {}

  /** One page after another: each permission is used up. */
  mayAsk(videoId: string): Promise<Permission> {
    return this.inTurn(async () => {
      if (!(await this.isOn())) return later(OFF_MS);
      const making = (await this.sightings.seen()).making(await keyOf(videoId));
      if (making !== undefined || this.asked.get(videoId)) return KNOWN;
      const { times, notBefore } = await this.kept.get();
      const now = Date.now();
      const waitMs = waitFor(times.filter(isWithinAnHour(now)), notBefore, now);
      if (waitMs > 0) return later(waitMs);
      // Noted first: what is not asked after all costs nobody anything.
      await this.keep({ times: [...times.filter(isWithinAnHour(now)), now], notBefore: 0 });
      this.asked.set(videoId, 'waits');
      return { may: true };
    });
  }

  /** Whether the answer is to a question that was permitted. */
  async answered({ status, making, ...about }: Answered): Promise<boolean> {
    if (this.asked.get(about.videoId) !== 'waits') return false;
    this.asked.set(about.videoId, 'done');
    if (ENOUGH.includes(status)) await this.inTurn(() => this.rest());
    // One that cannot be read is an answer, too: it would not be another one tomorrow.
    if (status === 200) await this.sightings.add({ ...about, making: making ?? 'none' });
    return true;
  }

  /** Until when YouTube is left alone because it had enough; 0 if it is not. */
  async restsUntil(): Promise<number> {
    const { notBefore } = await this.kept.get().catch(() => NEVER);
    return isAhead(notBefore, Date.now()) ? notBefore : 0;
  }

  private async rest(): Promise<void> {
    await this.keep({ ...(await this.kept.get()), notBefore: Date.now() + HOUR_MS });
  }

  /** Rejects when it cannot be stored: then nothing may be asked. */
  private async keep(asking: Kept): Promise<void> {
    await browser.storage.local.set({ asking });
    this.kept.set(asking);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }
}

const NEVER: Kept = { times: [], notBefore: 0 };

async function read(): Promise<Kept> {
  const { asking } = await browser.storage.local.get('asking');
  return isKept(asking) ? asking : NEVER;
}

function later(waitMs: number): Permission {
  return { may: false, isKnown: false, waitMs };
}

function waitFor(times: readonly number[], notBefore: number, now: number): number {
  if (isAhead(notBefore, now)) return notBefore - now;
  const last = times.at(-1);
  if (times.length >= AN_HOUR) return HOUR_MS - Math.abs(now - (times[0] ?? now));
  return last === undefined ? 0 : Math.max(0, EVERY_MS - Math.abs(now - last));
}

/** The clock may have been set back since: that makes nothing older. */
function isWithinAnHour(now: number): (at: number) => boolean {
  return (at) => Math.abs(now - at) < HOUR_MS;
}

function isAhead(at: number, now: number): boolean {
  return at > now && at - now <= HOUR_MS;
}
