/**
 * Structures that were counted on saved pages of 2021 to 2026, beside those of `markup.ts`.
 *
 * Each part says what should become of it: `data-shows` names the video of a card, which goes when
 * that is flagged; what has `data-stays` goes never, whatever it shows or links to.
 */
import {
  channelLink,
  listLockup,
  lockup,
  META,
  player,
  text,
  thumbnail,
  type Video,
} from './markup';

const shows = ({ id }: Video, html: string) => html.replace(/^<[\w-]+/, `$& data-shows="${id}"`);
const stays = (html: string) => html.replace(/^<[\w-]+/, '$& data-stays');

/** How YouTube links music: the video, and then others like it. A mix that begins with it is linked alike. */
export function radioHref({ id }: Video): string {
  return `/watch?v=${id}&amp;list=RD${id}&amp;start_radio=1&amp;pp=oAcB`;
}

const withRadio = (video: Video, html: string) =>
  html.replaceAll(`/watch?v=${video.id}&amp;pp=abc`, radioHref(video));

export function musicResult(video: Video): string {
  return shows(
    video,
    `<ytd-video-renderer><div id="dismissible"><ytd-thumbnail><a id="thumbnail" href="${radioHref(video)}">${thumbnail(video)}</a></ytd-thumbnail>
    <div class="text-wrapper"><h3><a id="video-title" href="${radioHref(video)}">${text(video.title)}</a></h3>${channelLink(video.channel)} ${META}</div></div></ytd-video-renderer>`,
  );
}

export function musicRelated(video: Video): string {
  return shows(video, withRadio(video, lockup(video, 'dashed', false)));
}

/** Before lockups: nothing but the name of the renderer tells a mix from a video. */
export function musicCompact(video: Video): string {
  return shows(
    video,
    `<ytd-compact-video-renderer><div id="dismissible"><ytd-thumbnail><a id="thumbnail" href="${radioHref(video)}">${thumbnail(video)}</a></ytd-thumbnail><div class="details"><a href="${radioHref(video)}"><h3><span id="video-title">${text(video.title)}</span></h3></a></div></div></ytd-compact-video-renderer>`,
  );
}

export function mixLockup(first: Video): string {
  return stays(listLockup(first, `RD${first.id}`, `Mix: ${first.title}`));
}

export function mixRenderer(
  first: Video,
  tag: 'ytd-radio-renderer' | 'ytm-radio-renderer',
): string {
  return stays(
    `<${tag}><a class="media-item-thumbnail-container" id="thumbnail" href="${radioHref(first)}">${thumbnail(first)}</a><h3>Mix: ${text(first.title)}</h3></${tag}>`,
  );
}

/** The end wall of 2025 says in an attribute which of them are mixes. */
export function still(video: Video, isMix: boolean): string {
  const html = `<a class="ytp-modern-videowall-still" data-is-live="false" data-is-list="${isMix}" data-is-mix="${isMix}" aria-label="${text(video.title)}" href="https://www.youtube.com${radioHref(video)}">${thumbnail(video)}<span class="ytp-time">24:42</span></a>`;
  return isMix ? stays(html) : shows(video, html);
}

export function endCard(video: Video, n: number): string {
  return shows(
    video,
    `<div class="ytp-ce-element ytp-ce-video" style="left:${8 + n * 22}%;top:12%;width:20%"><a class="ytp-ce-covering-overlay" href="https://www.youtube.com${radioHref(video)}"></a>${thumbnail(video)}<div class="ytp-ce-video-title">${text(video.title)}</div><div class="ytp-ce-video-duration">24:42</div></div>`,
  );
}

/** Music on the watch page: beside the player, at its end, and mixes between. */
export function musicWatch(video: Video, music: readonly Video[], mixes: readonly Video[]): string {
  const ending = `${music.map(endCard).join('')}<div class="ytp-fullscreen-grid"><div class="ytp-fullscreen-grid-stills-container">${music.map((one) => still(one, false)).join('')}${mixes.map((one) => still(one, true)).join('')}</div></div>`;
  const related = [...music.map(musicRelated), ...music.map(musicCompact), ...mixes.map(mixLockup)];
  return `<ytd-watch-flexy video-id="${video.id}"><div id="columns"><div id="primary"><ytd-player>${player(video, ending)}</ytd-player></div><div id="secondary"><div id="related"><ytd-watch-next-secondary-results-renderer><div id="items">${related.join('')}</div></ytd-watch-next-secondary-results-renderer></div></div></div></ytd-watch-flexy>`;
}

