/** Lists that the viewer follows, fetched from a real host: what fails changes nothing. */
import { keyOf } from 'realtube-client';
// @vitest-environment node
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { ListContact } from '../../../src/background/lists/fetching';
import { Following } from '../../../src/background/lists/following';
import { openStore, type Store } from '../../../src/background/store';
import { DAY_MS, MINUTE_MS } from '../../../src/core/clock';
import { defaultSettings } from '../../../src/core/presets';
import type { Settings } from '../../../src/core/types';
import { fillDisk, setClock } from '../world';
import { type Answer, ListHost, lines, says } from './host';

const HOUR_MS = 60 * MINUTE_MS;

let host: ListHost;
let url: string;
let granted: Set<string>;
let settings: Settings;
let store: Store;
let following: Following;
let welcomed: boolean;
let contacts: ListContact[];
let alarm: number | undefined;

/** As a browser does that has just started the background. */
function start(): Following {
  store = openStore('lists');
  return new Following({
    store,
    settings: async () => settings,
    isWelcomed: async () => welcomed,
    schedule: async (at) => {
      alarm = at;
    },
    note: (contact) => contacts.push(contact),
    changed: () => undefined,
  });
}

beforeEach(async () => {
  await new Promise((resolve) => (indexedDB.deleteDatabase('lists').onsuccess = resolve));
  host = new ListHost();
  await host.start();
  url = host.at('/list.txt');
  granted = new Set(['http://127.0.0.1/*']);
  Object.assign(fakeBrowser, {
    permissions: {
      contains: async ({ origins }: { origins: string[] }) =>
        origins.every((one) => granted.has(one)),
      remove: async ({ origins }: { origins: string[] }) =>
        origins.every((one) => granted.delete(one)),
    },
  });
  settings = {
    ...defaultSettings('https://realtube.example'),
    subscriptions: [{ url, name: 'Slop', on: true }],
  };
  [welcomed, contacts, alarm] = [true, [], undefined];
  following = start();
});

afterEach(() => {
  vi.restoreAllMocks();
  host.stop();
});

const listed = async (name: string) => (await following.lists()).find([await keyOf(name)]);
const state = async () => (await following.states())[0]?.state;
const trouble = async () => (await state())?.trouble;
const change = async (made: Partial<Settings>) => {
  const before = settings;
  settings = { ...settings, ...made };
  await following.settingsChanged(settings, before);
};

async function fetched(answer: Answer, accept = false): Promise<void> {
  host.answer = answer;
  await following.fetchNow(url, accept);
}

describe('a list that the viewer follows', () => {
  it('is fetched with nothing but the request, and asked for again in about six hours', async () => {
    const id = `UC${'a'.repeat(22)}`;
    await fetched(says(`channel_id,handle,level\n${id},@Both,\n,@unsure,warn\nwords,,\n`));
    expect(await listed(id)).toEqual({ list: 'Slop', level: 'block' });
    expect(await listed('@both')).toEqual({ list: 'Slop', level: 'block' });
    expect(await listed('@unsure')).toEqual({ list: 'Slop', level: 'warn' });
    expect(await listed('@other')).toBeUndefined();
    expect(await state()).toMatchObject({ channels: 2, reasons: { noChannel: 1 } });
    const { cookie, referer, authorization } = host.heard[0]?.headers ?? {};
    expect([cookie, referer, authorization]).toEqual([undefined, undefined, undefined]);
    expect(contacts).toEqual([{ host: new URL(url).host, path: '/list.txt', status: 200 }]);
    const aheadMs = (alarm ?? 0) - Date.now();
    expect(aheadMs).toBeGreaterThan(4.7 * HOUR_MS);
    expect(aheadMs).toBeLessThan(7.3 * HOUR_MS);
  });

  it('is not sent again while it is what it was', async () => {
    await fetched(
      says(lines(4), { ETag: '"one"', 'Last-Modified': 'Fri, 01 May 2026 00:00:00 GMT' }),
    );
    await fetched((response) => response.writeHead(304).end());
    expect(host.heard[1]?.headers).toMatchObject({
      'if-none-match': '"one"',
      'if-modified-since': 'Fri, 01 May 2026 00:00:00 GMT',
    });
    expect(await listed('@slop3')).toBeDefined();
    expect(await trouble()).toBeUndefined();
  });

  it('is taken as it is now: what is gone is listed no more', async () => {
    await fetched(says(lines(4)));
    await fetched(says(lines(4, 1)));
    expect(await listed('@slop0')).toBeUndefined();
    expect(await listed('@slop4')).toBeDefined();
  });

  it('has as many names as fit into little room', async () => {
    await fetched(says(lines(20_693)));
    const table = await store.get('listTables', url);
    const bytes = Object.values(table ?? {}).reduce((sum, part) => sum + part.byteLength, 0);
    expect(bytes).toBe(206_930);
    expect((await state())?.channels).toBe(20_693);
  });
});

