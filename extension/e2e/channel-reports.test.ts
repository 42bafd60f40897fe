/** Channels reported in one step, and hidden for oneself, from the first click to the server's desk. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { namesOf, press, textsOf } from './access';
import { reportsOf } from './administrator';
import { expectHidden, judged } from './marks';
import { newId, pagesOf, videos } from './site/content';
import type { Video } from './site/markup';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

let world: World;
let viewer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  viewer = await world.viewer();
});

afterAll(() => world.close());

/** Four videos of a channel that no other test knows, and its handle. */
function mill(): { handle: string; made: Video[]; ids: string[] } {
  const handle = `@mill${newId()
    .replaceAll(/[^a-z]/gi, 'x')
    .toLowerCase()}`;
  const channel = { name: 'A mill', handle };
  const made = ['First', 'Second', 'Third', 'Fourth'].map((title) => ({
    id: newId(),
    title: `${title} of its films`,
    channel,
  }));
  return { handle, made, ids: made.map(({ id }) => id) };
}

let its: ReturnType<typeof mill>;

beforeEach(async () => {
  its = mill();
  world.site.show(
    pagesOf({ home: [...its.made, ...videos(4)], related: its.made, channel: its.made }),
  );
});

const asked = (method: string) =>
  viewer.tap.requests.filter(
    (one) => one.method === method && one.path.endsWith('/reports') && one.path.includes('mill'),
  );
const sent = () =>
  asked('POST').map(({ path, body }) => {
    const { videos: all, category } = JSON.parse(body) as {
      videos: { videoId: string }[];
      category: string;
    };
    return { path, category, ids: all.map(({ videoId }) => videoId) };
  });

async function openFromCard(page: Page, n = 0): Promise<void> {
  await page.locator('ytd-rich-item-renderer').nth(n).hover();
  await page.locator('realtube-button').waitFor();
  await press(page, word('pageReport'));
  await press(page, word('pageReportChannel'));
}

describe('a channel reported from a card', () => {
  it('costs one request for the three ticked videos, vanishes at once, and is back after undo', async () => {
    const home = await viewer.open('/');
    await judged(home, 8);
    await openFromCard(home);
    await expect.poll(() => namesOf(home, 'checkbox')).toEqual(its.made.map(({ title }) => title));
    await press(home, its.made[3]?.title ?? '', 'checkbox');
    await press(home, word('category_fully_ai'));
    await expect.poll(sent).toEqual([
      {
        path: `/api/channels/${encodeURIComponent(its.handle)}/reports`,
        category: 'fully_ai',
        ids: its.ids.slice(0, 3),
      },
    ]);
    expect(viewer.tap.requests.filter(({ path }) => path.startsWith('/api/votes'))).toEqual([]);
    // The whole channel, the video that was not ticked, too.
    await expectHidden(home, its.ids);
    expect(reportsOf(its.handle)).toEqual({ reports: 1, votes: 3 });
    await press(home, word('pageUndo'));
    await expectHidden(home, []);
    await expect.poll(() => asked('DELETE')).toHaveLength(1);
    await expect.poll(() => reportsOf(its.handle)).toEqual({ reports: 0, votes: 0 });
    await home.close();
  });

  it('waits while the server is away, and is gone for the viewer all the same', async () => {
    const home = await viewer.open('/');
    await judged(home, 8);
    viewer.tap.setAway(true);
    await openFromCard(home);
    await press(home, word('category_ai_voiceover'));
    await expectHidden(home, its.ids);
    await expect.poll(async () => (await textsOf(home)).join(' ')).toContain(word('pageQueued'));
    await press(home, word('pageUndo'));
    await expectHidden(home, []);
    viewer.tap.setAway(false);
    await home.close();
  });
});

describe('a channel’s own page', () => {
  it('has the button in a corner, which goes when another page comes', async () => {
    const page = await viewer.open(`/${its.handle}/videos`);
    await judged(page, 4);
    await press(page, word('pageReportChannel'));
    await expect.poll(() => namesOf(page, 'checkbox')).toHaveLength(4);
    await press(page, word('category_ai_music'));
    // Cards there name nobody.
    await expectHidden(page, its.ids);
    await press(page, word('pageUndo'));
    await expectHidden(page, []);
    await page.keyboard.press('Escape');
    await page.evaluate('site.go("/")');
    await expect.poll(() => page.locator('realtube-channel').count()).toBe(0);
    await page.close();
  });
});

describe('the popup', () => {
  it('has the page open the dialog for the channel of the video being played', async () => {
    const watch = await viewer.open(`/watch?v=${its.ids[0]}`);
    await watch.bringToFront();
    await viewer.askPage('reportChannel');
    await expect.poll(async () => (await namesOf(watch, 'checkbox')).length).toBe(1);
    await watch.close();
  });
});

describe('“Hide this channel for me”', () => {
  it('works at once, tells nobody, and can be undone', async () => {
    const home = await viewer.open('/');
    await judged(home, 8);
    const before = viewer.tap.requests.length;
    await home.locator('ytd-rich-item-renderer').first().hover();
    await home.locator('realtube-button').waitFor();
    await press(home, word('pageReport'));
    await press(home, word('pageHideChannel'));
    await expectHidden(home, its.ids);
    expect(viewer.tap.requests.length).toBe(before);
    await press(home, word('pageUndo'));
    await expectHidden(home, []);
    await home.close();
  });
});

describe('a single report', () => {
  it('hides the video for the viewer at once, and undo brings it back', async () => {
    const home = await viewer.open('/');
    await judged(home, 8);
    await home.locator('ytd-rich-item-renderer').nth(1).hover();
    await home.locator('realtube-button').waitFor();
    await press(home, word('pageReport'));
    await press(home, word('category_ai_visuals'));
    await expectHidden(home, [its.ids[1] ?? '']);
    await press(home, word('pageUndo'));
    await expectHidden(home, []);
    await home.close();
  });
});
