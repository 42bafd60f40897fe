/**
 * Everything this extension knows about the structure of YouTube's pages, as one data object.
 *
 * No other file than selectors.json has a selector of YouTube's. It is data so that the configured
 * server can replace it when YouTube changes (GET /api/client/selectors.json); `parseSelectors`
 * therefore trusts nothing: it bounds sizes, allows only plain selectors, and refuses a card or a
 * shelf that could be a whole page. A wrong list then hides too little, never the page. The server
 * has the same rules (sync/client/selectors.py); clients/vectors/selectors.json holds both to them.
 */

import { SURFACES, type Surface } from '../core/types';
import builtIn from './selectors.json';

export interface SurfaceRule {
  readonly surface: Surface;
  /** An ancestor of the cards, or the card itself. */
  readonly within: string;
}

export interface Selectors {
  readonly version: number;
  /** Elements that stand for one video. Of nested matches the outermost is the card. */
  readonly cards: readonly string[];
  /** The same, with names that the first versions of this extension refuse. */
  readonly moreCards: readonly string[];
  /** Elements that stand for one channel: the first link to one in them. */
  readonly channelCards: readonly string[];
  /** Buttons of a player that link to the video it plays next. */
  readonly nextButtons: readonly string[];
  /** What is in a player is not part of the card that the player is in. */
  readonly players: readonly string[];
  /** Links in a card that name its video, when they are there. */
  readonly links: readonly string[];
  /** Any link to a video: the last resort in a card, and what the self-check counts. */
  readonly anyLink: readonly string[];
  /** Links in a card that name its channel. */
  readonly channels: readonly string[];
  /** Where the title of a card stands, the surest first. */
  readonly titles: readonly string[];
  /** Where a card shows a part of its description. */
  readonly descriptions: readonly string[];
  /** An element whose class has `content-id-` and the id of what the card shows. */
  readonly contentId: readonly string[];
  /** Rows of a playlist: a link with `list=` is the video there, not the playlist. */
  readonly playlistRows: readonly string[];
  /** Inside a card: it is a playlist, a mix or an advertisement. */
  readonly notVideo: readonly string[];
  /** Around a link: it is text, a chapter or a comment, not a card. */
  readonly textLinks: readonly string[];
  /** Texts of people's: a card around one is no video, and cards in one are cards of their own. */
  readonly posts: readonly string[];
  /** Around a card, or the card itself: leave it alone. */
  readonly exempt: readonly string[];
  /** Pages that YouTube keeps in the document, hidden, while another one is shown. */
  readonly pages: readonly string[];
  /** Sections to hide when each of their cards is hidden. */
  readonly shelves: readonly string[];
  /** In a shelf: it still loads, so it must stay. */
  readonly continuations: readonly string[];
  /** What plays over a card while it is pointed at, without being in it. */
  readonly previews: readonly string[];
  /** In a preview: an element of just its size. */
  readonly previewBoxes: readonly string[];
  /** The first that matches wins. */
  readonly surfaces: readonly SurfaceRule[];
  /** How a video shows that several channels made it together. */
  readonly collaboration: {
    /** An element with the names of all of them, in the place of the one name. */
    readonly names: readonly string[];
    /** Pictures of channels: two or more of them are as many channels. */
    readonly avatars: readonly string[];
    /** The part of a watch page that says who made the video. */
    readonly owners: readonly string[];
  };
  readonly owners: OwnerRules;
  readonly label: LabelRules;
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
  readonly music: MusicRules;
  readonly shorts: {
    readonly page: readonly string[];
    readonly player: readonly string[];
    readonly next: readonly string[];
    /** Links to the channel of the Short being played. */
    readonly owner: readonly string[];
    readonly actions: readonly string[];
  };
}

/** YouTube Music, whose player plays on while other pages are shown. */
export interface MusicRules {
  /** Rows of what is played next: judged as cards. They link to nothing, */
  readonly queue: readonly string[];
  /** but the address of a picture may name the video. */
  readonly pictures: readonly string[];
  /** Links and pictures that name what is being played. */
  readonly playing: readonly string[];
  /** There while the player fills the page; else only its bar is in sight. */
  readonly open: readonly string[];
  readonly player: readonly string[];
  readonly bar: readonly string[];
  /** Of what is being played: its title, links to its artists, and the row of buttons for it. */
  readonly title: readonly string[];
  readonly owner: readonly string[];
  readonly actions: readonly string[];
}