/** Mobile cards of music, and a mix that only its renderer tells from them. */
export function mobileMusic(music: readonly Video[], mixes: readonly Video[]): string {
  const cards = music.map((video) =>
    shows(
      video,
      `<ytm-rich-item-renderer><ytm-media-item><a class="media-item-thumbnail-container" href="${radioHref(video)}">${thumbnail(video)}</a><div class="media-item-info"><a href="${radioHref(video)}"><h3>${text(video.title)}</h3></a>${META}</div></ytm-media-item></ytm-rich-item-renderer>`,
    ),
  );
  const lists = mixes.map((first) =>
    stays(
      `<ytm-rich-item-renderer>${mixRenderer(first, 'ytm-radio-renderer')}</ytm-rich-item-renderer>`,
    ),
  );
  return `<div class="tab-content" tab-identifier="FEwhat_to_watch"><ytm-rich-grid-renderer>${[...cards, ...lists].join('')}</ytm-rich-grid-renderer></div>`;
}

function gridMedia(inThumbnail: string, inList: string, details: string): string {
  return `<ytd-rich-item-renderer><div id="content"><ytd-rich-grid-media><div id="dismissible"><div id="thumbnail">${inThumbnail}${inList}</div><div id="details">${details}</div></div></ytd-rich-grid-media></div></ytd-rich-item-renderer>`;
}

/** Home until 2025: each card has a picture for a video and one for a list, and hides one of them. */
export function gridMediaVideo(video: Video, href = `/watch?v=${video.id}`): string {
  return shows(
    video,
    gridMedia(
      `<ytd-thumbnail><a id="thumbnail" href="${href}">${thumbnail(video)}<span>24:42</span></a></ytd-thumbnail>`,
      '<ytd-playlist-thumbnail hidden><yt-collections-stack></yt-collections-stack><a id="thumbnail"></a></ytd-playlist-thumbnail>',
      `<h3><a id="video-title-link" href="${href}"><yt-formatted-string id="video-title">${text(video.title)}</yt-formatted-string></a></h3>${channelLink(video.channel)} ${META}`,
    ),
  );
}

/** The element was a video before, whose link it still has. */
export function gridMediaMix(first: Video, before: Video): string {
  return stays(
    gridMedia(
      `<ytd-thumbnail hidden><a id="thumbnail" href="/watch?v=${before.id}">${thumbnail(before)}</a></ytd-thumbnail>`,
      `<ytd-playlist-thumbnail><yt-collections-stack></yt-collections-stack><a id="thumbnail" href="${radioHref(first)}">${thumbnail(first)}</a></ytd-playlist-thumbnail>`,
      `<h3><a id="video-title-link" href="${radioHref(first)}"><yt-formatted-string id="video-title">Mix: ${text(first.title)}</yt-formatted-string></a></h3>`,
    ),
  );
}

/** The playlist of a mobile watch page: the row being played says so to assistive technology, and in a class. */
export function mobilePanelRow(video: Video, index: number, isPlayed: boolean): string {
  const href = `/watch?v=${video.id}&amp;list=PLpanel&amp;index=${index}`;
  const html = `<ytm-playlist-panel-video-renderer class="ytmPlaylistPanelVideoRendererV2Host${isPlayed ? ' ytmPlaylistPanelVideoRendererV2Selected' : ''}" aria-selected="${isPlayed}"><a class="YtmCompactMediaItemImage" href="${href}">${thumbnail(video)}</a><a class="YtmCompactMediaItemMetadataContent" href="${href}"><h4>${text(video.title)}</h4></a></ytm-playlist-panel-video-renderer>`;
  return isPlayed ? stays(html) : shows(video, html);
}

export function mobilePanel(videos: readonly Video[], played: Video): string {
  const rows = videos.map((video, n) => mobilePanelRow(video, n + 1, video === played));
  return `<ytm-watch><div id="player-container-id">${player(played, '')}</div><ytm-playlist-panel-renderer><h3>A playlist</h3>${rows.join('')}</ytm-playlist-panel-renderer></ytm-watch>`;
}

/** A home card of today: what lies on the picture is text of the link around it. */
export function badgedLockup(video: Video, badge: string): string {
  const html = lockup(video).replace(
    '</yt-thumbnail-view-model>',
    `</yt-thumbnail-view-model><yt-thumbnail-overlay-badge-view-model>${badge}</yt-thumbnail-overlay-badge-view-model>`,
  );
  return shows(
    video,
    `<ytd-rich-item-renderer><div id="content">${html.replace('<h3>', `<h3 title="${text(video.title)}">`)}</div></ytd-rich-item-renderer>`,
  );
}

