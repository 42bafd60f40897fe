/** The buttons with which a viewer says what is wrong. */
import type { Choice } from '../core/types';
import { t } from '../core/words';
import { element, icon, onPress } from './dom';
import { CATEGORY_ICONS } from './icons';

export class ChoiceButtons<C extends Choice> {
  private readonly buttons = new Map<C, HTMLButtonElement>();

  private readonly choices: readonly C[];

  /**
   * @param pressed called when the viewer says that this is it
   * @param suggested what it most likely is: it stands first
   */
  constructor(
    choices: readonly C[],
    private readonly pressed: (choice: C) => void,
    private readonly suggested?: Choice,
  ) {
    this.choices = [...choices].sort((a, b) => Number(b === suggested) - Number(a === suggested));
  }

  /** @param compact without explanations, two beside each other */
  build(compact = false): HTMLElement {
    return element(
      'div',
      { class: compact ? 'categories compact' : 'categories' },
      ...this.choices.map((choice) => this.button(choice, compact)),
    );
  }

  press(chosen: C | undefined): void {
    for (const [name, button] of this.buttons)
      button.setAttribute('aria-pressed', String(name === chosen));
  }

  enable(isEnabled: boolean): void {
    for (const button of this.buttons.values()) button.disabled = !isEnabled;
  }

  private button(choice: C, compact: boolean): HTMLElement {
    const hint = t(`category_${choice}_hint`);
    const button = element(
      'button',
      {
        class: 'category',
        type: 'button',
        'aria-pressed': 'false',
        ...(compact && { title: hint }),
      },
      icon(CATEGORY_ICONS[choice]),
      element(
        'span',
        {},
        element('strong', {}, t(`category_${choice}`)),
        ...(compact ? [] : [element('small', {}, hint)]),
      ),
    );
    this.buttons.set(choice, button);
    button.toggleAttribute('autofocus', choice === this.suggested);
    onPress(button, () => this.pressed(choice));
    return choice === 'not_ai' ? element('div', { class: 'dispute' }, button) : button;
  }
}
