/** Which list of selectors counts: the server may have a newer one, when YouTube has changed. */
import { parseSelectors, SELECTORS, type Selectors } from './selectors';

/** What the server sent if it is sound and newer, else the list this version came with. */
export function newerSelectors(sent: unknown): Selectors {
  const parsed = parseSelectors(sent, canParse);
  return parsed && parsed.version > SELECTORS.version ? parsed : SELECTORS;
}

/** Only a page can tell; in a fragment nothing is matched. */
function canParse(selector: string): boolean {
  try {
    document.createDocumentFragment().querySelector(selector);
    return true;
  } catch {
    return false;
  }
}
