/**
 * Pages of our own with the element structure that YouTube's pages have.
 *
 * Written from the facts about YouTube's DOM, in three generations of markup: Polymer renderers,
 * lockups with dashed classes and lockups with camel-case classes.
 */

export interface Channel {
  readonly name: string;
  readonly handle: string;
  readonly channelId?: string;
}

export interface Video {
  readonly id: string;
  readonly title: string;
  readonly channel: Channel;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

export function text(value: string): string {
  return value.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

export function thumbnail(video: Video): string {
  return `<img alt="" loading="lazy" src="/vi/${video.id}/hqdefault.svg">`;
}

export const META = '<span class="meta">12K views · 3 days ago</span>';

export function channelLink({ name, handle }: Channel): string {
  return `<ytd-channel-name><a href="/${handle}">${text(name)}</a></ytd-channel-name>`;
}

/** Home and subscriptions before 2026, camel-case classes after. */
export function lockup(
  video: Video,
  classes: 'dashed' | 'camel' = 'camel',
  channel = true,
): string {
  const c =
    classes === 'camel'
      ? ['ytLockupViewModelHost', 'ytLockupViewModelContentImage', 'ytLockupMetadataViewModelTitle']
      : [
          'yt-lockup-view-model',
          'yt-lockup-view-model__content-image',
          'yt-lockup-metadata-view-model__title',
        ];
  return `<yt-lockup-view-model><div class="${c[0]} content-id-${video.id}">
    <a class="${c[1]}" href="/watch?v=${video.id}&amp;pp=abc"><yt-thumbnail-view-model>${thumbnail(video)}</yt-thumbnail-view-model></a>
    <yt-lockup-metadata-view-model><h3><a class="${c[2]}" href="/watch?v=${video.id}&amp;pp=abc">${text(video.title)}</a></h3>
    <yt-content-metadata-view-model>${channel ? `<a href="/${video.channel.handle}">${text(video.channel.name)}</a>` : `<span>${text(video.channel.name)}</span>`} ${META}</yt-content-metadata-view-model>
    </yt-lockup-metadata-view-model></div></yt-lockup-view-model>`;
}

export function richItem(video: Video, classes: 'dashed' | 'camel' = 'camel'): string {
  return `<ytd-rich-item-renderer><div id="content">${lockup(video, classes)}</div></ytd-rich-item-renderer>`;
}

/** The lockup of a playlist or mix, which opens its first video. */
export function listLockup(first: Video, list: string, title: string): string {
  const extra = list.startsWith('RD') ? '&amp;start_radio=1' : '';
  return `<yt-lockup-view-model><div class="ytLockupViewModelHost content-id-${list}">
    <a class="ytLockupViewModelContentImage" href="/watch?v=${first.id}&amp;list=${list}${extra}"><yt-collection-thumbnail-view-model>${thumbnail(first)}</yt-collection-thumbnail-view-model></a>
    <yt-lockup-metadata-view-model><h3><a class="ytLockupMetadataViewModelTitle" href="/watch?v=${first.id}&amp;list=${list}${extra}">${text(title)}</a></h3>
    <a href="/watch?v=${first.id}&amp;list=${list}">${text(first.title)}</a></yt-lockup-metadata-view-model></div></yt-lockup-view-model>`;
}

export function richList(first: Video, list: string, title: string): string {
  return `<ytd-rich-item-renderer><div id="content">${listLockup(first, list, title)}</div></ytd-rich-item-renderer>`;
}

/** An advertisement in the grid, which has a lockup inside. */
export function richAd(video: Video): string {
  return `<ytd-rich-item-renderer><div id="content"><ytd-ad-slot-renderer><ytd-in-feed-ad-layout-renderer>${lockup(video)}</ytd-in-feed-ad-layout-renderer></ytd-ad-slot-renderer></div></ytd-rich-item-renderer>`;
}

export function shortsLockup(video: Video): string {
  return `<ytm-shorts-lockup-view-model-v2><ytm-shorts-lockup-view-model>
    <a class="reel-item-endpoint" href="/shorts/${video.id}">${thumbnail(video)}</a><h3><a href="/shorts/${video.id}">${text(video.title)}</a></h3>
    </ytm-shorts-lockup-view-model></ytm-shorts-lockup-view-model-v2>`;
}

export function shortsShelf(videos: readonly Video[]): string {
  const items = videos.map(
    (video) =>
      `<ytd-rich-item-renderer is-slim-media><div id="content">${shortsLockup(video)}</div></ytd-rich-item-renderer>`,
  );
  return `<ytd-rich-section-renderer><div id="content"><ytd-rich-shelf-renderer is-shorts><h2>Shorts</h2><div id="contents">${items.join('')}</div></ytd-rich-shelf-renderer></div></ytd-rich-section-renderer>`;
}

export function reelShelf(videos: readonly Video[]): string {
  return `<ytd-reel-shelf-renderer><h2>Shorts</h2><yt-horizontal-list-renderer><div id="items">${videos.map(shortsLockup).join('')}</div></yt-horizontal-list-renderer></ytd-reel-shelf-renderer>`;
}

/** Search results are Polymer still, some with a strip of chapters. */
export function searchVideo(video: Video, chapters = 0): string {
  const strip = Array.from(
    { length: chapters },
    (_, n) =>
      `<ytd-macro-markers-list-item-renderer><a id="endpoint" href="/watch?v=${video.id}&amp;t=${n * 60}s">Chapter ${n + 1}</a></ytd-macro-markers-list-item-renderer>`,
  );
  return `<ytd-video-renderer><div id="dismissible">
    <ytd-thumbnail><a id="thumbnail" href="/watch?v=${video.id}&amp;pp=xyz">${thumbnail(video)}</a></ytd-thumbnail>
    <div class="text-wrapper"><h3><a id="video-title" href="/watch?v=${video.id}&amp;pp=xyz">${text(video.title)}</a></h3>
    <a id="channel-thumbnail" href="/${video.channel.handle}"></a>${channelLink(video.channel)} ${META}${strip.join('')}</div></div></ytd-video-renderer>`;
}

export function gridVideo(video: Video): string {
  return `<ytd-grid-video-renderer><ytd-thumbnail><a id="thumbnail" href="/watch?v=${video.id}">${thumbnail(video)}</a></ytd-thumbnail><h3><a id="video-title" href="/watch?v=${video.id}">${text(video.title)}</a></h3>${META}</ytd-grid-video-renderer>`;
}

export function playlistVideo(video: Video, list: string, index: number): string {
  const href = `/watch?v=${video.id}&amp;list=${list}&amp;index=${index}`;
  return `<ytd-playlist-video-renderer><ytd-thumbnail><a id="thumbnail" href="${href}">${thumbnail(video)}</a></ytd-thumbnail><div class="text-wrapper"><h3><a id="video-title" href="${href}">${text(video.title)}</a></h3>${channelLink(video.channel)}</div></ytd-playlist-video-renderer>`;
}

export function panelVideo(video: Video, list: string, index: number, selected: boolean): string {
  const href = `/watch?v=${video.id}&amp;list=${list}&amp;index=${index}`;
  return `<ytd-playlist-panel-video-renderer${selected ? ' selected' : ''}><a id="wc-endpoint" href="${href}">${thumbnail(video)}<h4>${text(video.title)}</h4></a></ytd-playlist-panel-video-renderer>`;
}

export function notification(video: Video): string {
  return `<ytd-notification-renderer><a href="/watch?v=${video.id}">${thumbnail(video)}<span>${text(video.channel.name)} uploaded: ${text(video.title)}</span></a></ytd-notification-renderer>`;
}

function comment(video: Video, at: number): string {
  return `<ytd-comment-thread-renderer><ytd-comment-view-model><a href="/watch?v=${video.id}&amp;lc=Ug${at}">2 days ago</a><yt-attributed-string>This part: <a href="/watch?v=${video.id}&amp;t=${at}s">1:${10 + at}</a></yt-attributed-string></ytd-comment-view-model></ytd-comment-thread-renderer>`;
}

function chapters(video: Video): string {
  const items = [0, 90, 180].map(
    (at) =>
      `<ytd-macro-markers-list-item-renderer><a id="endpoint" href="/watch?v=${video.id}&amp;t=${at}s">${thumbnail(video)} Chapter at ${at} s</a></ytd-macro-markers-list-item-renderer>`,
  );
  return `<ytd-macro-markers-list-renderer>${items.join('')}</ytd-macro-markers-list-renderer>`;
}

function endScreen(videos: readonly Video[], list?: Video): string {
  const cards = videos.map(
    (video, n) =>
      `<div class="ytp-ce-element ytp-ce-video" style="left:${8 + n * 30}%;top:30%"><a class="ytp-ce-covering-overlay" href="https://www.youtube.com/watch?v=${video.id}"></a>${thumbnail(video)}<span>${text(video.title)}</span></div>`,
  );
  const stills = videos.map(
    (video) =>
      `<a class="ytp-modern-videowall-still" href="https://www.youtube.com/watch?v=${video.id}">${thumbnail(video)}<span>${text(video.title)}</span></a>`,
  );
  const playlist = list
    ? `<a class="ytp-videowall-still" data-is-list="true" href="https://www.youtube.com/watch?v=${list.id}&amp;list=PLwall">${thumbnail(list)}</a>`
    : '';
  return `${cards.join('')}<div class="ytp-fullscreen-grid"><div class="ytp-fullscreen-grid-stills-container">${stills.join('')}${playlist}</div></div>`;
}

/** The player of 2025, with its row of buttons. */
export function player(video: Video, ending: string): string {
  return `<div id="movie_player" class="html5-video-player ytp-delhi-modern" tabindex="-1">
    <div class="html5-video-container"><video class="html5-main-video" muted loop playsinline poster="/vi/${video.id}/maxres.svg"></video></div>${ending}
    <div class="ytp-chrome-bottom"><div class="ytp-chrome-controls"><div class="ytp-left-controls"><button class="ytp-button ytp-play-button" aria-label="Play">▶</button><span class="ytp-time-display">0:12 / 8:40</span></div>
    <div class="ytp-right-controls"><div class="ytp-right-controls-left"><button class="ytp-button ytp-subtitles-button" aria-label="Subtitles">cc</button><button class="ytp-button ytp-settings-button" aria-label="Settings">⚙</button></div><div class="ytp-right-controls-right"><button class="ytp-button ytp-size-button" aria-label="Theatre">▭</button><button class="ytp-button ytp-fullscreen-button" aria-label="Full screen">⛶</button></div></div></div></div></div>`;
}

export interface WatchContent {
  readonly video: Video;
  readonly related?: readonly Video[];
  readonly relatedLists?: readonly Video[];
  readonly ending?: readonly Video[];
  readonly endingList?: Video;
  readonly queue?: readonly Video[];
}

function panel(content: WatchContent): string {
  const rows = content.queue?.map((video, n) =>
    panelVideo(video, 'PLqueue', n + 1, video.id === content.video.id),
  );
  return rows
    ? `<ytd-playlist-panel-renderer><h3>Queue</h3><div id="playlist-items">${rows.join('')}</div></ytd-playlist-panel-renderer>`
    : '';
}

export function watch(content: WatchContent): string {
  const { video } = content;
  const { channel } = video;
  return `<ytd-watch-flexy video-id="${video.id}" data-channel="${channel.channelId ?? ''}"><div id="columns"><div id="primary"><div id="player"><ytd-player>${player(video, endScreen(content.ending ?? [], content.endingList))}</ytd-player></div>
    <ytd-watch-metadata><div id="above-the-fold"><div id="title"><h1>${text(video.title)}</h1></div><div id="top-row"><div id="owner"><ytd-video-owner-renderer><a class="avatar" href="/${channel.handle}"></a><ytd-channel-name><a href="/${channel.handle}">${text(channel.name)}</a></ytd-channel-name></ytd-video-owner-renderer></div><div id="actions"><div id="actions-inner"><div id="menu"><ytd-menu-renderer><div id="top-level-buttons-computed"><button>Like</button><button>Share</button></div></ytd-menu-renderer></div></div></div></div></div></ytd-watch-metadata>
    ${chapters(video)}<ytd-comments><h2>2 comments</h2>${comment(video, 1)}${comment(video, 2)}</ytd-comments></div>
    <div id="secondary">${panel(content)}<div id="related"><ytd-watch-next-secondary-results-renderer><div id="items">${(content.related ?? []).map((related) => lockup(related, 'dashed', false)).join('')}${(content.relatedLists ?? []).map((first) => listLockup(first, `RD${first.id}`, `Mix: ${first.title}`)).join('')}</div><ytd-continuation-item-renderer></ytd-continuation-item-renderer></ytd-watch-next-secondary-results-renderer></div></div></div></ytd-watch-flexy>`;
}

export function browse(subtype: string, items: readonly string[], heading = ''): string {
  return `<ytd-browse page-subtype="${subtype}">${heading}<ytd-rich-grid-renderer><div id="contents">${items.join('')}<ytd-continuation-item-renderer></ytd-continuation-item-renderer></div></ytd-rich-grid-renderer></ytd-browse>`;
}

export function listPage(subtype: string, items: readonly string[], heading = ''): string {
  return `<ytd-browse page-subtype="${subtype}">${heading}<ytd-section-list-renderer><div id="contents">${items.join('')}</div></ytd-section-list-renderer></ytd-browse>`;
}

export function search(items: readonly string[]): string {
  return `<ytd-search><ytd-section-list-renderer><div id="contents">${items.join('')}</div><ytd-continuation-item-renderer></ytd-continuation-item-renderer></ytd-section-list-renderer></ytd-search>`;
}

const SHORTS_PLAYER =
  '<div id="shorts-player" class="html5-video-player"><video class="html5-main-video" muted loop playsinline></video></div>';

/** The Shorts player: the page script moves it from slot to slot and changes the address. */
export function shorts(videos: readonly Video[], active: string): string {
  const slots = videos.map((video) => {
    const isActive = video.id === active;
    return `<div class="reel-video-in-sequence-new" data-id="${video.id}"><ytd-reel-video-renderer${isActive ? ' is-active' : ''}><div class="short" style="background-image:url(/vi/${video.id}/tall.svg)"></div>${isActive ? SHORTS_PLAYER : ''}<ytd-reel-player-overlay-renderer><div class="ytReelChannelBarViewModelChannelName"><a href="/${video.channel.handle}/shorts">${text(video.channel.handle)}</a></div><h2>${text(video.title)}</h2><reel-action-bar-view-model><button-view-model><button aria-label="Like">♥</button></button-view-model></reel-action-bar-view-model></ytd-reel-player-overlay-renderer></ytd-reel-video-renderer></div>`;
  });
  return `<ytd-shorts><div id="shorts-container">${slots.join('')}</div><div id="navigation-button-up"><button aria-label="Previous video">↑</button></div><div id="navigation-button-down"><button aria-label="Next video">↓</button></div></ytd-shorts>`;
}

export function embed(video: Video): string {
  return `<div id="player">${player(video, `<div class="ytp-pause-overlay">${''}</div>`)}</div>`;
}

export function mobileItem(video: Video): string {
  return `<ytm-rich-item-renderer><ytm-media-item><a class="media-item-thumbnail-container" href="/watch?v=${video.id}">${thumbnail(video)}</a><div class="media-item-info"><ytm-channel-thumbnail-with-link-renderer><a href="/${video.channel.handle}"></a></ytm-channel-thumbnail-with-link-renderer><a href="/watch?v=${video.id}"><h3>${text(video.title)}</h3></a>${META}</div></ytm-media-item></ytm-rich-item-renderer>`;
}

export function mobileHome(videos: readonly Video[]): string {
  return `<div class="tab-content" tab-identifier="FEwhat_to_watch"><ytm-rich-grid-renderer>${videos.map(mobileItem).join('')}</ytm-rich-grid-renderer></div>`;
}

export function mobileRow(video: Video): string {
  return `<ytm-video-with-context-renderer><ytm-media-item><a class="media-item-thumbnail-container" href="/watch?v=${video.id}">${thumbnail(video)}</a><div class="media-item-info"><a href="/watch?v=${video.id}"><h3>${text(video.title)}</h3></a><span>${text(video.channel.name)}</span></div></ytm-media-item></ytm-video-with-context-renderer>`;
}

export function mobileWatch(video: Video, related: readonly Video[]): string {
  return `<ytm-watch><div id="player-container-id">${player(video, '')}</div><h2>${text(video.title)}</h2><ytm-slim-owner-renderer><a href="/${video.channel.handle}">${text(video.channel.name)}</a></ytm-slim-owner-renderer><ytm-slim-video-action-bar-renderer><button>Like</button><button>Share</button></ytm-slim-video-action-bar-renderer><ytm-item-section-renderer section-identifier="related-items"><lazy-list>${related.map(mobileRow).join('')}</lazy-list></ytm-item-section-renderer></ytm-watch>`;
}

export function mobileSearch(videos: readonly Video[]): string {
  return `<ytm-search>${videos.map(mobileRow).join('')}</ytm-search>`;
}
