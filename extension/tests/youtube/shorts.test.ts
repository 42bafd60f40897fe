import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SELECTORS } from '../../src/youtube/selectors';
import { ShortsSkipper } from '../../src/youtube/shorts';

vi.mock('../../src/core/words', () => ({ t: (name: string) => name }));

let skipper: ShortsSkipper;
let clicks: number;

beforeEach(() => {
  skipper = new ShortsSkipper(SELECTORS);
  clicks = 0;
  document.body.innerHTML = '<div id="navigation-button-down"><button>next</button></div>';
  document.querySelector('button')?.addEventListener('click', () => (clicks += 1));
});

const at = (videoId: string) => skipper.arrived({ kind: 'shorts', videoId });
const skip = async (videoId: string) => {
  const isSkipped = skipper.skip(videoId, 'AI');
  await Promise.resolve();
  return isSkipped;
};

describe('ShortsSkipper', () => {
  it('skips a Short that came by swiping', async () => {
    at('one');
    at('two');
    expect(await skip('two')).toBe(true);
    expect(clicks).toBe(1);
  });

  it('does not skip what was opened by a link', async () => {
    skipper.arrived({ kind: 'watch', videoId: 'zero' });
    at('one');
    expect(await skip('one')).toBe(false);
  });

  it('asks for the next one only once while the page has not moved on', async () => {
    at('one');
    at('two');
    await skip('two');
    expect(await skip('two')).toBe(true);
    expect(clicks).toBe(1);
  });

  it('gives up when the page does not move on', async () => {
    vi.useFakeTimers();
    at('one');
    at('two');
    await skip('two');
    vi.advanceTimersByTime(2500);
    expect(await skip('two')).toBe(false);
    vi.useRealTimers();
  });

  it('does not skip a Short to which the viewer went back', async () => {
    at('one');
    at('two');
    await skip('two');
    at('three');
    at('two');
    expect(await skip('two')).toBe(false);
  });

  it('stops after eight in a row, and begins anew after one that stayed', async () => {
    at('start');
    for (let n = 0; n < 8; n++) {
      at(`bad${n}`);
      expect(await skip(`bad${n}`)).toBe(true);
    }
    at('bad8');
    expect(await skip('bad8')).toBe(false);
    at('fine');
    at('bad9');
    expect(await skip('bad9')).toBe(true);
  });

  it('does not skip in a tab nobody looks at', async () => {
    at('one');
    at('two');
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    expect(await skip('two')).toBe(false);
    vi.restoreAllMocks();
  });

  it('does not skip at the end of the list', async () => {
    at('one');
    at('two');
    document.querySelector('button')?.setAttribute('aria-disabled', 'true');
    expect(await skip('two')).toBe(false);
  });
});
