/** What YouTube's pages say of how a video was made: data and elements of our own in its form. */
import type { Video } from './markup';
import { watch } from './markup';
import { watchData } from './pagedata';

export type Article = 'ai' | 'aiOld' | 'dubbed' | 'camera';

const ARTICLES: Readonly<Record<Article, string>> = {
  ai: '15447836',
  aiOld: '14328491',
  dubbed: '15569972',
  camera: '15446725',
};

/** The section's words, in the viewer's language. */
export const WORDS: Readonly<Record<string, Readonly<Record<Article, string>>>> = {
  en: {
    ai: 'Made with AI',
    aiOld: 'Altered or synthetic content',
    dubbed: 'Auto-dubbed',
    camera: 'Captured with a camera',
  },
  es: {
    ai: 'Creado con IA',
    aiOld: 'Contenido alterado o sintético',
    dubbed: 'Doblado automáticamente',
    camera: 'Grabado con una cámara',
  },
  ja: {
    ai: 'AI 生成',
    aiOld: '改変または合成されたコンテンツ',
    dubbed: '自動吹き替え',
    camera: 'カメラで撮影',
  },
  ar: {
    ai: 'تم إنشاؤه باستخدام الذكاء الاصطناعي',
    aiOld: 'محتوى معدَّل أو اصطناعي',
    dubbed: 'مدبلج تلقائيًا',
    camera: 'تم التقاطه بكاميرا',
  },
};

export interface Shown {
  readonly article?: Article;
  readonly language?: string;
  /** The icon of the badge under the title. */
  readonly icon?: string;
}

const addressOf = (article: Article, language: string) =>
  `https://support.google.com/youtube/answer/${ARTICLES[article]}?hl=${language}`;

/** The section in the data. */
export function sectionData({ article, language = 'en' }: Shown): object[] {
  if (!article) return [];
  const url = addressOf(article, language);
  return [
    {
      howThisWasMadeSectionViewModel: {
        sectionTitle: { content: 'How this was made' },
        bodyHeader: { content: WORDS[language]?.[article] },
        bodyText: {
          content: 'Sound or visuals … Learn more',
          commandRuns: [
            {
              startIndex: 20,
              length: 10,
              onTap: { innertubeCommand: { commandMetadata: {}, urlEndpoint: { url } } },
            },
          ],
        },
      },
    },
  ];
}

function badges(icon: string | undefined): object[] {
  const verified = {
    metadataBadgeRenderer: {
      icon: { iconType: 'CHECK_CIRCLE_THICK' },
      style: 'BADGE_STYLE_TYPE_VERIFIED',
    },
  };
  return icon
    ? [
        verified,
        {
          metadataBadgeRenderer: {
            icon: { iconType: icon },
            style: 'BADGE_STYLE_TYPE_SIMPLE',
            label: '…',
          },
        },
      ]
    : [verified];
}

const description = (items: readonly object[], lines: number) => ({
  engagementPanelSectionListRenderer: {
    panelIdentifier: 'engagement-panel-structured-description',
    content: {
      structuredDescriptionContentRenderer: {
        items: [
          { videoDescriptionHeaderRenderer: { title: { runs: [{ text: 'A title' }] } } },
          {
            expandableVideoDescriptionBodyRenderer: { text: 'A "line" {of} text. '.repeat(lines) },
          },
          ...items,
        ],
      },
    },
  },
});

export interface Page extends Shown {
  /** What the data says of another video, beside this one. */
  readonly aside?: Shown;
  readonly related?: readonly object[];
  /** Of the description. */
  readonly lines?: number;
  readonly isShort?: boolean;
  readonly isNameless?: boolean;
}

/** The data of a watch page, or of a Short's. */
export function labelData({ id }: Pick<Video, 'id'>, page: Page = {}): object {
  const { aside, related = [], lines = 3, isShort, isNameless } = page;
  const other = aside
    ? [
        ...sectionData(aside),
        { videoPrimaryInfoRenderer: { badges: badges(aside.icon) } },
        { currentVideoEndpoint: { watchEndpoint: { videoId: 'otherotherx' } } },
      ]
    : [];
  const data = watchData({ related: [...other, ...related] }) as Record<string, unknown>;
  const endpoint = isShort
    ? { reelWatchEndpoint: { videoId: id } }
    : { watchEndpoint: { videoId: id } };
  const results = {
    contents: [{ videoPrimaryInfoRenderer: { title: {}, badges: badges(page.icon) } }],
  };
  const { secondaryResults } = (data.contents as Contents).twoColumnWatchNextResults;
  return {
    ...data,
    ...(!isNameless && { currentVideoEndpoint: endpoint }),
    contents: isShort
      ? {}
      : { twoColumnWatchNextResults: { results: { results }, secondaryResults } },
    engagementPanels: [
      { engagementPanelSectionListRenderer: { panelIdentifier: 'comments' } },
      description(sectionData(page), lines),
    ],
  };
}

interface Contents {
  readonly twoColumnWatchNextResults: { readonly secondaryResults: object };
}

/** The section in the page. */
export function section(article: Article, language = 'en'): string {
  return `<how-this-was-made-section-view-model class="ytwHowThisWasMadeSectionViewModelHost"><h3 class="ytwHowThisWasMadeSectionViewModelSectionTitle">How this was made</h3><div class="ytwHowThisWasMadeSectionViewModelBodyHeader">${WORDS[language]?.[article]}</div><div class="ytwHowThisWasMadeSectionViewModelBodyText">Sound or visuals … <a href="${addressOf(article, language)}">Learn more</a></div></how-this-was-made-section-view-model>`;
}

/** A watch page whose description is unfolded. */
export function watchExpanded(video: Video, inner: string): string {
  const below = `<ytd-text-inline-expander><ytd-structured-description-content-renderer id="structured-description"><div id="items">${inner}</div></ytd-structured-description-content-renderer></ytd-text-inline-expander></ytd-watch-metadata>`;
  return watch({ video }).replace('</ytd-watch-metadata>', below);
}

/** The same on the mobile page. */
export function mobileExpanded(page: string, inner: string): string {
  return page.replace('</ytm-watch>', `${inner}</ytm-watch>`);
}

/** In the panel that stands beside a Short. */
export function shortsExpanded(page: string, inner: string): string {
  const panel = `<ytd-engagement-panel-section-list-renderer target-id="engagement-panel-structured-description">${inner}</ytd-engagement-panel-section-list-renderer></ytd-shorts>`;
  return page.replace('</ytd-shorts>', panel);
}

/** What YouTube answers when it is asked about one video, with a mask. */
export function answerData({ channel }: Video, shown: Shown = {}): object {
  const { channelId, handle } = channel;
  const browseEndpoint = { browseId: channelId, canonicalBaseUrl: `/${handle}` };
  const owner = { videoOwnerRenderer: { navigationEndpoint: { browseEndpoint } } };
  const primary = shown.icon ? { badges: badges(shown.icon) } : {};
  const items = sectionData(shown);
  return {
    contents: {
      twoColumnWatchNextResults: {
        results: {
          results: {
            contents: [
              { videoPrimaryInfoRenderer: primary },
              { videoSecondaryInfoRenderer: { owner } },
            ],
          },
        },
      },
    },
    ...(items.length > 0 && {
      engagementPanels: [
        {
          engagementPanelSectionListRenderer: {
            content: { structuredDescriptionContentRenderer: { items } },
          },
        },
      ],
    }),
  };
}
