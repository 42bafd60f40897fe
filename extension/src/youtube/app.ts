/** Everything this extension does in one page of YouTube, put together. */
import { channelEntries, namesOf } from '../core/entries';
import type { Channel, FoundBy, Making, PageReport, VideoCard } from '../core/types';
import { type AskDesk, Asker, isAskable } from './asker';
import { CardReader } from './cards';
import { ChannelButton, channelAt, pageOf, shownVideos } from './channelpage';
import { type ChannelDesk, openChannelDialog } from './channels';
import { openDialog } from './dialog';
import { guardKeys } from './dom';
import { Filter } from './filter';
import { Gate } from './gate';
import { CardButtons } from './hover';
import type { Judge } from './judge';
import { FRAME_MARK, MARK } from './marks';
import { type ChannelHints, onNavigation } from './page';
import type { Selectors } from './selectors';
import type { Ballot, VoteDesk } from './votes';
import { ballotOf, PageVideo } from './watch';

/** Time after which a page is counted as built; a slow one is looked at again. */
const BUILT_MS = 1000;
const BUILT_LATE_MS = 5000;
/** With so many known cards, links elsewhere are of no interest. */
const MANY_CARDS = 200;

/** Of a page that is left alone. */
export const UNFILTERED: PageReport = {
  isFiltered: false,
  current: undefined,
  cards: 0,
  hidden: 0,
  strayLinks: 0,
};

export interface Services {
  readonly judge: Judge;
  readonly desk: VoteDesk;
  readonly asks: AskDesk;
  readonly channels: ChannelDesk;
  /** A video has disappeared from sight, or was dimmed. */
  hidden(card: VideoCard): void;
  /** What YouTube says of the video being played. */
  saw(card: VideoCard, making: Making): void;
  /** What is on the page, a moment after it changed. */
  built(report: PageReport): void;
}

export class PageApp {
  private readonly reader: CardReader;
  private readonly gate: Gate;
  private readonly filter: Filter;
  private readonly buttons: CardButtons;
  private readonly video: PageVideo;
  private readonly asker: Asker;
  private readonly channelButton = new ChannelButton(() => this.reportChannel());
  private life: AbortController | undefined;
  private readonly timers = new Map<number, ReturnType<typeof setTimeout>>();

  constructor(
    selectors: Selectors,
    private readonly services: Services,
    private readonly hints: ChannelHints,
  ) {
    const { judge, desk } = services;
    // First of all: what comes at once is noticed in the order of this.
    hints.use(selectors, { owners: () => this.learned(), making: () => this.refresh() });
    this.reader = new CardReader(selectors, (videoId) => hints.ownersOf(videoId));
    this.gate = new Gate(selectors);
    const channels = {
      desk: services.channels,
      open: (channel: Channel) => this.openChannel(channel),
    };
    this.video = new PageVideo(
      selectors,
      judge,
      desk,
      hints,
      (card, making) => services.saw(card, making),
      channels,
    );
    this.buttons = new CardButtons(
      this.reader,
      (element) => this.filter.cardOf(element),
      (card, says) => openDialog({ ...this.ballot(card), ...says }, desk, channels),
    );
    this.asker = new Asker(selectors, (element) => this.filter.cardOf(element), services.asks);
    const events = {
      judged: (element: Element) => {
        this.buttons.judged(element);
        this.asker.judged(element);
        this.reportIn(BUILT_MS);
      },
      hidden: (card: VideoCard) => services.hidden(card),
      settled: () => this.video.update(),
    };
    this.filter = new Filter(this.reader, judge, events, () => hints.settled());
  }

  start(): void {
    if (this.life) return;
    this.life = new AbortController();
    this.gate.close();
    if (isAskable(location)) this.asker.start();
    this.filter.start();
    this.buttons.start();
    guardKeys(this.life.signal);
    onNavigation(() => this.navigated(), this.life.signal);
    this.channelButton.place();
    this.reportIn(BUILT_LATE_MS);
  }

  stop(): void {
    if (!this.life) return;
    this.life.abort();
    this.life = undefined;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.gate.open();
    this.asker.stop();
    this.filter.stop();
    this.buttons.stop();
    this.video.clear();
    this.channelButton.remove();
    for (const framed of document.querySelectorAll(`[${FRAME_MARK}]`))
      framed.removeAttribute(FRAME_MARK);
  }

  /** Labels, settings or the page have changed. */
  refresh(): void {
    if (!this.life) return;
    this.video.update();
    this.filter.refresh();
  }

  /** More is known of who made the videos on the page. */
  private learned(): void {
    if (!this.life) return;
    this.video.update();
    this.filter.reread();
  }

  report(): PageReport {
    const judged = [...document.querySelectorAll(`[${MARK}]`)].filter(
      (element) => this.filter.cardOf(element) && !this.reader.isBehind(element),
    );
    const hidden = judged.filter((element) => /hide|dim/.test(element.getAttribute(MARK) ?? ''));
    const current = this.video.current();
    const making = current && this.hints.makingOf(current.videoId);
    const channel = channelAt(location);
    return {
      isFiltered: true,
      current,
      ...(making && { making }),
      ...(current && { ballot: this.video.ballot(current) }),
      at: this.video.at(),
      ...(channel && { channel }),
      cards: judged.length,
      hidden: hidden.length,
      found: this.foundOn(judged),
      strayLinks: judged.length < MANY_CARDS ? this.reader.strayLinks(document).length : 0,
    };
  }

  private foundOn(judged: readonly Element[]): Partial<Record<FoundBy, number>> {
    const found: Partial<Record<FoundBy, number>> = {};
    for (const element of judged) {
      const by = this.filter.foundBy(element);
      if (by) found[by] = (found[by] ?? 0) + 1;
    }
    return found;
  }

  /** Report the channel that the page is of, or that of the video it plays. */
  reportChannel(): void {
    const channel = channelAt(location) ?? this.video.current();
    if (this.life && channel) this.openChannel(channel);
  }

  private openChannel(named: Channel): void {
    const channel = namesOf(named);
    const entries = channelEntries(channel);
    if (entries.length === 0) return;
    const playing = this.video.current();
    const isIts = playing && channelEntries(playing).some((entry) => entries.includes(entry));
    const { videoId, isShort, title = '' } = isIts ? this.video.ballot(playing) : {};
    const first = videoId === undefined ? undefined : { videoId, isShort: isShort ?? false, title };
    const cardOf = (element: Element) => this.filter.cardOf(element);
    const videos = shownVideos(channel, this.reader, cardOf, first);
    openChannelDialog(channel, videos, this.services.channels);
  }

  private ballot(card: VideoCard): Ballot {
    return ballotOf({ ...card, ...pageOf(card) }, this.services.judge);
  }

  private navigated(): void {
    this.channelButton.place();
    this.video.navigated();
    this.reportIn(BUILT_MS);
    this.reportIn(BUILT_LATE_MS);
  }

  /** Not put off by further changes: a playing video changes its page all the time. */
  private reportIn(delayMs: number): void {
    if (this.timers.has(delayMs)) return;
    const timer = setTimeout(() => {
      this.timers.delete(delayMs);
      this.services.built(this.report());
    }, delayMs);
    this.timers.set(delayMs, timer);
  }
}
