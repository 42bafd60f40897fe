/** The extension's own pages: first run, popup, options. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessible';
import { warn } from './administrator';
import { expectHidden, judged } from './marks';
import { startTap } from './realtube';
import { newId, pagesOf, video, videos } from './site/content';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

const SECTIONS = [
  'behaviour',
  'lists',
  'reports',
  'jury',
  'privacy',
  'identity',
  'backup',
  'server',
  'about',
];
const bad = video(0);
/** Of these a test with something in them makes the picture. */
const FILLED = ['reports', 'lists'];
let world: World;
let viewer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  await world.crowd.flag([bad.id]);
  world.site.show(pagesOf({ home: [bad, ...videos(7)], related: videos(4) }));
  viewer = await world.viewer();
  await viewer.sync();
});

afterAll(() => world.close());

describe('the first run', () => {
  it('opens a page that explains, and nothing leaves before it was accepted', async () => {
    const newcomer = await world.viewer({ isNew: true });
    const { context } = newcomer.browser;
    const opened = () => context.pages().find((page) => page.url().endsWith('/welcome.html'));
    await expect.poll(opened).toBeDefined();
    const welcome = opened() as Page;
    await welcome.getByText(word('welcomeWhat')).waitFor();
    await expectAccessible(welcome);
    await newcomer.screenshot(welcome, 'welcome');

    const home = await newcomer.open('/');
    await judged(home, 8);
    await home.locator('ytd-rich-item-renderer').first().hover();
    expect(newcomer.tap.requests).toEqual([]);
    await expectHidden(home, []);

    await welcome.bringToFront();
    await welcome.getByRole('radio', { name: word('preset_strict') }).check();
    await welcome.getByRole('button', { name: word('welcomeAccept') }).click();
    await welcome.getByText(word('welcomeDone')).waitFor();
    await welcome.getByText(/^Your server answered/).waitFor();
    await expectHidden(home, [bad.id]);
    expect(newcomer.tap.requests[0]?.path).toBe('/api/sync/compact');
    await newcomer.close();
  });
});

