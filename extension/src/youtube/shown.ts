/** What YouTube itself hides: it keeps parts of other kinds of cards in each, and old links in them. */

/** The first wanted match in an element that YouTube shows when it shows the element. */
export function firstShown(
  root: ParentNode & Node,
  selector: string,
  isWanted: (found: Element) => boolean = () => true,
): Element | undefined {
  const first = root.querySelector(selector);
  if (!first) return undefined;
  if (!isHiddenIn(root, first) && isWanted(first)) return first;
  for (const found of allShown(root, selector)) if (isWanted(found)) return found;
  return undefined;
}

/** All such matches. */
export function* allShown(root: ParentNode & Node, selector: string): Generator<Element> {
  for (const found of root.querySelectorAll(selector)) if (!isHiddenIn(root, found)) yield found;
}

/** An element, or one around it within `root`, is hidden; `root` itself may be. */
function isHiddenIn(root: Node, element: Element): boolean {
  for (let at: Element | null = element; at && at !== root; at = at.parentElement)
    if (at.hasAttribute('hidden')) return true;
  return false;
}
