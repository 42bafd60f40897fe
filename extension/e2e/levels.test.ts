/** What viewers' votes suspect, and what is confirmed: from the server's switch to the card. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ruledBy } from '../src/core/presets';
import { textsOf } from './access';
import { setBrake } from './administrator';
import { judged, videosMarked } from './marks';
import { pagesOf, video, videos } from './site/content';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

const SCORED = { timeout: 60_000 };
const suspected = video(0);
const confirmed = video(1);
let world: World;
let viewer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  await world.crowd.voteOften(suspected.id, 'fully_ai', 9);
  await world.crowd.flag([confirmed.id]);
  await vi.waitUntil(async () => ((await world.crowd.score(suspected.id)) ?? 0) >= 50, SCORED);
  world.site.show(pagesOf({ home: [suspected, confirmed, ...videos(6)], related: videos(4) }));
  viewer = await world.viewer();
  await viewer.sync();
});

afterAll(async () => {
  setBrake('confirms', 'votes');
  await world.close();
});

it.each([
  ['strict', 'hide'],
  ['balanced', 'dim'],
  ['relaxed', 'label'],
] as const)('does less with a suspicion than with what is sure: %s', async (preset, action) => {
  await viewer.ask('changeSettings', { change: ruledBy(preset) });
  const page = await viewer.open('/');
  await judged(page, 8);
  const hidden = action === 'hide' ? [suspected.id, confirmed.id].sort() : [confirmed.id];
  await expect.poll(() => videosMarked(page, 'hide')).toEqual(hidden);
  if (action !== 'hide') expect(await videosMarked(page, action)).toEqual([suspected.id]);
  await page.close();
});

it('says which it is', async () => {
  await viewer.ask('changeSettings', { change: ruledBy('strict') });
  const watch = await viewer.open(`/watch?v=${suspected.id}`);
  await watch.locator('realtube-cover').waitFor();
  const [said = ''] = word('pageWhy_suspected').split('$1');
  await expect.poll(async () => (await textsOf(watch)).join('\n')).toContain(said);
  await watch.close();
});

it('suspects all that votes say once the operator leaves confirming to juries, and back', {
  timeout: 240_000,
}, async () => {
  await viewer.ask('changeSettings', { change: ruledBy('balanced') });
  for (const [who, score, action] of [
    ['juries', 79.9, 'dim'],
    ['votes', 80, 'hide'],
  ] as const) {
    setBrake('confirms', who);
    await expect.poll(() => world.crowd.score(confirmed.id), SCORED).toBe(score);
    await viewer.sync();
    const page = await viewer.open('/');
    await expect.poll(() => videosMarked(page, action)).toContain(confirmed.id);
    await page.close();
  }
});
