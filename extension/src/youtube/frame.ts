/** The frame of our dialogs in a page: one at a time, above everything, with a line for what happened. */
import { t } from '../core/words';
import { element, icon, isDark, onPress, pressable, shadowHost } from './dom';
import { CLOSE } from './icons';

let open: DialogFrame | undefined;

export class DialogFrame {
  private readonly host: HTMLElement;
  private readonly dialog = element('dialog', { 'aria-labelledby': 'heading' });
  private readonly said = element('p', { class: 'said', role: 'status' });

  constructor(heading: string, ...content: readonly Node[]) {
    open?.close();
    open = this;
    const { host, root } = shadowHost('realtube-dialog');
    this.host = host;
    host.toggleAttribute('data-dark', isDark());
    root.append(this.dialog);
    const close = element(
      'button',
      { class: 'close', type: 'button', 'aria-label': t('pageClose') },
      icon(CLOSE),
    );
    onPress(close, () => this.close());
    const title = element('h2', { id: 'heading' }, heading);
    this.dialog.append(element('header', {}, title, close), ...content, this.said);
    this.dialog.addEventListener('close', () => this.remove());
    this.dialog.addEventListener('click', (event) => {
      if (event.target === this.dialog) this.close(); // beside the content
    });
    document.documentElement.append(host);
    this.dialog.showModal();
  }

  close(): void {
    this.dialog.close();
  }

  /** @param undo what a button beside the message does */
  say(message: string, undo?: () => void): void {
    const buttons = undo ? [pressable(t('pageUndo'), undo)] : [];
    this.said.replaceChildren(element('span', {}, message), ...buttons);
    this.said.setAttribute('data-said', '');
    this.said.scrollIntoView({ block: 'nearest' });
  }

  private remove(): void {
    this.host.remove();
    if (open === this) open = undefined;
  }
}
