/** Structures beside the common cards: watch cards, films, trailers, channels, music, children. */
import { type Channel, player, type Video } from './markup';

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const picture = ({ id }: Video) => `<img alt="" loading="lazy" src="/vi/${id}/hqdefault.svg">`;
const address = ({ handle, channelId }: Channel) =>
  channelId ? `/channel/${channelId}` : `/${handle}`;

/** What search shows beside its results about one channel: its name, a mix or a video, songs. */
export function watchCard(
  channel: Channel,
  hero: Video,
  songs: readonly Video[],
  panel: readonly Video[] = [],
): string {
  const items = songs.map(
    (song) =>
      `<ytd-watch-card-compact-video-renderer><a class="yt-simple-endpoint" href="/watch?v=${song.id}&amp;list=PLsongs">${picture(song)}</a><div class="text-wrapper"><yt-formatted-string class="title"><a href="/watch?v=${song.id}&amp;list=PLsongs">${escaped(song.title)}</a></yt-formatted-string></div></ytd-watch-card-compact-video-renderer>`,
  );
  const panels = panel.map(
    (one) =>
      `<ytd-watch-card-rhs-panel-video-renderer><a class="yt-simple-endpoint" href="/watch?v=${one.id}">${picture(one)}<span>${escaped(one.title)}</span></a></ytd-watch-card-rhs-panel-video-renderer>`,
  );
  return `<ytd-secondary-search-container-renderer><ytd-universal-watch-card-renderer>
    <div id="header"><ytd-watch-card-rich-header-renderer><a class="yt-simple-endpoint" href="${address(channel)}"><ytd-channel-name>${escaped(channel.name)}</ytd-channel-name></a></ytd-watch-card-rich-header-renderer></div>
    <div id="hero"><ytd-watch-card-hero-video-renderer><a class="yt-simple-endpoint" href="/watch?v=${hero.id}">${picture(hero)}<div id="watch-card-title">${escaped(hero.title)}</div></a></ytd-watch-card-hero-video-renderer></div>
    <div id="sections"><ytd-watch-card-section-sequence-renderer><div id="lists"><ytd-vertical-watch-card-list-renderer><div id="items">${items.join('')}${panels.join('')}</div></ytd-vertical-watch-card-list-renderer></div></ytd-watch-card-section-sequence-renderer></div>
    </ytd-universal-watch-card-renderer></ytd-secondary-search-container-renderer>`;
}

/** The mix of a watch card begins with some video. */
export function mixHero(first: Video): string {
  return `<ytd-watch-card-hero-video-renderer><a href="/watch?v=${first.id}&amp;list=RDEMmix">${picture(first)}Mix</a></ytd-watch-card-hero-video-renderer>`;
}

export function mobileWatchCard(channel: Channel, hero: Video): string {
  return `<ytm-universal-watch-card-renderer><ytm-watch-card-rich-header-renderer class="rounded-container"><a href="${address(channel)}"><h4>${escaped(channel.name)}</h4></a></ytm-watch-card-rich-header-renderer>
    <ytm-watch-card-hero-video-renderer><a href="/watch?v=${hero.id}"><ytm-collage-hero-image-renderer>${picture(hero)}</ytm-collage-hero-image-renderer><h4>${escaped(hero.title)}</h4></a></ytm-watch-card-hero-video-renderer></ytm-universal-watch-card-renderer>`;
}

/** Films to rent, in results, beside a video, and in grids. */
export function movie(
  kind: 'ytd-movie-renderer' | 'ytd-compact-movie-renderer' | 'ytd-grid-movie-renderer',
  film: Video,
): string {
  return `<${kind}><ytd-thumbnail><a id="thumbnail" href="/watch?v=${film.id}">${picture(film)}</a></ytd-thumbnail><h3><a id="video-title" href="/watch?v=${film.id}">${escaped(film.title)}</a></h3><span>Drama · 1994</span></${kind}>`;
}

