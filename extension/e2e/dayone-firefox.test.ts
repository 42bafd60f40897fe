/** The same first day in a real Firefox. */
import { existsSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type Preset, ruledBy } from '../src/core/presets';
import { askFirefox, FIREFOX, type Firefox, startFirefox } from './firefox';
import { startTap, type Tap } from './realtube';
import { firstDay } from './site/dayone';
import { type Site, startSite } from './site/server';

const isThere = existsSync(FIREFOX);
let site: Site;
let tap: Tap;
let firefox: Firefox;
let popup: Page;

beforeAll(async () => {
  if (!isThere) return;
  [site, tap] = [await startSite(), await startTap(inject('servicePort'))];
  firefox = await startFirefox(site.port, 'realtube@realtube.example');
  popup = await firefox.openExtension('popup.html');
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

const change = (preset: Preset, askYouTube: boolean) =>
  askFirefox(popup, 'changeSettings', { change: { ...ruledBy(preset), askYouTube } });

const marked = (page: Page, mark: string) =>
  page.$$eval(`[data-realtube="${mark}"] a[href*="/watch"]`, (links) =>
    [...new Set(links.map((link) => link.getAttribute('href')?.slice(9, 20) ?? ''))].sort(),
  );

it.runIf(isThere)(
  'hides in "strict", and dims in "balanced", what was opened five times',
  async () => {
    const day = firstDay();
    site.show(day.pages);
    await change('strict', false);
    for (const { id } of day.others) {
      const watch = await firefox.open(`https://www.youtube.com/watch?v=${id}`);
      await watch.waitForSelector('realtube-cover');
      await watch.close();
    }
    const home = await firefox.open('https://www.youtube.com/');
    await expect.poll(() => marked(home, 'hide')).toEqual(day.slop);
    expect(await marked(home, 'none')).toHaveLength(day.home.length - day.slop.length);
    await change('balanced', false);
    await expect.poll(() => marked(home, 'dim')).toEqual(day.slop);
    await home.close();
  },
);

it.runIf(isThere)('hides it without any being opened, when YouTube may be asked', async () => {
  const day = firstDay();
  site.show(day.pages);
  site.answer(day.answer);
  await change('strict', true);
  const home = await firefox.open('https://www.youtube.com/');
  await home.setViewport({ width: 1280, height: 12_000 });
  await expect.poll(() => marked(home, 'hide'), { timeout: 100_000 }).toEqual(day.slop);
  await home.close();
});
