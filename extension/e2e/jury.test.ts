/** From becoming a juror to a video that is hidden for somebody else. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { press, textsOf } from './access';
import { expectAccessible } from './accessible';
import {
  isSettledAi,
  othersSayAi,
  practiseForDays,
  rootJurors,
  runJuries,
  setBrake,
  settleVideos,
} from './administrator';
import { expectHidden } from './marks';
import { pagesOf, video, videos } from './site/content';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

/** With Ann they are as few as may decide anything. */
const OTHERS = 9;
/** More than it takes: an answer's weight falls from the first moment. */
const SETTLED = 30;
const ROUND = 10;
const suspect = video(0);
let world: World;
let ann: Viewer;
let bob: Viewer;

interface Question {
  readonly id: string;
  readonly videos: readonly string[];
}

beforeAll(async () => {
  world = await startWorld();
  world.site.show(pagesOf({ home: [suspect, ...videos(7)], related: videos(4) }));
  [ann, bob] = [await world.viewer(), await world.viewer()];
  settleVideos(SETTLED);
  setBrake('confirms', 'juries');
});

afterAll(async () => {
  // The server is shared by all tests.
  setBrake('confirms', 'votes');
  await world.close();
});

async function asked(kind: 'questions' | 'training'): Promise<readonly Question[]> {
  const told = (await ann.ask('jurors', { ask: 'questions' })) as {
    value: Record<'questions' | 'training', readonly Question[]>;
  };
  return told.value[kind];
}

/** Click something that opens a tab. */
async function opened(page: Page, click: () => Promise<void>): Promise<Page> {
  const [tab] = await Promise.all([page.context().waitForEvent('page'), click()]);
  await tab.waitForURL(/youtube/);
  return tab;
}

const toServer = () =>
  ann.tap.requests
    .filter(({ path }) => /juror/.test(path))
    .map(({ method, path }) => `${method} ${path}`);

it('is off until the viewer wants to be asked, who works for it then', async () => {
  const popup = await ann.openOwn('popup.html');
  await popup.getByText(word('popupStanding')).waitFor();
  const options = await ann.openOwn('options.html#jury');
  await options.getByText(word('juryLearns')).waitFor();
  await expectAccessible(options);
  await ann.screenshot(options, 'options-jury');
  expect(toServer()).toEqual([]);
  expect(await popup.getByText(word('juryTitle'), { exact: true }).count()).toBe(0);
  await popup.close();
  const join = options.getByRole('button', { name: word('juryJoin') });
  expect(await join.isDisabled()).toBe(true);
  await options.getByRole('checkbox').check();
  await join.click();
  await options.getByText(word('juryNotRooted')).waitFor({ timeout: 60_000 });
  expect(toServer().slice(0, 2)).toEqual(['GET /api/challenge?for=juror', 'POST /api/jurors']);
  await options.close();
});

it('asks below the player, by a press or after 20 seconds, and sends the answer alone', async () => {
  const options = await ann.openOwn('options.html#jury');
  const before = toServer().length;
  const watch = await opened(options, () =>
    options
      .getByRole('button', { name: `${word('juryWatch')}: Video 1` })
      .first()
      .click(),
  );
  await watch.locator('realtube-jury').waitFor();
  expect(await textsOf(watch)).toContain(word('juryWait'));
  const player = await watch.locator('#movie_player').boundingBox();
  const panel = await watch.locator('realtube-jury').boundingBox();
  if (!player || !panel) throw new Error('not to be seen');
  expect(panel.y).toBeGreaterThanOrEqual(player.y + player.height);
  await ann.screenshot(watch, 'jury-question');
  // Nothing was sent by opening it, but what the options ask.
  expect(
    toServer()
      .slice(before)
      .filter((request) => !request.startsWith('GET')),
  ).toEqual([]);

  const [first] = (await asked('training')).filter(({ videos: [id = ''] }) =>
    watch.url().includes(id),
  );
  const isAi = isSettledAi(first?.videos[0] ?? '');
  await watch.evaluate(() => {
    // As if it was playing: the site's player has nothing to play.
    const played = document.querySelector('#movie_player video');
    if (played) Object.defineProperty(played, 'paused', { get: () => false });
  });
  await press(watch, word('jurySure'));
  await ann.screenshot(watch, 'jury-answers');
  await press(watch, word(isAi ? 'juryAnswer_ai' : 'juryAnswer_human'));
  if (isAi) await press(watch, word('category_fully_ai'));
  await expect.poll(() => textsOf(watch)).toContain(word('juryThanks'));
  expect(await asked('training')).toHaveLength(ROUND - 1);
  const { body, headers } =
    ann.tap.requests.filter(({ path }) => path.endsWith('/answers')).at(-1) ?? {};
  expect(Object.keys(JSON.parse(body ?? '')).sort()).toEqual(
    ['answer', 'question', 'userId', ...(isAi ? ['kind'] : [])].sort(),
  );
  expect(headers?.['x-user-id']).toBeUndefined();
  await watch.close();
  await options.close();
});

