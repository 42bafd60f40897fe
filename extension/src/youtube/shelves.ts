/** Shelves all of whose cards are hidden, which would leave a heading without anything below. */
import type { CardReader } from './cards';
import { EMPTY_MARK, MARK } from './marks';

/** Hide or show the shelf around a card, after the card was hidden or shown. */
export function updateShelf(card: Element, reader: CardReader): void {
  const shelf = reader.shelfOf(card);
  if (!shelf) return;
  const marked = [...shelf.querySelectorAll(`[${MARK}]`)];
  const isEmpty =
    marked.length > 0 && marked.every((other) => other.getAttribute(MARK) === 'hide');
  if (isEmpty && reader.isComplete(shelf)) shelf.setAttribute(EMPTY_MARK, '');
  else shelf.removeAttribute(EMPTY_MARK);
}
