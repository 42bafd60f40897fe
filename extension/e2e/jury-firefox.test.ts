/** The same in a real Firefox, by keys alone below the player, for a viewer with Chromium. */
import { existsSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  isSettledAi,
  othersSayAi,
  practiseForDays,
  rootJurors,
  runJuries,
  setBrake,
  settleVideos,
} from './administrator';
import { askFirefox, FIREFOX, type Firefox, startFirefox } from './firefox';
import { expectHidden } from './marks';
import { startTap, type Tap } from './realtube';
import { pagesOf, video, videos } from './site/content';
import { word } from './words';
import { startWorld, type World } from './world';

const OTHERS = 9;
const SETTLED = 30;
const ROUND = 10;
const isThere = existsSync(FIREFOX);
const suspect = video(0);
let world: World;
let tap: Tap;
let firefox: Firefox;
let popup: Page;

interface Question {
  readonly id: string;
  readonly videos: readonly string[];
}

beforeAll(async () => {
  if (!isThere) return;
  world = await startWorld();
  world.site.show(pagesOf({ home: [suspect, ...videos(7)], related: videos(4) }));
  settleVideos(SETTLED);
  setBrake('confirms', 'juries');
  tap = await startTap(world.servicePort);
  firefox = await startFirefox(world.site.port, 'realtube@realtube.example');
  popup = await firefox.openExtension('popup.html');
  await askFirefox(popup, 'changeSettings', { change: { server: tap.url } });
  await askFirefox(popup, 'acceptWelcome', {});
});

afterAll(async () => {
  if (!isThere) return;
  // The server is shared by all tests.
  setBrake('confirms', 'votes');
  await firefox.close();
  tap.close();
  await world.close();
});

async function asked(kind: 'questions' | 'training'): Promise<readonly Question[]> {
  const told = (await askFirefox(popup, 'jurors', { ask: 'questions' })) as {
    value: Record<'questions' | 'training', readonly Question[]>;
  };
  return told.value[kind];
}

const textOf = (page: Page) => page.evaluate('document.body.innerText') as Promise<string>;

/** Press the first button, or what is chosen otherwise, that has this text. */
async function press(page: Page, text: string, within = 'button, summary'): Promise<void> {
  const found = () =>
    page.evaluateHandle(
      (name, selector) =>
        [...document.querySelectorAll<HTMLElement>(selector)].find(
          (each) => each.innerText.trim() === name && each.checkVisibility(),
        ) ?? null,
      text,
      within,
    );
  await expect.poll(async () => (await found()).asElement() !== null).toBe(true);
  await (await found()).asElement()?.evaluate((button) => (button as HTMLElement).click());
}

/** Open the first video that a page of ours asks about; its tab. */
async function opened(page: Page): Promise<Page> {
  const before = (await firefox.pages()).length;
  await press(page, word('juryWatch'));
  await expect.poll(async () => (await firefox.pages()).length).toBe(before + 1);
  const tab = (await firefox.pages()).at(-1);
  if (!tab) throw new Error('no tab was opened');
  await tab.waitForSelector('realtube-jury', { timeout: 30_000 });
  return tab;
}

/** Reach the panel by Tab: its shadow root is closed, so the focus is seen on its host. */
async function focusPanel(tab: Page): Promise<void> {
  await tab.bringToFront();
  const isReached = () => tab.evaluate(() => document.activeElement?.localName === 'realtube-jury');
  for (let tries = 0; tries < 100 && !(await isReached()); tries++) await tab.keyboard.press('Tab');
  expect(await isReached()).toBe(true);
}

it.runIf(isThere)('becomes a juror in the options', async () => {
  const options = await firefox.openExtension('options.html#jury');
  await expect.poll(() => textOf(options)).toContain(word('juryLearns'));
  await options.click('input[type=checkbox]');
  await press(options, word('juryJoin'));
  await expect.poll(() => textOf(options), { timeout: 60_000 }).toContain(word('juryNotRooted'));
  expect(await asked('training')).toHaveLength(ROUND);
  await options.close();
});

