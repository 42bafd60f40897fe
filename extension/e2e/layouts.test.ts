/** Structures of real pages, old and new: what was flagged is gone, and nothing else. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namesOf, press, textsOf } from './access';
import { video, videos } from './site/content';
import * as layouts from './site/layouts';
import { browse, listPage, search, type Video } from './site/markup';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

let world: World;
let viewer: Viewer;
let phone: Viewer;
const bad = [video(1), video(2)] as const;
const fine = videos(3);
const all = [fine[0], ...bad, fine[1], fine[2]] as Video[];

beforeAll(async () => {
  world = await startWorld();
  await world.crowd.flag(bad.map(({ id }) => id));
  viewer = await world.viewer();
  phone = await world.viewer({ mobile: true });
  await Promise.all([viewer.sync(), phone.sync()]);
}, 180_000);

afterAll(() => world.close());

/** Open a page of one structure. */
async function open(html: string, path = '/', who = viewer): Promise<Page> {
  world.site.show(() => html);
  return who.open(path, who === phone ? 'm' : 'www');
}

/** Wait until all cards of flagged videos have gone, and see that everything else is there. */
async function expectOnlyFlaggedGone(page: Page): Promise<void> {
  const seen = () =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('[data-shows]')].map(
        (card) => [card.dataset.shows, card.checkVisibility()] as const,
      ),
    );
  const isBad = (id: string | undefined) => bad.some((one) => one.id === id);
  const expected = (await seen()).map(([id]) => [id, !isBad(id)]);
  expect(expected.filter(([, isThere]) => !isThere)).not.toHaveLength(0);
  await expect.poll(seen).toEqual(expected);
  const kept = page.locator('[data-stays]');
  expect(
    await kept.evaluateAll((elements) => elements.filter((element) => !element.checkVisibility())),
  ).toEqual([]);
}

describe.each<[string, () => string, string, boolean?]>([
  [
    'music among search results',
    () =>
      search([
        ...all.map(layouts.musicResult),
        ...bad.map((one) => layouts.mixRenderer(one, 'ytd-radio-renderer')),
      ]),
    '/results?search_query=song',
  ],
  ['music on the watch page', () => layouts.musicWatch(video(), all, bad), '/watch?v=aaaaaaaaaaa'],
  ['music on mobile', () => layouts.mobileMusic(all, bad), '/', true],
  [
    'home of 2021 to 2025',
    () =>
      browse('home', [
        ...all.map((one) => layouts.gridMediaVideo(one)),
        ...bad.map((one) => layouts.gridMediaMix(one, one)),
      ]),
    '/',
  ],
  [
    'music on such a home',
    () =>
      browse(
        'home',
        all.map((one) => layouts.gridMediaVideo(one, layouts.radioHref(one))),
      ),
    '/',
  ],
  [
    'the playlist of a mobile watch page',
    () => layouts.mobilePanel(all, all[0] as Video),
    '/watch?v=aaaaaaaaaaa',
    true,
  ],
  [
    'the same while a flagged one is played',
    () => layouts.mobilePanel(all, bad[0]),
    '/watch?v=aaaaaaaaaaa',
    true,
  ],
  [
    'posts on home',
    () =>
      browse('home', [
        layouts.postOnHome('@critic', layouts.textLink(bad[0])),
        layouts.postOnHome('@critic', layouts.textLink(fine[0] as Video), bad[1]),
        layouts.postOnHome('@critic', 'Look!', fine[1]),
      ]),
    '/',
  ],
  [
    'posts of a channel',
    () =>
      listPage('channels', [
        layouts.post('@critic', layouts.textLink(bad[0])),
        layouts.post('@critic', layouts.textLink(bad[0]), bad[1]),
      ]),
    '/@critic/posts',
  ],
  [
    'a shelf with a playlist among flagged videos',
    () => browse('home', [layouts.mixedShelf(bad, bad[0])]),
    '/',
  ],
])('%s', (_, html, path, isMobile) => {
  it('loses what was flagged and nothing else', async () => {
    const page = await open(html(), path, isMobile ? phone : viewer);
    await expectOnlyFlaggedGone(page);
    await page.close();
  });
});

