/** The report button on cards: on the card being pointed at or focused, or on all without a mouse. */

import { FLAG } from '../core/flag';
import type { VideoCard } from '../core/types';
import { t } from '../core/words';
import type { CardReader } from './cards';
import { element, icon, onPress, shadowHost } from './dom';
import { frame } from './notes';
import type { Ballot } from './votes';

const TAG = 'realtube-button';

export class CardButtons {
  private readonly moving: HTMLElement;
  private readonly everywhere = matchMedia('(hover: none)').matches;
  private pointed: EventTarget | null = null;
  private current: Element | undefined;
  private byMouse = false;
  // A preview begins and ends without any movement of the mouse, and is laid out after that.
  private readonly previews = new MutationObserver(() =>
    requestAnimationFrame(() => {
      if (this.moving.isConnected) this.place();
    }),
  );

  /**
   * @param cardOf the video a card shows now
   * @param report called when a viewer wants to report it
   */
  constructor(
    private readonly reader: CardReader,
    private readonly cardOf: (element: Element) => VideoCard | undefined,
    private readonly report: (card: VideoCard, says: Pick<Ballot, 'title' | 'channelName'>) => void,
  ) {
    this.moving = this.make(() => this.current);
  }

  start(): void {
    document.addEventListener('pointerover', this.follow, { passive: true });
    document.addEventListener('focusin', this.follow, { passive: true });
    this.previews.observe(document, { subtree: true, attributeFilter: ['active'] });
  }

  stop(): void {
    document.removeEventListener('pointerover', this.follow);
    document.removeEventListener('focusin', this.follow);
    this.previews.disconnect();
    for (const button of document.querySelectorAll(TAG)) button.remove();
    this.pointed = null;
  }

  /** A card has been judged: where nothing can hover, it gets a button of its own. */
  judged(card: Element): void {
    if (!this.everywhere || card.querySelector(`:scope > ${TAG}`)) return;
    frame(card);
    card.append(this.make(() => card));
  }

  private readonly follow = ({ target, type }: Event): void => {
    if (target === this.pointed || target === this.moving || !(target instanceof Element)) return;
    this.pointed = target;
    const inPreview = this.reader.isInPreview(target);
    const card = inPreview ? this.previewed() : this.reader.outermost(target);
    if (card && this.cardOf(card)) this.moveTo(card, inPreview || type === 'pointerover');
    else this.moving.remove();
  };

  /** The card below the preview is the one that was pointed at when it began. */
  private previewed(): Element | undefined {
    return this.current && this.reader.previewOver(this.current) && this.current;
  }

  private moveTo(card: Element, byMouse: boolean): void {
    this.current = card;
    this.byMouse = byMouse;
    if (!this.everywhere) this.place();
  }

  /** On the card, or on the preview that lies over it. The keyboard goes from card to card. */
  private place(): void {
    const { current, moving } = this;
    if (!current) return;
    const preview = this.byMouse ? this.reader.previewOver(current) : undefined;
    const place = preview ?? current;
    if (moving.parentElement === place) return;
    moving.toggleAttribute('data-preview', preview !== undefined);
    frame(place);
    place.append(moving);
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
      if (!shown || !card) return;
      const title = this.reader.titleOf(shown);
      const channelName = card.channels ? '' : this.reader.channelNameOf(shown);
      this.report(card, { title, channelName });
    });
    root.append(button);
    return host;
  }
}
