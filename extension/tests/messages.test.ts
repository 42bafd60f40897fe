import { beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { CALLS, type Handlers, receive } from '../src/messages';

type Listener = (message: unknown, from: object, respond: (answer: unknown) => void) => unknown;

const ID = 'realtube';
const OURS = { id: ID, url: `chrome-extension://${ID}/options.html` };
const PAGE = { id: ID, url: 'https://www.youtube.com/', tab: { id: 7, incognito: true } };
const BALLOT = { videoId: 'dQw4w9WgXcQ', choice: 'fully_ai', isShort: false };

let listener: Listener;
let heard: unknown[];

beforeEach(() => {
  fakeBrowser.reset();
  heard = [];
  Object.assign(fakeBrowser.runtime, {
    id: ID,
    getURL: (path: string) => `chrome-extension://${ID}${path}`,
    onMessage: {
      addListener: (added: Listener) => (listener = added),
      removeListener: () => undefined,
    },
  });
  const handler = (name: string) => (ask: unknown, sender: unknown) => {
    heard.push([name, ask, sender]);
    if (name === 'syncNow') throw new Error('no luck');
    return name;
  };
  const names = Object.keys(CALLS).map((name) => [name, handler(name)]);
  receive(CALLS, Object.fromEntries(names) as Handlers<typeof CALLS>);
});

/** The answer, or undefined when the message was ignored. */
function say(message: unknown, from: object): Promise<unknown> {
  return new Promise((resolve) => {
    if (listener(message, from, resolve) === undefined) resolve(undefined);
  });
}

describe('receive', () => {
  it('answers scripts in pages, and tells who asked', async () => {
    expect(await say({ type: 'vote', ask: BALLOT }, PAGE)).toEqual({ value: 'vote' });
    expect(heard).toEqual([['vote', BALLOT, { tabId: 7, isPrivate: true }]]);
  });

  it('passes failures on', async () => {
    expect(await say({ type: 'syncNow', ask: {} }, OURS)).toEqual({ error: 'no luck' });
  });

  it.each([
    'identity',
    'restoreIdentity',
    'changeSettings',
    'myReports',
    'requests',
    'acceptWelcome',
  ])('keeps "%s" for our own pages', async (type) => {
    const ask = { id: '11111111-2222-4333-8444-555555555555', change: {} };
    expect(await say({ type, ask }, PAGE)).toBeUndefined();
    expect(await say({ type, ask }, OURS)).toEqual({ value: type });
  });

  it.each([
    ['another extension', { type: 'pageState', ask: {} }, { ...OURS, id: 'other' }],
    ['no sender', { type: 'pageState', ask: {} }, {}],
    ['an unknown type', { type: 'explode', ask: {} }, OURS],
    ['a type of every object', { type: 'toString', ask: {} }, OURS],
    ['no question', { type: 'pageState' }, OURS],
    ['no object', 'pageState', OURS],
    ['a video id that is none', { type: 'vote', ask: { ...BALLOT, videoId: '../x' } }, PAGE],
    ['an unknown category', { type: 'vote', ask: { ...BALLOT, choice: 'bad' } }, PAGE],
    ['a title without end', { type: 'vote', ask: { ...BALLOT, title: 'x'.repeat(501) } }, PAGE],
    ['a negative count', { type: 'hidden', ask: { count: -1 } }, PAGE],
    [
      'settings of the wrong kind',
      { type: 'changeSettings', ask: { change: { enabled: 1 } } },
      OURS,
    ],
    [
      'a server that is no origin',
      { type: 'changeSettings', ask: { change: { server: 'javascript:1' } } },
      OURS,
    ],
  ])('ignores %s', async (_, message, from) => {
    expect(await say(message, from)).toBeUndefined();
    expect(heard).toEqual([]);
  });
});
