/** Videos that several channels made together: hidden for what they are, not for who took part. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { press } from './access';
import { blockChannels } from './administrator';
import { expectHidden } from './marks';
import { searchAlone, together, watchTogether } from './site/collaborations';
import { video, videos } from './site/content';
import { browse, type Channel, search, type Video } from './site/markup';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

// Nobody else's: the server is shared by all tests.
const MILL: Channel = { name: 'Together Mill', handle: '@together-mill' };
const GUEST: Channel = { name: 'Together Guest', handle: '@together-guest' };
const bad = video(0);
const alone: Video = { ...video(1), channel: MILL };
const shared = videos(3);
let world: World;
let viewer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  await world.crowd.flag([bad.id]);
  blockChannels(MILL.handle);
  await world.crowd.untilFlagged(MILL.handle);
  viewer = await world.viewer();
  await viewer.sync();
});

afterAll(() => world.close());

describe.each(['search', 'home'] as const)('on %s', (surface) => {
  it('goes when the video itself is flagged, and stays when one of its channels is', async () => {
    const cards = together([bad, ...shared], [MILL, GUEST])[surface];
    const single =
      surface === 'search' ? search([searchAlone(alone)]) : browse('home', [searchAlone(alone)]);
    world.site.show(() =>
      cards.replace(
        '<div id="contents">',
        `<div id="contents">${/<ytd-video-renderer>.*<\/ytd-video-renderer>/s.exec(single)?.[0]}`,
      ),
    );
    const page = await viewer.open(surface === 'home' ? '/' : '/results');
    await expectHidden(page, [bad.id, alone.id]);
    await page.close();
  });
});

it('is played when one of its channels is flagged, and a report on it names nobody', async () => {
  const [one] = shared as [Video];
  world.site.show(() => watchTogether(one, [MILL, GUEST]));
  const page = await viewer.open(`/watch?v=${one.id}`);
  await expect
    .poll(() => viewer.reports())
    .toMatchObject([{ current: { videoId: one.id, channels: [] } }]);
  expect(await page.locator('realtube-cover').count()).toBe(0);
  await press(page, word('pageReport'));
  await press(page, word('category_ai_visuals'));
  const vote = () =>
    viewer.tap.requests.find(({ method, path }) => method === 'POST' && path === '/api/votes');
  await expect.poll(vote).toBeDefined();
  expect(JSON.parse(vote()?.body ?? '')).toMatchObject({ videoId: one.id });
  expect(vote()?.body).not.toMatch(/channel|@/i);
  await page.close();
});
