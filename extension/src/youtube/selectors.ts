/**
 * Everything this extension knows about the structure of YouTube's pages, as one data object.
 *
 * No other file has a selector of YouTube's. It is data so that the configured server can replace
 * it when YouTube changes (GET /api/client/selectors.json); `parseSelectors` therefore trusts
 * nothing: it bounds sizes, allows only plain selectors, and refuses a card that could be a whole
 * page. A wrong list then hides too little, never the page.
 */

/** Where on YouTube a card is, in the words of `Card.surface`. */
export const SURFACES = [
  'home',
  'search',
  'related',
  'endscreen',
  'channel',
  'playlist',
  'subscriptions',
  'shorts',
  'notifications',
  'watch',
  'embed',
  'other',
] as const;
export type Surface = (typeof SURFACES)[number];

export interface SurfaceRule {
  readonly surface: Surface;
  /** An ancestor of the cards, or the card itself. */
  readonly within: string;
}

export interface Selectors {
  readonly version: number;
  /** Elements that stand for one video. Of nested matches the outermost is the card. */
  readonly cards: readonly string[];
  /** Links in a card that name its video, when they are there. */
  readonly links: readonly string[];
  /** Any link to a video: the last resort in a card, and what the self-check counts. */
  readonly anyLink: readonly string[];
  /** Links in a card that name its channel. */
  readonly channels: readonly string[];
  /** An element whose class has `content-id-` and the id of what the card shows. */
  readonly contentId: readonly string[];
  /** Rows of a playlist: a link with `list=` is the video there, not the playlist. */
  readonly playlistRows: readonly string[];
  /** Inside a card: it is a playlist, a mix or an advertisement. */
  readonly notVideo: readonly string[];
  /** Around a link: it is text, a chapter or a comment, not a card. */
  readonly textLinks: readonly string[];
  /** Around a card, or the card itself: leave it alone. */
  readonly exempt: readonly string[];
  /** Pages that YouTube keeps in the document, hidden, while another one is shown. */
  readonly pages: readonly string[];
  /** Sections to hide when each of their cards is hidden. */
  readonly shelves: readonly string[];
  /** In a shelf: it still loads, so it must stay. */
  readonly continuations: readonly string[];
  /** The first that matches wins. */
  readonly surfaces: readonly SurfaceRule[];
  readonly watch: {
    /** The page component, whose `videoIdAttribute` lags behind the address. */
    readonly page: readonly string[];
    readonly videoIdAttribute: string;
    /** The large player of the page. */
    readonly player: readonly string[];
    /** Links to the channel of the video being watched. */
    readonly owner: readonly string[];
  };
  readonly player: {
    /** Rows of buttons; the last one that is not in `preview` gets ours. */
    readonly controls: readonly string[];
    readonly preview: readonly string[];
    /** Mobile: where the button goes, because there is no row of controls. */
    readonly actions: readonly string[];
  };
  readonly shorts: {
    readonly page: readonly string[];
    readonly player: readonly string[];
    readonly next: readonly string[];
    /** Links to the channel of the Short being played. */
    readonly owner: readonly string[];
    readonly actions: readonly string[];
  };
}

