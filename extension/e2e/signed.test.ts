/** A list that was changed between the server and the viewer. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Overview } from '../src/messages';
import { expectHidden } from './marks';
import { pagesOf, videos } from './site/content';
import type { Viewer } from './viewer';
import { word } from './words';
import { startWorld, type World } from './world';

const bad = videos(2);
let world: World;
let viewer: Viewer;

beforeAll(async () => {
  world = await startWorld();
  await world.crowd.flag(bad.map(({ id }) => id));
  viewer = await world.viewer();
});

afterAll(() => world.close());

it('is told apart by the key that was seen first, in a sentence; what is here stays', async () => {
  const synced = async () => {
    const { sync } = (await viewer.ask('overview')) as Overview;
    return !sync.running && sync.syncedAt > 0;
  };
  await expect.poll(synced).toBe(true);
  const options = await viewer.openOwn('options.html#server');
  await options.getByText(/^RW[A-Za-z0-9+/]{54}$/).waitFor();
  viewer.tap.setAltered(true);
  await makeListOld(options);
  await viewer.sync();
  await options.reload();
  await options.getByText(word('signedAltered')).waitFor();
  await options.close();
  expect(((await viewer.ask('overview')) as Overview).sync.error).toBe(word('signedAltered'));

  world.site.show(pagesOf({ home: [...bad, ...videos(6)] }));
  const page = await viewer.open('/');
  await expectHidden(
    page,
    bad.map(({ id }) => id),
  );
  await page.close();
});

/** As a day later: all of the list is due. */
async function makeListOld(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('realtube');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const change = opening.result.transaction('sync', 'readwrite');
          const store = change.objectStore('sync');
          const cursor = store.openCursor();
          cursor.onsuccess = () => {
            const { etag: _, ...rest } = (cursor.result?.value ?? {}) as { etag?: string };
            cursor.result?.update({ ...rest, fullAt: 0 });
          };
          change.oncomplete = () => {
            opening.result.close();
            resolve();
          };
          change.onerror = () => reject(change.error);
        };
      }),
  );
}
