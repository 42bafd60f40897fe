/** What YouTube's links mean. The ids in them are the only thing this extension trusts. */

const ID = /^[\w-]{11}/;
const PATH = /^\/(?:shorts|live|embed|v|e)\/([^/]+)/;
const CHANNEL_ID = /^\/channel\/(UC[\w-]{22})(?:\/|$)/;
const HANDLE = /^\/(@[^/]+)/;
const HOST = /^(?:(?:www|m|music)\.)?youtube(?:-nocookie|kids)?\.com$/;
const PICTURE = /^(?:https:\/\/[a-z0-9-]+\.(?:ytimg|youtube)\.com)?\/vi(?:_webp)?\/([\w-]{11})\//;
const RELATIVE = /^(\/(?!\/)[^?#\\]*)(?:\?([^#]*))?/;
const VIDEO = /(?:^|&)v=([^&]*)/;
const LIST = /(?:^|&)list=([^&]*)/;
const START_RADIO = /(?:^|&)start_radio=1(?:&|$)/;
const COMMENT = /(?:^|&)lc=/;
const INDEX = /(?:^|&)index=/;
// Words of eleven characters that stand where an embedded player's address has its id.
const NOT_IDS = new Set(['videoseries', 'live_stream']);

export interface VideoLink {
  readonly videoId: string;
  readonly isShort: boolean;
  /** The link opens a playlist or a mix that happens to begin with this video. */
  readonly opensList: boolean;
  /** The link plays this video and then others like it: so is music linked, and a mix that begins with it. */
  readonly startsRadio: boolean;
  /** The link opens a comment: a notification about it is not about the video. */
  readonly opensComment: boolean;
}

export interface ChannelLink {
  readonly channelId?: string;
  readonly handle?: string;
}

/** A host whose pages show videos of everybody's, and whose links lead to them. */
export function isYouTube(host: string): boolean {
  return HOST.test(host);
}

/** Where music is played, and what is reported is mostly that. */
export function isMusic({ hostname }: Pick<Location, 'hostname'>): boolean {
  return hostname === 'music.youtube.com';
}

/** The video a link leads to; undefined for clips, tabs, playlists and everything else. */
export function videoOf(href: string): VideoLink | undefined {
  const link = split(href);
  const videoId = link && ID.exec(idText(link) ?? '')?.[0];
  if (!videoId || NOT_IDS.has(videoId)) return undefined;
  const startsRadio = isRadioOf(videoId, link.query);
  return {
    videoId,
    isShort: link.path.startsWith('/shorts/'),
    opensList: !startsRadio && LIST.test(link.query) && !INDEX.test(link.query),
    startsRadio,
    opensComment: COMMENT.test(link.query),
  };
}

/** The video that a picture's address names: those of songs name none. */
export function videoOfPicture(src: string): VideoLink | undefined {
  const videoId = PICTURE.exec(src)?.[1];
  if (!videoId) return undefined;
  const alone = { isShort: false, opensList: false, startsRadio: false, opensComment: false };
  return { videoId, ...alone };
}

/** The channel a link leads to. Names of the forms `/c/` and `/user/` say nothing lasting. */
export function channelOf(href: string): ChannelLink | undefined {
  const link = split(href);
  if (!link || !isYouTube(link.host)) return undefined;
  const channelId = CHANNEL_ID.exec(link.path)?.[1];
  if (channelId) return { channelId };
  const handle = HANDLE.exec(link.path)?.[1];
  return handle ? decoded(handle) : undefined;
}

/** The list of a link is what YouTube, or YouTube Music, plays after this video. */
function isRadioOf(videoId: string, query: string): boolean {
  const list = LIST.exec(query)?.[1];
  return list === `RDAMVM${videoId}` || (list === `RD${videoId}` && START_RADIO.test(query));
}

function idText({ host, path, query }: Link): string | undefined {
  if (host === 'youtu.be') return path.slice(1);
  if (!isYouTube(host)) return undefined;
  return path === '/watch' ? VIDEO.exec(query)?.[1] : PATH.exec(path)?.[1];
}

function decoded(handle: string): ChannelLink | undefined {
  try {
    return { handle: decodeURIComponent(handle) };
  } catch {
    return undefined; // a lone percent sign names no channel
  }
}

interface Link {
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

/** Nearly all links are relative, and there are thousands: only the others need a real parser. */
function split(href: string): Link | undefined {
  const relative = RELATIVE.exec(href);
  if (relative) {
    const [, path = '', query = ''] = relative;
    return { host: 'www.youtube.com', path, query };
  }
  try {
    const { protocol, hostname, pathname, search } = new URL(href, 'https://www.youtube.com');
    if (protocol !== 'https:' && protocol !== 'http:') return undefined;
    return { host: hostname, path: pathname, query: search.slice(1) };
  } catch {
    return undefined;
  }
}