/** The trailer on a channel's page plays by itself, in a player with end cards of its own. */
export function trailer(shown: Video, ending: readonly Video[]): string {
  const cards = ending.map(
    (one, n) =>
      `<div class="ytp-ce-element" style="left:${5 + 30 * n}%;top:30%"><a class="ytp-ce-covering-overlay" href="https://www.youtube.com/watch?v=${one.id}"></a>${picture(one)}</div>`,
  );
  return `<ytd-channel-video-player-renderer><div id="player"><ytd-player>${player(shown, cards.join(''))}</ytd-player></div>
    <div id="content"><div id="metadata-container"><h3 id="title"><a href="/watch?v=${shown.id}">${escaped(shown.title)}</a></h3></div></div></ytd-channel-video-player-renderer>`;
}

export function mobileTrailer(shown: Video): string {
  return `<ytm-channel-featured-video-renderer><a href="/watch?v=${shown.id}">${picture(shown)}<h3><span class="yt-core-attributed-string">${escaped(shown.title)}</span></h3></a></ytm-channel-featured-video-renderer>`;
}

/** A channel among search results. */
export function channelCard({ name, ...channel }: Channel): string {
  const href = address({ name, ...channel });
  return `<ytd-channel-renderer><div id="content-section"><div id="avatar-section"><a class="channel-link" href="${href}"></a></div><div id="info-section"><a id="main-link" class="channel-link" href="${href}"><ytd-channel-name id="channel-title">${escaped(name)}</ytd-channel-name></a></div></div></ytd-channel-renderer>`;
}

export function mobileChannelCard(channel: Channel): string {
  return `<ytm-compact-channel-renderer class="YtmCompactChannelRendererHost item"><div class="YtmCompactMediaItemHost"><a href="${address(channel)}"></a><a class="YtmCompactMediaItemMetadataContent" href="${address(channel)}"><h4>${escaped(channel.name)}</h4></a></div></ytm-compact-channel-renderer>`;
}

/** The one element that plays a video over the card being pointed at. */
export function preview(shown: Video): string {
  return `<ytd-video-preview active><div id="video-preview"><a id="media-container-link" href="/watch?v=${shown.id}"><div id="media-container"><div id="inline-preview-player" class="html5-video-player"><video class="html5-main-video" muted loop></video></div></div></a></div></ytd-video-preview>`;
}

/** The player's button for the next video; in a playlist it is no link. */
export function nextButton(next: Video, list?: string): string {
  const attributes = `class="ytp-next-button ytp-button" aria-label="Next" data-preview="/vi/${next.id}/mqdefault.svg" data-tooltip-text="${escaped(next.title)}"`;
  return list
    ? `<button ${attributes} href="https://www.youtube.com/watch?list=${list}&amp;v=${next.id}">▶|</button>`
    : `<a ${attributes} href="https://www.youtube.com/watch?v=${next.id}">▶|</a>`;
}

/** Links of YouTube Music have no slash at their beginning. */
const song = ({ id }: Video, list = `RDAMVM${id}`) => `watch?v=${id}&amp;list=${list}`;
const artist = ({ name, channelId }: Channel) =>
  `<a class="yt-simple-endpoint" href="channel/${channelId}">${escaped(name)}</a>`;

export function musicRow(
  track: Video,
  artists: readonly Channel[] = [track.channel],
  list?: string,
): string {
  return `<ytmusic-responsive-list-item-renderer><div class="left-items"><ytmusic-thumbnail-renderer>${picture(track)}</ytmusic-thumbnail-renderer></div><div class="flex-columns">
    <div class="title-column"><yt-formatted-string class="title"><a class="yt-simple-endpoint" href="${song(track, list)}">${escaped(track.title)}</a></yt-formatted-string></div>
    <div class="secondary-flex-columns"><yt-formatted-string>${artists.map(artist).join(' &amp; ')}</yt-formatted-string><yt-formatted-string><a href="browse/MPREb_album">An album</a></yt-formatted-string></div></div></ytmusic-responsive-list-item-renderer>`;
}

export function musicTile(track: Video): string {
  return `<ytmusic-two-row-item-renderer><a class="yt-simple-endpoint image-wrapper" href="${song(track)}">${picture(track)}</a><div class="details"><div class="title-group"><yt-formatted-string class="title"><a href="${song(track)}">${escaped(track.title)}</a></yt-formatted-string></div><span class="subtitle">${artist(track.channel)}</span></div></ytmusic-two-row-item-renderer>`;
}

