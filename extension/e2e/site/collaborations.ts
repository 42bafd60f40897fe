/** Videos that several channels made together, as YouTube shows them on each surface. */
import { browse, type Channel, search, type Video, watch } from './markup';

function names(channels: readonly Channel[]): string {
  return channels.map(({ name }) => name.replaceAll('&', '&amp;')).join(' and ');
}

/** Small pictures side by side, one for each channel. */
function stack(channels: readonly Channel[]): string {
  const avatars = channels.map(
    () => '<avatar-view-model><yt-avatar-shape></yt-avatar-shape></avatar-view-model>',
  );
  return `<yt-avatar-stack-view-model>${avatars.join('')}</yt-avatar-stack-view-model>`;
}

/** Only the first channel has a link, and only around its picture. */
export function searchTogether(video: Video, channels: readonly Channel[]): string {
  return `<ytd-video-renderer><div id="dismissible"><ytd-thumbnail><a id="thumbnail" href="/watch?v=${video.id}&amp;pp=xyz"></a></ytd-thumbnail>
    <div class="text-wrapper"><h3><a id="video-title" href="/watch?v=${video.id}&amp;pp=xyz">${video.title}</a></h3>
    <div id="channel-info"><a id="channel-thumbnail" href="/${channels[0]?.handle}">${stack(channels)}</a>
    <div id="attributed-channel-name"><yt-text-view-model>${names(channels)}</yt-text-view-model></div></div></div></div></ytd-video-renderer>`;
}

/** The same element as YouTube has it for one channel: what belongs to several is there, unused. */
export function searchAlone(video: Video): string {
  const { channel } = video;
  return `<ytd-video-renderer><div id="dismissible"><ytd-thumbnail><a id="thumbnail" href="/watch?v=${video.id}"></a></ytd-thumbnail>
    <div class="text-wrapper"><h3><a id="video-title" href="/watch?v=${video.id}">${video.title}</a></h3>
    <div id="channel-info"><a id="channel-thumbnail" href="/${channel.handle}"><yt-avatar-stack-view-model hidden><avatar-view-model></avatar-view-model><avatar-view-model></avatar-view-model></yt-avatar-stack-view-model></a>
    <ytd-channel-name><a href="/${channel.handle}">${channel.name}</a></ytd-channel-name><div id="attributed-channel-name" hidden>Before and After</div><div id="attributed-channel-name"></div></div></div></div></ytd-video-renderer>`;
}

/** On home the names are text, and a link to one of the channels may be beside them. */
export function homeTogether(video: Video, channels: readonly Channel[], linked?: Channel): string {
  return `<ytd-rich-item-renderer><div id="content"><yt-lockup-view-model><div class="ytLockupViewModelHost content-id-${video.id}">
    <a class="ytLockupViewModelContentImage" href="/watch?v=${video.id}"><yt-thumbnail-view-model></yt-thumbnail-view-model></a>
    <yt-lockup-metadata-view-model>${stack(channels)}<h3><a class="ytLockupMetadataViewModelTitle" href="/watch?v=${video.id}">${video.title}</a></h3>
    <yt-content-metadata-view-model>${linked ? `<a href="/${linked.handle}">${linked.name}</a>` : ''}<span>${names(channels)}</span></yt-content-metadata-view-model>
    </yt-lockup-metadata-view-model></div></yt-lockup-view-model></div></ytd-rich-item-renderer>`;
}

/** The watch page of such a video: the first channel's link, and the names of all. */
export function watchTogether(video: Video, channels: readonly Channel[]): string {
  const owner = `<ytd-video-owner-renderer><a class="avatar" href="/${channels[0]?.handle}">${stack(channels)}</a><div id="upload-info"><yt-attributed-string id="attributed-channel-name">${names(channels)}</yt-attributed-string></div></ytd-video-owner-renderer>`;
  return watch({ video }).replace(
    /<ytd-video-owner-renderer>.*<\/ytd-video-owner-renderer>/,
    owner,
  );
}

export function together(videos: readonly Video[], channels: readonly Channel[]) {
  return {
    search: search(videos.map((video) => searchTogether(video, channels))),
    home: browse(
      'home',
      videos.map((video) => homeTogether(video, channels, channels[0])),
    ),
  };
}
