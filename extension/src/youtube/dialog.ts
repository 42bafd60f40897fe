/** The dialog in which a viewer says what is wrong with a video, in two clicks. */

import { CHOICES, type Choice, type Outcome } from '../core/types';
import { t, wordsFor } from '../core/words';
import { element, icon, isDark, onPress, shadowHost } from './dom';
import { CATEGORY_ICONS, CLOSE } from './icons';
import type { Ballot, VoteDesk } from './votes';

let open: { close(): void } | undefined;

/** Ask about a video. Only one dialog is open at a time. */
export function openDialog(ballot: Ballot, desk: VoteDesk): void {
  open?.close();
  const dialog = new VoteDialog(ballot, desk, () => {
    open = undefined;
  });
  open = dialog;
}

class VoteDialog {
  private readonly host: HTMLElement;
  private readonly dialog = element('dialog', { 'aria-labelledby': 'heading' });
  private readonly said = element('p', { class: 'said', role: 'status' });
  private touched = false;
  private readonly buttons = new Map<Choice, HTMLButtonElement>();

  constructor(
    private readonly ballot: Ballot,
    private readonly desk: VoteDesk,
    private readonly closed: () => void,
  ) {
    const { host, root } = shadowHost('realtube-dialog');
    this.host = host;
    host.toggleAttribute('data-dark', isDark());
    root.append(this.dialog);
    this.dialog.append(...this.content());
    this.dialog.addEventListener('close', () => this.remove());
    this.dialog.addEventListener('click', (event) => {
      if (event.target === this.dialog) this.close(); // beside the content
    });
    document.documentElement.append(host);
    this.dialog.showModal();
    void desk.mine(ballot.videoId).then((mine) => {
      if (!this.touched) this.press(mine);
    });
  }

  close(): void {
    this.dialog.close();
  }

  private remove(): void {
    this.host.remove();
    this.closed();
  }

  private content(): Node[] {
    const close = element(
      'button',
      { class: 'close', type: 'button', 'aria-label': t('pageClose') },
      icon(CLOSE),
    );
    onPress(close, () => this.close());
    const { canDispute, suggested } = this.ballot;
    const choices = CHOICES.filter((choice) => choice !== 'not_ai' || canDispute).sort(
      (a, b) => Number(b === suggested) - Number(a === suggested),
    );
    return [
      element('header', {}, element('h2', { id: 'heading' }, t('pageReportTitle')), close),
      ...(this.ballot.title ? [element('p', { class: 'title' }, this.ballot.title)] : []),
      element('div', { class: 'categories' }, ...choices.map((choice) => this.button(choice))),
      this.said,
    ];
  }

  private button(choice: Choice): HTMLElement {
    const button = element(
      'button',
      { class: 'category', type: 'button', 'aria-pressed': 'false' },
      icon(CATEGORY_ICONS[choice]),
      element(
        'span',
        {},
        element('strong', {}, t(`category_${choice}`)),
        element('small', {}, t(`category_${choice}_hint`)),
      ),
    );
    this.buttons.set(choice, button);
    button.toggleAttribute('autofocus', choice === this.ballot.suggested);
    onPress(button, () => void this.vote(choice));
    return choice === 'not_ai' ? element('div', { class: 'dispute' }, button) : button;
  }

  private async vote(choice: Choice): Promise<void> {
    this.touched = true;
    this.press(choice);
    const outcome = await this.desk.cast(this.ballot, choice);
    if (outcome.state === 'refused') this.press(await this.desk.mine(this.ballot.videoId));
    this.say(outcome, 'pageSent', true);
  }

  private async undo(): Promise<void> {
    const outcome = await this.desk.withdraw(this.ballot.videoId);
    if (outcome.state !== 'refused') this.press(undefined);
    this.say(outcome, 'pageUndone', false);
  }

  private press(choice: Choice | undefined): void {
    for (const [name, button] of this.buttons)
      button.setAttribute('aria-pressed', String(name === choice));
    if (choice) this.show(t('pageYourReport', t(`category_${choice}`)), true);
  }

  private say(outcome: Outcome, done: 'pageSent' | 'pageUndone', undoable: boolean): void {
    this.show(wordsFor(outcome, done), undoable && outcome.state !== 'refused');
  }

  private show(message: string, undoable: boolean): void {
    const undo = element('button', { class: 'plain', type: 'button' }, t('pageUndo'));
    onPress(undo, () => void this.undo());
    this.said.replaceChildren(element('span', {}, message), ...(undoable ? [undo] : []));
    this.said.setAttribute('data-said', '');
    this.said.scrollIntoView({ block: 'nearest' });
  }
}