it.runIf(isThere)('answers below the player by the keyboard', async () => {
  const options = await firefox.openExtension('options.html#jury');
  const watch = await opened(options);
  await focusPanel(watch);
  await watch.keyboard.press('Enter'); // sure already
  await watch.keyboard.press('Enter'); // by AI
  await watch.keyboard.press('Enter'); // the first kind
  await expect.poll(async () => (await asked('training')).length).toBe(ROUND - 1);
  const { body } = tap.requests.filter(({ path }) => path.endsWith('/answers')).at(-1) ?? {};
  expect(JSON.parse(body ?? '')).toMatchObject({ answer: 'ai', kind: 'fully_ai' });
  await watch.close();
  await options.close();
});

it.runIf(isThere)('is told how the round went, in the options', async () => {
  const options = await firefox.openExtension('options.html#jury');
  for (let left = ROUND - 1; left > 0; left--) {
    await press(options, word('jurySure'), '.jury-questions > li:first-child summary');
    await press(options, word('juryAnswer_unsure'), '.jury-questions > li:first-child button');
    const then = left > 1 ? left - 1 : ROUND;
    await expect
      .poll(() => options.$$eval('.jury-questions > li', (all) => all.length), { timeout: 20_000 })
      .toBe(then);
  }
  await expect.poll(() => textOf(options)).toContain(word('juryRound').split('$1')[0]);
  await options.close();
});

it.runIf(isThere)(
  'judges once rooted, and what the jury confirms is hidden in another browser',
  async () => {
    for (let round = 0; round < 2; round++)
      for (const { id, videos: shown } of await asked('training'))
        await askFirefox(popup, 'jurors', {
          ask: 'answer',
          said: { question: id, answer: isSettledAi(shown[0] ?? '') ? 'ai' : 'human' },
        });
    practiseForDays();
    expect(await askFirefox(popup, 'jurors', { ask: 'me' })).toMatchObject({
      value: { state: 'rooted' },
    });
    rootJurors(OTHERS);
    await world.crowd.voteOften(suspect.id, 'fully_ai', 3);
    const isAsked = async () => {
      runJuries();
      return asked('questions');
    };
    await expect
      .poll(isAsked, { timeout: 80_000, interval: 4000 })
      .toMatchObject([{ videos: [suspect.id] }]);
    const inbox = await firefox.openExtension('popup.html');
    await expect.poll(() => textOf(inbox)).toContain(word('juryToday').replace('$1', '1'));
    const watch = await opened(inbox);
    expect(await watch.evaluate('location.href')).toContain(suspect.id);
    await focusPanel(watch);
    for (let presses = 0; presses < 3; presses++) await watch.keyboard.press('Enter');
    await expect.poll(() => asked('questions')).toEqual([]);
    othersSayAi(OTHERS);
    runJuries();
    await expect
      .poll(() => world.crowd.score(suspect.id), { timeout: 60_000 })
      .toBeGreaterThanOrEqual(80);
    const other = await world.viewer();
    const home = await other.open('/');
    await other.sync();
    await expectHidden(home, [suspect.id]);
    await Promise.all([watch.close(), inbox.close()]);
  },
  400_000,
);

it.runIf(isThere)('judges on the site’s own page, too, as another juror', async () => {
  const page = await firefox.open(`${tap.url}/jury`);
  await expect.poll(() => textOf(page)).toContain(word('juryHow'));
  await page.click('input[type=checkbox]');
  await press(page, word('juryJoin'));
  await expect.poll(() => textOf(page), { timeout: 60_000 }).toContain(word('juryNotRooted'));
  await press(page, word('jurySure'));
  await page.focus('.jury-questions summary');
  await page.keyboard.press('1'); // by AI
  await page.keyboard.press('2'); // an AI voiceover
  const answered = () => tap.requests.filter(({ path }) => path.endsWith('/answers')).at(-1)?.body;
  await expect.poll(() => answered() ?? '').toContain('"kind":"ai_voiceover"');
  const left = word('juryPractice').replace('$1', String(ROUND - 1));
  await expect.poll(() => textOf(page)).toContain(left);
  await page.close();
});

it.runIf(isThere)('leaves by the switch', async () => {
  const options = await firefox.openExtension('options.html#jury');
  const leave = `[role="switch"]`;
  await options.waitForSelector(leave);
  await options.$$eval(leave, (all) => (all.at(-1) as HTMLElement).click());
  await expect.poll(() => textOf(options)).toContain(word('juryJoin'));
  expect(await askFirefox(popup, 'jurors', { ask: 'me' })).toMatchObject({ code: 'NOT_FOUND' });
  await options.close();
});
