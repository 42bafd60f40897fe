/** Channels that lists block: their videos are hidden before anybody reported them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { blockChannels } from './administrator';
import { expectHidden } from './marks';
import { newId, pagesOf, videos } from './site/content';
import type { Channel } from './site/markup';
import type { Viewer } from './viewer';
import { startWorld, type World } from './world';

// Nobody else's: the server is shared by all tests.
const MILL: Channel = { name: 'Straße der Sägen', handle: '@Stra%C3%9Fe-der-S%C3%A4gen' };
const fresh = videos(2).map((one) => ({ ...one, channel: MILL }));
const freshIds = fresh.map(({ id }) => id).sort();
let world: World;
let viewer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  world.site.show(pagesOf({ home: [...fresh, ...videos(6)], related: videos(4) }));
  viewer = await world.viewer();
  await viewer.sync();
});

afterAll(() => world.close());

it('hides their new videos on the viewer’s next sync, by the handle in any spelling', async () => {
  const page = await viewer.open('/');
  await expectHidden(page, []);
  blockChannels('@straße-der-sägen');
  await expect
    .poll(() => world.crowd.isFlagged('@straße-der-sägen'), { timeout: 60_000 })
    .toBe(true);
  await viewer.sync();
  await expectHidden(page, freshIds);
  await page.close();
});

it('says in the popup’s details that it is the channel, and covers the video’s own page', async () => {
  const [first] = fresh;
  const details = await viewer.ask('videoDetails', {
    videoId: first?.id,
    handle: '@straße-der-sägen',
  });
  expect(details).toMatchObject({ channel: { autoFlag: true } });
  const watch = await viewer.open(`/watch?v=${newId()}`);
  await watch.evaluate(`site.go("/watch?v=${first?.id}")`);
  await watch.locator('realtube-cover').waitFor();
  await watch.close();
});

it('stops when the viewer does not want videos to be judged by their channel', async () => {
  const page = await viewer.open('/');
  await expectHidden(page, freshIds);
  await viewer.ask('changeSettings', { change: { channels: false } });
  await expectHidden(page, []);
  await page.close();
});
