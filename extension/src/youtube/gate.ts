/** Keeps cards unpainted from their first frame until they are judged, for a short time at most. */

import { MARK } from './marks';
import { judgedBy, type Selectors } from './selectors';

/**
 * Longest time that a card is kept back. The browser counts it, in CSS: if this script hangs, or
 * the worker does not answer, everything becomes visible all the same.
 */
export const KEPT_BACK_MS = 400;

export class Gate {
  private readonly style = document.createElement('style');

  constructor(selectors: Selectors) {
    const { videos, all } = judgedBy(selectors);
    // An inner card has no mark of its own: the outermost speaks for it. A clip, because unlike
    // visibility it also covers descendants, and unlike opacity it makes no layer for each card.
    this.style.textContent = `
      @keyframes realtube-kept-back { from, to { clip-path: inset(100%); } }
      :is(${all}):not([${MARK}], :is(${videos})[${MARK}] *) {
        animation: realtube-kept-back ${KEPT_BACK_MS}ms step-end !important;
      }`;
  }

  close(): void {
    if (!this.style.isConnected) document.documentElement.append(this.style);
  }

  open(): void {
    this.style.remove();
  }
}
