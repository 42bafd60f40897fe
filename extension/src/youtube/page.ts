/** Which page of YouTube is shown, and when that changes. */
import type { Channel, Making } from '../core/types';
import { PageLabels } from './label';
import { isMusic, isYouTube, videoOf, videoOfPicture } from './links';
import { Owners } from './owners';
import { onScripts } from './pagedata';
import type { MusicRules, Selectors } from './selectors';

export interface Watched {
  readonly kind: 'watch' | 'shorts' | 'embed' | 'music';
  readonly videoId: string;
}

const EMBED = /^\/(?:embed|v|e)\//;

/** The video that the page at an address plays. The address is ahead of the page's own elements. */
export function watchedAt({ href, pathname, hostname }: Location): Watched | undefined {
  const video = videoOf(href);
  if (!video) return undefined;
  if (isMusic({ hostname })) return { kind: 'music', videoId: video.videoId };
  const kind = EMBED.test(pathname) ? 'embed' : video.isShort ? 'shorts' : 'watch';
  return { kind, videoId: video.videoId };
}

/** The same, or what a music player plays on while another page is shown. */
export function playedAt(place: Location, rules: MusicRules): Watched | undefined {
  const watched = watchedAt(place);
  return watched || !isMusic(place) ? watched : playedMusic(rules);
}

/** What a music player shows that it plays; it lags behind the address. */
export function playedMusic({ playing }: MusicRules): Watched | undefined {
  for (const selector of playing)
    for (const found of document.querySelectorAll(selector)) {
      const video =
        videoOf(found.getAttribute('href') ?? '') ??
        videoOfPicture(found.getAttribute('src') ?? '');
      if (video) return { kind: 'music', videoId: video.videoId };
    }
  return undefined;
}

/** Where videos are suggested: not in Studio, on television or in accounts, which are YouTube's, too. */
export function isFiltered({ hostname }: Location): boolean {
  return isYouTube(hostname);
}

/** YouTube puts chat and other tools in frames of its own; only players in frames concern us. */
export function isRelevantFrame(): boolean {
  return window.top === window || EMBED.test(location.pathname);
}

// The standard event comes first, but not in every browser; the others differ by site.
const ON_DOCUMENT = ['yt-navigate-start', 'yt-navigate-finish', 'yt-page-data-updated'];
const ON_WINDOW = ['state-navigateend', 'popstate', 'pageshow'];

/** Call something whenever the page may be another one, often without need. */
export function onNavigation(run: (event: Event) => void, signal: AbortSignal): void {
  for (const name of ON_DOCUMENT) document.addEventListener(name, run, { signal });
  for (const name of ON_WINDOW) window.addEventListener(name, run, { signal });
  const { navigation } = window as { navigation?: EventTarget };
  navigation?.addEventListener('currententrychange', run, { signal });
}

interface ChannelHint {
  readonly videoId: string;
  readonly channelId: string;
}

/**
 * The channel of a video as the page's own navigation events tell it, when they do: the only
 * place with the lasting id of a channel that has a handle. It is used in votes alone, as a claim.
 */
function channelHintIn(detail: unknown): ChannelHint | undefined {
  try {
    const player = member(member(detail, 'response'), 'playerResponse');
    const { videoId, channelId } = Object(member(player, 'videoDetails')) as Partial<ChannelHint>;
    const isValid = /^[\w-]{11}$/.test(String(videoId)) && /^UC[\w-]{22}$/.test(String(channelId));
    return isValid ? { videoId: String(videoId), channelId: String(channelId) } : undefined;
  } catch {
    return undefined; // a detail that may not cross from the page's world
  }
}

/** Pages that may come before anybody knows how to read them. */
const MAX_EARLY = 2;

export interface Learned {
  /** More is known of who made the videos on the page. */
  owners(): void;
  /** More is known of how the video was made that it plays. */
  making(): void;
}

/**
 * Remembers what the page's events and data told of channels, and of the video it plays. Made at
 * the very beginning: a page tells it once, possibly before anybody knows what the viewer wants.
 */
export class ChannelHints {
  private last: ChannelHint | undefined;
  private owners: Owners | undefined;
  private labels: PageLabels | undefined;
  private early: unknown[] = [];
  /** What the first page's data is about. */
  private readonly first = watchedAt(location)?.videoId;

  constructor(private readonly signal: AbortSignal) {
    onNavigation((event) => {
      const detail = detailOf(event);
      this.last = channelHintIn(detail) ?? this.last;
      if (member(detail, 'response') !== undefined) this.read(detail);
    }, signal);
  }

  /** Begin to read who made the videos on a page, and how the one was made that it plays. */
  use(rules: Pick<Selectors, 'owners' | 'label'>, learned: Partial<Learned>): void {
    const owners = new Owners(rules.owners, () => learned.owners?.());
    const labels = new PageLabels(rules.label, () => learned.making?.());
    [this.owners, this.labels] = [owners, labels];
    const stop = () => {
      owners.stop();
      labels.stop();
    };
    this.signal.addEventListener('abort', stop, { once: true });
    const readScript = (text: string) => {
      owners.read(text);
      labels.read(text, this.first);
    };
    onScripts(rules.owners.script, readScript, this.signal);
    for (const detail of this.early.splice(0)) this.read(detail);
  }

  /** What YouTube says of a video that the page plays or has played. */
  makingOf(videoId: string): Making | undefined {
    return this.labels?.of(videoId);
  }

  /** The page itself shows it, though its data did not tell. */
  shows(videoId: string, making: Making): void {
    this.labels?.learn(videoId, making);
    this.labels?.tell();
  }

  /** All channels of a video, see `credit`. */
  ownersOf(videoId: string): readonly Channel[] | undefined {
    return this.owners?.of(videoId);
  }

  /** The channel's id, if the page told it. */
  channelOf(videoId: string): string | undefined {
    return this.last?.videoId === videoId ? this.last.channelId : undefined;
  }

  /** Resolves when the data that is here has been read. */
  settled(): Promise<void> {
    return this.owners?.settled() ?? Promise.resolve();
  }

  private read(detail: unknown): void {
    if (!this.owners) this.early = [...this.early, detail].slice(-MAX_EARLY);
    this.owners?.read(detail, true);
    this.labels?.read(detail, undefined, true);
  }
}

/** Reading it copies it from the page's world, each time. */
function detailOf(event: Event): unknown {
  try {
    return (event as CustomEvent<unknown>).detail;
  } catch {
    return undefined; // one that may not cross
  }
}

function member(value: unknown, name: string): unknown {
  return (Object(value) as Record<string, unknown>)[name];
}
