/** Asking YouTube about cards: what a viewer gets of it, and all that leaves for it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectHidden } from './marks';
import { newId, pagesOf, video } from './site/content';
import { answerData } from './site/label';
import type { Channel, Video } from './site/markup';
import type { Asked } from './site/server';
import type { Viewer } from './viewer';
import { startWorld, type World } from './world';

const FARM: Channel = {
  name: 'Daily Wonders',
  handle: '@dailywonders',
  channelId: 'UCdailywonders0000000000',
};
const PERSON: Channel = {
  name: 'Marginalia',
  handle: '@marginalia',
  channelId: 'UCmarginalia000000000000',
};
const of = (channel: Channel, count: number): Video[] =>
  Array.from({ length: count }, () => ({ ...video(), channel }));

const farm = of(FARM, 6);
const person = of(PERSON, 2);
// The label is shown for five of six: the sixth goes for the sake of its channel.
const labelled = new Set(farm.slice(0, 5).map(({ id }) => id));
const below = of(FARM, 1);
const all = [...farm, ...person, ...below];
const ids = (videos: readonly Video[]) => videos.map(({ id }) => id).sort();
let world: World;
let viewer: Viewer;

const idOf = ({ body }: Asked) => (JSON.parse(body) as { videoId: string }).videoId;
const answerTo = (asked: Asked) => {
  const found = all.find(({ id }) => id === idOf(asked));
  const isLabelled = found && labelled.has(found.id);
  return { body: found ? answerData(found, isLabelled ? { icon: 'INFO' } : {}) : {} };
};

beforeAll(async () => {
  world = await startWorld();
  // Beside a video no card names its channel.
  world.site.show(pagesOf({ related: [...farm, ...person], home: below }));
  viewer = await world.viewer();
  await viewer.sync();
  world.site.answer(answerTo);
});

afterAll(() => world.close());

it('asks nothing as long as the viewer did not switch it on', async () => {
  const page = await viewer.open(`/watch?v=${newId()}`);
  await page.setViewportSize({ width: 1280, height: 4000 });
  await page.waitForTimeout(2500);
  expect(world.site.asked).toEqual([]);
  await page.close();
});

it('asks about each card in sight once, dims what is labelled, and asks nothing else', async () => {
  const before = viewer.tap.requests.length;
  await viewer.ask('changeSettings', { change: { askYouTube: true, lookups: false } });
  const page = await viewer.open(`/watch?v=${newId()}`);
  await page.setViewportSize({ width: 1280, height: 4000 });
  await page
    .context()
    .addCookies([
      { name: 'SID', value: 'the-viewer', url: 'https://www.youtube.com/', secure: true },
    ]);
  await expect
    .poll(() => world.site.asked.map(idOf).sort(), { timeout: 40_000 })
    .toEqual(ids([...farm, ...person]));
  await expectHidden(page, ids(farm));
  await page.reload();
  await page.waitForTimeout(2500);
  await expectHidden(page, ids(farm));
  expect(world.site.asked).toHaveLength(8);
  for (const { url, headers, body } of world.site.asked) {
    expect([url.pathname, [...url.searchParams.keys()]]).toEqual([
      ...['/youtubei/v1/next', ['prettyPrint', 'fields']],
    ]);
    expect(Object.keys(JSON.parse(body) as object)).toEqual(['context', 'videoId']);
    expect(headers.origin).toBe('https://www.youtube.com');
    for (const name of ['cookie', 'authorization', 'x-goog-authuser'])
      expect(headers).not.toHaveProperty(name);
    expect(headers.referer).toBe('https://www.youtube.com/');
  }
  expect(viewer.tap.requests.length).toBe(before);
  const noted = (await viewer.ask('requests')) as { host?: string; sent: string }[];
  const toYouTube = noted.filter(({ host }) => host === 'www.youtube.com');
  expect(toYouTube.map(({ sent }) => sent).sort()).toEqual(ids([...farm, ...person]));
  await page.close();
});

it('judges other cards of the channel by it, without asking', async () => {
  const page = await viewer.open('/');
  await expectHidden(page, ids(below));
  await page.waitForTimeout(2500);
  expect(world.site.asked).toHaveLength(8);
  await page.close();
});

it('leaves YouTube alone for an hour when it has enough, and says so', async () => {
  world.site.answer(() => ({ status: 429 }));
  const strangers = of(PERSON, 3);
  world.site.show(pagesOf({ home: strangers }));
  const page = await viewer.open('/');
  await expect.poll(() => world.site.asked.length).toBe(9);
  await page.waitForTimeout(3500);
  expect(world.site.asked).toHaveLength(9);
  const popup = await viewer.openOwn('popup.html');
  await popup.getByText('YouTube wants no more questions').waitFor();
  await popup.close();
  await page.close();
});
