/** What YouTube's links mean. The ids in them are the only thing this extension trusts. */

const ID = /^[\w-]{11}/;
const PATH = /^\/(?:shorts|live|embed|v|e)\/([^/]+)/;
const CHANNEL_ID = /^\/channel\/(UC[\w-]{22})(?:\/|$)/;
const HANDLE = /^\/(@[^/]+)/;
const HOST = /^(?:(?:www|m|music)\.)?youtube(?:-nocookie)?\.com$/;
// Words of eleven characters that stand where an embedded player's address has its id.
const NOT_IDS = new Set(['videoseries', 'live_stream']);

export interface VideoLink {
  readonly videoId: string;
  readonly isShort: boolean;
  /** The link opens a playlist or a mix that happens to begin with this video. */
  readonly opensList: boolean;
}

export interface ChannelLink {
  readonly channelId?: string;
  readonly handle?: string;
}

/** The video a link leads to; undefined for clips, tabs, playlists and everything else. */
export function videoOf(href: string): VideoLink | undefined {
  const url = parse(href);
  if (!url) return undefined;
  const { pathname, searchParams } = url;
  const text = url.hostname === 'youtu.be' ? pathname.slice(1) : idText(url);
  const videoId = text && ID.exec(text)?.[0];
  if (!videoId || NOT_IDS.has(videoId)) return undefined;
  return {
    videoId,
    isShort: pathname.startsWith('/shorts/'),
    opensList: searchParams.has('list') && !searchParams.has('index'),
  };
}

/** The channel a link leads to. Names of the forms `/c/` and `/user/` say nothing lasting. */
export function channelOf(href: string): ChannelLink | undefined {
  const url = parse(href);
  if (!url) return undefined;
  const channelId = CHANNEL_ID.exec(url.pathname)?.[1];
  if (channelId) return { channelId };
  const handle = HANDLE.exec(url.pathname)?.[1];
  return handle ? decoded(handle) : undefined;
}

function idText(url: URL): string | null | undefined {
  if (!HOST.test(url.hostname)) return undefined;
  if (url.pathname === '/watch') return url.searchParams.get('v');
  return PATH.exec(url.pathname)?.[1];
}

function decoded(handle: string): ChannelLink | undefined {
  try {
    return { handle: decodeURIComponent(handle) };
  } catch {
    return undefined; // a lone percent sign names no channel
  }
}

function parse(href: string): URL | undefined {
  try {
    const url = new URL(href, 'https://www.youtube.com');
    return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined;
  } catch {
    return undefined;
  }
}
