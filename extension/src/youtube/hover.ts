/** The report button on cards: on the card being pointed at or focused, or on all without a mouse. */
import type { CardReader, VideoCard } from './cards';
import { element, icon, onPress, shadowHost } from './dom';
import { FLAG } from './icons';
import { frame } from './notes';
import { t } from './words';

const TAG = 'realtube-button';

export class CardButtons {
  private readonly moving: HTMLElement;
  private readonly everywhere = matchMedia('(hover: none)').matches;
  private pointed: EventTarget | null = null;
  private current: Element | undefined;

  /**
   * @param cardOf the video a card shows now
   * @param report called when a viewer wants to report it
   */
  constructor(
    private readonly reader: CardReader,
    private readonly cardOf: (element: Element) => VideoCard | undefined,
    private readonly report: (card: VideoCard, title: string) => void,
  ) {
    this.moving = this.make(() => this.current);
  }

  start(): void {
    document.addEventListener('pointerover', this.follow, { passive: true });
    document.addEventListener('focusin', this.follow, { passive: true });
  }

  stop(): void {
    document.removeEventListener('pointerover', this.follow);
    document.removeEventListener('focusin', this.follow);
    for (const button of document.querySelectorAll(TAG)) button.remove();
    this.pointed = null;
  }

  /** A card has been judged: where nothing can hover, it gets a button of its own. */
  judged(card: Element): void {
    if (!this.everywhere || card.querySelector(`:scope > ${TAG}`)) return;
    frame(card);
    card.append(this.make(() => card));
  }

  private readonly follow = ({ target }: Event): void => {
    if (target === this.pointed || !(target instanceof Element)) return;
    this.pointed = target;
    const card = this.reader.outermost(target);
    if (card && this.cardOf(card)) this.moveTo(card);
    else this.moving.remove();
  };

  private moveTo(card: Element): void {
    this.current = card;
    if (this.moving.parentElement === card || this.everywhere) return;
    frame(card);
    card.append(this.moving);
  }

  private make(on: () => Element | undefined): HTMLElement {
    const { host, root } = shadowHost(TAG);
    const name = t('pageReport');
    const button = element(
      'button',
      { class: 'round', type: 'button', 'aria-label': name, title: name },
      icon(FLAG),
    );
    onPress(button, () => {
      const shown = on();
      const card = shown && this.cardOf(shown);
      if (shown && card) this.report(card, this.reader.titleOf(shown));
    });
    root.append(button);
    return host;
  }
}
