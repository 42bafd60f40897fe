/** From YouTube's elements to cards: which video, which channel, where. */
import type { Card, Channel, Surface, VideoCard } from '../core/types';
import { type Credit, credit, distinct, isTogether } from './collaboration';
import { channelOf, type VideoLink, videoOf, videoOfPicture } from './links';
import { MARK } from './marks';
import { judgedBy, type Selectors } from './selectors';
import { allShown, firstShown } from './shown';
import { nameIn, titleIn } from './titles';

const CONTENT_ID = /(?:^|\s)content-id-(\S+)/;
const VIDEO_ID = /^[\w-]{11}$/;

/** Finds and reads cards with one list of selectors, joined once. */
export class CardReader {
  readonly cards: string;
  /** Cards, and elements that are about a channel. */
  readonly judged: string;
  private readonly channelCards: string;
  private readonly controls: string;
  private readonly players: string;
  private readonly links: string;
  private readonly anyLink: string;
  private readonly channels: string;
  private readonly contentId: string;
  private readonly descriptions: string;
  private readonly queue: string;
  private readonly pictures: string;
  private readonly playlistRows: string;
  private readonly notVideo: string;
  private readonly posts: string;
  private readonly cardsAndPosts: string;
  private readonly barriers: string;
  private readonly partings: string;
  private readonly textLinks: string;
  private readonly exempt: string;
  private readonly shelves: string;
  private readonly continuations: string;
  private readonly pages: string;
  private readonly previews: string;
  private readonly previewBoxes: string;
  private readonly hiddenPages: string;
  private places = new WeakMap<Element, Place>();
  private insideCard = new WeakMap<Element, boolean>();
  private readonly withPosts = new WeakSet<Element>();

  /** @param ownersOf who made a video as the page's data has it, see `credit` */
  constructor(
    private readonly selectors: Selectors,
    private readonly ownersOf: (videoId: string) => readonly Channel[] | undefined = () =>
      undefined,
  ) {
    const { videos, all } = judgedBy(selectors);
    this.cards = videos;
    this.judged = all;
    this.channelCards = selectors.channelCards.join();
    this.controls = selectors.nextButtons.join();
    this.players = selectors.players.join();
    this.links = selectors.links.join();
    this.anyLink = selectors.anyLink.join();
    this.channels = selectors.channels.join();
    this.contentId = selectors.contentId.join();
    this.descriptions = selectors.descriptions.join();
    this.queue = selectors.music.queue.join();
    this.pictures = selectors.music.pictures.join();
    this.playlistRows = selectors.playlistRows.join();
    this.posts = selectors.posts.join();
    this.notVideo = [...selectors.notVideo, ...selectors.posts].join();
    this.cardsAndPosts = [this.cards, this.posts].join();
    this.barriers = [this.cardsAndPosts, this.players].join();
    this.partings = [this.posts, this.players, this.channelCards].join();
    this.textLinks = selectors.textLinks.join();
    this.exempt = selectors.exempt.join();
    this.shelves = selectors.shelves.join();
    this.continuations = selectors.continuations.join();
    this.pages = selectors.pages.join();
    this.previews = selectors.previews.join();
    this.previewBoxes = selectors.previewBoxes.join();
    this.hiddenPages = selectors.pages.map((page) => `${page}[hidden]`).join();
  }

  /** No card around this one, or a post or a player between them. */
  isOutermost(card: Element): boolean {
    const parent = card.parentElement;
    if (!parent) return true;
    let isInside = this.insideCard.get(parent);
    if (isInside === undefined) {
      isInside = this.around(card) !== null;
      this.insideCard.set(parent, isInside);
    }
    return !isInside;
  }

  /** The card an element is or belongs to: the outermost of nested ones, short of a post or player. */
  outermost(element: Element): Element | null {
    const nearest = element.closest(this.cardsAndPosts);
    let card = nearest === null || nearest.matches(this.posts) ? null : nearest;
    for (let outer = card; outer; outer = this.around(outer)) card = outer;
    return card;
  }

  private around(card: Element): Element | null {
    const outer = card.parentElement?.closest(this.barriers);
    return outer?.matches(this.cards) ? outer : null;
  }

  /** Nothing in this card is judged by itself. */
  isWhole(card: Element): boolean {
    return card.querySelector(this.partings) === null;
  }

  /** The cards in a card that was read and turned out to hold a post: they are judged by themselves. */
  cardsInPosts(card: Element): Iterable<Element> {
    return this.withPosts.has(card) ? card.querySelectorAll(this.cards) : [];
  }

  /** What stands for a channel, if an element is or belongs to one. */
  channelCard(element: Element): Element | null {
    return element.closest(this.channelCards);
  }

