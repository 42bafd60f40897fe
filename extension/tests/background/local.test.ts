// @vitest-environment node
/** What is kept in the browser's storage for extensions, when that fails. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';

vi.hoisted(() => Object.assign(globalThis, { __SERVER__: 'https://realtube.example' }));

import { IdentityKeeper } from '../../src/background/identity';
import { Notes } from '../../src/background/notes';
import { SettingsKeeper } from '../../src/background/settings';
import './world';

const { local, session } = fakeBrowser.storage;

beforeEach(() => fakeBrowser.reset());
afterEach(() => vi.restoreAllMocks());

const unreadable = (where: typeof local) =>
  vi.spyOn(where, 'get').mockRejectedValue(new Error('An unexpected error occurred'));
const full = (where: typeof local) =>
  vi.spyOn(where, 'set').mockRejectedValue(new Error('QUOTA_BYTES quota exceeded'));

describe('settings', () => {
  it('are read again after they could not be read once', async () => {
    const settings = new SettingsKeeper(() => undefined);
    const get = unreadable(local);
    await expect(settings.get()).rejects.toThrow();
    get.mockRestore();
    expect((await settings.get()).server).toBe('https://realtube.example');
  });

  it('stay as they were when there is no room, and the viewer reads why', async () => {
    let changes = 0;
    const settings = new SettingsKeeper(() => changes++);
    const set = full(local);
    await expect(settings.change(() => ({ badge: false }))).rejects.toThrow('storageFails');
    await expect(settings.acceptWelcome()).rejects.toThrow('storageFails');
    expect((await settings.get()).badge).toBe(true);
    expect(changes).toBe(0);
    set.mockRestore();
    await settings.change(() => ({ badge: false }));
    expect((await settings.get()).badge).toBe(false);
  });
});

describe('the identity', () => {
  const ID = '11111111-2222-4333-8444-555555555555';
  const OTHER_ID = '22222222-2222-4333-8444-555555555555';

  it('is not made up anew because it could not be read once', async () => {
    await new IdentityKeeper().restore(ID);
    const identity = new IdentityKeeper();
    const get = unreadable(local);
    await expect(identity.get()).rejects.toThrow();
    get.mockRestore();
    expect((await identity.get()).id).toBe(ID);
  });

  it('is none that is not kept, nor lost for another one', async () => {
    const identity = new IdentityKeeper();
    const set = full(local);
    await expect(identity.get()).rejects.toThrow('storageFails');
    set.mockRestore();
    const { id } = await identity.get();
    full(local);
    await expect(identity.restore(OTHER_ID)).rejects.toThrow('storageFails');
    expect((await identity.get()).id).toBe(id);
  });
});

describe('notes', () => {
  it('keep nobody waiting that cannot be read, and are there later', async () => {
    await new Notes().pauseTab(7, true);
    const notes = new Notes();
    const get = unreadable(session);
    expect(await notes.isPaused(7)).toBe(false);
    notes.addLine('lost');
    expect(await notes.requests()).toEqual([]);
    get.mockRestore();
    expect(await notes.isPaused(7)).toBe(true);
  });

  it('tell another background that the disk fails', async () => {
    const notes = new Notes();
    notes.setStorageFails(true);
    await vi.waitFor(async () => expect(await new Notes().storageFails()).toBe(true));
    notes.setStorageFails(false);
    await vi.waitFor(async () => expect(await new Notes().storageFails()).toBe(false));
  });
});
