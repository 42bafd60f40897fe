/** From YouTube's elements to cards: which video, which channel, where. */
import type { Card, Channel } from '../core/types';
import { credit, distinct, isTogether, type Credit } from './collaboration';
import { channelOf, videoOf, type VideoLink } from './links';
import { MARK } from './marks';
import type { Selectors, Surface } from './selectors';

const CONTENT_ID = /(?:^|\s)content-id-(\S+)/;
const VIDEO_ID = /^[\w-]{11}$/;

/** A card whose video is known: the only kind that is judged. */
export type VideoCard = Card & { readonly videoId: string };

/** Finds and reads cards with one list of selectors, joined once. */
export class CardReader {
  readonly cards: string;
  private readonly links: string;
  private readonly anyLink: string;
  private readonly channels: string;
  private readonly contentId: string;
  private readonly playlistRows: string;
  private readonly notVideo: string;
  private readonly textLinks: string;
  private readonly exempt: string;
  private readonly shelves: string;
  private readonly continuations: string;
  private readonly pages: string;
  private readonly hiddenPages: string;
  private places = new WeakMap<Element, Place>();
  private insideCard = new WeakMap<Element, boolean>();

  /** @param ownersOf who made a video as the page's data has it, see `credit` */
  constructor(
    private readonly selectors: Selectors,
    private readonly ownersOf: (videoId: string) => readonly Channel[] | undefined = () => undefined,
  ) {
    this.cards = selectors.cards.join();
    this.links = selectors.links.join();
    this.anyLink = selectors.anyLink.join();
    this.channels = selectors.channels.join();
    this.contentId = selectors.contentId.join();
    this.playlistRows = selectors.playlistRows.join();
    this.notVideo = selectors.notVideo.join();
    this.textLinks = selectors.textLinks.join();
    this.exempt = selectors.exempt.join();
    this.shelves = selectors.shelves.join();
    this.continuations = selectors.continuations.join();
    this.pages = selectors.pages.join();
    this.hiddenPages = selectors.pages.map((page) => `${page}[hidden]`).join();
  }

  /** No card around this one. */
  isOutermost(card: Element): boolean {
    const parent = card.parentElement;
    if (!parent) return true;
    let isInside = this.insideCard.get(parent);
    if (isInside === undefined) {
      isInside = parent.closest(this.cards) !== null;
      this.insideCard.set(parent, isInside);
    }
    return !isInside;
  }

  /** The card an element is or belongs to: the outermost of nested ones. */
  outermost(element: Element): Element | null {
    let card = element.closest(this.cards);
    for (let outer = card; outer; outer = outer.parentElement?.closest(this.cards) ?? null)
      card = outer;
    return card;
  }

  /** Places are remembered only until the page changes: YouTube re-uses whole pages, too. */
  forgetPlaces(): void {
    this.places = new WeakMap();
    this.insideCard = new WeakMap();
  }

  /** One of the pages that YouTube shows one at a time. */
  isPage(element: Element): boolean {
    return element.matches(this.pages);
  }

  /** In a page that YouTube keeps behind the one being shown. */
  isBehind(element: Element): boolean {
    return element.closest(this.hiddenPages) !== null;
  }

  /**
   * What a card shows now; undefined while it is empty, and for everything that is no video or
   * must be left alone. Elements are re-used, so ask again whenever a link of the card changed.
   */
  read(element: Element): VideoCard | undefined {
    const place = this.placeOf(element);
    if (place.isExempt || element.matches(this.exempt)) return undefined;
    if (element.querySelector(this.notVideo)) return undefined;
    const video = this.video(element);
    return (
      video && {
        videoId: video.videoId,
        ...this.credit(element, video.videoId),
        surface: place.surface,
        isShort: video.isShort,
      }
    );
  }

