/** What covers a player whose video is flagged or labelled, until the viewer decides. */

import { FLAG } from '../core/flag';
import type { FoundBy } from '../core/types';
import { t } from '../core/words';
import { element, icon, pressable, shadowHost } from './dom';
import { pause } from './hold';
import type { Judgement } from './judge';
import { frame } from './notes';

const TITLES: { readonly [B in FoundBy]?: string } = {
  label: 'pageLabelledTitle',
  followed: 'pageListedTitle',
  mine: 'pageBlockedTitle',
};

export interface CoverChoices {
  watchAnyway(): void;
  notAi?(): void;
  alwaysAllow?(): void;
}

export class Cover {
  private host: HTMLElement | undefined;
  private player: Element | undefined;

  /** Cover a player, or another `place` that stands for it, and hold its video. */
  show(player: Element, judgement: Judgement, choices: CoverChoices, place = player): void {
    this.clear();
    const { host, root } = shadowHost('realtube-cover');
    root.append(content(judgement, choices));
    host.toggleAttribute('data-bar', place !== player);
    this.attach(place, host);
    player.addEventListener('play', hold, { capture: true });
    this.player = player;
    pause(player);
  }

  /** Only say what is known, in a corner. */
  label(player: Element, reason: string): void {
    this.clear();
    const { host, root } = shadowHost('realtube-cover');
    host.setAttribute('data-label', '');
    root.append(element('span', { class: 'pill' }, icon(FLAG), reason));
    this.attach(player, host);
  }

  /** Whether it is still where it was put: YouTube rebuilds its player now and then. */
  isOn(player: Element): boolean {
    return this.host?.parentElement === player;
  }

  clear(): void {
    this.host?.remove();
    this.host = undefined;
    this.player?.removeEventListener('play', hold, { capture: true });
    this.player = undefined;
  }

  private attach(player: Element, host: HTMLElement): void {
    this.host = host;
    frame(player);
    player.append(host);
  }
}

function content({ reason, by }: Judgement, choices: CoverChoices): HTMLElement {
  const buttons = [
    pressable(t('pageWatchAnyway'), choices.watchAnyway, 'plain first'),
    ...(choices.notAi ? [pressable(t('pageNotAi'), choices.notAi)] : []),
    ...(choices.alwaysAllow ? [pressable(t('pageAlwaysAllow'), choices.alwaysAllow)] : []),
  ];
  const text = element(
    'div',
    { role: 'alert' },
    element('h2', {}, t((by && TITLES[by]) ?? 'pageInterstitialTitle')),
    element('p', {}, reason),
  );
  return element(
    'div',
    { class: 'cover' },
    icon(FLAG),
    text,
    element('div', { class: 'row' }, ...buttons),
  );
}

function hold({ target }: Event): void {
  if (target instanceof HTMLMediaElement) target.pause();
}
