/** What some viewers saw of YouTube's label helps those who never saw it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clearChannel, letDaysPass } from './administrator';
import { expectHidden, judged, videosMarked } from './marks';
import { hashOf } from './realtube';
import { newId, pagesOf, video, videos } from './site/content';
import { labelData } from './site/label';
import type { Channel, Video } from './site/markup';
import { withData } from './site/pagedata';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

const FARM: Channel = {
  name: 'Endless Facts',
  handle: `@endless${newId()
    .toLowerCase()
    .replace(/[^a-z]/g, 'x')}`,
};
const of = (count: number): Video[] =>
  Array.from({ length: count }, () => ({ ...video(), channel: FARM }));
const [opened, others] = [of(5), of(4)];
const ids = (those: readonly Video[]) => those.map(({ id }) => id).sort();
let world: World;
let sharer: Viewer;
let stranger: Viewer;

beforeAll(async () => {
  world = await startWorld();
  const home = [...others, ...videos(4)];
  const pages = pagesOf({ home, related: opened });
  world.site.show((url, host) => {
    const part = pages(url, host);
    const shown = opened.find(({ id }) => id === url.searchParams.get('v'));
    return part && shown ? withData(part, labelData(shown, { icon: 'INFO', article: 'ai' })) : part;
  });
  [sharer, stranger] = [await world.viewer(), await world.viewer()];
});

afterAll(() => world.close());

const observations = () =>
  sharer.tap.requests.filter(({ path }) => path === '/api/observations').map(({ body }) => body);

async function seeAll(viewer: Viewer): Promise<void> {
  const page = await viewer.open(`/watch?v=${newId()}`);
  for (const { id } of opened) {
    await page.evaluate(`site.go("/watch?v=${id}")`);
    await expect
      .poll(async () => (await viewer.reports()).map(({ current }) => current?.videoId))
      .toContain(id);
  }
  await expect.poll(() => viewer.ask('seenCount')).toBe(5);
  await page.close();
}

it('shares nothing of what was seen unless the viewer switches that on', async () => {
  await seeAll(sharer);
  expect(observations()).toEqual([]);
  const options = await sharer.openOwn('options.html#privacy');
  await options.getByText(word('setting_shareSeen')).click();
  await options.close();
  await sharer.ask('forgetSeen');
  await seeAll(sharer);
  await expect.poll(observations).toHaveLength(1);
  const said = JSON.parse(observations()[0] ?? '') as { labelled: string[]; channelHandle: string };
  expect(said.channelHandle).toBe(FARM.handle);
  const keys = opened.map(({ id }) => hashOf(id).slice(0, 16));
  expect(said.labelled.length).toBeGreaterThanOrEqual(3);
  expect(keys).toEqual(expect.arrayContaining(said.labelled));
});

it('labels cards for who never saw it once three networks agree, and acts a day later', async () => {
  for (let n = 0; n < 2; n++) await world.crowd.observe(FARM.handle, ids(opened));
  letDaysPass(8);
  await expect
    .poll(() => world.crowd.measured(FARM.handle), { timeout: 60_000 })
    .toMatchObject({ counts: false });
  await stranger.sync();
  const page = await stranger.open('/');
  await expect.poll(() => videosMarked(page, 'label')).toEqual(ids(others));
  letDaysPass(1);
  await expect
    .poll(() => world.crowd.measured(FARM.handle), { timeout: 60_000 })
    .toMatchObject({ counts: true });
  await stranger.sync();
  await expectHidden(page, ids(others));
  expect(await videosMarked(page, 'dim')).toEqual(ids(others));
  await page.close();
});

it('stays clear once a moderator has cleared it, whatever is observed later', async () => {
  clearChannel(FARM.handle);
  await expect.poll(() => world.crowd.measured(FARM.handle), { timeout: 60_000 }).toBeUndefined();
  for (let n = 0; n < 10; n++) await world.crowd.observe(FARM.handle, ids(opened));
  letDaysPass(8);
  await sharer.ask('changeSettings', { change: { shareSeen: false } });
  await expect.poll(() => sharer.tap.requests.at(-1)?.method).toBe('DELETE');
  // A minute has no more than four calls for the list: the stranger had theirs.
  const newcomer = await world.viewer();
  await newcomer.sync();
  const page = await newcomer.open('/');
  await judged(page);
  await expectHidden(page, []);
  expect(await videosMarked(page, 'label')).toEqual([]);
  expect(await world.crowd.measured(FARM.handle)).toBeUndefined();
  await page.close();
});
