/** Which page of YouTube is shown, and when that changes. */
import { isYouTube, videoOf } from './links';

export interface Watched {
  readonly kind: 'watch' | 'shorts' | 'embed';
  readonly videoId: string;
}

const EMBED = /^\/(?:embed|v|e)\//;

/** The video that the page at an address plays. The address is ahead of the page's own elements. */
export function watchedAt({ href, pathname }: Location): Watched | undefined {
  const video = videoOf(href);
  if (!video) return undefined;
  const kind = EMBED.test(pathname) ? 'embed' : video.isShort ? 'shorts' : 'watch';
  return { kind, videoId: video.videoId };
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
function channelHintIn(event: Event): ChannelHint | undefined {
  try {
    const detail: unknown = (event as CustomEvent<unknown>).detail;
    const player = member(member(detail, 'response'), 'playerResponse');
    const { videoId, channelId } = Object(member(player, 'videoDetails')) as Partial<ChannelHint>;
    const isValid = /^[\w-]{11}$/.test(String(videoId)) && /^UC[\w-]{22}$/.test(String(channelId));
    return isValid ? { videoId: String(videoId), channelId: String(channelId) } : undefined;
  } catch {
    return undefined; // a detail that may not cross from the page's world
  }
}

/**
 * Remembers what the page's events told of its channel. Made at the very beginning: a page tells
 * it once, possibly before anybody knows what the viewer wants.
 */
export class ChannelHints {
  private last: ChannelHint | undefined;

  constructor(signal: AbortSignal) {
    onNavigation((event) => {
      this.last = channelHintIn(event) ?? this.last;
    }, signal);
  }

  /** The channel's id, if the page told it. */
  channelOf(videoId: string): string | undefined {
    return this.last?.videoId === videoId ? this.last.channelId : undefined;
  }
}

function member(value: unknown, name: string): unknown {
  return (Object(value) as Record<string, unknown>)[name];
}
