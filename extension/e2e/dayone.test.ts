/** The day it is installed, on a server that nobody has voted on: what a viewer gets at once. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ruledBy } from '../src/core/presets';
import { expectHidden, judged, videosMarked } from './marks';
import { newId, pagesOf, videos } from './site/content';
import { type FirstDay, firstDay } from './site/dayone';
import type { Viewer } from './viewer';
import { startWorld, type World } from './world';

let world: World;
let viewer: Viewer;
let day: FirstDay;

beforeAll(async () => {
  world = await startWorld();
});

beforeEach(async () => {
  day = firstDay();
  world.site.show(day.pages);
  world.site.answer(day.answer);
  viewer = await world.viewer();
  await viewer.sync();
});

afterAll(() => world.close());

/** Open every other video of the labelled channels, as somebody does who watches them. */
async function openOthers(): Promise<void> {
  const page = await viewer.open(`/watch?v=${newId()}`);
  for (const { id } of day.others) {
    await page.evaluate(`site.go("/watch?v=${id}")`);
    await expect
      .poll(async () => (await viewer.reports()).map(({ current }) => current?.videoId))
      .toContain(id);
  }
  await expect.poll(() => viewer.ask('seenCount')).toBe(day.others.length);
  await page.close();
}

it('hides in "strict" all other cards of labelled channels of which five were opened', async () => {
  await viewer.ask('changeSettings', { change: ruledBy('strict') });
  const page = await viewer.open('/');
  await judged(page, day.home.length);
  await expectHidden(page, []);
  await openOthers();
  await expect.poll(() => videosMarked(page, 'hide')).toEqual(day.slop);
  expect(await videosMarked(page, 'none')).toHaveLength(day.home.length - day.slop.length);
});

it('dims them in "balanced"', async () => {
  const page = await viewer.open('/');
  await openOthers();
  await expect.poll(() => videosMarked(page, 'dim')).toEqual(day.slop);
  await expectHidden(page, day.slop);
});

it('hides them without any being opened, when YouTube may be asked', async () => {
  await viewer.ask('changeSettings', { change: { askYouTube: true, ...ruledBy('strict') } });
  const page = await viewer.open('/');
  await page.setViewportSize({ width: 1280, height: 12_000 });
  await expect.poll(() => videosMarked(page, 'hide'), { timeout: 100_000 }).toEqual(day.slop);
  expect(await viewer.ask('seenCount')).toBeLessThanOrEqual(day.home.length);
});

it('asks for nothing but what its README lists, while a viewer scrolls past 200 cards', async () => {
  await viewer.ask('changeSettings', { change: { askYouTube: true } });
  world.site.show(pagesOf({ home: videos(200) }));
  const before = viewer.tap.requests.length;
  const asked = world.site.asked.length;
  const page = await viewer.open('/');
  await judged(page, 200);
  for (let y = 0; y < 8000; y += 800) {
    await page.evaluate((to) => window.scrollTo(0, to), y);
    await page.waitForTimeout(1000);
  }
  const toServer = viewer.tap.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
  const toYouTube = world.site.asked.slice(asked).map(({ url }) => `POST ${url.pathname}`);
  const counted: Record<string, number> = {};
  for (const one of [...toServer, ...toYouTube]) counted[one] = (counted[one] ?? 0) + 1;
  console.info(counted);
  expect(new Set(toServer)).toEqual(new Set(['POST /api/videos/lookup']));
  // 200 hashes begin with at most 200 prefixes; a request has 100.
  expect(toServer.length).toBeLessThanOrEqual(4);
  expect(new Set(toYouTube)).toEqual(new Set(['POST /youtubei/v1/next']));
  expect(toYouTube.length).toBeLessThanOrEqual(20);
  const hosts = (await viewer.ask('requests')) as { host?: string }[];
  expect(new Set(hosts.map(({ host }) => host ?? ''))).toEqual(new Set(['', 'www.youtube.com']));
});
