/** Titles that say it themselves: labelled for those who want it, hidden for nobody, told to nobody. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { textsOf } from './access';
import { videosMarked } from './marks';
import { pagesOf, video, videos } from './site/content';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

const said = { ...video(0), title: 'A castle in the clouds #aigenerated' };
const talk = { ...video(1), title: 'How to spot AI generated videos #aivideo' };
let world: World;
let viewer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  world.site.show(pagesOf({ home: [said, talk, ...videos(6)], search: [said, talk] }));
  viewer = await world.viewer();
  await viewer.sync();
});

afterAll(() => world.close());

it('labels what says so itself once that is switched on, and says nothing of it to anybody', async () => {
  const page = await viewer.open('/');
  await expect.poll(() => videosMarked(page, 'none')).toHaveLength(8);
  const asked = viewer.tap.requests.length;
  await viewer.ask('changeSettings', { change: { signs: true } });
  await expect.poll(() => videosMarked(page, 'label')).toEqual([said.id]);
  expect(await textsOf(page)).toContain(word('pageWhySign'));
  await viewer.screenshot(page, 'home-sign');
  expect(viewer.tap.requests.slice(asked)).toEqual([]);
  expect(await viewer.reports()).toMatchObject([{ hidden: 0, found: { sign: 1 } }]);
  await viewer.ask('changeSettings', { change: { signs: false } });
  await expect.poll(() => videosMarked(page, 'label')).toEqual([]);
  const options = await viewer.openOwn('options.html#behaviour');
  await options.getByText(word('setting_signs')).scrollIntoViewIfNeeded();
  await viewer.screenshot(options, 'options-sources');
  await page.close();
});
