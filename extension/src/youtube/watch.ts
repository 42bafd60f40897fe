/** The video that a page plays: cover it, label it, skip it, report it. */

import type { VideoCard } from '../core/types';
import { wordsFor } from '../core/words';
import { PlayerButton } from './button';
import { type Credit, credit, distinct, isTogether } from './collaboration';
import { Cover } from './cover';
import { openDialog } from './dialog';
import type { Judge, Judgement } from './judge';
import { type ChannelLink, channelOf } from './links';
import { type ChannelHints, type Watched, watchedAt } from './page';
import type { Selectors } from './selectors';
import { ShortsSkipper } from './shorts';
import { toast } from './toast';
import type { Ballot, VoteDesk } from './votes';

export class PageVideo {
  private readonly cover = new Cover();
  private readonly button: PlayerButton;
  private readonly skipper: ShortsSkipper;
  private asked = '';
  /** What is done at the moment, so that nothing is built twice. */
  private done = '';

  constructor(
    private readonly selectors: Selectors,
    private readonly judge: Judge,
    private readonly desk: VoteDesk,
    private readonly hints: ChannelHints,
  ) {
    this.button = new PlayerButton(selectors, () => this.report());
    this.skipper = new ShortsSkipper(selectors);
  }

  /** Bring the page in step with its video; called often, cheap when nothing changed. */
  update(): void {
    const watched = watchedAt(location);
    this.skipper.arrived(watched);
    if (!watched) {
      this.clear();
      return;
    }
    this.button.place(watched.kind);
    const card = this.card(watched);
    const judgement = this.judge.known(card);
    if (judgement) this.apply(watched, card, judgement);
    else this.ask(card);
  }

  /** The page says that it may show another video. */
  navigated(): void {
    this.asked = ''; // who did not answer for the last page may answer for this one
    this.update();
  }

  clear(): void {
    this.done = '';
    this.cover.clear();
    this.button.remove();
  }

  /** The video being played, with what is known of its channel; for the popup, too. */
  current(): VideoCard | undefined {
    const watched = watchedAt(location);
    return watched && this.card(watched);
  }

  private report(): void {
    const card = this.current();
    if (card) openDialog(this.ballot(card), this.desk);
  }

  /** What a report about the video being played says of it. */
  ballot(card: VideoCard): Ballot {
    const title = document.title.replace(/ - YouTube$/, '');
    // The uploader of a collaboration may be another than the page has a link to.
    const channelId = card.channels ? undefined : this.hints.channelOf(card.videoId);
    return { ...(channelId && { channelId }), ...ballotOf(card, this.judge), title };
  }

  private card({ kind, videoId }: Watched): VideoCard {
    return {
      videoId,
      ...this.credit(kind, videoId),
      surface: kind,
      isShort: kind === 'shorts',
    };
  }

  private credit(kind: Watched['kind'], videoId: string): Credit {
    const told = this.hints.ownersOf(videoId);
    if (kind === 'watch' && this.shownId() !== videoId) return credit(NOBODY, told);
    const parts = [...document.querySelectorAll(this.selectors.collaboration.owners.join())];
    const channels = distinct(this.owners(kind));
    const shown = {
      // Other Shorts stand in the page, too: of several channels none is claimed.
      channels: kind === 'shorts' && channels.length > 1 ? [] : channels,
      isTogether: kind === 'watch' && parts.some((part) => isTogether(part, this.selectors)),
    };
    return credit(shown, told);
  }

  /** The channels that the first place with any links to. */
  private owners(kind: Watched['kind']): ChannelLink[] {
    const { shorts, watch } = this.selectors;
    for (const place of kind === 'shorts' ? shorts.owner : watch.owner) {
      const links = [...document.querySelectorAll(place)];
      const channels = links.flatMap((link) => channelOf(link.getAttribute('href') ?? '') ?? []);
      if (channels.length > 0) return channels;
    }
    return [];
  }

  /** The video whose channel stands below the player: it lags behind the address. */
  private shownId(): string | undefined {
    const { page, videoIdAttribute } = this.selectors.watch;
    const shown = document.querySelector(page.map((one) => `${one}:not([hidden])`).join());
    // The mobile page has no such attribute, and is built anew for each video.
    return shown
      ? (shown.getAttribute(videoIdAttribute) ?? watchedAt(location)?.videoId)
      : undefined;
  }

  private ask(card: VideoCard): void {
    this.done = '';
    this.cover.clear();
    const key = keyOf(card);
    if (this.asked === key) return;
    this.asked = key;
    const again = () => {
      if (watchedAt(location)?.videoId === card.videoId) this.update();
    };
    this.judge.ask([card]).then(again, () => undefined);
  }

  private apply(watched: Watched, card: VideoCard, judgement: Judgement): void {
    const { action, reason } = judgement;
    if (action === 'none' || (action === 'hide' && this.isSkipped(watched, reason))) {
      this.done = '';
      this.cover.clear();
      return;
    }
    const isCovered = action !== 'label' && this.judge.wishes.cover;
    const player = this.player(watched.kind);
    const key = `${isCovered} ${reason} ${keyOf(card)}`;
    if (!player || (this.done === key && this.cover.isOn(player))) return;
    this.done = key;
    if (isCovered) this.cover.show(player, reason, this.choices(card));
    else this.cover.label(player, reason);
  }

  private isSkipped({ kind, videoId }: Watched, reason: string): boolean {
    const isWanted = kind === 'shorts' && this.judge.wishes.skipShorts;
    return isWanted && this.skipper.skip(videoId, reason);
  }

  private choices(card: VideoCard) {
    const reveal = () => {
      this.judge.reveal(card);
      this.update();
      void this.player(watchedAt(location)?.kind ?? 'watch')
        ?.querySelector('video')
        ?.play();
    };
    return {
      watchAnyway: reveal,
      notAi: () => {
        reveal();
        void this.dispute(card);
      },
      ...((card.channelId ?? card.handle) !== undefined && {
        alwaysAllow: () => {
          void this.judge.allowChannel(card);
          reveal();
        },
      }),
    };
  }

  private async dispute(card: VideoCard): Promise<void> {
    const outcome = await this.desk.cast(this.ballot(card), 'not_ai');
    toast(wordsFor(outcome, 'pageSent'));
  }

  private player(kind: Watched['kind']): Element | null {
    const { watch, shorts } = this.selectors;
    for (const selector of kind === 'shorts' ? shorts.player : watch.player) {
      const player = document.querySelector(selector);
      if (player) return player;
    }
    return null;
  }
}

const NOBODY = { channels: [], isTogether: false };

/** A report about a card, with what the page claims about it. */
export function ballotOf(card: VideoCard, judge: Judge): Ballot {
  const { videoId, channelId, handle, isShort } = card;
  return {
    videoId,
    ...(channelId !== undefined && { channelId }),
    ...(handle !== undefined && { handle }),
    isShort,
    canDispute: judge.isDisputable(card),
  };
}

function keyOf({ videoId, channelId, handle, channels }: VideoCard): string {
  return JSON.stringify([videoId, channelId, handle, channels]);
}
