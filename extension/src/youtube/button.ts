/** The report button in the player, in the actions of a Short, and below the mobile player. */
import { element, icon, onPress } from './dom';
import { FLAG } from './icons';
import type { Selectors } from './selectors';
import { t } from './words';

export class PlayerButton {
  private button: HTMLElement | undefined;

  constructor(
    private readonly selectors: Selectors,
    private readonly report: () => void,
  ) {}

  /** Put the button where it belongs now; cheap when it is there already. */
  place(kind: 'watch' | 'shorts' | 'embed'): void {
    const place = kind === 'shorts' ? this.shortsActions() : this.controls();
    if (!place) return;
    if (this.button?.parentElement === place) return;
    this.button?.remove();
    this.button = this.make();
    place.prepend(this.button);
  }

  remove(): void {
    this.button?.remove();
    this.button = undefined;
  }

  private controls(): Element | undefined {
    const { controls, preview, actions } = this.selectors.player;
    const behind = this.selectors.pages.map((page) => `${page}[hidden]`);
    const rows = [...document.querySelectorAll(controls.join())].filter(
      (row) => !row.closest([...preview, ...behind].join()),
    );
    // On mobile the controls come and go; the actions below the player stay.
    return document.querySelector(actions.join()) ?? rows.at(-1);
  }

  private shortsActions(): Element | undefined {
    for (const selector of this.selectors.shorts.actions) {
      const place = document.querySelector(selector);
      if (place) return place;
    }
    return undefined;
  }

  private make(): HTMLElement {
    const name = t('pageReport');
    const button = element(
      'button',
      {
        class: 'ytp-button realtube-player-button',
        type: 'button',
        'aria-label': name,
        title: name,
      },
      icon(FLAG),
    );
    onPress(button, this.report);
    return button;
  }
}