describe('what is no list', () => {
  const html = '<!doctype html><title>Welcome to our network</title>';
  it.each<readonly [string, string, Answer]>([
    ['an error', 'status', says(lines(5), {}, 500)],
    ['nothing there', 'status', says('', {}, 404)],
    ['a sign-in page', 'page', says(html, { 'Content-Type': 'text/html' })],
    [
      'the way to a sign-in page',
      'page',
      (response, { url: path }) =>
        path === '/login'
          ? says(html)(response, {} as never)
          : response.writeHead(302, { Location: '/login' }).end(),
    ],
    ['JSON of its own', 'none', says('{"status": "sign in"}')],
    ['broken JSON', 'json', says('["@slop0",')],
    ['nothing', 'empty', says('')],
    ['words', 'none', says('some words\n')],
    ['an archive', 'packed', says('PK\x03\x04')],
    ['a list of videos', 'videos', says('video_id,title\ndQw4w9WgXcQ,x\n')],
    [
      'that nothing was modified since nothing',
      'status',
      (response) => response.writeHead(304).end(),
    ],
    ['a partial answer', 'status', says(lines(2), {}, 206)],
    ['a hung-up call', 'unreachable', (response) => response.destroy()],
    [
      'a half of it',
      'cutOff',
      (response) => {
        response.writeHead(200, { 'Content-Length': '1000' });
        response.write(lines(3), () => response.destroy());
      },
    ],
    [
      'a half of it, in pieces',
      'cutOff',
      (response) => {
        response.writeHead(200);
        response.write(lines(3), () => response.destroy());
      },
    ],
    [
      'a way to another host',
      'elsewhere',
      (response) => response.writeHead(302, { Location: host.at('/list.txt', 'localhost') }).end(),
    ],
    [
      'two gigabytes',
      'tooLarge',
      (response) => {
        response.writeHead(200, { 'Content-Length': String(2 ** 31) });
        response.write(lines(100));
      },
    ],
    [
      'a body without an end',
      'tooLarge',
      (response) => {
        response.writeHead(200);
        const part = Buffer.alloc(1 << 20, lines(100));
        const more = () => void (response.destroyed || response.write(part, more));
        more();
      },
    ],
  ])('leaves what is held as it is, and says why: %s', async (_, kind, answer) => {
    await fetched(says(lines(4)));
    const before = await state();
    if (kind === 'elsewhere') {
      const elsewhere = answer;
      host.answer = (response, request) =>
        request.headers.host?.startsWith('localhost')
          ? says(lines(9))(response, request)
          : elsewhere(response, request);
      await following.fetchNow(url, false);
    } else await fetched(answer);
    expect((await trouble())?.kind).toBe(kind);
    expect(await listed('@slop3')).toBeDefined();
    expect(await state()).toMatchObject({ channels: 4, fetchedAt: before?.fetchedAt });
    // A quarter of an hour later at most, not before the usual five minutes less what chance takes.
    expect((alarm ?? 0) - Date.now()).toBeLessThan(15 * MINUTE_MS);
  });

  it('is tried again later each time, and forgotten once the list is back', async () => {
    await fetched(says(lines(4)));
    const waits: number[] = [];
    for (let n = 0; n < 12; n++) {
      await fetched(says('', {}, 500));
      waits.push((alarm ?? 0) - Date.now());
    }
    expect(waits[0]).toBeLessThan(6.1 * MINUTE_MS);
    expect(waits[3]).toBeGreaterThan(30 * MINUTE_MS);
    expect(Math.max(...waits)).toBeLessThan(7.3 * HOUR_MS);
    await fetched(says(lines(5)));
    expect(await trouble()).toBeUndefined();
    expect(await listed('@slop4')).toBeDefined();
  });

  it('is not asked for before the time that its host asked for, nor by the viewer', async () => {
    await fetched(says('', { 'Retry-After': '7200' }, 503));
    expect((alarm ?? 0) - Date.now()).toBeGreaterThan(1.99 * HOUR_MS);
    await fetched(says(lines(4)));
    expect(host.heard).toHaveLength(1);
    setClock(2 * HOUR_MS);
    await following.run();
    expect(await listed('@slop3')).toBeDefined();
  });
});

