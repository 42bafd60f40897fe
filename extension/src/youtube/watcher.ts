/** Notices every card that appears or changes, and has it looked at without holding the page up. */
import type { CardReader } from './cards';

/** Work done before the browser may paint what was just inserted. */
const BEFORE_PAINT_MS = 8;
/** Work done at a time for what is left; the cards of it are kept back meanwhile. */
const SLICE_MS = 8;
const OBSERVED = ['href', 'hidden', 'page-subtype', 'selected', 'data-is-list', 'data-is-mix'];

export class Watcher {
  private readonly observer = new MutationObserver((records) => this.note(records));
  private readonly records: MutationRecord[] = [];
  private readonly elements = new Set<Element>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param reader knows what a card is
   * @param look called with the outermost element of a card, as often as it may have changed
   * @param settled called when everything noticed has been looked at
   */
  constructor(
    private readonly reader: CardReader,
    private readonly look: (element: Element) => void,
    private readonly settled: () => void,
  ) {}

  start(): void {
    this.observer.observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: OBSERVED,
    });
    this.rescan();
  }

  stop(): void {
    this.observer.disconnect();
    clearTimeout(this.timer);
    this.timer = undefined;
    this.records.length = 0;
    this.elements.clear();
  }

  /** Look at every card again. */
  rescan(): void {
    this.reader.forgetPlaces();
    this.add(document);
    this.work(BEFORE_PAINT_MS);
  }

  private note(records: MutationRecord[]): void {
    for (const record of records) this.records.push(record);
    this.work(BEFORE_PAINT_MS);
  }

  private work(budgetMs: number): void {
    const deadline = performance.now() + budgetMs;
    let taken = 0;
    while (taken < this.records.length) {
      const record = this.records[taken++];
      if (record) this.sort(record);
      if (taken % 16 === 0 && performance.now() > deadline) break;
    }
    this.records.splice(0, taken);
    for (const element of this.elements) {
      if (performance.now() > deadline) break;
      this.elements.delete(element);
      if (element.isConnected && this.reader.isOutermost(element)) this.look(element);
    }
    if (this.records.length === 0 && this.elements.size === 0) this.settled();
    else this.timer ??= setTimeout(() => this.next());
  }

  private next(): void {
    this.timer = undefined;
    this.work(SLICE_MS);
  }

  /** Which cards a change concerns. */
  private sort({ type, target, addedNodes, attributeName }: MutationRecord): void {
    if (!(target instanceof Element)) return this.addNodes(addedNodes);
    if (type === 'attributes' && attributeName !== 'href' && this.reader.isPage(target)) {
      this.reader.forgetPlaces();
      if (!this.reader.isBehind(target)) this.add(target);
      return;
    }
    const card = this.reader.outermost(target);
    if (card) this.elements.add(card);
    else this.addNodes(addedNodes);
  }

  private addNodes(nodes: NodeList): void {
    for (const node of nodes) {
      if (!(node instanceof Element)) continue;
      if (node.matches(this.reader.cards)) this.elements.add(node);
      if (node.firstElementChild) this.add(node);
    }
  }

  private add(root: ParentNode): void {
    for (const card of root.querySelectorAll(this.reader.cards)) this.elements.add(card);
  }
}
