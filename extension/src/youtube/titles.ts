/** The title of a card: what lies on its picture, such as a duration, is text of a link, too. */
import { allShown } from './shown';

/**
 * @param selectors where titles stand, the surest first; an attribute `title` is the whole of one
 * @param textLinks around other people's texts, such as chapters
 */
export function titleIn(card: Element, selectors: readonly string[], textLinks: string): string {
  for (const selector of selectors)
    for (const found of allShown(card, selector)) {
      const title = found.closest(textLinks)
        ? ''
        : clean(found.getAttribute('title') || found.textContent);
      if (title) return title;
    }
  // A still on the end wall is a picture with a label.
  return clean(card.getAttribute('aria-label'));
}

function clean(text: string | null): string {
  return text?.replace(/\s+/g, ' ').trim() ?? '';
}
