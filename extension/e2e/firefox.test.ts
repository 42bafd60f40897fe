/** The same extension in a real Firefox: it hides, and it reports. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { askFirefox, FIREFOX, type Firefox, startFirefox } from './firefox';
import { listOf, startListHost } from './listhost';
import { Crowd, startTap, type Tap } from './realtube';
import { pagesOf, video, videos } from './site/content';
import { answerData, labelData } from './site/label';
import { withData } from './site/pagedata';
import { type Site, startSite } from './site/server';

const bad = [video(0), video(1)];
const reported = video(2);
const OWNER = { name: 'Mill', handle: '@mill', channelId: 'UC0123456789abcdefghijkl' };
let site: Site;
let tap: Tap;
let firefox: Firefox;

// Chromium is where the suite runs; a machine without Firefox only misses this.
const isThere = existsSync(FIREFOX);

beforeAll(async () => {
  if (!isThere) return;
  const servicePort = inject('servicePort');
  [site, tap] = [await startSite(), await startTap(servicePort)];
  await new Crowd(servicePort).flag(bad.map(({ id }) => id));
  site.show(pagesOf({ home: [...bad, ...videos(6)], related: videos(4) }));
  firefox = await startFirefox(site.port, 'realtube@realtube.example');
  const popup = await firefox.openExtension('popup.html');
  await askFirefox(popup, 'changeSettings', { change: { server: tap.url } });
  await askFirefox(popup, 'acceptWelcome', {});
  await askFirefox(popup, 'syncNow', {});
});

afterAll(async () => {
  if (!isThere) return;
  await firefox.close();
  tap.close();
  await site.close();
});

it.runIf(isThere)('hides what was flagged and nothing else', async () => {
  const page = await firefox.open('https://www.youtube.com/');
  const hidden = () =>
    page.$$eval('[data-realtube="hide"] a[href*="/watch"]', (links) => [
      ...new Set(links.map((link) => link.getAttribute('href')?.slice(9, 20))),
    ]);
  await expect.poll(hidden).toEqual(bad.map(({ id }) => id));
  await expect.poll(() => page.$$('[data-realtube="none"]').then((all) => all.length)).toBe(6);
  await page.close();
});

it.runIf(isThere)('reports from the player with the keyboard', async () => {
  const page = await firefox.open(`https://www.youtube.com/watch?v=${reported.id}`);
  await page.waitForSelector('.realtube-report-button');
  await page.click('.realtube-report-button');
  await page.waitForSelector('realtube-dialog');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const votes = () =>
    tap.requests.filter(({ path, body }) => path === '/api/votes' && body.includes(reported.id));
  await expect.poll(() => votes().length).toBe(1);
  // Past the other five kinds is what gives it away; then seven signs, the time, and the button.
  const tab = async (times: number) => {
    for (let n = 0; n < times; n++) await page.keyboard.press('Tab');
  };
  await tab(6);
  await page.keyboard.press('Enter');
  await tab(1);
  await page.keyboard.press(' ');
  await tab(7);
  await page.keyboard.press('Enter');
  await tab(1);
  await page.keyboard.press('Enter');
  await expect.poll(() => votes().length).toBe(2);
  const { signs } = JSON.parse(votes()[1]?.body ?? '{}') as { signs: { at: number }[] };
  expect(signs).toMatchObject([{ sign: 'voice' }]);
  expect(Number.isInteger(signs[0]?.at)).toBe(true);
  await page.close();
});

it.runIf(isThere)('reads YouTube’s label on first load and after navigation', async () => {
  const [first, plain] = [video(3), video(3)];
  const pages = pagesOf({ related: [first, plain] });
  site.show((url, host) => {
    const part = pages(url, host);
    const id = url.searchParams.get('v');
    const shown = id === first.id ? { icon: 'INFO' } : {};
    return part && id ? withData(part, labelData({ id }, shown)) : part;
  });
  const page = await firefox.open(`https://www.youtube.com/watch?v=${first.id}`);
  const isCovered = async () => (await page.$('realtube-cover')) !== null;
  await expect.poll(isCovered).toBe(true);
  await page.evaluate(`site.go("/watch?v=${plain.id}")`);
  await expect.poll(isCovered).toBe(false);
  await page.evaluate(`site.go("/watch?v=${first.id}")`);
  await expect.poll(isCovered).toBe(true);
  await page.close();
});

it.runIf(isThere)('asks YouTube from the page’s origin, without cookies', async () => {
  const slop = video(1);
  site.show(pagesOf({ home: [slop] }));
  site.answer(() => ({ body: answerData({ ...slop, channel: OWNER }, { icon: 'INFO' }) }));
  const popup = await firefox.openExtension('popup.html');
  await askFirefox(popup, 'changeSettings', { change: { askYouTube: true } });
  const page = await firefox.open('https://www.youtube.com/');
  const dimmed = () => page.$$('[data-realtube="dim"]').then((all) => all.length);
  await expect.poll(dimmed).toBe(1);
  expect(site.asked).toHaveLength(1);
  expect(site.asked[0]?.headers.origin).toBe('https://www.youtube.com');
  expect(site.asked[0]?.headers).not.toHaveProperty('cookie');
  await page.close();
});

it.runIf(isThere)('follows a list by its address, which stays when its host fails', async () => {
  const host = await startListHost();
  host.answer = (response) =>
    response.writeHead(200, { ETag: '"one"' }).end(listOf(20_693, '@Mill'));
  const slop = { ...video(2), channel: { name: 'Mill', handle: '@mill' } };
  site.show(pagesOf({ home: [slop, ...videos(2)] }));
  const options = await firefox.openExtension('options.html#lists');
  await options.waitForSelector('.follow input');
  await options.type('.follow input[inputmode="url"]', host.url);
  await options.click('.follow button[type="submit"]');
  const text = () => options.$eval('main', (main) => main.textContent);
  await expect.poll(text).toContain('Channels: 20,693');
  host.answer = (response) => response.writeHead(500).end();
  const fetchNow = async () => {
    await options.click('.followed li .row button');
    await expect.poll(text).toContain('error 500');
  };
  await fetchNow();
  expect(host.heard[1]?.headers['if-none-match']).toBe('"one"');
  expect(host.heard[1]?.headers).not.toHaveProperty('cookie');
  const page = await firefox.open('https://www.youtube.com/');
  const dimmed = () => page.$$('[data-realtube="dim"]').then((all) => all.length);
  await expect.poll(dimmed).toBe(1);
  await page.close();
  host.close();
});
