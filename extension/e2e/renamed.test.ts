/** YouTube renames its elements: the popup says so, and the server mends it without a release. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SELECTORS } from '../src/youtube/selectors';
import { enterSelectors } from './administrator';
import { expectHidden, videosMarked } from './marks';
import { video, videos } from './site/content';
import type { Viewer } from './viewer';
import { startWorld, type World } from './world';

const bad = [video(0), video(1)];
const shown = [...bad, ...videos(6)];
let world: World;
let viewer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  await world.crowd.flag(bad.map(({ id }) => id));
  const cards = shown.map(
    ({ id, title }) =>
      `<ytd-tile-of-tomorrow><a href="/watch?v=${id}">${title}</a></ytd-tile-of-tomorrow>`,
  );
  world.site.show(() => `<ytd-browse page-subtype="home">${cards.join('')}</ytd-browse>`);
  viewer = await world.viewer();
  await viewer.sync();
});

afterAll(() => world.close());

it('notices that it does not know the cards, and hides them once the server tells which they are', async () => {
  const before = await viewer.open('/');
  await expect.poll(() => viewer.reports()).toMatchObject([{ cards: 0, strayLinks: shown.length }]);
  expect(await videosMarked(before, 'hide', 'none')).toEqual([]);
  await before.close();

  const cards = [...SELECTORS.cards, 'ytd-tile-of-tomorrow'];
  enterSelectors({ ...SELECTORS, version: SELECTORS.version + 1, cards });
  await viewer.sync();
  const after = await viewer.open('/');
  await expectHidden(
    after,
    bad.map(({ id }) => id),
  );
  await expect
    .poll(() => viewer.reports())
    .toMatchObject([{ cards: shown.length, hidden: bad.length, strayLinks: 0 }]);
  await after.close();
});

it('asks for them with the tag it has, and keeps what it got', async () => {
  const asked = () =>
    viewer.tap.requests.filter(({ path }) => path === '/api/client/selectors.json');
  const before = asked().length;
  await viewer.sync();
  expect(asked()).toHaveLength(before + 1);
  expect(asked().at(-1)?.headers['if-none-match']).toMatch(/^"\w+"$/);
  await viewer.killWorker();
  const page = await viewer.open('/');
  await expectHidden(
    page,
    bad.map(({ id }) => id),
  );
  await page.close();
});
