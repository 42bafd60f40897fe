/** Skips flagged Shorts, but never runs away with the page. */

import { t } from '../core/words';
import { pause } from './hold';
import type { Watched } from './page';
import type { Selectors } from './selectors';
import { toast } from './toast';

/** After this many skips in a row the viewer is asked instead. */
const MAX_IN_A_ROW = 8;
/** A page that has not moved on after this time will not. */
const LEAVE_MS = 2000;

export class ShortsSkipper {
  private readonly skipped = new Set<string>();
  private previous: Watched | undefined;
  private current: Watched | undefined;
  private inARow = 0;
  private leaving: { readonly videoId: string; readonly since: number } | undefined;

  constructor(private readonly selectors: Selectors) {}

  /** Note which video the address names now. */
  arrived(watched: Watched | undefined): void {
    if (watched?.videoId === this.current?.videoId && watched?.kind === this.current?.kind) return;
    this.leaving = undefined;
    this.previous = this.current;
    this.current = watched;
    const wasSkipped = this.previous !== undefined && this.skipped.has(this.previous.videoId);
    if (!wasSkipped) this.inARow = 0;
  }

  /**
   * Go to the next Short, if this one came by swiping and was not skipped before: whoever opens
   * it by a link, or goes back to it, wants it.
   *
   * @returns whether it is being skipped
   */
  skip(videoId: string, reason: string): boolean {
    if (this.skipped.has(videoId)) return this.isLeaving(videoId);
    const swiped = this.previous?.kind === 'shorts';
    if (!swiped || document.hidden || this.inARow >= MAX_IN_A_ROW) return false;
    const next = document.querySelector<HTMLElement>(this.selectors.shorts.next.join());
    if (!next || next.getAttribute('aria-disabled') === 'true') return false;
    this.skipped.add(videoId);
    this.inARow += 1;
    this.leaving = { videoId, since: performance.now() };
    this.pause();
    toast(t('pageShortSkipped', reason));
    // The page may navigate within the click, and our caller is not done with this video yet.
    queueMicrotask(() => next.click());
    return true;
  }

  private isLeaving(videoId: string): boolean {
    const { leaving } = this;
    return leaving?.videoId === videoId && performance.now() - leaving.since < LEAVE_MS;
  }

  private pause(): void {
    const players = document.querySelectorAll(this.selectors.shorts.player.join());
    for (const player of players) pause(player);
  }
}
