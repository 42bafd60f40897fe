/** The words that all parts of the extension share. */
import {
  CATEGORIES,
  type Category,
  type ChannelVerdict,
  type NoticedSign,
  SOURCES,
  type Verdict,
} from 'realtube-client';

export const ACTIONS = ['hide', 'dim', 'label', 'none'] as const;
/** What is done with a card. */
export type Action = (typeof ACTIONS)[number];

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

/** Something on a page that stands for one video. */
export interface Card {
  readonly videoId?: string;
  readonly channelId?: string;
  /** With its @, as the page spells it. */
  readonly handle?: string;
  /**
   * Of a video that several channels made together, instead of the two above: all of its channels,
   * or none as long as not every one is known.
   */
  readonly channels?: readonly Channel[];
  readonly surface: Surface;
  readonly isShort: boolean;
}

/** A card whose video is known: the only kind that is judged. */
export type VideoCard = Card & { readonly videoId: string };

/** What a page says about one channel: its lasting id, its handle, or both. */
export type Channel = Pick<Card, 'channelId' | 'handle'>;

/** What the viewer has reported of a video. */
export interface Mine {
  readonly choice?: Choice;
  /** What gives it away, as they said. */
  readonly signs?: readonly NoticedSign[];
  /** How many pictures of the player the server took with their last report, of whatever video. */
  readonly shots?: number;
}

export const AUTO_FLAG_SCORE = 60;

export const MAKINGS = ['ai', 'camera', 'none'] as const;
/** How a video was made as YouTube itself says: most often it says nothing, whatever is true. */
export type Making = (typeof MAKINGS)[number];

export interface Verdicts {
  readonly video?: Verdict;
  readonly channel?: ChannelVerdict;
  /** What YouTube says of the video, where that was seen. */
  readonly making?: Making;
  /** Percent of the channel's videos seen here that YouTube labels, where that is enough to go by. */
  readonly labelled?: number;
  /** A list that the viewer follows has the channel. */
  readonly followed?: Listed;
  /** What the viewer has reported the video as. */
  readonly mine?: Choice;
  /** The viewer has reported its channel, or each of its channels. */
  readonly mineChannel?: true;
  /** Of a card's `channels`, in their order. */
  readonly channels?: readonly Pick<Verdicts, 'channel' | 'labelled' | 'followed'>[];
}

/** On which of the viewer's lists by address a channel is; one that only warns is not sure. */
export interface Listed {
  readonly list: string;
  readonly level: 'block' | 'warn';
}

/** A list of channels that the viewer follows. */
export interface Subscription {
  /** In the form of `core/lists/subscription`. */
  readonly url: string;
  /** What the viewer calls it; may be empty. */
  readonly name: string;
  readonly on: boolean;
}

/** From which score on something is done with videos of one category. */
export interface Rule {
  readonly action: Action;
  /** 1-100 */
  readonly threshold: number;
}

export type Rules = Readonly<Record<Category, Rule>>;

export interface Settings {
  readonly enabled: boolean;
  readonly rules: Rules;
  /** For videos that YouTube itself labels (100), and those of channels with a share of such (percent). */
  readonly label: Rule;
  /** What is done with channels on lists that the viewer follows. */
  readonly followed: Action;
  /** The most that is done with what votes alone suspect: below 80, and nobody has decided. */
  readonly suspected: Action;
  readonly subscriptions: readonly Subscription[];
  /** Judge videos that nobody reported by their channel. */
  readonly channels: boolean;
  /** Go by what viewers reported, by lists that the server took in, by what moderators decided. */
  readonly voted: boolean;
  readonly listed: boolean;
  readonly reviewed: boolean;
  /** Judge channels by what other viewers saw of YouTube's label. */
  readonly measured: boolean;
  /** Label cards whose title says that AI made the video. */
  readonly signs: boolean;
  /** Tell the server about channels of which this browser saw that YouTube labels them. */
  readonly shareSeen: boolean;
  /** Ask the server, by prefixes of hashes, about videos that are not in the list. */
  readonly lookups: boolean;
  /** Ask YouTube itself about cards in sight that nothing is known of. */
  readonly askYouTube: boolean;
  /** Go on to the next Short when one is to be hidden. */
  readonly skipShorts: boolean;
  /** Cover flagged videos on their own page until the viewer decides. */
  readonly cover: boolean;
  /** Show on the icon how much is hidden in a tab. */
  readonly badge: boolean;
  /** Keep a list of reports that were made in private windows, too. */
  readonly privateReports: boolean;
  /** Say in the popup, once a week, what became of reports. */
  readonly weekly: boolean;
  readonly debug: boolean;
  /** Origin of the server, without a slash at its end; empty while none is chosen. */
  readonly server: string;
  /** Origins of more servers of the same site: asked in this order while those before are away. */
  readonly otherServers: readonly string[];
  /** Ids of videos, ids of channels and handles, in the form of `core/entries`. */
  readonly allow: readonly string[];
  readonly block: readonly string[];
}

/** What a viewer can say of a video, in the order of the dialog. */
export const CHOICES = [...CATEGORIES, 'not_ai'] as const;
export type Choice = (typeof CHOICES)[number];

/** What became of a report or its withdrawal. */
export type Outcome =
  /**
   * A server under attack may let a new viewer's reports count later: at this time. So many pictures
   * of the player may follow, if any.
   */
  | { readonly state: 'sent'; readonly countsFrom?: number; readonly shots?: number }
  /** Why, where the viewer may be able to do something about it. */
  | { readonly state: 'queued'; readonly why?: string }
  | { readonly state: 'refused'; readonly why: string };

/** A picture of the player. */
export interface Shot {
  /** Seconds. */
  readonly at: number;
  /** A JPEG file, in Base64. */
  readonly picture: string;
}

export const FOUND_BY = ['label', 'mine', 'followed', ...SOURCES, 'sign'] as const;
/** Who or what something is done with a card for. */
export type FoundBy = (typeof FOUND_BY)[number];

/** What a page's script tells of it. */
export interface PageReport {
  /** Whether this is a part of YouTube that is filtered at all. */
  readonly isFiltered: boolean;
  /** The video being played. */
  readonly current: VideoCard | undefined;
  /** What YouTube says of it, as far as the page was read. */
  readonly making?: Making;
  /** What a report of it says, and most likely says. */
  readonly ballot?: {
    readonly title?: string;
    readonly channelName?: string;
    readonly suggested?: Choice;
  };
  /** The second that is being played. */
  readonly at?: number | undefined;
  /** Cards in sight whose video is known. */
  readonly cards: number;
  readonly hidden: number;
  /** On how many of these cards something is done, by whose word. */
  readonly found?: Readonly<Partial<Record<FoundBy, number>>>;
  /** Whose page it is. */
  readonly channel?: Channel;
  /** Links to videos in no card: many of them and no cards mean that YouTube has changed. */
  readonly strayLinks: number;
}
