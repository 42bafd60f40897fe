/** Which list of selectors counts: the server may have a newer one, when YouTube has changed. */
import { parseSelectors, SELECTORS, type Selectors } from './selectors';

/** What the server sent if it is sound and newer, else the list this version came with. */
export function newerSelectors(sent: unknown): Selectors {
  const parsed = parseSelectors(sent);
  return parsed && parsed.version > SELECTORS.version ? parsed : SELECTORS;
}
