/** The video that a page plays: cover it, label it, skip it, report it. */

import type { Making, VideoCard } from '../core/types';
import { wordsFor } from '../core/words';
import { PlayerButton } from './button';
import { type Credit, credit, distinct, isTogether } from './collaboration';
import { Cover } from './cover';
import { openDialog } from './dialog';
import type { Judge, Judgement } from './judge';
import { makingShown } from './label';
import { type ChannelLink, channelOf } from './links';
import { type ChannelHints, type Watched, watchedAt } from './page';
import type { Selectors } from './selectors';
import { ShortsSkipper } from './shorts';
import { toast } from './toast';
import type { Ballot, VoteDesk } from './votes';

/** What was there before may still stand in the page for a while. */
const SHOWN_MS = 2000;

export class PageVideo {
  private readonly cover = new Cover();
  private readonly button: PlayerButton;
  private readonly skipper: ShortsSkipper;
  private asked = '';
  /** What is done at the moment, so that nothing is built twice. */
  private done = '';
  /** What the page shows of how a video was made, and since when. */
  private shown: { readonly key: string; readonly since: number } | undefined;

  /** @param saw called when the page says how the video was made that it plays */
  constructor(
    private readonly selectors: Selectors,
    private readonly judge: Judge,
    private readonly desk: VoteDesk,
    private readonly hints: ChannelHints,
    private readonly saw: (card: VideoCard, making: Making) => void = () => undefined,
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
    this.lookFor(watched);
    const making = this.hints.makingOf(card.videoId);
    if (making) this.saw(this.named(card), making);
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
    this.shown = undefined;
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
    return { ...ballotOf(this.named(card), this.judge), title };
  }

  /** With the lasting id of the channel, where the page told it. */
  private named(card: VideoCard): VideoCard {
    // The uploader of a collaboration may be another than the page has a link to.
    const channelId = card.channels ? undefined : this.hints.channelOf(card.videoId);
    return { ...(channelId && { channelId }), ...card };
  }

  /** Where the page's data told nothing of its video, its elements may: if they stay as they are. */
  private lookFor({ kind, videoId }: Watched): void {
    if (kind === 'embed' || this.hints.makingOf(videoId)) return;
    const isHere = kind === 'shorts' || this.shownId() === videoId;
    const making = isHere ? makingShown(kind, this.selectors) : undefined;
    if (!making) {
      this.shown = undefined;
      return;
    }
    const key = `${videoId} ${making}`;
    if (this.shown?.key !== key) {
      this.shown = { key, since: performance.now() };
      setTimeout(() => this.lookAgain(videoId), SHOWN_MS + 200);
    } else if (performance.now() - this.shown.since >= SHOWN_MS) {
      this.hints.shows(videoId, making);
    }
  }

  private lookAgain(videoId: string): void {
    const watched = watchedAt(location);
    if (this.shown && watched?.videoId === videoId) this.lookFor(watched);
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
    const { action, reason, by } = judgement;
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
    if (isCovered) this.cover.show(player, judgement, this.choices(card, by === 'label'));
    else this.cover.label(player, reason);
  }

  private isSkipped({ kind, videoId }: Watched, reason: string): boolean {
    const isWanted = kind === 'shorts' && this.judge.wishes.skipShorts;
    return isWanted && this.skipper.skip(videoId, reason);
  }

  private choices(card: VideoCard, isByYouTube = false) {
    const reveal = () => {
      this.judge.reveal(card);
      this.update();
      void this.player(watchedAt(location)?.kind ?? 'watch')
        ?.querySelector('video')
        ?.play();
    };
    return {
      watchAnyway: reveal,
      // The community can be disputed, YouTube cannot.
      ...(!isByYouTube && {
        notAi: () => {
          reveal();
          void this.dispute(card);
        },
      }),
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
