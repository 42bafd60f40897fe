/** Which channel a page is of, which of its videos are in sight, and the button that reports it. */

import { channelEntries } from '../core/entries';
import { FLAG } from '../core/flag';
import type { Channel, VideoCard } from '../core/types';
import { t } from '../core/words';
import { MAX_REPORTED } from '../messages';
import type { CardReader } from './cards';
import type { ShownVideo } from './channels';
import { element, icon, onPress, shadowHost } from './dom';
import { channelOf } from './links';
import { MARK } from './marks';

const TAG = 'realtube-channel';

/** The channel whose own page is at an address. */
export function channelAt({ href }: Location): Channel | undefined {
  return channelOf(href);
}

/** Cards of videos by a channel, in the order of the page; `first` before all. */
export function shownVideos(
  channel: Channel,
  reader: CardReader,
  cardOf: (element: Element) => VideoCard | undefined,
  first?: ShownVideo,
): ShownVideo[] {
  const found = new Map(first ? [[first.videoId, first]] : []);
  for (const shown of document.querySelectorAll(`[${MARK}]:not([${MARK}="hide"])`)) {
    if (found.size >= MAX_REPORTED) break;
    const card = cardOf(shown);
    if (!card || found.has(card.videoId) || reader.isBehind(shown)) continue;
    if (!isBy(card, channel)) continue;
    const { videoId, isShort } = card;
    found.set(videoId, { videoId, isShort, title: reader.titleOf(shown) });
  }
  return [...found.values()];
}

/** On a channel's own page cards name nobody: they are its own. Collaborations are not one's alone. */
function isBy(card: VideoCard, channel: Channel): boolean {
  if (card.channels) return false;
  const wanted = channelEntries(channel);
  const named = channelEntries(card);
  if (named.length > 0) return named.some((entry) => wanted.includes(entry));
  const page = channelAt(location);
  const isOwnPage = page && channelEntries(page).some((entry) => wanted.includes(entry));
  return card.surface === 'channel' && isOwnPage === true;
}

/** In a corner of a channel's page: it needs no place among YouTube's own buttons. */
export class ChannelButton {
  private readonly host: HTMLElement;

  constructor(report: () => void) {
    const { host, root } = shadowHost(TAG);
    this.host = host;
    const name = t('pageReportChannel');
    const button = element('button', { class: 'corner', type: 'button' }, icon(FLAG), name);
    onPress(button, report);
    root.append(button);
  }

  /** Show it where there is a channel to report. */
  place(): void {
    if (channelAt(location) === undefined) this.host.remove();
    else if (!this.host.isConnected) document.documentElement.append(this.host);
  }

  remove(): void {
    this.host.remove();
  }
}