describe('a list that may not be whole', () => {
  it('is not taken with less than half of what is held, until the viewer accepts it', async () => {
    await fetched(says(lines(10), { ETag: '"one"' }));
    await fetched(says(lines(4), { ETag: '"two"' }));
    expect(await trouble()).toEqual({ kind: 'shrunk', details: ['4', '10'] });
    expect(await listed('@slop9')).toBeDefined();
    await fetched(says(lines(4), { ETag: '"two"' }), true);
    expect(await trouble()).toBeUndefined();
    expect(await listed('@slop9')).toBeUndefined();
    expect(await listed('@slop3')).toBeDefined();
  });

  it('is not taken when its last line is cut off', async () => {
    await fetched(says(lines(12)));
    await fetched(says(lines(12).trimEnd().slice(0, -1)));
    expect((await trouble())?.kind).toBe('unended');
    await fetched(says(lines(9).trimEnd()));
    expect((await trouble())?.kind).toBe('unended');
    expect(await listed('@slop11')).toBeDefined();
  });

  it('may do without a last line end if nothing is missing', async () => {
    await fetched(says(lines(3).trimEnd()));
    await fetched(says(lines(5).trimEnd()));
    expect(await trouble()).toBeUndefined();
    expect(await listed('@slop4')).toBeDefined();
  });
});

describe('what the viewer says', () => {
  it('goes: nothing is asked without a permission, or before the first page was accepted', async () => {
    granted.clear();
    await fetched(says(lines(4)));
    expect(await following.states()).toMatchObject([
      { isPermitted: false, state: { trouble: { kind: 'noPermission' } } },
    ]);
    granted.add('http://127.0.0.1/*');
    welcomed = false;
    await following.fetchNow(url, false);
    await following.run();
    expect(host.heard).toEqual([]);
  });

  it('goes: a list that is switched off lists nothing and is not fetched', async () => {
    await fetched(says(lines(4)));
    await change({ subscriptions: [{ url, name: 'Slop', on: false }] });
    expect(await listed('@slop3')).toBeUndefined();
    expect(await following.nextAt()).toBeUndefined();
    await change({ subscriptions: [{ url, name: 'Slop', on: true }] });
    expect(await listed('@slop3')).toBeDefined();
    expect(host.heard).toHaveLength(1);
  });

  it('goes: what is removed is forgotten, with the permission that nothing else needs', async () => {
    const other = { url: host.at('/other.txt'), name: '', on: true };
    await fetched(says(lines(4)));
    await change({ subscriptions: [...settings.subscriptions, other] });
    expect((await following.lists()).find([await keyOf('@slop1')])).toBeDefined();
    await change({ subscriptions: [other] });
    expect([...granted]).toEqual(['http://127.0.0.1/*']);
    expect(await store.get('listTables', url)).toBeUndefined();
    await change({ subscriptions: [] });
    expect([...granted]).toEqual([]);
    expect(await store.all('lists')).toEqual([]);
    expect(await listed('@slop1')).toBeUndefined();
  });

  it('goes while a list is on its way: what was removed does not come back', async () => {
    host.answer = (response) => void setTimeout(() => says(lines(4))(response, {} as never), 50);
    const fetching = following.fetchNow(url, false);
    await vi.waitFor(() => expect(host.heard).toHaveLength(1));
    await change({ subscriptions: [] });
    await fetching;
    expect(await store.all('lists')).toEqual([]);
    expect(await store.all('listTables')).toEqual([]);
  });
});

describe('the browser', () => {
  it('may stop the background at any time: the list is still there, and fetched again', async () => {
    await fetched(says(lines(4), { ETag: '"one"' }));
    host.answer = () => undefined; // never answered
    void following.fetch(url);
    await vi.waitFor(() => expect(host.heard).toHaveLength(2));
    following = start();
    expect(await listed('@slop3')).toBeDefined();
    await fetched(says(lines(5)));
    expect(host.heard[2]?.headers['if-none-match']).toBe('"one"');
    expect(await listed('@slop4')).toBeDefined();
  });

  it('may have no room: what is held stays', async () => {
    await fetched(says(lines(4)));
    fillDisk();
    await fetched(says(lines(5)));
    expect((await trouble())?.kind).toBe('storage');
    expect(await listed('@slop3')).toBeDefined();
    expect(await listed('@slop4')).toBeUndefined();
    vi.restoreAllMocks();
    await fetched(says(lines(5)));
    expect(await listed('@slop4')).toBeDefined();
  });

  it('may have had a wrong clock: a time far ahead counts as never', async () => {
    setClock(365 * DAY_MS);
    await fetched(says('', { 'Retry-After': '7200' }, 503));
    await fetched(says(lines(4)));
    expect(host.heard).toHaveLength(1);
    vi.restoreAllMocks();
    await following.run();
    expect(await listed('@slop3')).toBeDefined();
    expect((alarm ?? 0) - Date.now()).toBeLessThan(7.3 * HOUR_MS);
  });
});

it('is not fetched again at the next start, if what came ended the background', async () => {
  host.answer = () => undefined;
  void following.run();
  await vi.waitFor(() => expect(host.heard).toHaveLength(1));
  await start().run();
  expect(host.heard).toHaveLength(1);
  expect(alarm).toBeGreaterThan(Date.now() + MINUTE_MS);
});
