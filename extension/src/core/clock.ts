/** Times that were stored. The device's clock may have been wrong then, and set right since. */

export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * A stored time as far as it can be believed: 0, for never, when it lies more than a day ahead.
 * Nothing here ever waits longer than a day, so the clock was ahead when it was stored.
 *
 * @param at milliseconds since 1970
 */
export function believed(at: number, now = Date.now()): number {
  return at - now > DAY_MS ? 0 : at;
}
