/** YouTube Kids: only for viewers who permit it, and without asking anybody else for more. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectHidden, judged } from './marks';
import { video, videos } from './site/content';
import { player } from './site/markup';
import { kidsHome, kidsTile } from './site/structures';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

const KIDS = 'https://www.youtubekids.com';
const MANIFEST = path.resolve(import.meta.dirname, '../.output/chrome-mv3/manifest.json');
const bad = [video(0), video(1)];
const badIds = bad.map(({ id }) => id);
let world: World;
let viewer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  await world.crowd.flag(badIds);
  world.site.show(({ pathname }) =>
    pathname === '/watch'
      ? `<ytk-app><ytk-watch>${player(video(), '')}</ytk-watch></ytk-app>`
      : kidsHome([
          ...bad.map((one, n) => kidsTile(one, n === 0)),
          ...videos(4).map((one) => kidsTile(one)),
        ]),
  );
  viewer = await world.viewer({ granted: [`${KIDS}/*`] });
  await viewer.sync();
}, 180_000);

afterAll(() => world.close());

it('hides what was flagged and nothing else, once the viewer has permitted it', async () => {
  const page = await viewer.browser.open(KIDS);
  await expectHidden(page, badIds);
  await judged(page, 6);
  expect(await page.locator('ytk-compact-playlist-renderer').isVisible()).toBe(true);
  await page.close();
});

it('covers the player of a flagged video', async () => {
  const page = await viewer.browser.open(`${KIDS}/watch?v=${badIds[0]}`);
  await page.locator('#movie_player > realtube-cover').waitFor();
  await page.close();
});

it('tells in the options that it may', async () => {
  const options = await viewer.openOwn('options.html#behaviour');
  const mayWork = options.getByRole('switch', { name: word('setting_kids') });
  await expect.poll(() => mayWork.isChecked()).toBe(true);
  await options.close();
});

it('is not there for anybody else, who is asked in the options', async () => {
  const other = await world.viewer();
  await other.sync();
  const page = await other.browser.open(KIDS);
  await page.waitForTimeout(1500);
  expect(await page.locator('[data-realtube]').count()).toBe(0);
  const options = await other.openOwn('options.html#behaviour');
  const mayWork = options.getByRole('switch', { name: word('setting_kids') });
  await mayWork.waitFor();
  expect(await mayWork.isChecked()).toBe(false);
  await other.close();
});

it('adds no warning to those that a browser shows, for which it would switch the extension off', async () => {
  const manifest = JSON.parse(readFileSync(MANIFEST, 'utf8')) as {
    permissions: string[];
    host_permissions?: string[];
  };
  const own = await viewer.openOwn('popup.html');
  const warnings = (change: object) =>
    own.evaluate(
      (text) =>
        (globalThis as unknown as ExtensionPage).chrome.management.getPermissionWarningsByManifest(
          text,
        ),
      JSON.stringify({
        ...manifest,
        ...change,
        name: 'RealTube',
        description: '',
        default_locale: undefined,
      }),
    );
  const now = await warnings({});
  const before = await warnings({
    permissions: manifest.permissions.filter((name) => name !== 'scripting'),
  });
  expect(now).toEqual(before);
  expect(
    await warnings({ host_permissions: [...(manifest.host_permissions ?? []), `${KIDS}/*`] }),
  ).not.toEqual(before);
  await own.close();
});

interface ExtensionPage {
  readonly chrome: {
    readonly management: { getPermissionWarningsByManifest(manifest: string): Promise<string[]> };
  };
}
