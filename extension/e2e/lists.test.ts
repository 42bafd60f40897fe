/** A list of channels that the viewer follows by its address, through all that goes wrong. */
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { textsOf } from './access';
import { type ListHost, listOf, startListHost } from './listhost';
import { expectHidden, videosMarked } from './marks';
import { pagesOf, video, videos } from './site/content';
import type { Channel, Video } from './site/markup';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

/** As many as the largest list that is known has. */
const SIZE = 20_693;
const FARM: Channel = { name: 'Endless Facts', handle: '@endless.facts' };
const MILL: Channel = {
  name: 'Story Mill',
  handle: '@storymill',
  channelId: 'UCstorymill0000000000000',
};
const of = (channel: Channel, count: number): Video[] =>
  Array.from({ length: count }, () => ({ ...video(), channel }));
const [farm, mill] = [of(FARM, 4), of(MILL, 3)];
const ids = (those: readonly Video[]) => those.map(({ id }) => id).sort();
const slop = ids([...farm, ...mill]);
const whole = listOf(SIZE, '@Endless.Facts', '@storymill');
let world: World;
let viewer: Viewer;
let host: ListHost;
let options: Page;

beforeAll(async () => {
  [world, host] = [await startWorld(), await startListHost()];
  world.site.show(pagesOf({ home: [...farm, ...mill, ...videos(5)], related: videos(4) }));
  viewer = await world.viewer();
  await viewer.sync();
  options = await viewer.openOwn('options.html#lists');
});

afterAll(async () => {
  host.close();
  await world.close();
});

const serve = (body: string, headers: Record<string, string> = {}) => {
  host.answer = (response, { headers: asked }) => {
    const isSame = headers.ETag !== undefined && asked['if-none-match'] === headers.ETag;
    response.writeHead(isSame ? 304 : 200, headers).end(isSame ? '' : body);
  };
};
const fetchNow = async () => {
  const before = host.heard.length;
  await options.getByRole('button', { name: word('listFetch') }).click();
  await expect.poll(() => host.heard.length).toBeGreaterThan(before);
};
const seen = (text: string) => options.getByText(text).first().waitFor();
const trouble = (kind: string) =>
  seen(
    word(`listTrouble_${kind}`)
      .replace(/^.*\$\d\s*/, '')
      .trim(),
  );

it('is followed from the options, and fetched with nothing but the request', async () => {
  serve(whole, { ETag: '"one"' });
  await options.getByLabel(word('followAddress')).fill(host.url);
  await options.getByLabel(word('followName')).fill('Slop of the world');
  await options.getByRole('button', { name: word('followButton'), exact: true }).click();
  await seen('Channels: 20,693, fetched this minute');
  expect(host.heard).toHaveLength(1);
  const { cookie, referer, 'x-user-id': named } = host.heard[0]?.headers ?? {};
  expect([cookie, referer, named]).toEqual([undefined, undefined, undefined]);
  await expectAccessible(options);
});

it('dims in "balanced" what it has, and hides it in "strict"', async () => {
  const page = await viewer.open('/');
  await expect.poll(() => videosMarked(page, 'dim')).toEqual(slop);
  const behaviour = await viewer.openOwn('options.html#behaviour');
  await behaviour.getByRole('radio', { name: word('preset_strict') }).check();
  await expect.poll(() => videosMarked(page, 'hide')).toEqual(slop);
  await behaviour.getByRole('radio', { name: word('preset_balanced') }).check();
  await expect.poll(() => videosMarked(page, 'dim')).toEqual(slop);
  await Promise.all([page.close(), behaviour.close()]);
});

it('says on a covered player, and in the popup, which list it is', async () => {
  const page = await viewer.open(`/watch?v=${farm[0]?.id}`);
  await page.locator('realtube-cover').waitFor();
  await expect.poll(() => textsOf(page)).toContain(word('pageListedTitle'));
  const popup = await viewer.openOwn('popup.html');
  await page.bringToFront();
  await popup.reload();
  const why = word('pageWhyFollowed').replace('$1', 'Slop of the world');
  await popup.getByText(why).waitFor();
  await popup.getByText(word('popupAction_dim')).waitFor();
  await Promise.all([page.close(), popup.close()]);
});

it('stays through 304, 500, portals, half a list, and a way to another host', async () => {
  await fetchNow();
  expect(host.heard.at(-1)?.headers['if-none-match']).toBe('"one"');
  await seen('Channels: 20,693, fetched this minute');
  host.answer = (response) => response.writeHead(500).end('broken');
  await fetchNow();
  await seen('The site answered with the error 500.');
  serve('<!doctype html><title>Sign in</title>');
  await fetchNow();
  await trouble('page');
  host.answer = (response) => {
    response.writeHead(200, { 'Content-Length': String(whole.length) });
    response.write(whole.slice(0, whole.length / 2), () => response.destroy());
  };
  await fetchNow();
  await trouble('cutOff');
  host.answer = (response) => response.writeHead(302, { Location: host.elsewhere }).end();
  await fetchNow();
  await seen('localhost:');
  await trouble('unreachable');
  host.answer = (response) => {
    response.writeHead(200, { 'Content-Length': String(2 ** 31) });
    response.write(whole);
  };
  await fetchNow();
  await seen('The list has more than 20 MB.');
  await expectAccessible(options);
  const page = await viewer.open('/');
  await expectHidden(page, slop);
  await page.close();
});

it('is not taken when it has shrunk, until the viewer accepts that', async () => {
  serve(listOf(9000, '@endless.facts'));
  await fetchNow();
  await seen('It now has only 9,000 of the 20,693 names');
  await viewer.screenshot(options, 'options-followed');
  await options.setViewportSize({ width: 412, height: 860 });
  await options.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(options);
  await viewer.screenshot(options, 'options-followed-narrow-dark');
  await options.setViewportSize({ width: 1280, height: 800 });
  await options.emulateMedia({ colorScheme: null });
  await viewer.killWorker();
  const page = await viewer.open('/');
  await expectHidden(page, slop);
  await options.getByRole('button', { name: word('listAccept') }).click();
  await seen('Channels: 9,000, fetched this minute');
  await expectHidden(page, ids(farm));
  await page.close();
});

it('shows its host in the list of requests, and goes with one click', async () => {
  const privacy = await viewer.openOwn('options.html#privacy');
  await privacy
    .getByText(`GET ${new URL(host.url).host}/list.txt`)
    .first()
    .waitFor();
  await privacy.close();
  const page = await viewer.open('/');
  await expectHidden(page, ids(farm));
  await options.getByRole('switch', { name: 'Slop of the world' }).uncheck();
  await expectHidden(page, []);
  await options.getByRole('switch', { name: 'Slop of the world' }).check();
  await expectHidden(page, ids(farm));
  options.once('dialog', (dialog) => void dialog.accept());
  await options.getByRole('button', { name: word('listRemove') }).click();
  await expectHidden(page, []);
  expect(await viewer.ask('followed')).toEqual([]);
  await page.close();
});

async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}
