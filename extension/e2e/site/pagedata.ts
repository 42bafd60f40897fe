/** The data that YouTube sends with its pages, as far as it says who made which video. */
import type { Channel, Video } from './markup';

const endpoint = ({ channelId, handle }: Channel) => ({
  clickTrackingParams: 'x'.repeat(40),
  commandMetadata: {
    webCommandMetadata: { url: `/${handle}`, webPageType: 'WEB_PAGE_TYPE_CHANNEL' },
  },
  browseEndpoint: { browseId: channelId, canonicalBaseUrl: `/${handle}` },
});

const opening = (channel: Channel) => ({
  rendererContext: { commandContext: { onTap: { innertubeCommand: endpoint(channel) } } },
});

const dialog = (channels: readonly Channel[]) => ({
  showDialogCommand: {
    panelLoadingStrategy: {
      inlineContent: {
        dialogViewModel: {
          customContent: {
            listViewModel: {
              listItems: channels.map((channel) => ({
                listItemViewModel: { title: { content: channel.name }, ...opening(channel) },
              })),
            },
          },
        },
      },
    },
  },
});

/** Around the owner there is much else: menus, texts, pictures. */
const ballast = (lines: number) =>
  Array.from({ length: lines }, (_, n) => ({
    listItemViewModel: {
      title: { content: `Line ${n}, with "quotes", {braces} and a \\ in it` },
      leadingImage: { sources: [{ clientResource: { imageName: 'WATCH_LATER' } }] },
      rendererContext: {
        loggingContext: { loggingDirectives: { trackingParams: 't'.repeat(60) } },
      },
    },
  }));

/** A card beside a video, on home, or in subscriptions. */
export function lockupData(video: Video, owners: readonly Channel[] = [video.channel], lines = 2) {
  const [only] = owners;
  const image =
    owners.length === 1 && only
      ? {
          decoratedAvatarViewModel: {
            avatar: { avatarViewModel: { image: {} } },
            ...opening(only),
          },
        }
      : {
          avatarStackViewModel: {
            avatars: owners.map(() => ({ avatarViewModel: { image: {} } })),
            rendererContext: { commandContext: { onTap: { innertubeCommand: dialog(owners) } } },
          },
        };
  return {
    lockupViewModel: {
      contentImage: {
        thumbnailViewModel: { image: { sources: [{ url: `/vi/${video.id}/a.svg`, width: 168 }] } },
      },
      metadata: {
        lockupMetadataViewModel: {
          title: { content: video.title },
          image,
          menuButton: ballast(lines),
        },
      },
      contentId: video.id,
      contentType: 'LOCKUP_CONTENT_TYPE_VIDEO',
    },
  };
}

/** Search, rows of playlists and queues, stills, mobile cards. */
export function rendererData(
  kind: string,
  video: Video,
  owners: readonly Channel[] = [video.channel],
) {
  const runs =
    owners.length === 1 && owners[0]
      ? [{ text: owners[0].name, navigationEndpoint: endpoint(owners[0]) }]
      : [
          {
            text: owners.map(({ name }) => name).join(' and '),
            navigationEndpoint: dialog(owners),
          },
        ];
  return {
    [kind]: { videoId: video.id, title: { simpleText: video.title }, shortBylineText: { runs } },
  };
}

/** Shorts of 2023 said whose they are; newer ones do not. */
export function shortData(video: Video) {
  const overlay = {
    reelPlayerOverlayRenderer: {
      reelPlayerHeaderSupportedRenderers: {
        reelPlayerHeaderRenderer: { channelNavigationEndpoint: endpoint(video.channel) },
      },
    },
  };
  return {
    reelItemRenderer: {
      videoId: video.id,
      navigationEndpoint: { reelWatchEndpoint: { videoId: video.id, overlay } },
    },
  };
}

export interface PageData {
  readonly related?: readonly object[];
  readonly panel?: readonly object[];
  readonly stills?: readonly object[];
}

/** The data of a watch page. */
export function watchData({ related = [], panel = [], stills = [] }: PageData): object {
  return {
    responseContext: {
      serviceTrackingParams: [
        { service: 'GFEEDBACK', params: [{ key: 'browse_id', value: 'UC' }] },
      ],
    },
    contents: {
      twoColumnWatchNextResults: {
        results: {
          results: {
            contents: [{ videoPrimaryInfoRenderer: { title: { runs: [{ text: 'A title' }] } } }],
          },
        },
        secondaryResults: {
          secondaryResults: { results: [...related, { continuationItemRenderer: {} }] },
        },
        playlist: { playlist: { contents: panel } },
      },
    },
    playerOverlays: {
      playerOverlayRenderer: { endScreen: { watchNextEndScreenRenderer: { results: stills } } },
    },
  };
}

/** A page with its data, as desktop pages have it. */
export function withData(part: string, data: object): string {
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  return `${part}<script>var ytInitialData = ${json};</script>`;
}

/** As mobile pages have it: JSON in a string of JavaScript. */
export function withEscapedData(part: string, data: object): string {
  return `${part}<script>var ytInitialData = '${escaped(JSON.stringify(data))}';</script>`;
}

function escaped(json: string): string {
  return json
    .replaceAll('\\', '\\\\')
    .replace(
      /["{}[\]'<>=&]/g,
      (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
    );
}
