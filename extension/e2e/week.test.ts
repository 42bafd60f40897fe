/** What became of the viewer's reports is told in the popup, once a week, from what is known here. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { press } from './access';
import { expectAccessible } from './accessible';
import { pagesOf, video, videos } from './site/content';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

const SCORED = { timeout: 60_000, interval: 200 };
const mine = video(0);
let world: World;
let viewer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  world.site.show(pagesOf({ home: [mine, ...videos(7)], related: videos(4) }));
  viewer = await world.viewer();
});

afterAll(() => world.close());

interface Kept {
  readonly week?: { readonly told: number };
}
/** What our own pages find in their browser. */
interface OwnPage {
  readonly chrome: {
    readonly storage: {
      readonly local: {
        get(name: string): Promise<Kept>;
        set(items: Kept): Promise<void>;
      };
    };
  };
}

const popup = async () => {
  const page = await viewer.openOwn('popup.html');
  await page.setViewportSize({ width: 380, height: 700 });
  await page.locator('header').waitFor();
  return page;
};

it('says nothing in the first week', async () => {
  const watch = await viewer.open(`/watch?v=${mine.id}`);
  await press(watch, word('pageReport'));
  await press(watch, word('category_fully_ai'));
  const isSent = () => viewer.tap.requests.some(({ path }) => path === '/api/votes');
  await expect.poll(isSent).toBe(true);
  await watch.close();
  const page = await popup();
  const isKept = async () => {
    const { local } = (globalThis as unknown as OwnPage).chrome.storage;
    return (await local.get('week')).week !== undefined;
  };
  await expect.poll(() => page.evaluate(isKept)).toBe(true);
  expect(await page.getByText(word('weekTitle')).count()).toBe(0);
  await page.close();
});

it('says what others found since, asks nobody for it, and is quiet once it was read', async () => {
  await world.crowd.voteOften(mine.id, 'fully_ai', 9);
  await vi.waitUntil(async () => ((await world.crowd.score(mine.id)) ?? 0) >= 50, SCORED);
  await viewer.sync();
  const page = await popup();
  await page.evaluate(async () => {
    const { local } = (globalThis as unknown as OwnPage).chrome.storage;
    const { week } = await local.get('week');
    if (week) await local.set({ week: { ...week, told: week.told - 8 * 86_400_000 } });
  });
  const asked = viewer.tap.requests.length;
  await page.reload();
  await page.getByText(word('week_flagged')).waitFor();
  expect(viewer.tap.requests.slice(asked).filter(({ path }) => path.includes(mine.id))).toEqual([]);
  await expectAccessible(page);
  await viewer.screenshot(page, 'popup-week');
  await press(page, word('weekRead'));
  await expect.poll(() => page.getByText(word('weekTitle')).count()).toBe(0);
  await page.close();
});

it('is switched off in the options', async () => {
  const page = await viewer.openOwn('options.html#reports');
  await page.getByText(word('setting_weekly'), { exact: true }).click();
  const weekly = async () =>
    ((await viewer.ask('overview')) as { settings: { weekly: boolean } }).settings.weekly;
  await expect.poll(weekly).toBe(false);
  await viewer.screenshot(page, 'options-reports');
  await page.close();
});
