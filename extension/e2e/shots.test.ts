/** Moments of the player that a reporter shows to moderators: seen before they go, and taken by the server. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { namesOf, press, textsOf } from './access';
import { newId, pagesOf, video, videos } from './site/content';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

interface Sent {
  readonly userId: string;
  readonly shots: readonly { readonly at: number; readonly picture: string }[];
}

let world: World;
let viewer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  world.site.show(pagesOf({ home: [video(0), ...videos(3)], related: videos(2) }));
  viewer = await world.viewer();
});

afterAll(() => world.close());

const sentOf = (videoId: string) =>
  viewer.tap.requests
    .filter(({ path }) => path === `/api/evidence/votes/${videoId}/shots`)
    .map(({ body }) => JSON.parse(body) as Sent);

/** Have the player show something that moves, as YouTube's does: of the page's own making. */
async function play(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const player = document.querySelector<HTMLVideoElement>('#movie_player video');
    const canvas = document.createElement('canvas');
    const pen = canvas.getContext('2d');
    if (!player || !pen) throw new Error('no player');
    [canvas.width, canvas.height] = [1920, 1080];
    let turn = 0;
    setInterval(() => {
      for (let n = 0; n < 16; n++) {
        turn += 47;
        pen.fillStyle = `hsl(${turn % 360} 80% 50%)`;
        pen.fillRect((n % 4) * 480, Math.floor(n / 4) * 270, 480, 270);
      }
    }, 100);
    player.srcObject = canvas.captureStream();
    await player.play();
  });
}

const stored = async ({ userId }: Sent) => {
  const answer = await fetch(`http://127.0.0.1:${world.servicePort}/api/users/me/data`, {
    headers: { 'X-User-ID': userId },
  });
  const { clips } = (await answer.json()) as { clips: Record<string, unknown>[] };
  return clips;
};

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
  await play(watch);
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
  expect(sentOf(id)).toEqual([]);
  expect(await namesOf(watch, 'button')).not.toContain(word('shotsSend'));
  await press(watch, word('category_fully_ai'));
  await expect.poll(() => textsOf(watch)).toContain(word('shotsSent'));
  const [sent] = sentOf(id);
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
    .poll(() => stored(sent), { timeout: 90_000 })
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