export const SELECTORS: Selectors = {
  version: 1,
  cards: [
    'ytd-rich-item-renderer',
    'ytd-video-renderer',
    'ytd-compact-video-renderer',
    'ytd-grid-video-renderer',
    'ytd-rich-grid-media',
    'ytd-rich-grid-slim-media',
    'ytd-playlist-video-renderer',
    'ytd-playlist-panel-video-renderer',
    'ytd-reel-item-renderer',
    'ytd-structured-description-video-lockup-renderer',
    'ytd-notification-renderer',
    'yt-lockup-view-model',
    'ytm-shorts-lockup-view-model-v2',
    'ytm-shorts-lockup-view-model',
    'ytm-rich-item-renderer',
    'ytm-video-with-context-renderer',
    'ytm-compact-video-renderer',
    'ytm-compact-autoplay-renderer',
    'ytm-video-card-renderer',
    'ytm-reel-item-renderer',
    'ytm-playlist-panel-video-renderer',
    'ytm-playlist-video-renderer',
    '.ytGridShelfViewModelGridShelfItem',
    '.ytp-videowall-still',
    '.ytp-modern-videowall-still',
    '.ytp-ce-element',
    '.ytp-suggestion-link',
    '.ytp-autonav-endscreen-countdown-overlay',
  ],
  links: [
    'a#thumbnail',
    'a.reel-item-endpoint',
    'a[class*="content-image" i]',
    'a[class*="ContentImage"]',
    'a.media-item-thumbnail-container',
    'a.compact-media-item-image',
    'a#wc-endpoint',
    'a#video-title-link',
    'a#video-title',
    'a.ytp-ce-covering-overlay',
    'a.ytp-autonav-endscreen-link-container',
  ],
  anyLink: ['a[href*="/watch?"]', 'a[href*="/shorts/"]', 'a[href*="/live/"]'],
  channels: [
    'a[href^="/@"]',
    'a[href^="/channel/"]',
    'a[href^="https://www.youtube.com/@"]',
    'a[href^="https://www.youtube.com/channel/"]',
  ],
  contentId: ['[class*="content-id-"]'],
  playlistRows: [
    'ytd-playlist-video-renderer',
    'ytd-playlist-panel-video-renderer',
    'ytm-playlist-video-renderer',
    'ytm-playlist-panel-video-renderer',
  ],
  notVideo: [
    'ytd-ad-slot-renderer',
    'ytd-in-feed-ad-layout-renderer',
    'ytd-display-ad-renderer',
    'ytd-promoted-video-renderer',
    'ytm-promoted-video-renderer',
    'ytd-radio-renderer',
    'ytd-compact-radio-renderer',
    'ytd-grid-radio-renderer',
    'ytd-playlist-renderer',
    'ytd-compact-playlist-renderer',
    'ytd-grid-playlist-renderer',
    'ytm-compact-radio-renderer',
    'ytm-compact-playlist-renderer',
    'yt-collection-thumbnail-view-model',
    'yt-collections-stack',
  ],
  textLinks: [
    'ytd-macro-markers-list-item-renderer',
    'ytd-comments',
    'ytd-comment-thread-renderer',
    'ytd-comment-view-model',
    'ytm-comment-thread-renderer',
    'ytm-comment-section-renderer',
    'ytd-text-inline-expander',
    'ytd-expander',
    'yt-formatted-string.metadata-snippet-text',
    'yt-chip-cloud-chip-renderer',
    'ytd-guide-renderer',
  ],
  exempt: [
    'ytd-ad-slot-renderer',
    'ytd-in-feed-ad-layout-renderer',
    'ytd-promoted-video-renderer',
    'ytm-promoted-video-renderer',
    'ytd-comments',
    'ytd-comment-thread-renderer',
    'ytm-comment-section-renderer',
    'ytd-macro-markers-list-renderer',
    'ytd-browse[page-subtype="history"]',
    '[tab-identifier="FEhistory"]',
    'ytd-playlist-panel-video-renderer[selected]',
    'ytm-playlist-panel-video-renderer[selected]',
  ],
  pages: ['ytd-browse', 'ytd-search', 'ytd-watch-flexy', 'ytd-shorts'],
  shelves: [
    'ytd-rich-section-renderer',
    'ytd-reel-shelf-renderer',
    'ytd-rich-shelf-renderer',
    'ytd-shelf-renderer',
    'grid-shelf-view-model',
    'ytm-reel-shelf-renderer',
    'ytm-rich-section-renderer',
  ],
  continuations: ['ytd-continuation-item-renderer', 'ytm-continuation-item-renderer'],
  surfaces: [
    { surface: 'endscreen', within: '.html5-video-player' },
    { surface: 'notifications', within: 'ytd-notification-renderer' },
    { surface: 'shorts', within: 'ytm-shorts-lockup-view-model-v2' },
    { surface: 'shorts', within: 'ytm-shorts-lockup-view-model' },
    { surface: 'shorts', within: 'ytd-reel-shelf-renderer' },
    { surface: 'shorts', within: 'ytd-rich-shelf-renderer[is-shorts]' },
    { surface: 'shorts', within: 'grid-shelf-view-model' },
    { surface: 'shorts', within: 'ytm-reel-shelf-renderer' },
    { surface: 'playlist', within: 'ytd-playlist-video-renderer' },
    { surface: 'playlist', within: 'ytd-playlist-panel-video-renderer' },
    { surface: 'playlist', within: 'ytm-playlist-video-renderer' },
    { surface: 'playlist', within: 'ytm-playlist-panel-video-renderer' },
    { surface: 'related', within: 'ytd-watch-flexy' },
    { surface: 'related', within: 'ytm-item-section-renderer[section-identifier="related-items"]' },
    { surface: 'search', within: 'ytd-search' },
    { surface: 'search', within: 'ytm-search' },
    { surface: 'channel', within: 'ytd-browse[page-subtype="channels"]' },
    { surface: 'subscriptions', within: 'ytd-browse[page-subtype="subscriptions"]' },
    { surface: 'subscriptions', within: '[tab-identifier="FEsubscriptions"]' },
    { surface: 'home', within: 'ytd-browse[page-subtype="home"]' },
    { surface: 'home', within: '[tab-identifier="FEwhat_to_watch"]' },
  ],
  watch: {
    page: ['ytd-watch-flexy', 'ytm-watch'],
    videoIdAttribute: 'video-id',
    player: ['ytd-watch-flexy #movie_player', '#player-container-id', '#movie_player'],
    owner: [
      'ytd-watch-metadata ytd-video-owner-renderer a[href^="/"]',
      'ytd-watch-flexy #owner a[href^="/"]',
      'ytm-slim-owner-renderer a[href^="/"]',
    ],
  },
  player: {
    controls: ['.html5-video-player .ytp-right-controls'],
    preview: ['#inline-preview-player', 'ytd-video-preview'],
    actions: ['ytm-slim-video-action-bar-renderer'],
  },
  shorts: {
    page: ['ytd-shorts', 'ytm-shorts'],
    player: ['#shorts-player', '#movie_player'],
    next: ['#navigation-button-down button'],
    owner: [
      'ytd-reel-video-renderer[is-active] a[href^="/@"]',
      'ytd-shorts .ytReelChannelBarViewModelChannelName a[href^="/@"]',
    ],
    actions: [
      'ytd-reel-video-renderer[is-active] reel-action-bar-view-model',
      'ytd-shorts reel-action-bar-view-model',
      'ytm-shorts reel-action-bar-view-model',
    ],
  },
};

