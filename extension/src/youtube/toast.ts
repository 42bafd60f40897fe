/** A short message that goes away by itself. */
import { element, shadowHost } from './dom';

const SHOWN_MS = 4000;

let current: HTMLElement | undefined;

export function toast(message: string): void {
  current?.remove();
  const { host, root } = shadowHost('realtube-toast');
  current = host;
  document.documentElement.append(host);
  root.append(element('p', { class: 'toast', role: 'status' }, message));
  setTimeout(() => host.remove(), SHOWN_MS);
}
