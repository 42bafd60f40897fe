/** Videos that play where nobody should see them. */

/** Pause what plays in an element. */
export function pause(element: Element): void {
  for (const media of element.querySelectorAll('video')) media.pause();
}

/** Keep what begins to play within elements of a kind from it. */
export function holdWithin(selector: string, signal: AbortSignal): void {
  const hold = ({ target }: Event) => {
    if (target instanceof HTMLMediaElement && target.closest(selector)) target.pause();
  };
  document.addEventListener('play', hold, { capture: true, signal });
}