const MAX_LIST = 64;
const MAX_SELECTOR_CHARS = 160;
const MAX_VERSION = 1_000_000;

// Plain compound selectors with descendant and child combinators: no commas, no escapes, no
// pseudo-classes, nothing that could end the rule it is put in.
const PLAIN = /^[\w\-#.[\]=^*$~" /:?@>]+$/;
const FORBIDDEN = /[:@/]/; // looked for outside of quotes only
// The last part of a card must be one of YouTube's elements that can repeat on a page.
const CARD = /(?:^|[\s>])((?:ytd|ytm|yt)-[a-z0-9-]+|\.ytp-[\w-]+|\.yt[A-Z]\w+)(?:[.[#][^\s>]*)?$/;
const WHOLE_PAGES =
  /^(?:yt[dm]-(?:app|page-manager|browse|search|shorts|player|comments|watch.*|.*-results-renderer|rich-grid-renderer|.*section.*|.*-list-renderer|continuation-.*)|\.ytp-(?:chrome|right|left|iv|large|caption).*)$/;

type Json = Readonly<Record<string, unknown>>;
type ListKey = {
  [K in keyof Selectors]: Selectors[K] extends readonly string[] ? K : never;
}[keyof Selectors];

/**
 * The selectors in a value that came from outside, or undefined if anything is wrong with it.
 *
 * @param value parsed JSON, of any shape
 * @param parses whether the browser can parse a selector
 */
export function parseSelectors(
  value: unknown,
  parses: (selector: string) => boolean,
): Selectors | undefined {
  try {
    return readSelectors(object(value), parses);
  } catch (error) {
    if (error instanceof InvalidSelectors) return undefined;
    throw error;
  }
}

class InvalidSelectors extends Error {}

function readSelectors(from: Json, parses: (selector: string) => boolean): Selectors {
  const one = (value: unknown): string => {
    if (typeof value !== 'string' || value.length > MAX_SELECTOR_CHARS)
      throw new InvalidSelectors();
    if (!PLAIN.test(value) || FORBIDDEN.test(withoutQuoted(value)) || !parses(value))
      throw new InvalidSelectors();
    return value;
  };
  const many = (value: unknown): string[] => array(value).map(one);
  const group = <K extends string>(value: unknown, keys: readonly K[]) => {
    const read = object(value);
    return Object.fromEntries(keys.map((key) => [key, many(read[key])])) as Record<K, string[]>;
  };
  const lists = group(from, LIST_KEYS);
  if (!lists.cards.every(isCard) || lists.cards.length === 0) throw new InvalidSelectors();
  return {
    ...lists,
    version: version(from.version),
    surfaces: array(from.surfaces).map((rule) => {
      const { surface, within } = object(rule);
      return { surface: surfaceName(surface), within: one(within) };
    }),
    watch: {
      ...group(object(from.watch), ['page', 'player', 'owner']),
      videoIdAttribute: attributeName(object(from.watch).videoIdAttribute),
    },
    player: group(from.player, ['controls', 'preview', 'actions']),
    shorts: group(from.shorts, ['page', 'player', 'next', 'owner', 'actions']),
  };
}

const LIST_KEYS: readonly ListKey[] = [
  'cards',
  'links',
  'anyLink',
  'channels',
  'contentId',
  'playlistRows',
  'notVideo',
  'textLinks',
  'exempt',
  'pages',
  'shelves',
  'continuations',
];

function isCard(selector: string): boolean {
  const last = CARD.exec(selector)?.[1];
  return last !== undefined && !WHOLE_PAGES.test(last);
}

function withoutQuoted(selector: string): string {
  return selector.replace(/"[^"]*"/g, '""');
}

function object(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidSelectors();
  return value as Json;
}

function array(value: unknown): unknown[] {
  if (!Array.isArray(value) || value.length > MAX_LIST) throw new InvalidSelectors();
  return value;
}

function version(value: unknown): number {
  if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > MAX_VERSION)
    throw new InvalidSelectors();
  return value as number;
}

function surfaceName(value: unknown): Surface {
  const known = SURFACES.find((surface) => surface === value);
  if (known === undefined) throw new InvalidSelectors();
  return known;
}

function attributeName(value: unknown): string {
  if (typeof value !== 'string' || !/^[a-z][a-z-]{0,31}$/.test(value))
    throw new InvalidSelectors();
  return value;
}
