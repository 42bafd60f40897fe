/** The first minutes: a build that names no server, lists that come with one, choosing what counts. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible } from './accessible';
import { blockChannels } from './administrator';
import { expectHidden, judged } from './marks';
import { pagesOf, video, videos } from './site/content';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

const slop = { ...video(0), channel: { name: 'Farm', handle: '@slopfarm' } };
let world: World;
let newcomer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  blockChannels('# License: CC0-1.0', '@slopfarm');
  await world.crowd.untilFlagged('@slopfarm');
  world.site.show(pagesOf({ home: [slop, ...videos(7)] }));
  newcomer = await world.viewer({ isNew: true });
  await newcomer.ask('changeSettings', { change: { server: '' } });
});

afterAll(() => world.close());

const button = (page: Page, name: string) => page.getByRole('button', { name: word(name) });

it('asks for the server, tries it at once, and nothing else is asked before that', async () => {
  const welcome = await newcomer.openOwn('welcome.html');
  await welcome.getByText(word('welcomeNoServer')).waitFor();
  await expectAccessible(welcome);
  const field = welcome.getByRole('textbox', { name: word('serverTitle') });
  await field.fill('http://example.org');
  await button(welcome, 'serverUse').click();
  await welcome.getByText(word('server_wrong')).waitFor();
  await field.fill('http://localhost:9');
  await button(welcome, 'serverUse').click();
  await welcome.getByText(/did not answer as a RealTube server/).waitFor();
  expect(newcomer.tap.requests).toEqual([]);
  await field.fill(newcomer.tap.url);
  await button(welcome, 'serverUse').click();
  await welcome.getByText(word('serverTried').replace('$1', newcomer.tap.url)).waitFor();
  await newcomer.screenshot(welcome, 'welcome-server');
  expect(newcomer.tap.requests.map(({ path }) => path)).toEqual(['/api/lists']);
});

it('shows the lists that came with it, which can be switched off', async () => {
  const welcome = await newcomer.openOwn('welcome.html');
  const home = await newcomer.open('/');
  await judged(home, 8);
  await expectHidden(home, []);
  await welcome.bringToFront();
  await button(welcome, 'welcomeAccept').click();
  await welcome.getByText('CC0-1.0', { exact: false }).waitFor();
  await expectAccessible(welcome);
  await welcome.getByText(word('serverListsMore')).scrollIntoViewIfNeeded();
  await newcomer.screenshot(welcome, 'welcome-lists');
  await welcome.emulateMedia({ colorScheme: 'dark' });
  await welcome.setViewportSize({ width: 380, height: 800 });
  await expectAccessible(welcome);
  await welcome.getByText(word('serverListsMore')).scrollIntoViewIfNeeded();
  await newcomer.screenshot(welcome, 'welcome-lists-narrow-dark');
  await expectHidden(home, [slop.id]);

  const counts = welcome.getByRole('switch', { name: word('setting_listed') });
  await counts.uncheck();
  await expectHidden(home, []);
  await counts.check();
  await expectHidden(home, [slop.id]);
});

it('says in the popup by whom something was found', async () => {
  const home = await newcomer.open('/');
  await expectHidden(home, [slop.id]);
  const popup = await newcomer.openOwn('popup.html');
  await popup.setViewportSize({ width: 380, height: 700 });
  await home.bringToFront();
  await popup.reload();
  await popup.getByText(word('found_listed')).waitFor();
  await newcomer.screenshot(popup, 'popup-found');
});
