/** Where in a video something was noticed, as viewers write and read it. */

/** As `0:12` and `1:02:03`, and seconds alone. */
export const CLOCK = '(\\d{1,2}:){0,2}\\d{1,5}';
/** The latest second that the server takes: YouTube's longest video. */
export const AT_MAX_S = 43_200;

/** Seconds; undefined for what is no time, or after the longest video. */
export function secondsOf(text: string): number | undefined {
  if (!new RegExp(`^${CLOCK}$`).test(text)) return undefined;
  const at = text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return at <= AT_MAX_S ? at : undefined;
}

export function clockOf(at: number): string {
  const parts = [Math.floor(at / 60), at % 60];
  if (at >= 3600) parts.splice(0, 1, Math.floor(at / 3600), Math.floor(at / 60) % 60);
  return parts.map((part, index) => (index ? `${part}`.padStart(2, '0') : part)).join(':');
}