  /** The outermost section around a card that should go when all its cards go. */
  shelfOf(card: Element): Element | null {
    let shelf = card.parentElement?.closest(this.shelves) ?? null;
    for (let outer = shelf; outer; outer = outer.parentElement?.closest(this.shelves) ?? null)
      shelf = outer;
    return shelf;
  }

  /** Every card of a shelf has been judged, and no more will be loaded into it. */
  isComplete(shelf: Element): boolean {
    if (shelf.querySelector(this.continuations)) return false;
    for (const card of shelf.querySelectorAll(this.cards))
      if (this.isOutermost(card) && !card.hasAttribute(MARK)) return false;
    return true;
  }

  /** The title on a card, as the viewer reads it. */
  titleOf(card: Element): string {
    for (const link of card.querySelectorAll(this.anyLink)) {
      const title = link.textContent?.trim();
      if (title && !link.closest(this.textLinks)) return title;
    }
    return '';
  }

  /** Links to videos in sight that belong to no card and are not plain text. */
  strayLinks(root: ParentNode): Element[] {
    return [...root.querySelectorAll(this.anyLink)].filter(
      (link) =>
        !link.closest(this.cards) &&
        !link.closest(this.textLinks) &&
        !link.closest(this.exempt) &&
        !this.isBehind(link) &&
        videoOf(link.getAttribute('href') ?? '') !== undefined,
    );
  }

  /** The link decides which video it is: it is what a click opens, and its changes are seen. */
  private video(element: Element): VideoLink | undefined {
    const content = this.content(element);
    if (content !== undefined && !VIDEO_ID.test(content)) return undefined;
    const link = this.videoLink(element);
    if (link?.opensComment) return undefined;
    if (!link?.opensList) return link;
    const isVideo = content === link.videoId || element.closest(this.playlistRows) !== null;
    return isVideo ? link : undefined;
  }

  /** The id in the class of a card's content: of a video or a playlist. */
  private content(element: Element): string | undefined {
    const marked = element.matches(this.contentId)
      ? element
      : element.querySelector(this.contentId);
    return marked ? CONTENT_ID.exec(marked.className)?.[1] : undefined;
  }

  private videoLink(element: Element): VideoLink | undefined {
    const first = element.matches('a[href]') ? element : element.querySelector(this.links);
    const video = first && hrefVideo(first);
    if (video) return isList(first) ? { ...video, opensList: true } : video;
    for (const link of element.querySelectorAll(this.anyLink)) {
      const found = link.closest(this.textLinks) ? undefined : hrefVideo(link);
      if (found) return found;
    }
    return undefined;
  }

  private credit(element: Element, videoId: string): Credit {
    const named: Channel[] = [];
    let last = '';
    for (const link of element.querySelectorAll(this.channels)) {
      const href = link.getAttribute('href') ?? '';
      if (href === last) continue; // avatar and name are two links to one channel
      last = href;
      const channel = channelOf(href);
      if (channel && !link.closest(this.textLinks)) named.push(channel);
    }
    const shown = { channels: distinct(named), isTogether: isTogether(element, this.selectors) };
    return credit(shown, this.ownersOf(videoId));
  }

  /** What the place of a card says. Neighbours share it, so it is worked out once per parent. */
  private placeOf(element: Element): Place {
    const parent = element.parentElement;
    const known = parent && this.places.get(parent);
    if (known) return known;
    const rule = this.selectors.surfaces.find(({ within }) => element.closest(within));
    const place = {
      surface: rule?.surface ?? 'other',
      isExempt: parent?.closest(this.exempt) != null,
    };
    if (parent) this.places.set(parent, place);
    return place;
  }
}

interface Place {
  readonly surface: Surface;
  readonly isExempt: boolean;
}

function hrefVideo(link: Element): VideoLink | undefined {
  const href = link.getAttribute('href');
  return href ? videoOf(href) : undefined;
}

/** The end wall says it in attributes. */
function isList(link: Element): boolean {
  return (
    link.getAttribute('data-is-list') === 'true' || link.getAttribute('data-is-mix') === 'true'
  );
}
