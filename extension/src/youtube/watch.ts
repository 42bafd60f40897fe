/** The video that a page plays: cover it, label it, skip it, report it. */

import type { Making, VideoCard } from '../core/types';
import { wordsFor } from '../core/words';
import { PlayerButton } from './button';
import type { ReportsChannel } from './channels';
import { type Credit, credit, distinct, isTogether } from './collaboration';
import { Cover } from './cover';
import { openDialog, secondOf } from './dialog';
import type { Judge, Judgement } from './judge';
import { makingShown } from './label';
import { type ChannelLink, channelOf, isMusic } from './links';
import { type ChannelHints, playedAt, playedMusic, type Watched } from './page';
import type { Selectors } from './selectors';
import { ShortsSkipper } from './shorts';
import { clean, nameIn } from './titles';
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
    private readonly channels?: ReportsChannel,
  ) {
    this.button = new PlayerButton(selectors, () => this.report());
    this.skipper = new ShortsSkipper(selectors);
  }

  /** Bring the page in step with its video; called often, cheap when nothing changed. */
  update(): void {
    const watched = this.played();
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

  /** What the page plays. */
  private played(): Watched | undefined {
    return playedAt(location, this.selectors.music);
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
    const watched = this.played();
    return watched && this.card(watched);
  }

  private report(): void {
    const card = this.current();
    if (card) openDialog(this.ballot(card), this.desk, this.channels, () => this.playing());
  }

  /** What a report about the video being played says of it. */
  ballot(card: VideoCard): Ballot {
    const title = clean(this.musicTitle() ?? document.title.replace(/ - YouTube$/, ''));
    const kind = this.played()?.kind;
    // Where no one channel is known, the links may still be the last video's.
    const isKnown = kind && (card.channelId ?? card.handle) !== undefined;
    const channelName = isKnown ? nameIn(this.ownerLinks(kind)) : '';
    return { ...ballotOf(this.named(card), this.judge), title, channelName };
  }

  /** The second that is being played. */
  at(): number | undefined {
    return secondOf(this.playing());
  }

  private playing(): HTMLVideoElement | null | undefined {
    const watched = this.played();
    return watched && this.player(watched.kind)?.querySelector('video');
  }

  private musicTitle(): string | undefined {
    if (!isMusic(location)) return undefined;
    const found = document.querySelector(this.selectors.music.title.join());
    return found?.getAttribute('title') || found?.textContent?.trim() || undefined;
  }

  /** With the lasting id of the channel, where the page told it. */
  private named(card: VideoCard): VideoCard {
    // The uploader of a collaboration may be another than the page has a link to.
    const channelId = card.channels ? undefined : this.hints.channelOf(card.videoId);
    return { ...(channelId && { channelId }), ...card };
  }

  /** Where the page's data told nothing of its video, its elements may: if they stay as they are. */
  private lookFor({ kind, videoId }: Watched): void {
    if (kind === 'embed' || kind === 'music' || this.hints.makingOf(videoId)) return;
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
    const watched = this.played();
    if (this.shown && watched?.videoId === videoId) this.lookFor(watched);
  }

  private card({ kind, videoId }: Watched): VideoCard {
    return {
      videoId,
      ...this.credit(kind, videoId),
      surface: kind === 'music' ? 'watch' : kind,
      isShort: kind === 'shorts',
    };
  }

  private credit(kind: Watched['kind'], videoId: string): Credit {
    const told = this.hints.ownersOf(videoId);
    const shownNow = kind === 'music' ? playedMusic(this.selectors.music)?.videoId : this.shownId();
    const mayLag = kind === 'watch' || (kind === 'music' && shownNow !== undefined);
    if (mayLag && shownNow !== videoId) return credit(NOBODY, told);
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
    return this.ownerLinks(kind).flatMap((link) => channelIn(link) ?? []);
  }

  private ownerLinks(kind: Watched['kind']): Element[] {
    const { music, shorts, watch } = this.selectors;
    for (const place of { shorts, music, watch, embed: watch }[kind].owner) {
      const links = [...document.querySelectorAll(place)].filter(channelIn);
      if (links.length > 0) return links;
    }
    return [];
  }

  /** The video whose channel stands below the player: it lags behind the address. */
  private shownId(): string | undefined {
    const { page, videoIdAttribute } = this.selectors.watch;
    const shown = document.querySelector(page.map((one) => `${one}:not([hidden])`).join());
    // The mobile page has no such attribute, and is built anew for each video.
    return shown ? (shown.getAttribute(videoIdAttribute) ?? this.played()?.videoId) : undefined;
  }

  private ask(card: VideoCard): void {
    this.done = '';
    this.cover.clear();
    const key = keyOf(card);
    if (this.asked === key) return;
    this.asked = key;
    const again = () => {
      if (this.played()?.videoId === card.videoId) this.update();
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
    const place = watched.kind === 'music' ? this.musicPlace(player) : player;
    const key = `${isCovered} ${reason} ${keyOf(card)}`;
    if (!player || !place || (this.done === key && this.cover.isOn(place))) return;
    this.done = key;
    if (isCovered) this.cover.show(player, judgement, this.choices(card, by), place);
    else this.cover.label(place, reason);
  }

  /** What of a music player is in sight: the whole of it, or its bar. */
  private musicPlace(player: Element | null): Element | null {
    const { bar, open } = this.selectors.music;
    const isOpen = location.pathname === '/watch' || document.querySelector(open.join()) !== null;
    return isOpen ? player : document.querySelector(bar.join());
  }

  private isSkipped({ kind, videoId }: Watched, reason: string): boolean {
    const isWanted = kind === 'shorts' && this.judge.wishes.skipShorts;
    return isWanted && this.skipper.skip(videoId, reason);
  }

  private choices(card: VideoCard, by: Judgement['by']) {
    const reveal = () => {
      this.judge.reveal(card);
      this.update();
      void this.player(this.played()?.kind ?? 'watch')
        ?.querySelector('video')
        ?.play();
    };
    return {
      watchAnyway: reveal,
      // The community can be disputed; YouTube, and what the viewer chose, cannot.
      ...(by !== 'label' &&
        by !== 'followed' &&
        by !== 'mine' && {
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
    const { music, watch, shorts } = this.selectors;
    for (const selector of { shorts, music, watch, embed: watch }[kind].player) {
      const player = document.querySelector(selector);
      if (player) return player;
    }
    return null;
  }
}

function channelIn(link: Element): ChannelLink | undefined {
  return channelOf(link.getAttribute('href') ?? '');
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
    ...(isMusic(location) && { suggested: 'ai_music' }),
  };
}

function keyOf({ videoId, channelId, handle, channels }: VideoCard): string {
  return JSON.stringify([videoId, channelId, handle, channels]);
}
