/** Watch cards, films, trailers, channels, music, previews, the next button. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blockChannels } from './administrator';
import { expectHidden, judged } from './marks';
import { newId, video, videos } from './site/content';
import {
  browse,
  type Channel,
  listPage,
  mobileSearch,
  player,
  richItem,
  search,
  searchVideo,
  type Video,
} from './site/markup';
import * as made from './site/structures';
import type { Viewer } from './viewer';
import { startWorld, type World } from './world';

// Nobody else's: the server is shared by all tests.
const MILL: Channel = { name: 'Structures Mill', handle: '@structures-mill' };
const LABEL: Channel = {
  name: 'Structures Label',
  handle: '@structures-label',
  channelId: 'UCstructureslabel000000a',
};
const GUEST: Channel = {
  name: 'Structures Guest',
  handle: '@structures-guest',
  channelId: 'UCstructuresguest000000a',
};
const bad = videos(8);
const [b0, b1, b2, b3, b4, b5, b6, b7] = bad as [
  Video,
  Video,
  Video,
  Video,
  Video,
  Video,
  Video,
  Video,
];
const by = (channel: Channel, one: Video = video()): Video => ({ ...one, channel });
const ids = (...list: Video[]) => list.map(({ id }) => id);
let world: World;
let viewer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  await world.crowd.flag(ids(...bad));
  blockChannels(MILL.handle, LABEL.channelId ?? '');
  await world.crowd.untilFlagged(MILL.handle);
  await world.crowd.untilFlagged(LABEL.channelId ?? '');
  viewer = await world.viewer();
  await viewer.sync();
}, 240_000);

afterAll(() => world.close());

const open = async (html: string, path = '/results') => {
  world.site.show(() => html);
  return viewer.open(path);
};
const inSight = (page: Page, selector: string) =>
  page.locator(selector).evaluateAll((all) => all.map((one) => one.checkVisibility()));

describe('search', () => {
  it('hides what is flagged in watch cards, and nothing else of them', async () => {
    const cards = [
      made.watchCard(GUEST, b0, [video(), b1, video()], [b2, video()]),
      made.watchCard(GUEST, video(), [video()]),
    ];
    const page = await open(search([searchVideo(video()), ...cards, made.mixHero(b3)]));
    await expectHidden(page, ids(b0, b1, b2));
    expect(await inSight(page, 'ytd-universal-watch-card-renderer')).toEqual([true, true]);
    expect(await inSight(page, 'ytd-watch-card-rich-header-renderer')).toEqual([true, true]);
    expect(await inSight(page, 'ytd-watch-card-hero-video-renderer')).toEqual([false, true, true]);
    expect(await inSight(page, 'ytd-watch-card-compact-video-renderer')).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(await inSight(page, 'ytd-watch-card-rhs-panel-video-renderer')).toEqual([false, true]);
    await page.close();
  });

  it('hides the watch card and the entry of a flagged channel, and no other’s', async () => {
    const channels = [MILL, GUEST, LABEL];
    const cards = channels.map((channel) => made.watchCard(channel, video(), [video()]));
    const page = await open(
      search([...channels.map(made.channelCard), ...cards, searchVideo(video())]),
    );
    await expect.poll(() => inSight(page, 'ytd-channel-renderer')).toEqual([false, true, false]);
    await expect
      .poll(() => inSight(page, 'ytd-universal-watch-card-renderer'))
      .toEqual([false, true, false]);
    await judged(page, 7);
    expect(await viewer.reports()).toMatchObject([{ hidden: 0, strayLinks: 0 }]);
    await page.close();
  });

  it('hides the entry of a channel that the viewer blocked, and shows it again', async () => {
    const page = await open(search([made.channelCard(GUEST), searchVideo(video())]));
    await judged(page, 2);
    await viewer.ask('listEntry', { list: 'block', entry: GUEST.channelId, on: true });
    await expect.poll(() => inSight(page, 'ytd-channel-renderer')).toEqual([false]);
    await viewer.ask('listEntry', { list: 'block', entry: GUEST.channelId, on: false });
    await expect.poll(() => inSight(page, 'ytd-channel-renderer')).toEqual([true]);
    await page.close();
  });

  it('hides flagged films of each kind', async () => {
    const kinds = [
      'ytd-movie-renderer',
      'ytd-compact-movie-renderer',
      'ytd-grid-movie-renderer',
    ] as const;
    const page = await open(
      search(
        kinds.flatMap((kind, n) => [made.movie(kind, video()), made.movie(kind, bad[n] as Video)]),
      ),
    );
    await expectHidden(page, ids(b0, b1, b2));
    for (const kind of kinds) expect(await inSight(page, kind)).toEqual([true, false]);
    await page.close();
  });
});

describe('a channel’s page', () => {
  it('hides the trailer that is flagged, and stops it for good', async () => {
    const page = await open(
      listPage('channels', [made.trailer(b0, [video()]), richItem(video())]),
      '/@structures-guest',
    );
    await expect.poll(() => inSight(page, 'ytd-channel-video-player-renderer')).toEqual([false]);
    await expect.poll(() => inSight(page, 'ytd-rich-item-renderer')).toEqual([true]);
    for (let time = 0; time < 2; time++) {
      await page.evaluate(playSomething);
      await expect.poll(() => page.evaluate('document.querySelector("video").paused')).toBe(true);
    }
    await page.close();
  });

  it('plays another trailer, without the end card that is flagged', async () => {
    const page = await open(
      listPage('channels', [made.trailer(video(), [b0, video(), b1])]),
      '/@structures-guest',
    );
    await expectHidden(page, ids(b0, b1));
    expect(await inSight(page, 'ytd-channel-video-player-renderer')).toEqual([true]);
    expect(await inSight(page, '.ytp-ce-element')).toEqual([false, true, false]);
    await page.evaluate(playSomething);
    await page.waitForTimeout(300); // nobody stops it meanwhile
    expect(await page.evaluate('document.querySelector("video").paused')).toBe(false);
    await page.close();
  });
});

describe('the player', () => {
  const withNext = (next: Video, list?: string) =>
    `<ytd-watch-flexy video-id="${b7.id}"><div id="player">${player(video(), '').replace('<span class="ytp-time', `${made.nextButton(next, list)}<span class="ytp-time`)}</div></ytd-watch-flexy>`;

  it.each([
    ['alone', undefined],
    ['in a queue', 'PLqueue'],
  ])('has no button to a flagged video, and one to others: %s', async (_, list) => {
    const page = await open(withNext(b0, list), `/watch?v=${newId()}`);
    await expect.poll(() => inSight(page, '.ytp-next-button')).toEqual([false]);
    const next = newId();
    await page.evaluate(
      `document.querySelector('.ytp-next-button').setAttribute('href', '/watch?v=${next}')`,
    );
    await expect.poll(() => inSight(page, '.ytp-next-button')).toEqual([true]);
    expect(
      await page
        .locator('.ytp-next-button realtube-note, .ytp-next-button realtube-button')
        .count(),
    ).toBe(0);
    await page.close();
  });

  it('says a word when it goes on to a flagged video by itself', async () => {
    const page = await open(withNext(b0), `/watch?v=${newId()}`);
    await expect.poll(() => inSight(page, '.ytp-next-button')).toEqual([false]);
    await page.evaluate(`site.go('/watch?v=${b0.id}')`);
    await page.locator('realtube-cover').waitFor();
    await page.close();
  });

  it('takes the preview of a flagged video away, and brings it back for the next', async () => {
    const page = await open(browse('home', [richItem(video())]), '/');
    await judged(page, 1);
    await page.evaluate(
      `document.querySelector('ytd-app').append(...nodes(${JSON.stringify(made.preview(b0))}).children)`,
    );
    await expect.poll(() => inSight(page, 'ytd-video-preview video')).toEqual([false]);
    await page.evaluate(playSomething);
    await expect.poll(() => page.evaluate('document.querySelector("video").paused')).toBe(true);
    await page.evaluate(
      `document.querySelector('#media-container-link').href = '/watch?v=${newId()}'`,
    );
    await expect.poll(() => inSight(page, 'ytd-video-preview video')).toEqual([true]);
    await page.close();
  });
});

describe('music', () => {
  const openMusic = (html: string, path = '/') => {
    world.site.show(() => html);
    return viewer.browser.open(`https://music.youtube.com${path}`);
  };

  it('hides flagged songs and those of a flagged artist, and no albums', async () => {
    const [ofLabel, ofBoth, ofGuest] = [by(LABEL), video(), by(GUEST)];
    const tiles = [
      made.musicTile(by(GUEST, b0)),
      made.musicTile(by(GUEST)),
      made.musicAlbum('An album', LABEL),
    ];
    const rows = [
      made.musicRow(by(GUEST, b1)),
      made.musicRow(by(GUEST, b2), [GUEST], 'OLAK5uy_album'),
      made.musicRow(ofLabel),
      made.musicRow(ofBoth, [LABEL, GUEST]),
      made.musicRow(ofGuest),
    ];
    const page = await openMusic(made.musicHome(tiles, rows));
    await expect
      .poll(() => inSight(page, 'ytmusic-responsive-list-item-renderer'))
      .toEqual([false, false, false, true, true]);
    await expect
      .poll(() => inSight(page, 'ytmusic-two-row-item-renderer'))
      .toEqual([false, true, true]);
    expect(await viewer.reports()).toMatchObject([{ hidden: 4, strayLinks: 0 }]);
    await page.close();
  });

  it('hides a shelf of which nothing is left', async () => {
    const page = await openMusic(
      made.musicHome([made.musicTile(by(GUEST, b0))], [made.musicRow(by(GUEST))]),
    );
    await expect
      .poll(() => inSight(page, 'ytmusic-carousel-shelf-renderer, ytmusic-shelf-renderer'))
      .toEqual([false, true]);
    await page.close();
  });

  it('covers the player of a flagged song where it is seen', async () => {
    const html = `<ytmusic-app-layout><ytmusic-player-page><ytmusic-player><div id="song-video" style="display:none">${player(b0, '')}</div></ytmusic-player></ytmusic-player-page></ytmusic-app-layout>`;
    const page = await openMusic(html, `/watch?v=${b0.id}`);
    await page.locator('ytmusic-player > realtube-cover').waitFor();
    await page.close();
  });
});

it('knows the same on mobile', async () => {
  const phone = await world.viewer({ mobile: true });
  await phone.sync();
  const [trailer, hero, fine] = [b5, b6, video()];
  const html = mobileSearch([fine, b4]).replace(
    '</ytm-search>',
    [GUEST, MILL]
      .map(
        (channel) =>
          made.mobileChannelCard(channel) +
          made.mobileWatchCard(channel, channel === GUEST ? hero : video()),
      )
      .join('') +
      '</ytm-search>' +
      made.mobileTrailer(trailer) +
      made.mobileTrailer(video()),
  );
  world.site.show(() => html);
  const page = await phone.open('/results', 'm');
  await expect.poll(() => inSight(page, 'ytm-compact-channel-renderer')).toEqual([true, false]);
  await expect
    .poll(() => inSight(page, 'ytm-universal-watch-card-renderer'))
    .toEqual([true, false]);
  await expect
    .poll(() => inSight(page, 'ytm-channel-featured-video-renderer'))
    .toEqual([false, true]);
  expect(await inSight(page, 'ytm-watch-card-hero-video-renderer')).toEqual([false, false]);
  expect(await inSight(page, 'ytm-watch-card-rich-header-renderer')).toEqual([true, false]);
  expect(await inSight(page, 'ytm-video-with-context-renderer')).toEqual([true, false]);
  await page.close();
  await phone.close();
});

/** Runs in the page: the site's videos have nothing to play. */
function playSomething(): void {
  const media = document.querySelector('video');
  if (!media) throw new Error('no video');
  media.srcObject = document.createElement('canvas').captureStream();
  media.play().catch(() => undefined);
}