describe('the popup', () => {
  it('tells what is known of a video and why, takes a vote, and leaves the tab alone on request', async () => {
    const watch = await viewer.open(`/watch?v=${bad.id}`);
    await watch.locator('realtube-cover').waitFor();
    const popup = await popupOver(watch);
    await popup.getByText(word('popupAction_hide')).waitFor();
    await popup
      .getByText(word('popupCause_video').replace(/^\$1.*/, word('category_fully_ai')))
      .first()
      .waitFor();
    await popup.getByRole('meter').first().waitFor();
    await expectAccessible(popup);
    await picture(popup, 'popup');
    await popup.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(popup);
    await picture(popup, 'popup-dark');

    await popup.getByRole('button', { name: word('category_not_ai') }).click();
    await popup.getByText(word('pageSent')).waitFor();
    const votes = () =>
      viewer.tap.requests.filter(
        ({ path, body }) => path === '/api/votes' && body.includes(bad.id),
      );
    expect(votes()).toHaveLength(1);
    await popup.getByRole('button', { name: word('pageUndo') }).click();
    await popup.getByText(word('pageUndone')).waitFor();

    await popup.getByRole('switch', { name: word('popupTab') }).uncheck();
    await watch.locator('realtube-cover').waitFor({ state: 'detached' });
    await popup.getByRole('switch', { name: word('popupTab') }).check();
    await watch.locator('realtube-cover').waitFor();
    await popup.getByRole('switch', { name: word('popupAllowChannel') }).check();
    await watch.locator('realtube-cover').waitFor({ state: 'detached' });
    await popup.getByText(word('popupCause_allowed')).waitFor();
    await popup.getByRole('switch', { name: word('popupAllowChannel') }).uncheck();
    await watch.locator('realtube-cover').waitFor();
    await Promise.all([popup.close(), watch.close()]);
  });

  it('counts what is hidden, says when the list came, and shows the viewer’s standing when asked', async () => {
    const home = await viewer.open('/');
    await expectHidden(home, [bad.id]);
    const popup = await popupOver(home);
    await popup.locator('.numbers dd').first().getByText('1', { exact: true }).waitFor();
    await popup.getByText(word('popupSynced').replace(' $1', '')).waitFor();
    const asked = () => viewer.tap.requests.filter(({ path }) => path === '/api/users/me').length;
    expect(asked()).toBe(0);
    await popup.getByText(word('popupStanding')).click();
    await popup.getByText(word('standingTrust')).waitFor();
    expect(asked()).toBe(1);
    await picture(popup, 'popup-home');
    await popup.getByRole('switch', { name: word('popupOn'), exact: true }).uncheck();
    await expectHidden(home, []);
    await popup.getByRole('switch', { name: word('popupOff'), exact: true }).check();
    await expectHidden(home, [bad.id]);
    await Promise.all([popup.close(), home.close()]);
  });

  it('passes a moderator’s warning on until it was read', async () => {
    const { publicId } = (await viewer.ask('standing')) as { publicId: string };
    await viewer.ask('vote', { videoId: newId(), choice: 'fully_ai', isShort: false });
    warn(publicId, 'Only report what you have seen.');
    const popup = await viewer.openOwn('popup.html');
    await popup.getByText(word('popupStanding')).click();
    await popup.getByText('Only report what you have seen.').waitFor();
    await expectAccessible(popup);
    await picture(popup, 'popup-warning');
    await popup.getByRole('button', { name: word('standingUnderstood') }).click();
    await popup.getByText('Only report what you have seen.').waitFor({ state: 'detached' });
    await popup.close();
    await viewer.ask('forgetReports');
  });

  it('says so when YouTube has changed', async () => {
    const links = videos(3).map(
      ({ id }) => `<ytd-of-nobody><a href="/watch?v=${id}">A video</a></ytd-of-nobody>`,
    );
    world.site.show(() => `<ytd-browse page-subtype="home">${links.join('')}</ytd-browse>`);
    const page = await viewer.open('/');
    await expect.poll(() => viewer.reports()).toMatchObject([{ cards: 0, strayLinks: 3 }]);
    const popup = await popupOver(page);
    await popup.getByText(word('popupChanged').replace('$1', '3')).waitFor();
    await picture(popup, 'popup-changed');
    await Promise.all([popup.close(), page.close()]);
    world.site.show(pagesOf({ home: [bad, ...videos(7)], related: videos(4) }));
  });
});

describe('the popup over a part of YouTube where nothing is suggested', () => {
  it('says that nothing is filtered there, and not that YouTube has changed', async () => {
    const links = videos(3).map(
      ({ id }) => `<ytcp-video-row><a href="/watch?v=${id}">My own video</a></ytcp-video-row>`,
    );
    world.site.show(() => `<ytcp-app>${links.join('')}</ytcp-app>`);
    const studio = await viewer.browser.open('https://studio.youtube.com/');
    await expect
      .poll(() => viewer.reports())
      .toMatchObject([{ isFiltered: false, cards: 0, strayLinks: 0 }]);
    const popup = await popupOver(studio);
    await popup.getByText(word('popupNotFiltered')).waitFor();
    await expectAccessible(popup);
    expect(await popup.getByText(word('popupChanged').split('$1')[0] ?? '').count()).toBe(0);
    expect(await popup.getByRole('switch', { name: word('popupTab') }).count()).toBe(0);
    await Promise.all([popup.close(), studio.close()]);
    world.site.show(pagesOf({ home: [bad, ...videos(7)], related: videos(4) }));
  });
});

