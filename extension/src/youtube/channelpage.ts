/** Which channel a page is of, which of its videos are in sight, and the button that reports it. */

import { channelEntries } from '../core/entries';
import { FLAG } from '../core/flag';
import type { Card, Channel, VideoCard } from '../core/types';
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

/** Whose card it is, where none of its names says so: on a channel's own page its own. */
export function pageOf({ surface, channelId, handle, channels }: Card): Channel | undefined {
  const isNameless = (channelId ?? handle ?? channels) === undefined;
  return surface === 'channel' && isNameless ? channelAt(location) : undefined;
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

/** Collaborations are not one's alone. */
function isBy(card: VideoCard, channel: Channel): boolean {
  const wanted = channelEntries(channel);
  const named = channelEntries(pageOf(card) ?? card);
  return !card.channels && named.some((entry) => wanted.includes(entry));
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
