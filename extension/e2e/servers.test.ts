/** Several servers of one site: the next one answers while the first is away. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ServerState, SignatureStatus } from '../src/messages';
import { expectAccessible } from './accessible';
import { expectHidden } from './marks';
import { startTap, type Tap } from './realtube';
import { pagesOf, videos } from './site/content';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

const bad = videos(2);
let world: World;
let viewer: Viewer;
let mirror: Tap;

beforeAll(async () => {
  world = await startWorld();
  mirror = await startTap(world.servicePort);
  await world.crowd.flag(bad.map(({ id }) => id));
  viewer = await world.viewer();
});

afterAll(async () => {
  mirror.close();
  await world.close();
});

const states = async () => (await viewer.ask('servers')) as ServerState[];
const key = async () => ((await viewer.ask('signature')) as SignatureStatus).key;
const button = (page: Page, name: string) =>
  page.getByRole('button', { name: word(name), exact: true });
const asked = (tap: Tap, path: string) => tap.requests.filter((each) => each.path.startsWith(path));

it('are added in the options, where each says how it does', async () => {
  await expect.poll(key).toMatch(/^RW/);
  const options = await viewer.openOwn('options.html#server');
  const field = options.getByRole('textbox', { name: word('serverTitle') });
  await field.fill(viewer.tap.url);
  await button(options, 'serverAdd').click();
  await options.getByText(word('server_twice')).waitFor();
  await field.fill(mirror.url);
  await button(options, 'serverAdd').click();
  await options.getByText(word('serverTried').replace('$1', mirror.url)).waitFor();
  await options.getByText(word('serverFirst')).waitFor();
  expect((await states()).map(({ origin }) => origin)).toEqual([viewer.tap.url, mirror.url]);
  await expectAccessible(options);
  await options.close();
});

it('answer for each other: the next one while the first is away, but who reports waits', async () => {
  viewer.tap.setAway(true);
  await viewer.sync();
  expect(asked(mirror, '/api/sync/compact')).toHaveLength(1);
  const [video] = bad;
  const ballot = { videoId: video?.id, choice: 'fully_ai', isShort: false };
  expect(await viewer.ask('vote', ballot)).toMatchObject({ state: 'queued' });
  world.site.show(pagesOf({ home: [...bad, ...videos(6)] }));
  const page = await viewer.open('/');
  await expectHidden(
    page,
    bad.map(({ id }) => id),
  );
  await page.close();
  expect(asked(mirror, '/api/votes')).toEqual([]);
  expect(mirror.requests.filter(({ headers }) => headers['x-user-id'])).toEqual([]);

  const options = await viewer.openOwn('options.html#server');
  await options.getByText(word('serverAway').replace('$1', '').trim()).waitFor();
  await viewer.screenshot(options, 'options-servers');
  await options.emulateMedia({ colorScheme: 'dark' });
  await options.setViewportSize({ width: 380, height: 900 });
  await expectAccessible(options);
  await viewer.screenshot(options, 'options-servers-narrow-dark');
  await options.close();
});

it('have the order that the viewer gives them, and go when they are removed', async () => {
  viewer.tap.setAway(false);
  const options = await viewer.openOwn('options.html#server');
  options.on('dialog', (dialog) => void dialog.accept());
  await button(options, 'serverUp').click();
  await expect
    .poll(async () => (await states()).map(({ origin }) => origin))
    .toEqual([mirror.url, viewer.tap.url]);
  // What waited goes to the first one now.
  await expect.poll(() => asked(mirror, '/api/votes').length).toBe(1);
  await button(options, 'listRemove').last().click();
  await expect.poll(async () => (await states()).length).toBe(1);
  await options.close();
});

it('are believed with the next key once the known one is forgotten', async () => {
  const options = await viewer.openOwn('options.html#server');
  options.on('dialog', (dialog) => void dialog.accept());
  await options.locator('summary', { hasText: word('keyForget') }).click();
  await options.getByText(word('keyForgetHint')).waitFor();
  await expectAccessible(options);
  await viewer.screenshot(options, 'options-key');
  await button(options, 'keyForget').click();
  await options.getByText(word('keyForgotten')).waitFor();
  expect(await key()).toBeUndefined();
  await options.close();
});
