/** Videos that do not exist, and which of them are on which page. */
import { randomBytes } from 'node:crypto';
import type { Channel, Video } from './markup';
import * as m from './markup';
import type { Pages } from './server';

const TOPICS = [
  'bread at home',
  'night trains',
  'a garden in May',
  'old radios',
  'sea ice',
  'chess openings',
  'wood joints',
  'city birds',
];
const TITLES = [
  'Ten minutes with',
  'What I learnt about',
  'A quiet look at',
  'The history of',
  'Beginners ask about',
  'Field notes:',
];
const CHANNELS: readonly Channel[] = [
  { name: 'Slow Kitchen', handle: '@slowkitchen', channelId: 'UCslowkitchen0000000000a' },
  { name: 'Track & Field Notes', handle: '@tracknotes' },
  { name: 'Häuser und Höfe', handle: '@h%C3%A4userundh%C3%B6fe' },
  { name: 'Marginalia', handle: '@marginalia' },
];

/** An id as YouTube makes them, and nobody else's. */
export function newId(): string {
  return randomBytes(9).toString('base64url').slice(0, 11);
}

export function video(n = 0, id = newId()): Video {
  // Something different for each, and always the same.
  const seed = [...id].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) >>> 0;
  const title = `${TITLES[seed % TITLES.length]} ${TOPICS[(seed >>> 4) % TOPICS.length]}`;
  return { id, title, channel: CHANNELS[n % CHANNELS.length] as Channel };
}

export function videos(count: number): Video[] {
  return Array.from({ length: count }, (_, n) => video(n));
}

export interface Content {
  readonly home?: readonly Video[];
  readonly shelf?: readonly Video[];
  readonly lists?: readonly Video[];
  readonly ads?: readonly Video[];
  readonly search?: readonly Video[];
  readonly related?: readonly Video[];
  readonly ending?: readonly Video[];
  readonly queue?: readonly Video[];
  readonly channel?: readonly Video[];
  readonly playlist?: readonly Video[];
  readonly subscriptions?: readonly Video[];
  readonly history?: readonly Video[];
  readonly notifications?: readonly Video[];
  readonly shorts?: readonly Video[];
}

/** All pages of a site on which these videos are. */
export function pagesOf(content: Content): Pages {
  const all = Object.values(content).flat() as Video[];
  const find = (id: string | null | undefined) =>
    all.find((one) => one.id === id) ?? video(0, id ?? newId());
  return (url, host) => {
    const id = url.searchParams.get('v') ?? url.pathname.split('/')[2];
    return host === 'mobile'
      ? mobile(url.pathname, content, find(id))
      : desktop(url, content, find(id));
  };
}

function desktop(url: URL, content: Content, shown: Video): string | undefined {
  const { pathname } = url;
  if (pathname === '/') return m.browse('home', homeItems(content));
  if (pathname === '/results') return m.search(searchItems(content));
  if (pathname === '/watch') return watchPage(content, shown);
  if (pathname === '/feed/subscriptions')
    return m.browse(
      'subscriptions',
      (content.subscriptions ?? []).map((one) => m.richItem(one, 'dashed')),
      '<h2>Latest</h2>',
    );
  if (pathname === '/feed/history')
    return m.listPage(
      'history',
      (content.history ?? []).map((one) => m.searchVideo(one)),
      '<h2>Watch history</h2>',
    );
  if (pathname === '/playlist')
    return m.listPage(
      'playlist',
      (content.playlist ?? []).map((one, n) => m.playlistVideo(one, 'PLpage', n + 1)),
      '<h2>A playlist</h2>',
    );
  if (pathname === '/notifications')
    return m.listPage(
      'home',
      (content.notifications ?? []).map(m.notification),
      '<h2>Notifications</h2>',
    );
  if (pathname.startsWith('/shorts/')) return m.shorts(content.shorts ?? [], shown.id);
  if (pathname.startsWith('/embed/')) return m.embed(shown);
  if (/^\/@[^/]+\/videos$/.test(pathname))
    return m.browse(
      'channels',
      (content.channel ?? []).map((one) => m.richItem(one)),
      '<h1>A channel</h1>',
    );
  if (/^\/@[^/]+$/.test(pathname))
    return m.listPage('channels', (content.channel ?? []).map(m.gridVideo), '<h1>A channel</h1>');
  return undefined;
}

function mobile(pathname: string, content: Content, shown: Video): string | undefined {
  if (pathname === '/') return m.mobileHome(content.home ?? []);
  if (pathname === '/results') return m.mobileSearch(content.search ?? []);
  if (pathname === '/watch') return m.mobileWatch(shown, content.related ?? []);
  return undefined;
}

function homeItems({ home = [], shelf = [], lists = [], ads = [] }: Content): string[] {
  return [
    ...home.slice(0, 8).map((one) => m.richItem(one)),
    ...(shelf.length > 0 ? [m.shortsShelf(shelf)] : []),
    ...ads.map(m.richAd),
    ...lists.map((one) => m.richList(one, `RD${one.id}`, `Mix: ${one.title}`)),
    ...home.slice(8).map((one) => m.richItem(one)),
  ];
}

function searchItems({ search = [], shelf = [], lists = [] }: Content): string[] {
  return [
    ...search.map((one, n) => m.searchVideo(one, n % 3)),
    ...(shelf.length > 0 ? [m.reelShelf(shelf)] : []),
    ...lists.map((one) => m.listLockup(one, `PL${one.id}`, `Playlist: ${one.title}`)),
  ];
}

function watchPage(content: Content, shown: Video): string {
  const { related = [], lists = [], ending = [], queue } = content;
  const [endingList] = lists;
  return m.watch({
    video: shown,
    related,
    relatedLists: lists,
    ending,
    ...(endingList && { endingList }),
    ...(queue && { queue }),
  });
}