/** All that is judged, and may be hidden: videos first. */
export function judgedBy({ cards, moreCards, nextButtons, channelCards, music }: Selectors) {
  const videos = [...cards, ...moreCards, ...nextButtons, ...music.queue].join();
  return { videos, all: [videos, ...channelCards].join() };
}

/**
 * Where the data of a page says who made which video. A path is members of objects, `*` for each
 * of a list, and numbers for one of it: `runs.*.navigationEndpoint`.
 */
export interface OwnerRules {
  /** A word in the script that has the first page's data. */
  readonly script: string;
  /** In what a click on a channel opens: the channel's id, and its address with the handle. */
  readonly id: string;
  readonly address: string;
  readonly rules: readonly OwnerRule[];
}

export interface OwnerRule {
  /** Members that stand for one video, anywhere in the data. */
  readonly holders: readonly string[];
  /** In a holder: the video's id. */
  readonly video: string;
  /** What a click on the one channel opens; the first path that leads anywhere counts. */
  readonly channel: readonly string[];
  /** The same for each channel of a collaboration. */
  readonly collaborators: readonly string[];
  /** What is there only if several channels made the video. */
  readonly collaboration: readonly string[];
}

/**
 * Where YouTube says how a video was made: by what it is built of and by the numbers of its help
 * articles, never by words, which are in the viewer's language.
 */
export interface LabelRules {
  /** Members of the data that tell of other videos: nothing in them is read. */
  readonly aside: readonly string[];
  readonly rules: readonly LabelRule[];
  /** In a badge. */
  readonly badge: { readonly style: string; readonly icon: string };
  readonly ai: LabelSigns;
  readonly camera: LabelSigns;
  /** What stands before a help article's number in its address. */
  readonly address: string;
  /** Elements that say it of the video being watched, or of the Short being played. */
  readonly sections: readonly string[];
  readonly shortsSections: readonly string[];
  /** Links to help articles in them. */
  readonly links: readonly string[];
  readonly ask: AskRules;
}

/** How YouTube is asked about one video, and where the answer names its channel. */
export interface AskRules {
  readonly path: string;
  /** What the answer shall have, so that it is small. */
  readonly mask: string;
  /** Name and version of the program that YouTube takes us for: its own page. */
  readonly client: string;
  readonly version: string;
  readonly holders: readonly string[];
  readonly channel: readonly string[];
}

export interface LabelRule {
  /** Members anywhere in the data of a page, as in `OwnerRule`. */
  readonly holders: readonly string[];
  /** Paths in a holder: to the id of the video that the data is about, */
  readonly video: readonly string[];
  /** to badges under its title, */
  readonly badges: readonly string[];
  /** and to addresses of help articles. */
  readonly articles: readonly string[];
}

/** Any article of these, or a badge with one of the styles and one of the icons. */
export interface LabelSigns {
  readonly styles: readonly string[];
  readonly icons: readonly string[];
  readonly articles: readonly string[];
}

/** What this version comes with; the server serves the same file when nobody entered a newer one. */
export const SELECTORS = builtIn as Selectors;

const MAX_LIST = 64;
const MAX_SELECTOR_CHARS = 160;
const MAX_VERSION = 1_000_000;

