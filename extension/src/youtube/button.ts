/** The report button in the player, in the actions of a Short, and below the mobile player. */

import { FLAG } from '../core/flag';
import { t } from '../core/words';
import { element, icon, onPress } from './dom';
import type { Watched } from './page';
import type { Selectors } from './selectors';

export class PlayerButton {
  private button: HTMLElement | undefined;

  constructor(
    private readonly selectors: Selectors,
    private readonly report: () => void,
  ) {}

  /** Put the button where it belongs now; cheap when it is there already. */
  place(kind: Watched['kind']): void {
    const { shorts, music, player } = this.selectors;
    const { actions } = { shorts, music, watch: player, embed: player }[kind];
    // On mobile the player's controls come and go; the actions below it stay.
    const row = first(actions);
    const place = row ?? (kind === 'shorts' ? undefined : this.controls());
    if (!place || this.button?.parentElement === place) return;
    this.button?.remove();
    this.button = this.make(row ? '' : 'ytp-button ');
    place.prepend(this.button);
  }

  remove(): void {
    this.button?.remove();
    this.button = undefined;
  }

  private controls(): Element | undefined {
    const { controls, preview } = this.selectors.player;
    const behind = this.selectors.pages.map((page) => `${page}[hidden]`);
    return [...document.querySelectorAll(controls.join())]
      .filter((row) => !row.closest([...preview, ...behind].join()))
      .at(-1);
  }

  private make(kind: string): HTMLElement {
    const name = t('pageReport');
    const button = element(
      'button',
      {
        class: `${kind}realtube-report-button`,
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

function first(selectors: readonly string[]): Element | undefined {
  for (const selector of selectors) {
    const found = document.querySelector(selector);
    if (found) return found;
  }
  return undefined;
}