describe('the options page', () => {
  it.each(SECTIONS)(
    '%s: has names for everything and enough contrast, by day and night, wide and narrow',
    async (section) => {
      const page = await viewer.openOwn(`options.html#${section}`);
      await page.locator('main h2').first().waitFor();
      await page.setViewportSize({ width: 1280, height: 800 });
      await expectAccessible(page);
      if (!FILLED.includes(section)) await viewer.screenshot(page, `options-${section}`);
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.setViewportSize({ width: 360, height: 740 });
      await expectAccessible(page);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
      if (section === 'behaviour') await viewer.screenshot(page, 'options-narrow-dark');
      await page.close();
    },
  );

  it('lists the viewer’s reports and what became of them', async () => {
    const [alone, withdrawn] = [video(1), video(2)];
    for (const { id, title } of [bad, alone, withdrawn])
      await viewer.ask('vote', { videoId: id, choice: 'fully_ai', isShort: false, title });
    const page = await viewer.openOwn('options.html#reports');
    const row = (id: string) => page.locator('li', { has: page.locator(`a[href$="${id}"]`) });
    await row(bad.id)
      .getByText(word('reportFate_score').split('$1')[0] ?? '')
      .waitFor();
    await row(alone.id).getByText(word('reportFate_unknown')).waitFor();
    await expectAccessible(page);
    await viewer.screenshot(page, 'options-reports');
    await row(withdrawn.id)
      .getByRole('button', { name: word('pageUndo') })
      .click();
    await row(withdrawn.id).waitFor({ state: 'detached' });
    page.on('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: word('reportsForget') }).click();
    await page.getByText(word('reportsNone')).waitFor();
    await page.close();
  });

  it('shows the last requests, and all of them', async () => {
    await viewer.sync();
    const page = await viewer.openOwn('options.html#privacy');
    const rows = page.locator('table tbody tr');
    await rows.first().waitFor();
    const shown = await rows.locator('td:nth-child(2)').allInnerTexts();
    const made = viewer.tap.requests.map(({ method, path }) => `${method} ${path}`);
    // The one that asked for the page's own data came after the last of them.
    expect(shown.slice(0, 5).map(withoutQuery)).toEqual(
      made.reverse().slice(0, 5).map(withoutQuery),
    );
    await page.close();
  });

  it('keeps a debug log when asked, without anybody’s secrets', async () => {
    const page = await viewer.openOwn('options.html#about');
    await page.getByRole('switch', { name: word('setting_debug') }).check();
    await viewer.sync();
    await page.reload();
    const log = page.locator('pre');
    await expect.poll(() => log.innerText()).toMatch(/GET \/api\/sync\/delta.*: 200/);
    const { id } = (await viewer.ask('identity')) as { id: string };
    expect(await log.innerText()).not.toContain(id);
    await viewer.ask('changeSettings', { change: { debug: false } });
    await page.close();
  });

  it('takes all settings to another browser, without the identity, and names the servers', async () => {
    await viewer.ask('changeSettings', { change: { skipShorts: false, lookups: false } });
    const page = await viewer.openOwn('options.html#backup');
    const file = await exported(page, word('backupExport'));
    const { id } = (await viewer.ask('identity')) as { id: string };
    expect(file).not.toContain(id);
    expect(file).toContain(viewer.tap.url);

    const other = await world.viewer();
    const there = await other.openOwn('options.html#backup');
    await imported(there, 'settings.json', '{"realtube": 1, "settings": {"lookups": 7}}');
    await there.getByText(word('backupWrong')).waitFor();
    expect(await settingsOf(other)).toMatchObject({ skipShorts: true, lookups: true });
    await imported(there, 'settings.json', file);
    await there.getByText(word('backupDone')).waitFor();
    // Whose server gets a viewer's reports is asked before it is changed.
    const { server: _, ...carried } = await settingsOf(viewer);
    expect(await settingsOf(other)).toEqual({ ...carried, server: other.tap.url });
    await viewer.ask('resetSettings');
    await Promise.all([page.close(), other.close()]);
  });

  it('takes lists in and out as text, and says what it did not understand', async () => {
    const page = await viewer.openOwn('options.html#lists');
    const block = page.locator('section', {
      has: page.getByRole('heading', { name: word('list_block') }),
    });
    const blocked = newId();
    await imported(
      page,
      'list.txt',
      `# a list\n@Some.Handle\nhttps://www.youtube.com/watch?v=${blocked}\nnonsense!\n`,
      block,
    );
    await block.getByRole('alert').getByText('nonsense!').waitFor();
    await expect.poll(() => settingsOf(viewer)).toMatchObject({ block: ['@some.handle', blocked] });
    await viewer.screenshot(page, 'options-lists');
    expect(await exported(page, word('listExport'), block)).toBe(`@some.handle\n${blocked}\n`);
    await block.getByRole('textbox').fill('@some.handle');
    await block.getByRole('button', { name: word('listSave') }).click();
    await expect.poll(() => settingsOf(viewer)).toMatchObject({ block: ['@some.handle'] });
    await viewer.ask('changeSettings', { change: { block: [] } });
    await page.close();
  });

  it('takes the identity to another browser, where it is the same voter', async () => {
    const page = await viewer.openOwn('options.html#identity');
    const secret = (await exported(page, word('identitySave'))).trim();
    const other = await world.viewer();
    const there = await other.openOwn('options.html#identity');
    there.on('dialog', (dialog) => void dialog.accept());
    await there.getByRole('textbox').fill('not a secret');
    await there.getByRole('button', { name: word('identityRestoreButton') }).click();
    await there.getByText(word('identityWrong')).waitFor();
    await there.getByRole('textbox').fill(secret);
    await there.getByRole('button', { name: word('identityRestoreButton') }).click();
    await there.getByText(word('identityRestored')).waitFor();
    const voterOf = async (who: Viewer) => {
      await who.ask('standing');
      return who.tap.requests.filter(({ path }) => path === '/api/users/me').at(-1)?.headers[
        'x-user-id'
      ];
    };
    expect(await voterOf(other)).toBe(await voterOf(viewer));
    await Promise.all([page.close(), other.close()]);
  });

  it('follows the viewer to another server, and asks the old one no more', async () => {
    const other = await startTap(world.servicePort);
    const page = await viewer.openOwn('options.html#server');
    await page.getByRole('textbox').fill('ftp://somewhere');
    await page.getByRole('button', { name: word('serverAdd') }).click();
    await page.getByText(word('server_wrong')).waitFor();
    await page.getByRole('textbox').fill(other.url);
    await page.getByRole('button', { name: word('serverAdd') }).click();
    page.on('dialog', (dialog) => void dialog.accept());
    await page.getByText(other.url, { exact: true }).waitFor();
    await page
      .getByRole('button', { name: word('listRemove') })
      .first()
      .click();
    await expect.poll(() => other.requests.length).toBeGreaterThan(0);
    const before = viewer.tap.requests.length;
    await viewer.sync();
    expect(viewer.tap.requests).toHaveLength(before);
    await viewer.ask('changeSettings', { change: { server: viewer.tap.url } });
    await page.close();
    other.close();
  });

  it('reads from right to left in Arabic, in the pages and on YouTube', async () => {
    const reader = await world.viewer({ language: 'ar' });
    await reader.sync();
    const page = await reader.openOwn('options.html#behaviour');
    await page.locator('main h2').waitFor();
    expect(await page.evaluate('getComputedStyle(document.documentElement).direction')).toBe('rtl');
    await expectAccessible(page);
    await reader.screenshot(page, 'options-rtl');
    const watch = await reader.open(`/watch?v=${bad.id}`);
    const cover = watch.locator('realtube-cover');
    await cover.waitFor();
    expect(await cover.getAttribute('dir')).toBe('rtl');
    await reader.screenshot(watch, 'interstitial-rtl');
    await reader.close();
  });
});

/** The popup as it is over a tab: it asks for the tab in front. */
async function popupOver(page: Page): Promise<Page> {
  const popup = await viewer.openOwn('popup.html');
  await popup.setViewportSize({ width: 380, height: 600 });
  await page.bringToFront();
  await popup.reload();
  await popup.locator('header').waitFor();
  return popup;
}

/** All of a popup, which grows with what it holds. */
async function picture(popup: Page, name: string): Promise<void> {
  await popup.setViewportSize({ width: 380, height: 100 });
  const height = (await popup.evaluate('document.documentElement.scrollHeight')) as number;
  await popup.setViewportSize({ width: 380, height });
  await viewer.screenshot(popup, name);
}

type Part = Pick<Page, 'getByRole' | 'locator'>;

async function exported(page: Page, button: string, part: Part = page): Promise<string> {
  const download = page.waitForEvent('download');
  await part.getByRole('button', { name: button }).click();
  return readFileSync(await (await download).path(), 'utf8');
}

async function imported(page: Page, name: string, text: string, part: Part = page): Promise<void> {
  await part
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
}

async function settingsOf(whose: Viewer): Promise<Record<string, unknown>> {
  const { settings } = (await whose.ask('overview')) as { settings: Record<string, unknown> };
  return settings;
}

function withoutQuery(request: string): string {
  return request.replace(/\?.*/, '');
}
