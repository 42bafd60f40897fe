/** Moments of the player that a reporter shows to moderators: seen before they go, and taken by the server. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { namesOf, press, textsOf } from './access';
import { play, sentShots, storedClips } from './moments';
import { newId, pagesOf, video, videos } from './site/content';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

let world: World;
let viewer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  world.site.show(pagesOf({ home: [video(0), ...videos(3)], related: videos(2) }));
  viewer = await world.viewer();
});

afterAll(() => world.close());

it('shows what goes, leaves out what the viewer removes, and reaches the moderators', async () => {
  const first = await viewer.open(`/watch?v=${newId()}`);
  await press(first, word('pageReport'));
  // Nothing is offered before the server has said, with a first report, that it takes pictures.
  expect(await textsOf(first)).not.toContain(word('shotsTitle'));
  await press(first, word('category_fully_ai'));
  await expect.poll(() => textsOf(first)).toContain(word('shotsTitle'));
  await first.close();
  const id = newId();
  const watch = await viewer.open(`/watch?v=${id}`);
  await watch.evaluate(play);
  await press(watch, word('pageReport'));
  await press(watch, word('shotsTitle'), 'DisclosureTriangle');
  for (let n = 0; n < 3; n++) {
    await press(watch, word('shotsAdd'));
    await watch.waitForTimeout(300);
  }
  const removals = async () =>
    (await namesOf(watch, 'button')).filter((name) =>
      name.startsWith(word('shotsRemove').replace('$1', '').trim()),
    );
  expect(await removals()).toHaveLength(3);
  expect(await namesOf(watch, 'button')).not.toContain(word('shotsAdd'));
  await viewer.screenshot(watch, 'dialog-shots');
  await press(watch, (await removals())[0] ?? '');
  expect(await removals()).toHaveLength(2);
  expect(sentShots(viewer.tap, id)).toEqual([]);
  expect(await namesOf(watch, 'button')).not.toContain(word('shotsSend'));
  await press(watch, word('category_fully_ai'));
  await expect.poll(() => textsOf(watch)).toContain(word('shotsSent'));
  const [sent] = sentShots(viewer.tap, id);
  if (!sent) throw new Error('nothing was sent');
  expect(sent.shots).toHaveLength(2);
  for (const { at, picture } of sent.shots) {
    const file = Buffer.from(picture, 'base64');
    expect(file.subarray(0, 3).toString('hex')).toBe('ffd8ff');
    expect(file.length).toBeGreaterThan(2000);
    expect(file.length).toBeLessThan(450_000);
    expect(at).toBeGreaterThan(0);
  }
  await expect
    .poll(() => storedClips(world.servicePort, sent.userId), { timeout: 90_000 })
    .toMatchObject([{ kind: 'shots', video_id: id, state: 'ready' }]);
  await watch.close();
});

it('says so where the picture of the player cannot be read', async () => {
  const watch = await viewer.open(`/watch?v=${newId()}`);
  await press(watch, word('pageReport'));
  await press(watch, word('category_fully_ai'));
  await press(watch, word('shotsTitle'), 'DisclosureTriangle');
  await press(watch, word('shotsAdd'));
  await expect.poll(() => textsOf(watch)).toContain(word('shotsFail'));
  await watch.close();
});
