/** Moments of the player in a real Firefox, taken and sent by keys alone. */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askFirefox, FIREFOX, type Firefox, startFirefox } from './firefox';
import { play, sentShots, storedClips } from './moments';
import { startTap, type Tap } from './realtube';
import { newId, pagesOf, video, videos } from './site/content';
import { startWorld, type World } from './world';

/** The shadow root is closed: nobody sees what an answer changes in the dialog. */
const ANSWERED_MS = 1500;
const isThere = existsSync(FIREFOX);
let world: World;
let tap: Tap;
let firefox: Firefox;

beforeAll(async () => {
  if (!isThere) return;
  world = await startWorld();
  world.site.show(pagesOf({ home: [video(0)], related: videos(2) }));
  tap = await startTap(world.servicePort);
  firefox = await startFirefox(world.site.port, 'realtube@realtube.example');
  const popup = await firefox.openExtension('popup.html');
  await askFirefox(popup, 'changeSettings', { change: { server: tap.url } });
  await askFirefox(popup, 'acceptWelcome', {});
});

afterAll(async () => {
  if (!isThere) return;
  await firefox.close();
  tap.close();
  await world.close();
});

async function tab(page: Page, times: number): Promise<void> {
  for (let n = 0; n < times; n++) await page.keyboard.press('Tab');
}

it.runIf(isThere)('takes a moment of the player and sends it with the report', async () => {
  const id = newId();
  const page = await firefox.open(`https://www.youtube.com/watch?v=${id}`);
  await page.evaluate(play);
  await page.waitForSelector('.realtube-report-button');
  await page.click('.realtube-report-button');
  await page.waitForSelector('realtube-dialog');
  await tab(page, 1);
  await page.keyboard.press('Enter');
  const votes = () =>
    tap.requests.filter(({ path, body }) => path === '/api/votes' && body.includes(id));
  await expect.poll(() => votes().length).toBe(1);
  await sleep(ANSWERED_MS);
  // Past the other five kinds and what gives it away are the moments, then what takes one.
  await tab(page, 7);
  await page.keyboard.press('Enter');
  await tab(page, 1);
  await page.keyboard.press('Enter');
  await sleep(500);
  expect(sentShots(tap, id)).toEqual([]);
  await tab(page, 1);
  await page.keyboard.press('Enter');
  await expect.poll(() => sentShots(tap, id)).toHaveLength(1);
  const [sent] = sentShots(tap, id);
  if (!sent) throw new Error('nothing was sent');
  const [shot, ...others] = sent.shots;
  expect(others).toEqual([]);
  expect(shot?.at).toBeGreaterThan(0);
  const file = Buffer.from(shot?.picture ?? '', 'base64');
  expect(file.subarray(0, 3).toString('hex')).toBe('ffd8ff');
  expect(file.length).toBeGreaterThan(2000);
  await expect
    .poll(() => storedClips(world.servicePort, sent.userId), { timeout: 90_000 })
    .toMatchObject([{ kind: 'shots', video_id: id, state: 'ready' }]);
  await page.close();
});