/** A shelf that shows one row and keeps the rest for its button, which YouTube hides by itself. */
export function collapsedShelf(row: readonly Video[], rest: readonly Video[]): string {
  const item = (video: Video, hidden: string) =>
    shows(
      video,
      `<ytd-rich-item-renderer${hidden}><div id="content">${lockup(video)}</div></ytd-rich-item-renderer>`,
    );
  const items = [
    ...row.map((video) => item(video, '')),
    ...rest.map((video) => item(video, ' hidden')),
  ];
  return `<ytd-rich-section-renderer><div id="content"><ytd-rich-shelf-renderer><h2>Breaking news</h2><div id="contents">${items.join('')}</div><button class="more">Show more</button></ytd-rich-shelf-renderer></div></ytd-rich-section-renderer>`;
}

/** A shelf in which a playlist stands beside videos. */
export function mixedShelf(videos: readonly Video[], first: Video): string {
  const cards = videos.map((video) =>
    shows(
      video,
      `<ytd-grid-video-renderer><ytd-thumbnail><a id="thumbnail" href="/watch?v=${video.id}">${thumbnail(video)}</a></ytd-thumbnail><h3><a id="video-title" href="/watch?v=${video.id}">${text(video.title)}</a></h3></ytd-grid-video-renderer>`,
    ),
  );
  const list = stays(
    `<ytd-grid-playlist-renderer><a id="thumbnail" href="/watch?v=${first.id}&amp;list=PLgrid">${thumbnail(first)}</a><h3>A playlist</h3></ytd-grid-playlist-renderer>`,
  );
  return `<ytd-shelf-renderer><h2>For you</h2><yt-horizontal-list-renderer><div id="items">${cards.join('')}${list}</div></yt-horizontal-list-renderer></ytd-shelf-renderer>`;
}

/** A post: its text links to videos, and it may have one with it, which is a card by itself. */
export function post(author: string, words: string, attached?: Video): string {
  const video = attached
    ? shows(
        attached,
        `<ytd-video-renderer><ytd-thumbnail><a id="thumbnail" href="/watch?v=${attached.id}">${thumbnail(attached)}</a></ytd-thumbnail><h3><a id="video-title" href="/watch?v=${attached.id}">${text(attached.title)}</a></h3></ytd-video-renderer>`,
      )
    : '';
  return `<ytd-post-renderer data-stays><div id="header"><a id="author-text" href="/${author}">${author}</a></div><ytd-expander id="expander" hidden></ytd-expander><yt-formatted-string id="home-content-text">${words}</yt-formatted-string><div id="content-attachment">${video}</div></ytd-post-renderer>`;
}

export function postOnHome(...of: Parameters<typeof post>): string {
  return `<ytd-rich-item-renderer data-stays><div id="content">${post(...of)}</div></ytd-rich-item-renderer>`;
}

/** A link to a video as people write it. */
export function textLink({ id }: Video): string {
  return `Look at <a href="/watch?v=${id}">https://www.youtube.com/watch?v=${id}</a>!`;
}

const SHORTS_PLAYER =
  '<div id="shorts-player" class="html5-video-player"><video muted loop playsinline></video></div>';

/** The Shorts player of 2026: the title may name another channel, and links to it. */
export function shortWithLink(video: Video, named: string, isActive = true): string {
  return `<div class="reel-video-in-sequence-new" data-id="${video.id}"><ytd-reel-video-renderer${isActive ? ' is-active' : ''}><div class="short"></div>${isActive ? SHORTS_PLAYER : ''}<ytd-reel-player-overlay-renderer><yt-reel-channel-bar-view-model><span class="ytReelChannelBarViewModelChannelName"><a href="/${video.channel.handle}">${video.channel.handle}</a></span></yt-reel-channel-bar-view-model><yt-shorts-video-title-view-model><h2 class="ytShortsVideoTitleViewModelShortsVideoTitle">${text(video.title)} with <a href="/${named}">${named}</a></h2></yt-shorts-video-title-view-model><reel-action-bar-view-model><button-view-model><button aria-label="Like">♥</button></button-view-model></reel-action-bar-view-model></ytd-reel-player-overlay-renderer></ytd-reel-video-renderer></div>`;
}

export function shortsWithLinks(slots: readonly string[]): string {
  return `<ytd-shorts><div id="shorts-container">${slots.join('')}</div></ytd-shorts>`;
}
