import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { video } from '../../e2e/site/content';
import { browse, richItem } from '../../e2e/site/markup';
import { CardReader } from '../../src/youtube/cards';
import { CardButtons } from '../../src/youtube/hover';
import { SELECTORS } from '../../src/youtube/selectors';

vi.mock('../../src/core/words', () => ({ t: (name: string) => name }));

const reader = new CardReader(SELECTORS);
let buttons: CardButtons;

const find = (selector: string) => document.querySelector(selector) as HTMLElement;
const point = (selector: string) =>
  find(selector).dispatchEvent(new Event('pointerover', { bubbles: true }));
const holder = () => document.querySelector('realtube-button')?.parentElement;

/** There is no layout here: say where an element is. */
function lay(element: Element, x: number, y: number, width: number, height: number): void {
  element.getBoundingClientRect = () => new DOMRect(x, y, width, height);
}

beforeEach(() => {
  document.body.innerHTML = `<ytd-app>${browse('home', [richItem(video(0)), richItem(video(1))])}
    <ytd-video-preview><div id="video-preview"><a id="media-container-link"><div id="media-container"><div id="inline-preview-player"></div></div></a></div></ytd-video-preview></ytd-app>`;
  const [first, second] = document.querySelectorAll('ytd-rich-item-renderer');
  first?.setAttribute('id', 'first');
  second?.setAttribute('id', 'second');
  lay(find('#first'), 0, 0, 300, 260);
  lay(find('#second'), 320, 0, 300, 260);
  lay(find('#media-container'), -10, -10, 320, 190); // a little larger than the picture below it
  buttons = new CardButtons(
    reader,
    (card) => reader.read(card),
    () => undefined,
  );
  buttons.start();
});

afterEach(() => buttons.stop());

const play = (on: boolean) => find('ytd-video-preview').toggleAttribute('active', on);

describe('CardButtons', () => {
  it('put the button on the card being pointed at, and take it away elsewhere', () => {
    point('#first h3');
    expect(holder()?.id).toBe('first');
    point('#second h3');
    expect(holder()?.id).toBe('second');
    point('ytd-app');
    expect(holder()).toBeUndefined();
  });

  it('put it on the preview that YouTube lays over the card, under a still pointer, too', async () => {
    point('#first h3');
    play(true);
    await vi.waitFor(() => expect(holder()?.id).toBe('media-container'));
    point('#inline-preview-player');
    expect(holder()?.id).toBe('media-container');
    point('#first h3');
    expect(holder()?.id).toBe('media-container');
    play(false);
    await vi.waitFor(() => expect(holder()?.id).toBe('first'));
  });

  it('leave it on the card for the keyboard, whatever plays above', () => {
    play(true);
    find('#first h3').dispatchEvent(new Event('focusin', { bubbles: true }));
    expect(holder()?.id).toBe('first');
  });

  it('leave it where it is while it is pressed', () => {
    play(true);
    point('#first h3');
    find('realtube-button').dispatchEvent(new Event('focusin', { bubbles: true }));
    expect(holder()?.id).toBe('media-container');
  });

  it('do not put it on a preview that lies over another card', () => {
    play(true);
    point('#second h3');
    expect(holder()?.id).toBe('second');
    point('#inline-preview-player');
    expect(holder()).toBeUndefined();
  });

  it('leave nothing behind when they stop', () => {
    point('#first h3');
    buttons.stop();
    expect(holder()).toBeUndefined();
    play(true);
    point('#first h3');
    expect(holder()).toBeUndefined();
  });
});
