/** What leaves the browser, and what happens when nobody answers. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MyReport, Overview } from '../src/messages';
import { press } from './access';
import { expectHidden, judged } from './marks';
import { hashOf } from './realtube';
import { newId, pagesOf, video, videos } from './site/content';
import { richItem } from './site/markup';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

// Chromium asks its maker about updates and accounts, whatever it is told.
const BROWSERS_OWN = /(?:^|\.)(?:google|googleapis|gstatic|gvt1)\.com$/;
const FULL_HASH = /[0-9a-f]{64}/g;

const bad = videos(4);
let world: World;
let viewer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  await world.crowd.flag(bad.map(({ id }) => id));
  viewer = await world.viewer();
  await viewer.sync();
});

afterAll(() => world.close());

const badIds = () => bad.map(({ id }) => id);

it('tells the configured server prefixes, the viewer’s own reports, and nothing else', async () => {
  const shown = [...bad, ...videos(60)];
  const reported = video();
  world.site.show(pagesOf({ home: shown, search: shown, related: shown, shorts: shown }));
  for (const path of ['/', '/results', `/watch?v=${shown[8]?.id}`, `/shorts/${shown[9]?.id}`]) {
    const page = await viewer.open(path);
    await page.waitForTimeout(1500);
    await page.close();
  }
  const watch = await viewer.open(`/watch?v=${reported.id}`);
  await press(watch, word('pageReport'));
  await press(watch, word('category_ai_visuals'));
  await expect.poll(() => viewer.tap.requests.filter(isVote).length).toBe(1);
  await watch.close();

  const [vote] = viewer.tap.requests.filter(isVote);
  expect(vote?.body).toContain(reported.id);
  for (const { path, body, headers } of viewer.tap.requests.filter((one) => !isVote(one))) {
    const said = `${path} ${body} ${JSON.stringify(headers)}`;
    for (const { id } of [...shown, reported]) {
      expect(said).not.toContain(id);
      expect(said).not.toContain(hashOf(id).slice(0, 5));
    }
    expect(said.match(FULL_HASH)).toBeNull();
    expect(headers).not.toHaveProperty('cookie');
    expect(headers).not.toHaveProperty('referer');
  }
  expect(viewer.browser.strangers.filter((name) => !BROWSERS_OWN.test(name))).toEqual([]);
});

it('goes on when its worker is killed', async () => {
  world.site.show(pagesOf({ home: videos(8) }));
  const page = await viewer.open('/');
  await judged(page, 8);
  await viewer.killWorker();
  const more = [...bad.slice(0, 2), ...videos(10)].map((one) => richItem(one)).join('');
  await page.evaluate(`site.append('#contents', ${JSON.stringify(more)})`);
  await expectHidden(page, badIds().slice(0, 2));
  await judged(page, 20);
  await page.close();

  const reported = newId();
  const watch = await viewer.open(`/watch?v=${reported}`);
  await viewer.killWorker();
  await press(watch, word('pageReport'));
  await press(watch, word('category_fully_ai'));
  const sent = () => viewer.tap.requests.some((one) => isVote(one) && one.body.includes(reported));
  await expect.poll(sent).toBe(true);
  await watch.close();
});

it('is woken by its alarm when its worker is dead, and sets the next one', async () => {
  // Somebody else, because the server allows each address a few syncs a minute.
  const sleeper = await world.viewer();
  const syncs = () =>
    sleeper.tap.requests.filter(({ path }) => path.startsWith('/api/sync/')).length;
  await expect.poll(syncs).toBeGreaterThan(0);
  for (let time = 0; time < 2; time++) {
    // What is still under way is not what the alarm starts.
    await expect.poll(async () => (await overview(sleeper)).sync.running).toBe(false);
    const before = syncs();
    await sleeper.killWorker();
    await sleeper.ringAlarm();
    await expect.poll(syncs).toBeGreaterThan(before);
  }
});

it('works from what it has while the server is away, and sends what waited when it is back', async () => {
  world.site.show(pagesOf({ home: [...bad, ...videos(8)] }));
  viewer.tap.setAway(true);
  const reported = newId();
  try {
    const page = await viewer.open('/');
    await expectHidden(page, badIds());
    await judged(page, 12);
    await page.close();
    const watch = await viewer.open(`/watch?v=${reported}`);
    await press(watch, word('pageReport'));
    await press(watch, word('category_fully_ai'));
    await watch.waitForTimeout(1500);
    await watch.close();
  } finally {
    viewer.tap.setAway(false);
  }
  await viewer.sync();
  const sent = () => viewer.tap.requests.some((one) => isVote(one) && one.body.includes(reported));
  await expect.poll(sent, { timeout: 30_000 }).toBe(true);
});

it('takes the page of a portal for no answer, says so, and loses nothing', async () => {
  const guest = await world.viewer();
  await guest.sync();
  const [withdrawn, reported] = [newId(), newId()];
  await guest.ask('vote', { videoId: withdrawn, choice: 'fully_ai', isShort: false });
  world.site.show(pagesOf({ home: [...bad, ...videos(8)] }));
  guest.tap.setPortal(true);
  try {
    await guest.sync();
    const page = await guest.open('/');
    await expectHidden(page, badIds());
    await judged(page, 12);
    await page.close();
    expect(await guest.ask('withdraw', { videoId: withdrawn })).toMatchObject({ state: 'queued' });
    const watch = await guest.open(`/watch?v=${reported}`);
    await press(watch, word('pageReport'));
    await press(watch, word('category_fully_ai'));
    await expect.poll(async () => (await overview(guest)).waiting).toBe(2);
    await watch.close();
    const popup = await guest.openOwn('popup.html');
    await expect.poll(() => popup.innerText('main')).toContain(word('intercepted'));
    await popup.close();
  } finally {
    guest.tap.setPortal(false);
  }
  await guest.sync();
  await expect.poll(async () => (await overview(guest)).waiting).toBe(0);
  const reports = (await guest.ask('myReports')) as MyReport[];
  expect(reports).toMatchObject([{ videoId: reported, state: 'sent' }]);
});

it('shows everything when neither the server nor the list can tell', async () => {
  const fresh = await world.viewer();
  fresh.tap.setAway(true);
  world.site.show(pagesOf({ home: videos(12) }));
  const page = await fresh.open('/');
  await judged(page, 12);
  await expectHidden(page, []);
  await page.close();
});

async function overview(viewer: Viewer): Promise<Overview> {
  return (await viewer.ask('overview')) as Overview;
}

function isVote({ path, body }: { path: string; body: string }): boolean {
  return path === '/api/votes' && body !== '';
}