// Compound selectors of a type, ids, classes and attributes, with child and descendant combinators:
// no lists, no escapes, no pseudo-classes, nothing that could end the rule it is put in. Whatever
// matches is a valid selector, so that no browser refuses it.
const NAME = '-?[A-Za-z_][\\w-]*';
const ATTRIBUTE = `\\[${NAME}(?:[~^$*|]?="[\\w\\-#.=^*$~ /:?@>]*"(?: i)?)?\\]`;
const PART = `(?:[#.]${NAME}|${ATTRIBUTE})`;
const COMPOUND = `(?:[A-Za-z][\\w-]*${PART}*|${PART}+)`;
const SELECTOR = new RegExp(`^${COMPOUND}(?:(?: > | )${COMPOUND})*$`);
const ATTRIBUTES = new RegExp(ATTRIBUTE, 'g');
// The element a selector ends in must be one of YouTube's that can repeat on a page.
const CARD = /^(?:(?:ytd|ytm|yt)-[a-z0-9-]+|\.ytp-[\w-]+|\.yt[A-Z]\w+)(?=[.#]|$)/;
const SHELF = /^(?:[a-z0-9]+-[a-z0-9-]+|\.yt[A-Z]\w+)(?=[.#]|$)/;
const ATTRIBUTE_NAME = /^[a-z][a-z-]{0,31}$/;
// In the data of pages.
const MEMBER = /^[A-Za-z]\w{0,63}$/;
const CONSTANT = /^[A-Z][A-Z0-9_]{0,63}$/;
const ARTICLE = /^[0-9]{5,12}$/;
const QUESTION = /^\/youtubei\/v1\/(?:next|player|reel\/reel_item_watch)$/;
const MASK = /^[A-Za-z0-9_,()/*]{1,1000}$/;
const VERSION = /^[0-9.]{3,32}$/;
const ADDRESS = /^(?:\/[a-z0-9-]{1,32}){1,4}\/$/;
const PATH = /^(?=.{1,400}$)[A-Za-z]\w*(?:\.(?:[A-Za-z]\w*|\*|\d{1,2}))*$/;
const WHOLE_PAGES =
  'yt[dm]-(?:app|page-manager|browse|search|shorts|player|comments|watch.*|.*-results-renderer|rich-grid-renderer|.*-list-renderer)';
const NO_SHELF = new RegExp(`^${WHOLE_PAGES}$`);
// What the first versions refuse: other parts of YouTube, and names that begin like a page's.
const MORE = /^(?:yt(?:d|m|k|music)?-[a-z0-9-]+|\.ytp-[\w-]+|\.yt[A-Z]\w+)(?=[.#]|$)/;
const NO_MORE = new RegExp(
  '^(?:yt(?:d|m|k|music)?-(?:(?:app|page|browse|search|shorts|player|comments|continuation|nav-bar)(?:-.*)?' +
    '|watch(?!-card-).*|.*-results-renderer|.*-grid-renderer|.*-list-renderer|.*section.*|.*shelf.*|.*-response)' +
    '|\\.ytp-(?:chrome|right|left|iv|large|caption).*)$',
);
// Names of rows begin like those of players, which may never be hidden.
const QUEUE = /^yt(?:d|m|music)-[a-z0-9-]*queue-item(?=[.#]|$)/;
const NO_CARD = new RegExp(
  `^(?:${WHOLE_PAGES}|yt[dm]-(?:.*section.*|continuation-.*)|\\.ytp-(?:chrome|right|left|iv|large|caption).*)$`,
);

type Json = Readonly<Record<string, unknown>>;
type ListKey = {
  [K in keyof Selectors]: Selectors[K] extends readonly string[] ? K : never;
}[keyof Selectors];

/**
 * The selectors in a value that came from outside, or undefined if anything is wrong with it.
 *
 * @param value parsed JSON, of any shape
 */
export function parseSelectors(value: unknown): Selectors | undefined {
  try {
    return readSelectors(object(value));
  } catch (error) {
    if (error instanceof InvalidSelectors) return undefined;
    throw error;
  }
}

class InvalidSelectors extends Error {}

function readSelectors(from: Json): Selectors {
  const lists = group(from, LIST_KEYS);
  if (!lists.cards.every(isCard)) throw new InvalidSelectors();
  if (!lists.shelves.every((shelf) => shelf === NOTHING || isShelf(shelf)))
    throw new InvalidSelectors();
  return {
    ...lists,
    version: version(from.version),
    titles: added(from, 'titles', list),
    descriptions: added(from, 'descriptions', list),
    posts: added(from, 'posts', list),
    previews: added(from, 'previews', list),
    previewBoxes: added(from, 'previewBoxes', list),
    surfaces: array(from.surfaces).map((rule) => {
      const { surface, within } = object(rule);
      return { surface: surfaceName(surface), within: selector(within) };
    }),
    moreCards: added(from, 'moreCards', more),
    channelCards: added(from, 'channelCards', more),
    nextButtons: added(from, 'nextButtons', more),
    players: added(from, 'players', list),
    owners: added(from, 'owners', ownerRules),
    label: added(from, 'label', labelRules),
    collaboration: added(from, 'collaboration', (value) =>
      group(value, ['names', 'avatars', 'owners']),
    ),
    watch: {
      ...group(object(from.watch), ['page', 'player', 'owner']),
      videoIdAttribute: text(object(from.watch).videoIdAttribute, ATTRIBUTE_NAME),
    },
    player: group(from.player, ['controls', 'preview', 'actions']),
    music: added(from, 'music', musicRules),
    shorts: group(from.shorts, ['page', 'player', 'next', 'owner', 'actions']),
  };
}

/** A member that lists had not from the beginning: one without it goes with the built-in one's. */
function added<K extends keyof Selectors>(
  from: Json,
  key: K,
  read: (value: unknown) => Selectors[K],
) {
  return from[key] === undefined ? SELECTORS[key] : read(from[key]);
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

function group<K extends string>(value: unknown, keys: readonly K[]): Record<K, string[]> {
  const from = object(value);
  return Object.fromEntries(keys.map((key) => [key, list(from[key])])) as Record<K, string[]>;
}

function list(value: unknown): string[] {
  const selectors = array(value).map(selector);
  return selectors.length > 0 ? selectors : [NOTHING];
}

function more(value: unknown): string[] {
  const selectors = list(value);
  const isMore = (selector: string) => {
    const name = MORE.exec(lastOf(selector))?.[0];
    return selector === NOTHING || (name !== undefined && !NO_MORE.test(name));
  };
  if (!selectors.every(isMore)) throw new InvalidSelectors();
  return selectors;
}

/** Stands in an empty list: browsers refuse to look for no selector at all. */
const NOTHING = ':not(*)';

function selector(value: unknown): string {
  if (typeof value !== 'string' || value.length > MAX_SELECTOR_CHARS || !SELECTOR.test(value))
    throw new InvalidSelectors();
  return value;
}

function isCard(selector: string): boolean {
  const name = CARD.exec(lastOf(selector))?.[0];
  return name !== undefined && !NO_CARD.test(name);
}

function isShelf(selector: string): boolean {
  const name = SHELF.exec(lastOf(selector))?.[0];
  return name !== undefined && !NO_SHELF.test(name);
}

/** The element that a selector ends in, without its attributes. */
function lastOf(selector: string): string {
  return selector.replace(ATTRIBUTES, '').split(' ').at(-1) ?? '';
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

function musicRules(value: unknown): MusicRules {
  const rules = group(value, MUSIC_KEYS);
  const isRow = (selector: string) => selector === NOTHING || QUEUE.test(lastOf(selector));
  if (!rules.queue.every(isRow)) throw new InvalidSelectors();
  return rules;
}

const MUSIC_KEYS = [
  ...(['queue', 'pictures', 'playing', 'open', 'player'] as const),
  ...(['bar', 'title', 'owner', 'actions'] as const),
];

function ownerRules(value: unknown): OwnerRules {
  const from = object(value);
  return {
    script: text(from.script, MEMBER),
    id: text(from.id, PATH),
    address: text(from.address, PATH),
    rules: array(from.rules).map((rule) => {
      const { holders, video, channel, collaborators, collaboration } = object(rule);
      return {
        holders: texts(holders, MEMBER),
        video: text(video, PATH),
        channel: texts(channel, PATH),
        collaborators: texts(collaborators, PATH),
        collaboration: texts(collaboration, PATH),
      };
    }),
  };
}

function labelRules(value: unknown): LabelRules {
  const from = object(value);
  const badge = object(from.badge);
  return {
    ...group(from, ['sections', 'shortsSections', 'links']),
    aside: texts(from.aside, MEMBER),
    rules: array(from.rules).map((rule) => {
      const { holders, video, badges, articles } = object(rule);
      return {
        holders: texts(holders, MEMBER),
        video: texts(video, PATH),
        badges: texts(badges, PATH),
        articles: texts(articles, PATH),
      };
    }),
    badge: { style: text(badge.style, PATH), icon: text(badge.icon, PATH) },
    ai: signs(from.ai),
    camera: signs(from.camera),
    address: text(from.address, ADDRESS),
    ask: askRules(from.ask),
  };
}

function askRules(value: unknown): AskRules {
  const { path, mask, client, version, holders, channel } = object(value);
  return {
    path: text(path, QUESTION),
    mask: text(mask, MASK),
    client: text(client, CONSTANT),
    version: text(version, VERSION),
    holders: texts(holders, MEMBER),
    channel: texts(channel, PATH),
  };
}

function signs(value: unknown): LabelSigns {
  const { styles, icons, articles } = object(value);
  return {
    styles: texts(styles, CONSTANT),
    icons: texts(icons, CONSTANT),
    articles: texts(articles, ARTICLE),
  };
}

function texts(value: unknown, pattern: RegExp): string[] {
  return array(value).map((item) => text(item, pattern));
}

function text(value: unknown, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw new InvalidSelectors();
  return value;
}

function surfaceName(value: unknown): Surface {
  const known = SURFACES.find((surface) => surface === value);
  if (known === undefined) throw new InvalidSelectors();
  return known;
}