describe('a shelf of which YouTube shows one row', () => {
  it('goes when that row is flagged, and comes back when YouTube shows more', async () => {
    const page = await open(
      browse('home', [
        layouts.collapsedShelf(bad, fine),
        layouts.badgedLockup(fine[0] as Video, '24:42'),
      ]),
    );
    const heading = page.locator('ytd-rich-shelf-renderer h2');
    await heading.waitFor({ state: 'hidden' });
    await page.evaluate(
      'document.querySelector("ytd-rich-shelf-renderer [hidden]").removeAttribute("hidden")',
    );
    await heading.waitFor();
    await page.close();
  });
});

describe('a page of posts', () => {
  it('is no page that YouTube has changed', async () => {
    const page = await open(
      listPage(
        'channels',
        fine.map((one) => layouts.post('@critic', layouts.textLink(one))),
      ),
      '/@critic/posts',
    );
    await expect.poll(() => viewer.reports()).toMatchObject([{ cards: 0, strayLinks: 0 }]);
    await page.close();
  });
});

describe('the preview that plays over a card', () => {
  it('has the button, which reports the card’s video under its own title', async () => {
    const page = await open(
      browse(
        'home',
        [...fine, ...videos(5)].map((one) => layouts.badgedLockup(one, '24:42')),
      ),
    );
    const card = page.locator('ytd-rich-item-renderer').first();
    const button = page.locator('realtube-button');
    await card.locator('img').hover();
    await button.waitFor();
    await page.evaluate('site.preview(document.querySelector("ytd-rich-item-renderer"))');
    // The mouse has not moved; now it does, over the preview and to the button.
    await page.locator('ytd-video-preview realtube-button').waitFor();
    await page.mouse.move(300, 160);
    await page.mouse.move(290, 150);
    await viewer.screenshot(page, 'preview-button');
    await press(page, word('pageReport'));
    await expect.poll(() => textsOf(page)).toContain(fine[0]?.title);
    await press(page, word('category_ai_visuals'));
    const sent = () =>
      viewer.tap.requests.filter(
        ({ path, body }) => path === '/api/votes' && body.includes(fine[0]?.id ?? ''),
      );
    await expect
      .poll(() => sent().map(({ body }) => JSON.parse(body) as object))
      .toMatchObject([
        { videoId: fine[0]?.id, channelHandle: '@slowkitchen', category: 'ai_visuals' },
      ]);
    await page.keyboard.press('Escape');
    await expect
      .poll(() => viewer.ask('myReports'))
      .toMatchObject([{ videoId: fine[0]?.id, title: fine[0]?.title }]);
    await viewer.ask('forgetReports');
    await page.evaluate('site.endPreview()');
    await card.locator('h3').hover();
    await card.locator('realtube-button').waitFor();
    await page.close();
  });
});

describe('titles', () => {
  it.each(['24:42', 'LIVE'])('are not the %s on the picture', async (badge) => {
    const page = await open(browse('home', [layouts.badgedLockup(fine[1] as Video, badge)]));
    await page.locator('ytd-rich-item-renderer').hover();
    await page.locator('realtube-button').waitFor();
    await press(page, word('pageReport'));
    await expect.poll(() => namesOf(page, 'dialog')).toEqual([word('pageReportTitle')]);
    const texts = await textsOf(page);
    expect(texts).toContain(fine[1]?.title);
    await page.close();
  });
});

describe('a Short whose title links to somebody else', () => {
  it('is reported with its own channel', async () => {
    const [one, next] = [video(0), video(3)];
    const page = await open(
      layouts.shortsWithLinks([
        layouts.shortWithLink(one, '@friend'),
        layouts.shortWithLink(next, '@friend', false),
      ]),
      `/shorts/${one.id}`,
    );
    await press(page, word('pageReport'));
    await press(page, word('category_fully_ai'));
    const sent = () =>
      viewer.tap.requests.filter(
        ({ path, body }) => path === '/api/votes' && body.includes(one.id),
      );
    await expect
      .poll(() => sent().map(({ body }) => JSON.parse(body) as object))
      .toMatchObject([{ videoId: one.id, channelHandle: '@slowkitchen' }]);
    await page.close();
  });
});
