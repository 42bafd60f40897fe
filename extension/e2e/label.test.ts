/** YouTube's own label: on a server without one vote it is all there is. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { namesOf, textsOf } from './access';
import { expectHidden, videosMarked } from './marks';
import { newId, pagesOf, video, videos } from './site/content';
import { labelData, type Page as Said } from './site/label';
import type { Channel, Video } from './site/markup';
import { withData } from './site/pagedata';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

const FARM: Channel = { name: 'Daily Wonders', handle: '@dailywonders' };
const PERSON: Channel = { name: 'Slow Kitchen', handle: '@slowkitchen' };
const of = (channel: Channel, count: number): Video[] =>
  Array.from({ length: count }, () => ({ ...video(), channel }));

const [opened, others] = [of(FARM, 5), of(FARM, 4)];
const filmed = of(FARM, 1);
const dubbed = of(PERSON, 6);
const home = [...others, ...filmed, ...of(PERSON, 3), ...videos(4)];
const otherIds = others.map(({ id }) => id).sort();
let world: World;
let viewer: Viewer;

function said({ id }: Video): Said {
  if (opened.some((one) => one.id === id)) return { icon: 'INFO', article: 'ai', language: 'ja' };
  if (filmed.some((one) => one.id === id)) return { article: 'camera' };
  return dubbed.some((one) => one.id === id)
    ? { icon: 'PERSON_RADAR_FILLED', article: 'dubbed' }
    : {};
}

beforeAll(async () => {
  world = await startWorld();
  const all = [...opened, ...dubbed, ...home];
  const pages = pagesOf({ home, related: [...opened, ...dubbed] });
  world.site.show((url, host) => {
    const part = pages(url, host);
    const shown = all.find(({ id }) => id === url.searchParams.get('v'));
    return part && shown ? withData(part, labelData(shown, said(shown))) : part;
  });
  viewer = await world.viewer();
  await viewer.sync();
});

afterAll(() => world.close());

it('covers a labelled video on its own page, says why, and does not blame the community', async () => {
  const [first] = opened;
  const page = await viewer.open(`/watch?v=${first?.id}`);
  await page.locator('realtube-cover').waitFor();
  await expect.poll(() => textsOf(page)).toContain(word('pageWhyLabel'));
  expect(await textsOf(page)).toContain(word('pageLabelledTitle'));
  const buttons = await namesOf(page, 'button');
  expect(buttons).toContain(word('pageAlwaysAllow'));
  expect(buttons).not.toContain(word('pageNotAi'));
  const [report] = await viewer.reports();
  expect(report).toMatchObject({ making: 'ai', current: { videoId: first?.id } });
  await page.close();
});

it('judges the other cards of a channel once most of five of its videos were labelled', async () => {
  const page = await viewer.open('/');
  await expectHidden(page, []);
  const watch = await viewer.open(`/watch?v=${newId()}`);
  const see = async ({ id }: Video) => {
    await watch.evaluate(`site.go("/watch?v=${id}")`);
    await expect
      .poll(async () => (await viewer.reports()).map(({ current }) => current?.videoId))
      .toContain(id);
  };
  for (const one of [...dubbed, ...opened.slice(1, 4)]) await see(one);
  await expect.poll(() => viewer.ask('seenCount')).toBe(10);
  await expectHidden(page, []);
  await see(opened[4] as Video);
  await expectHidden(page, [...otherIds, ...filmed.map(({ id }) => id)].sort());
  // A camera took this one: whatever its channel is.
  await see(filmed[0] as Video);
  await expectHidden(page, otherIds);
  expect(await videosMarked(page, 'dim')).toEqual(otherIds);
  await viewer.ask('changeSettings', { change: { label: { action: 'hide', threshold: 60 } } });
  await expect.poll(() => videosMarked(page, 'hide')).toEqual(otherIds);
  await watch.close();
  await page.close();
});

it('still knows after the background was ended, without anything being asked', async () => {
  const before = viewer.tap.requests.length;
  await viewer.ask('changeSettings', { change: { lookups: false } });
  await viewer.killWorker();
  const page = await viewer.open('/');
  await expectHidden(page, otherIds);
  expect(viewer.tap.requests.length).toBe(before);
  await page.close();
});

it('forgets it when the viewer says so', async () => {
  const page = await viewer.open('/');
  await expectHidden(page, otherIds);
  const options = await viewer.openOwn('options.html#privacy');
  await options.getByText('Videos: 12').waitFor();
  await options.getByRole('button', { name: 'Forget' }).click();
  await options.getByText('Videos: 0').waitFor();
  await expectHidden(page, []);
  await options.close();
  await page.close();
});
