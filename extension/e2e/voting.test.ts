/** Reporting videos, from the first click to other viewers' pages. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHOICES } from '../src/core/types';
import { namesOf, press } from './access';
import { expectHidden, judged } from './marks';
import { newId, pagesOf, video, videos } from './site/content';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

let world: World;
let ann: Viewer;
let bob: Viewer;

beforeAll(async () => {
  world = await startWorld();
  [ann, bob] = [await world.viewer(), await world.viewer()];
});

afterAll(() => world.close());

beforeEach(() => world.site.show(pagesOf({ home: videos(8), related: videos(6) })));

const votesOf = (viewer: Viewer, videoId: string) =>
  viewer.tap.requests
    .filter(({ path, body }) => path === '/api/votes' && body.includes(videoId))
    .map(({ method, body }) => ({ method, ...(JSON.parse(body) as Record<string, unknown>) }));

describe('the button in the player', () => {
  it('reports in two clicks, and the card disappears from another viewer’s page after a sync', async () => {
    const reported = video(0);
    // Four others said so before: Ann's report is the one that flags it.
    await world.crowd.voteOften(reported.id, 'fully_ai', 7);
    world.site.show(pagesOf({ home: [reported, ...videos(7)], related: videos(6) }));
    const watch = await ann.open(`/watch?v=${reported.id}`);
    await press(watch, word('pageReport'));
    await press(watch, word('category_fully_ai'));
    await expect
      .poll(() => votesOf(ann, reported.id))
      .toMatchObject([
        {
          method: 'POST',
          category: 'fully_ai',
          channelHandle: '@slowkitchen',
          channelId: 'UCslowkitchen0000000000a',
          title: reported.title,
        },
      ]);
    const score = () => world.crowd.score(reported.id);
    await expect.poll(score, { timeout: 30_000 }).toBeGreaterThanOrEqual(50);
    const home = await bob.open('/');
    await bob.sync();
    await expectHidden(home, [reported.id]);
    await home.close();
    await watch.close();
  });

  it('can be undone', async () => {
    const reported = newId();
    const watch = await ann.open(`/watch?v=${reported}`);
    await press(watch, word('pageReport'));
    await press(watch, word('category_ai_voiceover'));
    await expect.poll(() => votesOf(ann, reported)).toHaveLength(1);
    await press(watch, word('pageUndo'));
    await expect
      .poll(() => votesOf(ann, reported).map(({ method }) => method))
      .toEqual(['POST', 'DELETE']);
    await watch.close();
  });
});

describe('the dialog', () => {
  it('offers five categories, each with a sentence, and no dispute where there is nothing to dispute', async () => {
    const watch = await ann.open(`/watch?v=${newId()}`);
    await press(watch, word('pageReport'));
    const names = await namesOf(watch, 'button');
    for (const choice of CHOICES) {
      const name = `${word(`category_${choice}`)} ${word(`category_${choice}_hint`)}`;
      expect(names.includes(name)).toBe(choice !== 'not_ai');
    }
    await watch.mouse.move(0, 0);
    await watch.waitForTimeout(300);
    await ann.screenshot(watch, 'dialog');
    await watch.close();
  });

  it('works with the keyboard alone, and keeps the page’s shortcuts out', async () => {
    const reported = newId();
    const watch = await ann.open(`/watch?v=${reported}`);
    await watch.evaluate('site.countKeys()');
    await press(watch, word('pageReport'));
    await watch.keyboard.press('Tab');
    await watch.keyboard.press('k');
    await watch.keyboard.press('Enter');
    await expect.poll(() => votesOf(ann, reported)).toHaveLength(1);
    expect(await watch.evaluate('site.keys')).toBe(0);
    await watch.keyboard.press('Escape');
    await expect.poll(() => namesOf(watch, 'dialog')).toEqual([]);
    await watch.close();
  });

  it('lets a flagged video be disputed', async () => {
    const flagged = video();
    await world.crowd.flag([flagged.id]);
    await ann.sync();
    const watch = await ann.open(`/watch?v=${flagged.id}`);
    await press(watch, word('pageNotAi'));
    await expect
      .poll(() => votesOf(ann, flagged.id))
      .toMatchObject([{ method: 'POST', category: 'not_ai' }]);
    await watch.locator('realtube-cover').waitFor({ state: 'detached' });
    await watch.close();
  });

  it('does not let the page vote', async () => {
    const watch = await ann.open(`/watch?v=${newId()}`);
    await watch.locator('.realtube-report-button').waitFor();
    await watch.evaluate(() =>
      document.querySelector<HTMLElement>('.realtube-report-button')?.click(),
    );
    await watch.waitForTimeout(300);
    expect(await watch.locator('realtube-dialog').count()).toBe(0);
    await watch.close();
  });
});

describe('the button on cards', () => {
  it('appears where the mouse is, and reports that video', async () => {
    const home = await ann.open('/');
    await judged(home, 8);
    const card = home.locator('ytd-rich-item-renderer').nth(2);
    const href = await card.locator('a').first().getAttribute('href');
    const id = /v=([\w-]{11})/.exec(href ?? '')?.[1] ?? '';
    await card.hover();
    await home.locator('realtube-button').waitFor();
    await ann.screenshot(home, 'card-button');
    await press(home, word('pageReport'));
    await press(home, word('category_ai_thumbnails'));
    await expect
      .poll(() => votesOf(ann, id))
      .toMatchObject([{ method: 'POST', category: 'ai_thumbnails' }]);
    await home.close();
  });

  it('is there for the keyboard', async () => {
    const home = await ann.open('/');
    await judged(home, 8);
    const card = home.locator('ytd-rich-item-renderer').first();
    await card.locator('a').last().focus();
    await card.locator('realtube-button').waitFor();
    await home.keyboard.press('Tab');
    await home.keyboard.press('Enter');
    await expect.poll(() => namesOf(home, 'dialog')).toEqual([word('pageReportTitle')]);
    await home.keyboard.press('Escape');
    await home.close();
  });
});
