/** What gives a video away: said with a report, and read by others who ask for it. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { namesOf, press } from './access';
import { expectAccessible } from './accessible';
import { newId, pagesOf, video, videos } from './site/content';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

const SCORED = { timeout: 60_000, interval: 200 };
const told = video(0);
let world: World;
let viewer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  world.site.show(pagesOf({ home: [told, ...videos(7)], related: videos(4) }));
  const signs = [{ sign: 'watermark', at: 12 }, { sign: 'voice' }];
  await world.crowd.voteOften(told.id, 'ai_visuals', 4, signs);
  // Few enough that they are no burst, whose votes would count as one voice.
  await world.crowd.voteOften(told.id, 'ai_visuals', 6);
  await vi.waitUntil(async () => ((await world.crowd.score(told.id)) ?? 0) > 40, SCORED);
  viewer = await world.viewer();
  await viewer.sync();
});

afterAll(() => world.close());

const votesOf = (videoId: string) =>
  viewer.tap.requests
    .filter(({ method, path }) => method === 'POST' && path === '/api/votes')
    .map(({ body }) => JSON.parse(body) as Record<string, unknown>)
    .filter((vote) => vote.videoId === videoId);

async function popupOver(page: Page): Promise<Page> {
  const popup = await viewer.openOwn('popup.html');
  await popup.setViewportSize({ width: 380, height: 900 });
  await page.bringToFront();
  await popup.reload();
  await popup.locator('header').waitFor();
  return popup;
}

it('goes with a report from the player, with the time that plays', async () => {
  const id = newId();
  const watch = await viewer.open(`/watch?v=${id}`);
  await press(watch, word('pageReport'));
  await press(watch, word('signsTitle'), 'DisclosureTriangle');
  await press(watch, word('sign_watermark'));
  await press(watch, word('sign_voice'));
  await press(watch, word('signsNow'));
  await viewer.screenshot(watch, 'dialog-signs');
  expect(await namesOf(watch, 'button')).not.toContain(word('signsAdd'));
  await press(watch, word('category_ai_visuals'));
  await expect
    .poll(() => votesOf(id))
    .toMatchObject([
      {
        category: 'ai_visuals',
        channelName: 'Slow Kitchen',
        signs: [{ sign: 'voice' }, { sign: 'watermark' }],
      },
    ]);
  const [{ signs = [] } = {}] = votesOf(id) as { signs?: { at?: unknown }[] }[];
  for (const { at } of signs) expect(Number.isInteger(at)).toBe(true);
  await watch.close();
});

it('comes to a report by the keyboard alone, afterwards, and stays with it', async () => {
  const id = newId();
  const watch = await viewer.open(`/watch?v=${id}`);
  await press(watch, word('pageReport'));
  await press(watch, word('category_fully_ai'));
  await expect.poll(() => votesOf(id)).toHaveLength(1);
  expect(votesOf(id)[0]).not.toHaveProperty('signs');
  await press(watch, word('signsTitle'), 'DisclosureTriangle');
  await watch.keyboard.press('Tab');
  await watch.keyboard.press('Space');
  await watch.keyboard.press('Tab');
  await watch.keyboard.press('Enter');
  await press(watch, word('signsAdd'));
  await expect
    .poll(() => votesOf(id)[1])
    .toMatchObject({ category: 'fully_ai', signs: [{ sign: 'voice' }, { sign: 'faces' }] });
  await expect.poll(() => namesOf(watch, 'button')).not.toContain(word('signsAdd'));
  await press(watch, word('category_ai_voiceover'));
  await expect
    .poll(() => votesOf(id)[2])
    .toMatchObject({ category: 'ai_voiceover', signs: [{ sign: 'voice' }, { sign: 'faces' }] });
  await watch.close();
});

it('is said in the popup, with a time that was typed, and kept there', async () => {
  const watch = await viewer.open(`/watch?v=${told.id}`);
  const popup = await popupOver(watch);
  await popup.getByText(word('signsTitle')).click();
  await popup.getByRole('button', { name: word('sign_text') }).click();
  await popup.getByLabel(word('signsAt')).fill('1:05');
  await popup.getByRole('button', { name: word('category_fully_ai') }).click();
  await expect
    .poll(() => votesOf(told.id))
    .toMatchObject([{ title: told.title, signs: [{ sign: 'text', at: 65 }] }]);
  await popup.getByText(word('pageSent')).waitFor();
  await popup.reload();
  await expect.poll(() => popup.getByLabel(word('signsAt')).inputValue()).toBe('1:05');
  await popup.getByRole('button', { name: word('sign_music'), exact: true }).click();
  await popup.getByRole('button', { name: word('signsAdd') }).click();
  await expect
    .poll(() => votesOf(told.id)[1])
    .toMatchObject({
      signs: [
        { sign: 'text', at: 65 },
        { sign: 'music', at: 65 },
      ],
    });
  await popup.close();
  await watch.close();
});

it('is told to who asks, and nobody is asked before', async () => {
  const watch = await viewer.open(`/watch?v=${told.id}`);
  const popup = await popupOver(watch);
  const asked = () => viewer.tap.requests.filter(({ path }) => path.includes('explain'));
  await popup.getByText(word('signsOthers')).waitFor();
  expect(asked()).toEqual([]);
  await popup.getByText(word('signsOthers')).click();
  await popup.getByText(`${word('sign_watermark')} at 0:12: 4 voters`).waitFor();
  await popup.getByText(`${word('sign_voice')}: 4 voters`).waitFor();
  expect(asked()).toHaveLength(1);
  expect(asked()[0]?.headers).not.toHaveProperty('x-user-id');
  await expectAccessible(popup);
  await viewer.screenshot(popup, 'popup-signs');
  await popup.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(popup);
  await viewer.screenshot(popup, 'popup-signs-dark');
  await popup.close();
  await watch.close();
});
