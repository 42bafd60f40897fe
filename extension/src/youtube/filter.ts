/** Judges cards and keeps what is done with each element in step with the video it shows. */
import type { CardReader, VideoCard } from './cards';
import { KEPT_BACK_MS } from './gate';
import type { Judge, Judgement } from './judge';
import { EMPTY_MARK, MARK } from './marks';
import { clearNote, showNote } from './notes';
import { updateShelf } from './shelves';
import { SLICE_MS, Watcher } from './watcher';

interface State {
  readonly card: VideoCard | undefined;
  /** What the card showed when it was judged: elements are re-used for other videos. */
  readonly key: string;
  judgement: Judgement | undefined;
}

export interface FilterEvents {
  /** A card shows a video, whatever is done with it; called often. */
  judged(element: Element): void;
  /** A video is hidden or dimmed. */
  hidden(card: VideoCard): void;
  /** All cards of the page have been looked at. */
  settled(): void;
}

export class Filter {
  private readonly states = new WeakMap<Element, State>();
  private readonly watcher: Watcher;
  private asking = new Map<Element, State>();
  private stopped = true;

  /** @param told resolves when what the page's data says of its cards has been read */
  constructor(
    private readonly reader: CardReader,
    private readonly judge: Judge,
    private readonly events: FilterEvents,
    private readonly told: () => Promise<void> = () => Promise.resolve(),
  ) {
    this.watcher = new Watcher(
      reader,
      (element, isChanged) => this.look(element, isChanged),
      () => this.afterWork(),
    );
  }

  start(): void {
    this.stopped = false;
    this.watcher.start();
  }

  /** Leave the page as if we had never been here. */
  stop(): void {
    this.stopped = true;
    this.watcher.stop();
    for (const element of document.querySelectorAll(`[${MARK}]`)) {
      this.states.delete(element);
      clearNote(element);
      element.removeAttribute(MARK);
      updateShelf(element, this.reader);
    }
  }

  /** Something else that judgements depend on has changed. */
  refresh(): void {
    if (!this.stopped) this.watcher.rescan();
  }

  /** More is known of the cards than they show. */
  reread(): void {
    if (!this.stopped) this.watcher.rescan(true);
  }

  /** The card an element belongs to, as it was read last. */
  cardOf(element: Element): VideoCard | undefined {
    return this.states.get(element)?.card;
  }

  private look(element: Element, isChanged: boolean): void {
    // A page behind the current one keeps its state; it is looked at when it comes back.
    if (this.reader.isBehind(element)) return;
    const before = this.states.get(element);
    const state = before && !isChanged ? before : this.read(element, before);
    const judgement = state.card ? this.judge.known(state.card) : NOTHING;
    if (judgement) this.apply(element, state, judgement);
    else if (!state.judgement) this.keepBack(element, state);
    else if (state !== before) this.asking.set(element, state);
    // YouTube may have hidden or shown it.
    if (before && isChanged) updateShelf(element, this.reader);
  }

  private read(element: Element, before: State | undefined): State {
    const card = this.reader.read(element);
    const key = card ? JSON.stringify(card) : '';
    if (before?.key === key) return before;
    // More may be known of the same video: it stays as it is until that is judged.
    const isSame = before?.card !== undefined && before.card.videoId === card?.videoId;
    const state: State = { card, key, judgement: isSame ? before.judgement : undefined };
    this.states.set(element, state);
    return state;
  }

  /** Without a mark the stylesheet keeps the card unpainted for a moment. */
  private keepBack(element: Element, state: State): void {
    clearNote(element);
    element.removeAttribute(MARK);
    this.asking.set(element, state);
  }

  private afterWork(): void {
    if (this.asking.size > 0) void this.ask();
    this.events.settled();
  }

  private async ask(): Promise<void> {
    const asked = this.asking;
    this.asking = new Map();
    const cards = [...asked.values()].flatMap(({ card }) => card ?? []);
    const answer = Promise.all([this.judge.ask(cards).catch(() => undefined), this.told()]);
    await Promise.race([answer, sleep(KEPT_BACK_MS)]);
    await this.conclude(asked);
    await answer;
    await this.conclude(asked);
  }

  /** What is still unknown becomes visible, as without this extension. */
  private async conclude(asked: ReadonlyMap<Element, State>): Promise<void> {
    let deadline = performance.now() + SLICE_MS;
    for (const [element, state] of asked) {
      if (performance.now() > deadline) {
        await sleep(0);
        deadline = performance.now() + SLICE_MS;
      }
      if (this.stopped) return;
      // Meanwhile it may show another video, which has been asked for by itself.
      if (!state.card || this.states.get(element) !== state) continue;
      this.apply(element, state, this.judge.known(state.card) ?? state.judgement ?? NOTHING);
    }
  }

  private apply(element: Element, state: State, judgement: Judgement): void {
    if (state.card) this.events.judged(element);
    const before = state.judgement;
    if (before && same(before, judgement) && element.hasAttribute(MARK)) return;
    state.judgement = judgement;
    element.setAttribute(MARK, judgement.action);
    if (judgement.action === 'dim' || judgement.action === 'label')
      showNote(element, judgement, state.card?.surface === 'endscreen', () => {
        if (state.card) this.judge.reveal(state.card);
      });
    else clearNote(element);
    if (judgement.action === 'hide' || element.closest(EMPTY_SHELF)) updateShelf(element, this.reader);
    if (state.card && (judgement.action === 'hide' || judgement.action === 'dim'))
      this.events.hidden(state.card);
  }
}

// A shelf is hidden only while all of its cards are.
const EMPTY_SHELF = `[${EMPTY_MARK}]`;

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const NOTHING: Judgement = { action: 'none', reason: '' };

function same(a: Judgement, b: Judgement): boolean {
  return a.action === b.action && a.reason === b.reason;
}
