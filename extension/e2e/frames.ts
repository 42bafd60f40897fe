/** Looks at the frames a page paints for a colour that must not be there. */
import type { Page } from 'playwright-core';
import { SIGNAL_COLOUR } from './site/server';

export interface Frames {
  /** Frames seen, and in how many of them the colour was. */
  end(): Promise<{ seen: number; coloured: number }>;
}

/**
 * Take every frame a page paints from now on.
 *
 * @param screen another page of the browser, in which the pictures are decoded
 */
export async function watchFrames(page: Page, screen: Page): Promise<Frames> {
  const session = await page.context().newCDPSession(page);
  const pictures: string[] = [];
  session.on('Page.screencastFrame', ({ data, sessionId }) => {
    pictures.push(data);
    void session.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined);
  });
  await session.send('Page.startScreencast', { format: 'png', maxWidth: 640, everyNthFrame: 1 });
  return {
    async end() {
      await session.send('Page.stopScreencast');
      let coloured = 0;
      for (const picture of pictures)
        if (await screen.evaluate(countPixels, { picture, colour: SIGNAL_COLOUR })) coloured += 1;
      return { seen: pictures.length, coloured };
    },
  };
}

/** Runs in the other page: pixels of nearly this colour. */
async function countPixels(sent: { picture: string; colour: readonly number[] }): Promise<number> {
  const bytes = Uint8Array.from(atob(sent.picture), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  if (!context) throw new Error('no canvas');
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  let found = 0;
  for (let at = 0; at < data.length; at += 4)
    if (sent.colour.every((value, n) => Math.abs((data[at + n] ?? 0) - value) < 24)) found += 1;
  return found;
}
