/** A short message that goes away by itself. */
import { t } from '../core/words';
import { element, pressable, shadowHost } from './dom';

const SHOWN_MS = 4000;
/** With something to decide. */
const UNDO_MS = 10_000;

let current: HTMLElement | undefined;

/** @param undo what a button beside the message does */
export function toast(message: string, undo?: () => void): void {
  current?.remove();
  const { host, root } = shadowHost('realtube-toast');
  current = host;
  document.documentElement.append(host);
  const shown = element('p', { class: 'toast', role: 'status' }, element('span', {}, message));
  if (undo) {
    const takeBack = () => {
      host.remove();
      undo();
    };
    shown.append(pressable(t('pageUndo'), takeBack, 'undo'));
  }
  root.append(shown);
  setTimeout(() => host.remove(), undo ? UNDO_MS : SHOWN_MS);
}
