/** YouTube Music's player: what it plays is judged on every page, and so is what comes next. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { press, textsOf } from './access';
import { video } from './site/content';
import type { Channel, Video } from './site/markup';
import * as made from './site/structures';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

// Nobody else's: the server is shared by all tests.
const BAND: Channel = {
  name: 'A Band',
  handle: '@music-band',
  channelId: 'UCmusicband0000000000000',
};
const song = (): Video => ({ ...video(), channel: BAND });
const [slop, fine, next, alsoSlop] = [song(), song(), song(), song()] as const;
let world: World;
let viewer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  await world.crowd.flag([slop.id, alsoSlop.id], 'ai_music');
  viewer = await world.viewer();
  await viewer.sync();
});

afterAll(() => world.close());

async function open(playing: Video, path: string, queue: readonly Video[] = [next]): Promise<Page> {
  const isOpen = path.startsWith('/watch');
  const home = isOpen ? '' : made.musicHome([], [made.musicRow(song()), made.musicRow(song())]);
  const html = made.musicPage(home, made.musicPlayer(playing, queue, isOpen), isOpen);
  world.site.show(() => html);
  return viewer.browser.open(`https://music.youtube.com${path}`);
}

const isPaused = (page: Page) =>
  page.evaluate(() => document.querySelector<HTMLVideoElement>('ytmusic-player video')?.paused);

it('covers what is flagged: the player where that is open, its bar elsewhere', async () => {
  const watch = await open(slop, `/watch?v=${slop.id}`);
  await watch.locator('ytmusic-player > realtube-cover').waitFor();
  await viewer.screenshot(watch, 'music-player');
  await watch.close();

  const home = await open(slop, '/');
  await home.locator('ytmusic-player-bar > realtube-cover').waitFor();
  expect(await isPaused(home)).toBe(true);
  await viewer.screenshot(home, 'music-bar');
  await home.setViewportSize({ width: 412, height: 860 });
  await viewer.screenshot(home, 'music-bar-narrow');
  await home.setViewportSize({ width: 1280, height: 800 });
  await press(home, word('pageWatchAnyway'));
  await expect.poll(() => home.locator('realtube-cover').count()).toBe(0);
  await home.close();
});

it('says in the popup what is played on any page, and reports it as music first', async () => {
  const page = await open(fine, '/');
  await expect
    .poll(async () => (await viewer.reports())[0])
    .toMatchObject({
      current: { videoId: fine.id, channelId: BAND.channelId },
      suggested: 'ai_music',
    });
  expect(await page.locator('realtube-cover').count()).toBe(0);
  await page.locator('ytmusic-player-bar .realtube-report-button').click();
  const texts = () => textsOf(page);
  await expect.poll(texts).toContain(word('category_ai_music'));
  const offered = await texts();
  expect(offered.indexOf(word('category_ai_music'))).toBeLessThan(
    offered.indexOf(word('category_fully_ai')),
  );
  await viewer.screenshot(page, 'music-dialog');
  await page.keyboard.press('Enter');
  const sent = () => viewer.tap.requests.filter(({ method }) => method === 'POST').at(-1)?.body;
  await expect
    .poll(() => JSON.parse(sent() ?? '{}'))
    .toMatchObject({
      videoId: fine.id,
      category: 'ai_music',
      channelId: BAND.channelId,
    });
  await page.close();
});

it('hides flagged tracks of the queue, but not the one that is played', async () => {
  const page = await open(slop, `/watch?v=${slop.id}`, [next, alsoSlop, song()]);
  const marks = () =>
    page
      .locator('ytmusic-player-queue-item')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-realtube')));
  await expect.poll(marks).toEqual(['none', 'none', 'hide', 'none']);
  // A row is used again for another track: only its picture changes.
  await page
    .locator('ytmusic-player-queue-item img')
    .nth(2)
    .evaluate((picture, id) => {
      picture.setAttribute('src', `/vi/${id}/hqdefault.svg`);
    }, next.id);
  await expect.poll(marks).toEqual(['none', 'none', 'none', 'none']);
  await page.close();
});
