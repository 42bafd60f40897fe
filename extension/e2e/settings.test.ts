/** What the viewer chooses, and that it can be taken to another browser. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { press } from './access';
import { expectHidden, judged, videosMarked } from './marks';
import { pagesOf, video, videos } from './site/content';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

const bad = [video(0), video(1)];
const badIds = bad.map(({ id }) => id);
let world: World;
let viewer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  await world.crowd.flag(badIds);
  world.site.show(pagesOf({ home: [...bad, ...videos(6)] }));
  viewer = await world.viewer();
  await viewer.sync();
});

afterAll(() => world.close());

interface Rules {
  readonly rules: Record<string, { action: string; threshold: number }>;
}

async function act(action: string): Promise<void> {
  const { settings } = (await viewer.ask('overview')) as { settings: Rules };
  const rules = { ...settings.rules, fully_ai: { action, threshold: 50 } };
  await viewer.ask('changeSettings', { change: { rules } });
}

it.each(['dim', 'label', 'hide'])('does what was chosen at once: %s', async (action) => {
  const page = await viewer.open('/');
  await judged(page, 8);
  await act(action);
  await expect.poll(() => videosMarked(page, action)).toEqual([...badIds].sort());
  await page.waitForTimeout(300);
  if (action !== 'hide') await viewer.screenshot(page, `home-${action}`);
  await page.close();
});

it('shows a dimmed video to whoever wants it', async () => {
  await act('dim');
  const page = await viewer.open('/');
  await expectHidden(page, badIds);
  await press(page, word('pageShowAnyway'));
  await expect.poll(() => videosMarked(page, 'dim')).toHaveLength(1);
  await act('hide');
  await page.close();
});

it('leaves no trace when it is switched off, and comes back', async () => {
  const page = await viewer.open('/');
  await expectHidden(page, badIds);
  await viewer.ask('changeSettings', { change: { enabled: false } });
  await expect.poll(() => page.locator('[data-realtube], realtube-note').count()).toBe(0);
  expect(await page.locator('ytd-rich-item-renderer:visible').count()).toBe(8);
  await viewer.ask('changeSettings', { change: { enabled: true } });
  await expectHidden(page, badIds);
  await page.close();
});

it('always shows what is on the allow list', async () => {
  const page = await viewer.open('/');
  await expectHidden(page, badIds);
  const [first] = badIds;
  await viewer.ask('listEntry', { list: 'allow', entry: first, on: true });
  await expectHidden(page, badIds.slice(1));
  await viewer.ask('listEntry', { list: 'allow', entry: first, on: false });
  await expectHidden(page, badIds);
  await page.close();
});

it('hides what is on the block list, without asking anybody', async () => {
  const blocked = video(1);
  world.site.show(pagesOf({ home: [blocked, ...videos(3)] }));
  await viewer.ask('listEntry', { list: 'block', entry: blocked.id, on: true });
  const page = await viewer.open('/');
  await expectHidden(page, [blocked.id]);
  await page.close();
});
