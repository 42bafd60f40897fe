/** The server is under attack and brakes new voters: the extension plays along. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { press } from './access';
import { setBrake } from './administrator';
import { newId, pagesOf, videos } from './site/content';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

const NOTICED = { timeout: 20_000, interval: 100 };
let world: World;
let viewer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  world.site.show(pagesOf({ related: videos(4) }));
  viewer = await world.viewer();
  setBrake('challenge_bits', '14');
  await vi.waitUntil(() => world.crowd.mustProve(), NOTICED);
});

// The server is shared by all tests.
afterAll(async () => {
  setBrake('challenge_bits', '0');
  await vi.waitUntil(async () => !(await world.crowd.mustProve()), NOTICED);
  await world.close();
});

it('does the work that is asked of a first report', async () => {
  const reported = newId();
  const watch = await viewer.open(`/watch?v=${reported}`);
  await press(watch, word('pageReport'));
  await press(watch, word('category_fully_ai'));
  await expect
    .poll(() => viewer.ask('myReports'))
    .toMatchObject([{ videoId: reported, state: 'sent' }]);
  const asked = viewer.tap.requests.map(({ method, path }) => `${method} ${path}`);
  const about = asked.filter((request) => /votes|challenge/.test(request));
  expect(about).toEqual(['POST /api/votes', 'GET /api/challenge', 'POST /api/votes']);
  await watch.close();
});
