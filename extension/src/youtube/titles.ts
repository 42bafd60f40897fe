/** Titles of cards, and names of channels: more than those is text of a link, too. */
import { MAX_TITLE } from '../messages';
import { allShown } from './shown';

/**
 * The title of a card: what lies on its picture, such as a duration, is not it.
 *
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

/** The name of a channel in links to it: the first text, behind which subscribers may be counted. */
export function nameIn(links: Iterable<Element>): string {
  for (const link of links) {
    const texts = document.createTreeWalker(link, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const name = clean(texts.currentNode.nodeValue);
      // A handle says no more than the link.
      if (name) return name.startsWith('@') ? '' : name;
    }
  }
  return '';
}

/** As reports have it, which take no longer one. */
export function clean(text: string | null): string {
  return text?.replace(/\s+/g, ' ').trim().slice(0, MAX_TITLE) ?? '';
}