/** Albums, playlists and artists look the same and are no videos. */
export function musicAlbum(name: string, by: Channel): string {
  return `<ytmusic-two-row-item-renderer><a class="yt-simple-endpoint image-wrapper" href="browse/MPREb_album"></a><div class="details"><yt-formatted-string class="title"><a href="browse/MPREb_album">${escaped(name)}</a></yt-formatted-string><span class="subtitle">${artist(by)}</span></div></ytmusic-two-row-item-renderer>`;
}

export function musicHome(tiles: readonly string[], rows: readonly string[]): string {
  return `<ytmusic-app-layout><ytmusic-browse-response><ytmusic-section-list-renderer><ytmusic-carousel-shelf-renderer><h2>Listen again</h2><ul id="items">${tiles.join('')}</ul></ytmusic-carousel-shelf-renderer><ytmusic-shelf-renderer><h2>Songs</h2><div id="contents">${rows.join('')}</div></ytmusic-shelf-renderer></ytmusic-section-list-renderer></ytmusic-browse-response></ytmusic-app-layout>`;
}

export function kidsTile(shown: Video, isHome = true): string {
  return `<ytk-compact-video-renderer${isHome ? ` id="ytk-compact-video-renderer-${shown.id}"` : ''}><a class="yt-simple-endpoint ytk-compact-video-renderer" aria-label="Play ${escaped(shown.title)}" href="/watch?v=${shown.id}"><div class="thumbnail">${picture(shown)}</div><div class="details"><div class="primary-text"><span>${escaped(shown.title)}</span></div></div></a></ytk-compact-video-renderer>`;
}

export function kidsHome(tiles: readonly string[]): string {
  return `<ytk-home><ytk-item-section-renderer><div id="contents">${tiles.join('')}<ytk-compact-playlist-renderer><a id="playlist-link" href="/watch?v=${'l'.repeat(11)}&amp;list=PLkids">A list</a></ytk-compact-playlist-renderer></div></ytk-item-section-renderer></ytk-home>`;
}

/** The music player: its page, the bar that stays while another page is shown, what comes next. */
export function musicPlayer(playing: Video, next: readonly Video[], isOpen: boolean): string {
  const rows = [playing, ...next].map(
    (one, n) =>
      `<ytmusic-player-queue-item${n === 0 ? ' selected' : ''}><div class="left-items">${picture(one)}</div><div class="song-info"><yt-formatted-string class="song-title">${escaped(one.title)}</yt-formatted-string><yt-formatted-string class="byline">${escaped(one.channel.name)}</yt-formatted-string></div></ytmusic-player-queue-item>`,
  );
  const title = `<a class="ytp-title-link" href="https://music.youtube.com/watch?v=${playing.id}">${escaped(playing.title)}</a>`;
  return `<ytmusic-player-page${isOpen ? '' : ' style="display:none"'}><ytmusic-player><div id="song-video">${player(playing, title)}</div></ytmusic-player><ytmusic-player-queue><div id="contents">${rows.join('')}</div></ytmusic-player-queue></ytmusic-player-page>
    <ytmusic-player-bar style="position:fixed;inset:auto 0 0 0;height:72px;display:flex;align-items:center;gap:16px;background:#212121;color:#fff;padding:0 16px"><div class="left-controls">▶</div><div class="middle-controls" style="display:flex;align-items:center;gap:12px">${picture(playing).replace('<img', '<img class="image" style="width:40px;height:40px"')}<div class="content-info-wrapper"><yt-formatted-string class="title">${escaped(playing.title)}</yt-formatted-string><br><span class="byline"><a href="channel/${playing.channel.channelId}">${escaped(playing.channel.name)}</a></span></div><div class="middle-controls-buttons"><button>Like</button></div></div></ytmusic-player-bar>`;
}

export function musicPage(body: string, bar: string, isOpen: boolean): string {
  return `<ytmusic-app-layout${isOpen ? ' player-page-open' : ''}>${body}${bar}</ytmusic-app-layout>`;
}
