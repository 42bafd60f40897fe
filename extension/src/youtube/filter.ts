/** Judges cards and keeps what is done with each element in step with the video it shows. */
import type { Card, FoundBy, VideoCard } from '../core/types';
import type { CardReader } from './cards';
import { KEPT_BACK_MS } from './gate';
import { holdWithin, pause } from './hold';
import type { Judge, Judgement } from './judge';
import { EMPTY_MARK, MARK } from './marks';
import { clearNote, showNote } from './notes';
import { updateShelf } from './shelves';
import { SLICE_MS, Watcher } from './watcher';

interface State {
  /** A video's, or that of a channel. */
  readonly card: Card | undefined;
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
  private life: AbortController | undefined;

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
    this.life = new AbortController();
    holdWithin(OUT_OF_SIGHT, this.life.signal);
    this.watcher.start();
  }

  /** Leave the page as if we had never been here. */
  stop(): void {
    this.life?.abort();
    this.life = undefined;
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
    if (this.life) this.watcher.rescan();
  }

  /** More is known of the cards than they show. */
  reread(): void {
    if (this.life) this.watcher.rescan(true);
  }

  /** The video an element shows, as it was read last; none for channels and buttons. */
  cardOf(element: Element): VideoCard | undefined {
    const card = this.states.get(element)?.card;
    return card && isVideo(card) && !this.reader.isControl(element) ? card : undefined;
  }

  /** By whose word something is done with an element. */
  foundBy(element: Element): FoundBy | undefined {
    return this.states.get(element)?.judgement?.by;
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
    const isChannel = this.reader.channelCard(element) === element;
    const card = isChannel ? this.reader.readChannel(element) : this.reader.read(element);
    const key = card ? JSON.stringify(card) : '';
    if (before?.key === key) return before;
    // More may be known of the same video: it stays as it is until that is judged.
    const isSame = before?.card?.videoId !== undefined && before.card.videoId === card?.videoId;
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
      if (!this.life) return;
      // Meanwhile it may show another video, which has been asked for by itself.
      if (!state.card || this.states.get(element) !== state) continue;
      this.apply(element, state, this.judge.known(state.card) ?? state.judgement ?? NOTHING);
    }
  }

  private apply(element: Element, state: State, judged: Judgement): void {
    const video = this.cardOf(element);
    if (video) this.events.judged(element);
    const judgement = this.reader.isControl(element) ? withoutWords(judged) : judged;
    const before = state.judgement;
    if (before && same(before, judgement) && element.hasAttribute(MARK)) return;
    state.judgement = judgement;
    element.setAttribute(MARK, judgement.action);
    if (judgement.action === 'dim' || judgement.action === 'label')
      showNote(element, judgement, state.card?.surface === 'endscreen', () => {
        if (state.card) this.judge.reveal(state.card);
      });
    else clearNote(element);
    if (judgement.action === 'hide' || element.closest(EMPTY_SHELF))
      updateShelf(element, this.reader);
    if (judgement.action !== 'hide' && judgement.action !== 'dim') return;
    pause(element);
    if (video) this.events.hidden(video);
  }
}

// A shelf is hidden only while all of its cards are.
const EMPTY_SHELF = `[${EMPTY_MARK}]`;

const OUT_OF_SIGHT = `[${MARK}="hide"], [${MARK}="dim"]`;

function isVideo(card: Card): card is VideoCard {
  return card.videoId !== undefined;
}

/** A button that leads to a video goes with it, or stays: nothing can be written on it. */
function withoutWords(judgement: Judgement): Judgement {
  const { action } = judgement;
  return { ...judgement, action: action === 'hide' || action === 'dim' ? 'hide' : 'none' };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const NOTHING: Judgement = { action: 'none', reason: '' };

function same(a: Judgement, b: Judgement): boolean {
  return a.action === b.action && a.reason === b.reason;
}
