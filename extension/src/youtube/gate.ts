/** Keeps cards unpainted from their first frame until they are judged, for a short time at most. */

import { MARK } from './marks';

/**
 * Longest time that a card is kept back. The browser counts it, in CSS: if this script hangs, or
 * the worker does not answer, everything becomes visible all the same.
 */
export const KEPT_BACK_MS = 400;

export class Gate {
  private readonly style = document.createElement('style');

  constructor(cards: readonly string[]) {
    // An inner card has no mark of its own: the outermost speaks for it. A clip, because unlike
    // visibility it also covers descendants, and unlike opacity it makes no layer for each card.
    this.style.textContent = `
      @keyframes realtube-kept-back { from, to { clip-path: inset(100%); } }
      :is(${cards.join()}):not([${MARK}], [${MARK}] *) {
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