  /** A button that leads to a video: there is no room for words on it. */
  isControl(card: Element): boolean {
    return card.matches(this.controls);
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
    const other = firstShown(element, this.notVideo);
    if (other?.matches(this.posts)) this.withPosts.add(element);
    if (other) return undefined;
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

  /** The channel that an element stands for now. */
  readChannel(element: Element): Card | undefined {
    const place = this.placeOf(element);
    if (place.isExempt || element.matches(this.exempt)) return undefined;
    for (const link of element.querySelectorAll(this.channels)) {
      const channel = channelOf(link.getAttribute('href') ?? '');
      if (channel) return { ...channel, surface: place.surface, isShort: false };
    }
    return undefined;
  }

  /** The outermost section around a card that should go when all its cards go. */
  shelfOf(card: Element): Element | null {
    let shelf = card.parentElement?.closest(this.shelves) ?? null;
    for (let outer = shelf; outer; outer = outer.parentElement?.closest(this.shelves) ?? null)
      shelf = outer;
    return shelf;
  }

  /** Every card in sight of a shelf has been judged, nothing else is in it, no more will be loaded. */
  isComplete(shelf: Element): boolean {
    if (firstShown(shelf, this.continuations) || firstShown(shelf, this.notVideo)) return false;
    for (const card of allShown(shelf, this.judged))
      if (this.isOutermost(card) && !card.hasAttribute(MARK)) return false;
    return true;
  }

  /** The title on a card, as the viewer reads it. */
  titleOf(card: Element): string {
    return titleIn(card, this.selectors.titles, this.textLinks);
  }

  /** The name of the channel on a card that names one. */
  channelNameOf(card: Element): string {
    const links = [...allShown(card, this.channels)];
    return nameIn(links.filter((link) => !link.closest(this.textLinks)));
  }

  /** Title and description, as far as the card shows them. */
  textsOf(card: Element): string[] {
    const shown = [...allShown(card, this.descriptions)].map((found) => found.textContent ?? '');
    return [this.titleOf(card), ...shown];
  }

  /** The element of the preview that YouTube plays over a card, outside of it, at this moment. */
  previewOver(card: Element): Element | undefined {
    const preview = document.querySelector(this.previews);
    if (!preview) return undefined;
    const box = preview.querySelector(this.previewBoxes) ?? preview;
    const { left, top, width, height } = box.getBoundingClientRect();
    const below = card.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    const isOver = below.left < x && x < below.right && below.top < y && y < below.bottom;
    return isOver ? box : undefined;
  }

  /** In a preview that lies over some card. */
  isInPreview(element: Element): boolean {
    return element.closest(this.previews) !== null;
  }

  /** Links to videos in sight that belong to no card and are not plain text. */
  strayLinks(root: ParentNode): Element[] {
    return [...root.querySelectorAll(this.anyLink)].filter(
      (link) =>
        !link.closest(this.cardsAndPosts) &&
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
    return isVideo || this.isControl(element) ? link : undefined;
  }

  /** The id in the class of a card's content: of a video or a playlist. */
  private content(element: Element): string | undefined {
    const marked = element.matches(this.contentId) ? element : firstShown(element, this.contentId);
    return marked ? CONTENT_ID.exec(marked.className)?.[1] : undefined;
  }

  private videoLink(element: Element): VideoLink | undefined {
    const isOwn = this.ownLinks(element);
    const first = element.matches('[href]') ? element : firstShown(element, this.links, isOwn);
    const video = first && hrefVideo(first);
    if (video) return isList(first, video) ? { ...video, opensList: true } : video;
    for (const link of allShown(element, this.anyLink)) {
      const found = !isOwn(link) || link.closest(this.textLinks) ? undefined : hrefVideo(link);
      if (found) return found;
    }
    return element.matches(this.queue) ? this.pictured(element) : undefined;
  }

  /** Rows of music link to nothing: the picture may name their video. */
  private pictured(row: Element): VideoLink | undefined {
    for (const picture of allShown(row, this.pictures)) {
      const found = videoOfPicture(picture.getAttribute('src') ?? '');
      if (found) return found;
    }
    return undefined;
  }

  /** Which links in a card are its own: in a player there are cards that are not part of it. */
  private ownLinks(card: Element): (link: Element) => boolean {
    if (!card.querySelector(this.players)) return () => true;
    return (link) => this.outermost(link) === card;
  }

  private credit(element: Element, videoId: string): Credit {
    const named: Channel[] = [];
    let last = '';
    for (const link of allShown(element, this.channels)) {
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

/** The end wall says it in attributes; of music it may call what comes after it a list. */
function isList(link: Element, { startsRadio }: VideoLink): boolean {
  const says = (attribute: string) => link.getAttribute(attribute) === 'true';
  return says('data-is-mix') || (says('data-is-list') && !startsRadio);
}