it('tells how a round went after its ten videos, not before', async () => {
  const options = await ann.openOwn('options.html#jury');
  const round = word('juryRound').replace('$1', '10').replace('$2', '10');
  await options.getByText(word('juryMine')).click();
  expect(await options.getByText(word('juryOutcome_ai')).count()).toBe(0);
  expect(await options.getByText(word('juryOutcome_human')).count()).toBe(0);
  for (let left = ROUND - 1; left > 0; left--) {
    const [next] = await asked('training');
    const id = next?.videos[0] ?? '';
    const item = options.locator('.jury-questions > li').first();
    await item.getByText(word('jurySure')).click();
    const answer = isSettledAi(id) ? 'juryAnswer_ai' : 'juryAnswer_human';
    await item.getByRole('button', { name: word(answer), exact: true }).click();
    if (isSettledAi(id)) await item.getByRole('button', { name: word('juryKindNone') }).click();
    if (left > 1) await expect.poll(async () => (await asked('training')).length).toBe(left - 1);
    await expect
      .poll(() => options.locator('.jury-questions > li').count())
      .toBe(left > 1 ? left - 1 : ROUND);
  }
  await options.getByText(round).waitFor();
  await expectAccessible(options);
  await ann.screenshot(options, 'options-jury-round');
  await options.close();
});

it('lets a rooted juror judge, and what a jury confirms is hidden for others', async () => {
  for (const {
    id,
    videos: [videoId = ''],
  } of await asked('training'))
    await ann.ask('jurors', {
      ask: 'answer',
      said: { question: id, answer: isSettledAi(videoId) ? 'ai' : 'human' },
    });
  practiseForDays();
  expect(await ann.ask('jurors', { ask: 'me' })).toMatchObject({ value: { state: 'rooted' } });
  rootJurors(OTHERS);
  await world.crowd.voteOften(suspect.id, 'fully_ai', 3);
  // Six are drawn at a time: Ann is in the second batch at the latest.
  await expect
    .poll(
      async () => {
        runJuries();
        return asked('questions');
      },
      { timeout: 80_000, interval: 4000 },
    )
    .toMatchObject([{ videos: [suspect.id] }]);
  const popup = await ann.openOwn('popup.html');
  await popup.getByText(word('juryToday').replace('$1', '1')).waitFor();
  await expectAccessible(popup);
  await ann.screenshot(popup, 'popup-jury');
  const watch = await opened(popup, () =>
    popup.getByRole('button', { name: word('juryWatch') }).click(),
  );
  expect(watch.url()).toContain(suspect.id);
  await press(watch, word('jurySure'));
  await press(watch, word('juryAnswer_ai'));
  await press(watch, word('category_fully_ai'));
  await expect.poll(() => textsOf(watch)).toContain(word('juryThanks'));
  othersSayAi(OTHERS);
  runJuries();
  await expect
    .poll(() => world.crowd.score(suspect.id), { timeout: 60_000 })
    .toBeGreaterThanOrEqual(80);
  const home = await bob.open('/');
  await bob.sync();
  await expectHidden(home, [suspect.id]);
  const options = await ann.openOwn('options.html#jury');
  await options.getByText(word('juryRooted')).waitFor();
  await options.getByText(word('juryAccuracy')).waitFor();
  await options.getByText(word('juryMine')).click();
  const judged = options.getByRole('listitem').filter({ hasText: suspect.id });
  await judged.getByText(word('juryOutcome_ai')).waitFor();
  await ann.screenshot(options, 'options-jury-rooted');
  await options.close();
}, 240_000);

it('is left by its switch, also while the server is away', async () => {
  const options = await ann.openOwn('options.html#jury');
  await options.getByRole('switch', { name: word('jurySwitch') }).waitFor();
  ann.tap.setAway(true);
  await options.getByRole('switch', { name: word('jurySwitch') }).click();
  await options.getByText(word('juryLeaveWaits')).waitFor();
  ann.tap.setAway(false);
  await options.getByRole('button', { name: word('juryRetry') }).click();
  await options.getByText(word('juryLeaveWaits')).waitFor({ state: 'detached' });
  await options.getByRole('button', { name: word('juryJoin') }).waitFor();
  expect(await ann.ask('jurors', { ask: 'me' })).toMatchObject({ code: 'NOT_FOUND' });
  await options.close();
});
