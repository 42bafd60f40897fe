/** Which page of YouTube is shown, and when that changes. */
import { videoOf } from './links';

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

/** YouTube puts chat and other tools in frames of its own; only players in frames concern us. */
export function isRelevantFrame(): boolean {
  return window.top === window || EMBED.test(location.pathname);
}

// The standard event comes first, but not in every browser; the others differ by site.
const ON_DOCUMENT = ['yt-navigate-start', 'yt-navigate-finish', 'yt-page-data-updated'];
const ON_WINDOW = ['state-navigateend', 'popstate', 'pageshow'];

/** Call something whenever the page may be another one, often without need. */
export function onNavigation(run: () => void, signal: AbortSignal): void {
  for (const name of ON_DOCUMENT) document.addEventListener(name, run, { signal });
  for (const name of ON_WINDOW) window.addEventListener(name, run, { signal });
  const { navigation } = window as { navigation?: EventTarget };
  navigation?.addEventListener('currententrychange', run, { signal });
}
