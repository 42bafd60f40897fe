/** The question in a page: when it is asked, and where. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { type Answer, JuryPanel } from '../../src/jury/panel';
import { SELECTORS } from '../../src/youtube/selectors';

Object.assign(fakeBrowser.i18n, { getMessage: (name: string) => name });

const QUESTION = { id: 'q', videos: ['dQw4w9WgXcQ', 'aaaaaaaaaaa'], channel: '@somebody' };
const PAGE = `<ytd-watch-flexy><div id="primary"><div id="player"><div id="movie_player"><video></video></div></div>
  <div id="below"><ytd-watch-metadata><ytd-video-owner-renderer><a href="/@somebody"></a></ytd-video-owner-renderer></ytd-watch-metadata></div></div></ytd-watch-flexy>`;
let said: Answer[];
let panel: JuryPanel;
let root: ShadowRoot;

beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  const attach = Element.prototype.attachShadow;
  vi.spyOn(Element.prototype, 'attachShadow').mockImplementation(function (this: Element, init) {
    root = attach.call(this, init);
    return root;
  });
  document.body.innerHTML = PAGE;
  at('/watch?v=dQw4w9WgXcQ');
  panel = new JuryPanel(QUESTION, SELECTORS, async (answer) => void said.push(answer));
});

afterEach(() => {
  panel.stop();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function at(path: string): void {
  (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(
    `https://www.youtube.com${path}`,
  );
}

function playing(isPlaying: boolean): void {
  const video = document.querySelector('video');
  if (video) Object.defineProperty(video, 'paused', { configurable: true, value: !isPlaying });
}

const buttons = () => [...root.querySelectorAll('button')].map(({ textContent }) => textContent);
const isAsked = () => buttons().includes('juryAnswer_unsure');

/** As a person does; what scripts do is no press. */
function press(name: string): void {
  const found = [...root.querySelectorAll('button')].find((one) => one.textContent === name);
  const event = new MouseEvent('click', { bubbles: true, cancelable: true });
  Object.defineProperty(event, 'isTrusted', { value: true });
  found?.dispatchEvent(event);
}

describe('the question', () => {
  it('stands between the player and what is below it, and leaves with its page', () => {
    expect(document.querySelector('realtube-jury')?.nextElementSibling?.id).toBe('below');
    at('/watch?v=bbbbbbbbbbb');
    vi.advanceTimersByTime(1000);
    expect(document.querySelector('realtube-jury')).toBeNull();
    at('/watch?v=aaaaaaaaaaa');
    vi.advanceTimersByTime(1000);
    expect(document.querySelector('realtube-jury')).not.toBeNull();
  });

  it('waits for 20 seconds of watching, of the videos that it is about', () => {
    playing(false);
    vi.advanceTimersByTime(60_000);
    playing(true);
    vi.advanceTimersByTime(10_000);
    at('/watch?v=bbbbbbbbbbb');
    vi.advanceTimersByTime(60_000);
    at('/watch?v=aaaaaaaaaaa');
    expect(isAsked()).toBe(false);
    vi.advanceTimersByTime(9000);
    expect(isAsked()).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(isAsked()).toBe(true);
    expect(said).toEqual([]);
  });

  it('is asked at once of who is sure, with the kind of AI where it is AI', async () => {
    press('jurySure');
    press('juryAnswer_partly');
    press('category_ai_visuals');
    await vi.advanceTimersByTimeAsync(0);
    expect(said).toEqual([{ answer: 'partly', kind: 'ai_visuals' }]);
    expect(root.textContent).toContain('juryThanks');
    vi.advanceTimersByTime(60_000);
    expect(isAsked()).toBe(false);
  });

  it('takes that one cannot tell, and that one does not know the kind', async () => {
    press('jurySure');
    press('juryAnswer_ai');
    press('juryBack');
    press('juryAnswer_unsure');
    press('juryAnswer_ai');
    press('juryKindNone');
    await vi.advanceTimersByTimeAsync(0);
    expect(said[0]).toEqual({ answer: 'unsure' });
  });

  it('is not answered by the page', () => {
    press('jurySure');
    root.querySelector('button')?.click();
    expect(said).toEqual([]);
    expect(isAsked()).toBe(true);
  });

  it('is asked again where the answer could not be sent', async () => {
    panel.stop();
    panel = new JuryPanel(QUESTION, SELECTORS, () => Promise.reject(new Error('away')));
    press('jurySure');
    press('juryAnswer_human');
    await vi.advanceTimersByTimeAsync(0);
    expect(isAsked()).toBe(true);
    expect(root.querySelector('[role=alert]')?.textContent).toBe('pageFailed');
  });
});
