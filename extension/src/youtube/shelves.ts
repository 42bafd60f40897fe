/** Shelves all of whose cards are hidden, which would leave a heading without anything below. */
import type { CardReader } from './cards';
import { EMPTY_MARK, MARK } from './marks';
import { allShown } from './shown';

/** Hide or show the shelf around a card, after the card was hidden or shown, by us or by YouTube. */
export function updateShelf(card: Element, reader: CardReader): void {
  const shelf = reader.shelfOf(card);
  if (!shelf) return;
  const marked = [...allShown(shelf, `[${MARK}]`)];
  const isEmpty = marked.length > 0 && marked.every((other) => other.getAttribute(MARK) === 'hide');
  shelf.toggleAttribute(EMPTY_MARK, isEmpty && reader.isComplete(shelf));
}
