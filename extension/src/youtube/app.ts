/** Everything this extension does in one page of YouTube, put together. */
import { CardReader, type VideoCard } from './cards';
import { openDialog } from './dialog';
import { Filter } from './filter';
import { Gate } from './gate';
import { CardButtons } from './hover';
import type { Judge } from './judge';
import { MARK } from './marks';
import { onNavigation } from './page';
import type { Selectors } from './selectors';
import type { VoteDesk } from './votes';
import { ballotOf, PageVideo } from './watch';

/** Quiet time after which a page is counted as built. */
const SETTLED_MS = 1000;
/** Fewer stray links than this may be anything. */
export const SUSPICIOUS_LINKS = 4;

export interface PageReport {
  /** The video being played. */
  readonly current: VideoCard | undefined;
  /** Cards in sight whose video is known. */
  readonly cards: number;
  readonly hidden: number;
  /** Links to videos in no card: many of them and no cards mean that YouTube has changed. */
  readonly strayLinks: number;
}

export interface Services {
  readonly judge: Judge;
  readonly desk: VoteDesk;
  /** A video has disappeared from sight, or was dimmed. */
  hidden(card: VideoCard): void;
  /** The page has been quiet for a moment. */
  settled(report: PageReport): void;
}

export class PageApp {
  private readonly reader: CardReader;
  private readonly gate: Gate;
  private readonly filter: Filter;
  private readonly buttons: CardButtons;
  private readonly video: PageVideo;
  private life: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    selectors: Selectors,
    private readonly services: Services,
  ) {
    const { judge, desk } = services;
    this.reader = new CardReader(selectors);
    this.gate = new Gate(selectors.cards);
    this.video = new PageVideo(selectors, judge, desk);
    this.buttons = new CardButtons(
      this.reader,
      (element) => this.filter.cardOf(element),
      (card, title) => openDialog({ ...ballotOf(card, judge), title }, desk),
    );
    this.filter = new Filter(this.reader, judge, {
      judged: (element) => this.buttons.judged(element),
      hidden: (card) => services.hidden(card),
      settled: () => this.afterWork(),
    });
  }

  start(): void {
    if (this.life) return;
    this.life = new AbortController();
    this.gate.close();
    this.filter.start();
    this.buttons.start();
    onNavigation((event) => this.video.navigated(event), this.life.signal);
  }

  stop(): void {
    if (!this.life) return;
    this.life.abort();
    this.life = undefined;
    clearTimeout(this.timer);
    this.gate.open();
    this.filter.stop();
    this.buttons.stop();
    this.video.clear();
  }

  /** Labels, settings or the page have changed. */
  refresh(): void {
    this.video.update();
    this.filter.refresh();
  }

  report(): PageReport {
    const judged = [...document.querySelectorAll(`[${MARK}]`)].filter(
      (element) => this.filter.cardOf(element) && !this.reader.isBehind(element),
    );
    const hidden = judged.filter((element) => /hide|dim/.test(element.getAttribute(MARK) ?? ''));
    return {
      current: this.video.current(),
      cards: judged.length,
      hidden: hidden.length,
      strayLinks: this.reader.strayLinks(document).length,
    };
  }

  private afterWork(): void {
    this.video.update();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.services.settled(this.report()), SETTLED_MS);
  }
}
