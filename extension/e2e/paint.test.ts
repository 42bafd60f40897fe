/** Flagged cards that are known here are never painted: every frame is looked at. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { watchFrames } from './frames';
import { expectHidden, judged } from './marks';
import { newId, pagesOf, video, videos } from './site/content';
import { searchVideo } from './site/markup';
import type { Viewer } from './viewer';
import { startWorld, type World } from './world';

const bad = Array.from({ length: 5 }, (_, n) => video(n));
let world: World;
let viewer: Viewer;
let screen: Page;

beforeAll(async () => {
  world = await startWorld();
  await world.crowd.flag(bad.map(({ id }) => id));
  viewer = await world.viewer();
  await viewer.sync();
  screen = await viewer.browser.context.newPage();
}, 180_000);

afterAll(() => world.close());

it('paints no flagged card on load, navigation, scrolling and re-use', async () => {
  const [first, second, third, fourth, fifth] = bad;
  if (!first || !second || !third || !fourth || !fifth) throw new Error('five are needed');
  world.site.paint(bad.map(({ id }) => id));
  world.site.show(
    pagesOf({ home: [first, ...videos(4), second, ...videos(20)], search: [third, ...videos(9)] }),
  );
  const page = await viewer.open(`/watch?v=${newId()}`);
  const frames = await watchFrames(page, screen);
  await page.goto('https://www.youtube.com/');
  await page.evaluate('site.tick()');
  await expectHidden(page, [first.id, second.id]);
  await page.evaluate('site.go("/results")');
  await page.waitForTimeout(700);
  await page.evaluate(
    `site.prepend('ytd-search #contents', ${JSON.stringify(searchVideo(fourth))})`,
  );
  await page.waitForTimeout(500);
  await page.evaluate(
    `site.recycle(document.querySelectorAll('ytd-video-renderer')[3], '${fifth.id}', 'Another')`,
  );
  await page.waitForTimeout(500);
  const { seen, coloured } = await frames.end();
  expect(seen).toBeGreaterThan(30);
  expect(coloured).toBe(0);
});

it('would have seen them: without being flagged they are painted', async () => {
  const fine = videos(4);
  world.site.paint(fine.map(({ id }) => id));
  world.site.show(pagesOf({ home: fine }));
  const page = await viewer.open(`/watch?v=${newId()}`);
  const frames = await watchFrames(page, screen);
  await page.goto('https://www.youtube.com/');
  await judged(page, 4);
  await page.waitForTimeout(700);
  expect((await frames.end()).coloured).toBeGreaterThan(0);
});
