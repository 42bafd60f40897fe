/** Notices every card that appears or changes, and has it looked at without holding the page up. */
import type { CardReader } from './cards';
import { isMusic } from './links';
import { MARK } from './marks';

/** Work done before the browser may paint what was just inserted. */
const BEFORE_PAINT_MS = 8;
/** Work done at a time for what is left; the cards of it are kept back meanwhile. */
export const SLICE_MS = 8;
const OBSERVED = [
  'href',
  'hidden',
  'page-subtype',
  'selected',
  'aria-selected',
  'data-is-list',
  'data-is-mix',
];

export class Watcher {
  private readonly observer = new MutationObserver((records) => this.note(records));
  private readonly records: MutationRecord[] = [];
  /** Nodes in which there may be cards. */
  private readonly added: Node[] = [];
  /** Cards to look at, and whether what they show may have changed. */
  private readonly elements = new Map<Element, boolean>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param reader knows what a card is
   * @param look called with the outermost element of a card, and whether it may have changed
   * @param settled called when everything noticed has been looked at
   */
  constructor(
    private readonly reader: CardReader,
    private readonly look: (element: Element, isChanged: boolean) => void,
    private readonly settled: () => void,
  ) {}

  start(): void {
    this.observer.observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
      // Rows of music are told apart by their pictures; elsewhere those change all the time.
      attributeFilter: isMusic(location) ? [...OBSERVED, 'src'] : OBSERVED,
    });
    this.reader.forgetPlaces();
    this.add(document);
    this.work(BEFORE_PAINT_MS);
  }

  stop(): void {
    this.observer.disconnect();
    clearTimeout(this.timer);
    this.timer = undefined;
    this.records.length = 0;
    this.added.length = 0;
    this.elements.clear();
  }

  /** Look at every card again, and read it again if what cards say may have changed. */
  rescan(isChanged = false): void {
    // What was never judged shows no video now, or waits to be looked at anyway.
    for (const card of document.querySelectorAll(isChanged ? this.reader.judged : `[${MARK}]`))
      if (isChanged || !this.elements.has(card)) this.elements.set(card, isChanged);
    this.work(BEFORE_PAINT_MS);
  }

  private note(records: MutationRecord[]): void {
    for (const record of records) this.records.push(record);
    this.work(BEFORE_PAINT_MS);
  }

  private work(budgetMs: number): void {
    const deadline = performance.now() + budgetMs;
    takeUntil(deadline, this.records, (record) => this.sort(record));
    takeUntil(deadline, this.added, (node) => this.addNode(node));
    for (const [element, isChanged] of this.elements) {
      if (performance.now() > deadline) break;
      this.elements.delete(element);
      if (!element.isConnected || !this.reader.isOutermost(element)) continue;
      this.look(element, isChanged);
      if (isChanged) this.lookInside(element);
    }
    if (this.records.length + this.added.length + this.elements.size === 0) this.settled();
    else this.timer ??= setTimeout(() => this.next());
  }

  private lookInside(card: Element): void {
    for (const inner of this.reader.cardsInPosts(card)) this.elements.set(inner, true);
  }

  private next(): void {
    this.timer = undefined;
    this.work(SLICE_MS);
  }

  /** Which cards a change concerns. */
  private sort({ type, target, addedNodes, attributeName }: MutationRecord): void {
    if (!(target instanceof Element)) {
      this.queue(addedNodes);
      return;
    }
    if (type === 'attributes' && attributeName !== 'href' && this.reader.isPage(target)) {
      this.reader.forgetPlaces();
      if (!this.reader.isBehind(target)) this.add(target);
      return;
    }
    const card = this.reader.outermost(target);
    if (card) return void this.elements.set(card, true);
    const channel = this.reader.channelCard(target);
    if (channel) this.elements.set(channel, true);
    this.queue(addedNodes);
  }

  private queue(nodes: NodeList): void {
    for (const node of nodes) this.added.push(node);
  }

  private addNode(node: Node): void {
    if (!(node instanceof Element)) return;
    const isCard = node.matches(this.reader.judged);
    if (isCard) this.elements.set(node, true);
    if (node.firstElementChild && !(isCard && this.reader.isWhole(node))) this.add(node);
  }

  private add(root: ParentNode): void {
    for (const card of root.querySelectorAll(this.reader.judged)) this.elements.set(card, true);
  }
}

/** Take items from the front; the clock is only looked at now and then. */
function takeUntil<T>(deadline: number, items: T[], take: (item: T) => void): void {
  let taken = 0;
  for (const item of items) {
    take(item);
    if (++taken % 16 === 0 && performance.now() > deadline) break;
  }
  items.splice(0, taken);
}
