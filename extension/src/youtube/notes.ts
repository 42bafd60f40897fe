/** The reason on a dimmed or labelled card. */

import { FLAG } from '../core/flag';
import { t } from '../core/words';
import { element, icon, isDark, pressable, shadowHost } from './dom';
import type { Judgement } from './judge';
import { FRAME_MARK } from './marks';

const TAG = 'realtube-note';

/** @param isInPlayer the card lies on a video, whatever the colours of the page */
export function showNote(
  card: Element,
  { action, reason }: Judgement,
  isInPlayer: boolean,
  reveal: () => void,
): void {
  clearNote(card);
  const { host, root } = shadowHost(TAG);
  if (action === 'label') {
    root.append(element('span', { class: 'pill' }, icon(FLAG), reason));
  } else {
    const show = pressable(t('pageShowAnyway'), reveal);
    root.append(element('div', { class: 'dimmed' }, element('p', {}, reason), show));
  }
  host.toggleAttribute('data-dark', isInPlayer || isDark());
  host.toggleAttribute('data-player', isInPlayer);
  frame(card);
  card.append(host);
}

export function clearNote(card: Element): void {
  for (const note of card.querySelectorAll(`:scope > ${TAG}`)) note.remove();
}

/** Make a card the frame of what we place on it; the stylesheet yields to YouTube's own places. */
export function frame(card: Element): void {
  card.setAttribute(FRAME_MARK, '');
}
