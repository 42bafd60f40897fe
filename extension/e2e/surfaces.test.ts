/** Every surface of YouTube: what the community flagged is gone, everything else stays. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namesOf, press } from './access';
import { expectHidden, judged, videosMarked } from './marks';
import { type Content, newId, pagesOf, video, videos } from './site/content';
import type { Video } from './site/markup';
import { BLOG } from './site/server';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

let world: World;
let viewer: Viewer;
let bad: Video[];
let content: Content;

beforeAll(async () => {
  world = await startWorld();
  bad = [video(1), video(2)];
  await world.crowd.flag(bad.map(({ id }) => id));
  const around = (count: number) => [...videos(2), ...bad, ...videos(count - 4)];
  content = {
    home: around(12),
    shelf: around(6),
    lists: bad,
    ads: bad.slice(0, 1),
    search: around(8),
    related: around(10),
    ending: [...bad, video(3)],
    queue: around(5),
    channel: around(9),
    playlist: around(8),
    subscriptions: around(8),
    history: around(5),
    notifications: around(5),
    shorts: [video(3), bad[0] as Video, bad[1] as Video, video(4), video(5)],
  };
  world.site.show(pagesOf(content));
  viewer = await world.viewer();
  await viewer.sync();
}, 180_000);

afterAll(() => world.close());

const ids = () => bad.map(({ id }) => id);

describe.each([
  ['home', '/'],
  ['search', '/results?search_query=bread'],
  ['watch', `/watch?v=${newId()}`],
  ['channel', '/@slowkitchen'],
  ['channel-videos', '/@slowkitchen/videos'],
  ['playlist', '/playlist?list=PLpage'],
  ['subscriptions', '/feed/subscriptions'],
  ['notifications', '/notifications'],
])('%s', (name, path) => {
  it('hides what was flagged and nothing else', async () => {
    const page = await viewer.open(path);
    await expectHidden(page, ids());
    await page.waitForTimeout(300);
    await viewer.screenshot(page, name);
    await page.close();
  });

  it('leaves no gap: a hidden card takes no room', async () => {
    const page = await viewer.open(path);
    await expectHidden(page, ids());
    const boxes = await page
      .locator('[data-realtube="hide"]')
      .evaluateAll((cards) => cards.map((card) => card.getBoundingClientRect().height));
    expect(Math.max(0, ...boxes)).toBe(0);
    await page.close();
  });
});

describe('what must never be hidden', () => {
  it('playlists, mixes and advertisements that begin with a flagged video', async () => {
    for (const path of ['/', '/results']) {
      const page = await viewer.open(path);
      await expectHidden(page, ids());
      const lists = page.locator('[href*="list="]').first();
      expect(await lists.isVisible()).toBe(true);
      for (const kept of await page
        .locator('ytd-ad-slot-renderer, yt-collection-thumbnail-view-model')
        .all())
        expect(await kept.isVisible()).toBe(true);
      await page.close();
    }
  });

  it('comments, chapters and the end wall’s playlist', async () => {
    const page = await viewer.open(`/watch?v=${newId()}`);
    await expectHidden(page, ids());
    for (const kept of await page
      .locator(
        'ytd-comment-thread-renderer, ytd-macro-markers-list-item-renderer, a.ytp-videowall-still',
      )
      .all())
      expect(await kept.isVisible()).toBe(true);
    await page.close();
  });

  it('the history', async () => {
    const page = await viewer.open('/feed/history');
    await page.waitForTimeout(1000);
    await expectHidden(page, []);
    expect(await page.locator('ytd-video-renderer:visible').count()).toBe(content.history?.length);
    await viewer.screenshot(page, 'history');
    await page.close();
  });

  it('the row of the playlist that is being played', async () => {
    const [first] = bad as [Video];
    const page = await viewer.open(`/watch?v=${first.id}&list=PLqueue&index=3`);
    await judged(page, 5);
    const row = page.locator('ytd-playlist-panel-video-renderer[selected]');
    expect(await row.isVisible()).toBe(true);
    await page.close();
  });

  it('anything on a page that is kept behind the current one', async () => {
    const page = await viewer.open('/results');
    await expectHidden(page, ids());
    const before = await videosMarked(page, 'none');
    await page.evaluate('site.go("/")');
    await page.waitForTimeout(500);
    await page.evaluate(
      `document.querySelector('ytd-search #contents').append(document.querySelector('ytd-browse ytd-rich-item-renderer').cloneNode(true))`,
    );
    await page.waitForTimeout(500);
    await page.evaluate('site.reveal("ytd-search", "/results")');
    await expectHidden(page, ids());
    expect(await videosMarked(page, 'none')).toEqual(expect.arrayContaining(before));
    await page.close();
  });
});

describe('the watch page of a flagged video', () => {
  it('is covered and held until the viewer decides', async () => {
    const [first] = bad as [Video];
    const page = await viewer.open(`/watch?v=${first.id}`);
    const cover = page.locator('realtube-cover');
    await cover.waitFor();
    await page.waitForTimeout(300);
    await viewer.screenshot(page, 'interstitial');
    expect(await namesOf(page, 'button')).toEqual(
      expect.arrayContaining(['pageWatchAnyway', 'pageNotAi', 'pageAlwaysAllow'].map(word)),
    );
    await press(page, word('pageWatchAnyway'));
    await cover.waitFor({ state: 'detached' });
    await page.close();
  });

  it('is uncovered when the viewer goes to another video, and covered again on return', async () => {
    const [first] = bad as [Video];
    const page = await viewer.open(`/watch?v=${first.id}`);
    await page.locator('realtube-cover').waitFor();
    await page.evaluate(`site.go("/watch?v=${newId()}")`);
    await page.locator('realtube-cover').waitFor({ state: 'detached' });
    await page.evaluate(`site.go("/watch?v=${first.id}")`);
    await page.locator('realtube-cover').waitFor();
    await page.close();
  });

  it('covers embedded players on other sites', async () => {
    const [first] = bad as [Video];
    const page = await viewer.browser.open(`https://${BLOG}/${first.id}`);
    await page.frameLocator('iframe').locator('realtube-cover').waitFor();
    await page.waitForTimeout(300);
    await viewer.screenshot(page, 'embed');
    await page.close();
  });
});

describe('Trusted Types', () => {
  it('are in force on every page here, as on YouTube, and nothing of ours minds', async () => {
    const page = await viewer.browser.open('about:blank');
    const complaints: string[] = [];
    page.on(
      'console',
      (message) => /Trusted/.test(message.text()) && complaints.push(message.text()),
    );
    page.on('pageerror', (error) => complaints.push(error.message));
    const [first] = bad as [Video];
    await page.goto(`https://www.youtube.com/watch?v=${first.id}`);
    await page.locator('realtube-cover').waitFor();
    await expectHidden(page, ids());
    await press(page, word('pageWatchAnyway'));
    await press(page, word('pageReport'));
    await expect.poll(() => namesOf(page, 'dialog')).toHaveLength(1);
    expect(complaints).toEqual([]);
    expect(
      await page.evaluate(
        'try { document.body.innerHTML = "<b>x</b>" } catch (error) { error.name }',
      ),
    ).toBe('TypeError');
    await page.close();
  });
});

describe('the Shorts player', () => {
  const now = (page: Awaited<ReturnType<Viewer['open']>>) =>
    new URL(page.url()).pathname.split('/')[2];

  it('skips flagged Shorts when swiping, and stays on what the viewer goes back to', async () => {
    const [start, , second, after] = content.shorts as Video[];
    const page = await viewer.open(`/shorts/${start?.id}`);
    await page.waitForTimeout(500);
    await page.locator('#navigation-button-down button').click();
    await expect.poll(() => now(page)).toBe(after?.id);
    await page.locator('realtube-toast').waitFor();
    await page.waitForTimeout(300);
    await viewer.screenshot(page, 'shorts-skipped');
    await page.locator('#navigation-button-up button').click();
    await page.locator('realtube-cover').waitFor();
    expect(now(page)).toBe(second?.id);
    await page.close();
  });

  it('covers a flagged Short that was opened by a link', async () => {
    const [first] = bad as [Video];
    const page = await viewer.open(`/shorts/${first.id}`);
    await page.locator('realtube-cover').waitFor();
    await page.waitForTimeout(300);
    await viewer.screenshot(page, 'shorts');
    expect(now(page)).toBe(first.id);
    await page.close();
  });
});

describe('the self-check', () => {
  it('tells what is on a page, and sees no stray links on one it knows', async () => {
    const page = await viewer.open('/');
    await expectHidden(page, ids());
    expect(await viewer.reports()).toMatchObject([{ hidden: 4, strayLinks: 0 }]);
    await page.close();
  });

  it('notices videos in elements that it does not know', async () => {
    const links = videos(6).map(
      ({ id }) => `<new-card><a href="/watch?v=${id}">A video</a></new-card>`,
    );
    world.site.show(() => `<ytd-browse page-subtype="home">${links.join('')}</ytd-browse>`);
    const page = await viewer.open('/');
    await expect.poll(() => viewer.reports()).toMatchObject([{ cards: 0, strayLinks: 6 }]);
    await page.close();
    world.site.show(pagesOf(content));
  });
});

describe('mobile', () => {
  it('hides on m.youtube.com, too', async () => {
    const phone = await world.viewer({ mobile: true });
    await phone.sync();
    for (const [name, path] of [
      ['mobile-home', '/'],
      ['mobile-search', '/results'],
      ['mobile-watch', `/watch?v=${newId()}`],
    ] as const) {
      const page = await phone.open(path, 'm');
      await expectHidden(page, ids());
      await page.waitForTimeout(300);
      await phone.screenshot(page, name);
      await page.close();
    }
  });
});
