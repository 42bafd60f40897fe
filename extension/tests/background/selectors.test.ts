// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { SELECTORS_EVERY_MS, SelectorKeeper } from '../../src/background/selectors';
import { ServerTrust } from '../../src/background/signed/trust';
import { DAY_MS } from '../../src/core/clock';
import builtIn from '../../src/youtube/selectors.json';
import { FakeService, OTHERS, refusal, type Said, setClock } from './world';

const NEWER = { ...builtIn, version: builtIn.version + 1 };
const offered: Said = { headers: { ETag: '"one"' }, body: NEWER };

let service: FakeService;
let keeper: SelectorKeeper;
let changes: number;

beforeEach(async () => {
  fakeBrowser.reset();
  service = new FakeService();
  service.answer = () => offered;
  changes = 0;
  const server = await service.start();
  keeper = new SelectorKeeper(server, new ServerTrust(server), () => changes++);
});

afterEach(() => {
  vi.restoreAllMocks();
  service.stop();
});

it('keeps what the server offers, and asks once a day', async () => {
  await keeper.refresh(SELECTORS_EVERY_MS);
  await keeper.refresh(SELECTORS_EVERY_MS);
  expect(service.heard).toHaveLength(1);
  expect(await keeper.value()).toEqual(NEWER);
  expect(changes).toBe(1);
});

it('keeps them while nothing changed, and goes without when the server offers none', async () => {
  await keeper.refresh(0);
  service.answer = () => ({ status: 304 });
  await keeper.refresh(0);
  expect(service.heard[1]?.headers['if-none-match']).toBe('"one"');
  expect(await keeper.value()).toEqual(NEWER);
  service.answer = () => refusal(404, 'NOT_FOUND');
  await keeper.refresh(0);
  expect(await keeper.value()).toBeUndefined();
});

const notTheServers: typeof OTHERS = [
  ['more than the server may have', { body: { ...NEWER, note: 'x'.repeat(64_000) } }],
  // That one is the server's, where something is kept.
  ...OTHERS.filter(([, { status }]) => status !== 304),
];
it.each(notTheServers)('keeps what it has, and asks again, after: %s', async (_, answer) => {
  await keeper.refresh(0);
  service.answer = () => answer;
  await keeper.refresh(0);
  expect(await keeper.value()).toEqual(NEWER);
  expect(changes).toBe(1);
  setClock(DAY_MS);
  service.answer = () => offered;
  await keeper.refresh(SELECTORS_EVERY_MS);
  expect(service.heard).toHaveLength(3);
});

describe('a clock that was set right', () => {
  it.each([365 * DAY_MS, -365 * DAY_MS])('leaves no selectors for ever (%d)', async (offMs) => {
    setClock(offMs);
    await keeper.refresh(SELECTORS_EVERY_MS);
    vi.restoreAllMocks();
    await keeper.refresh(SELECTORS_EVERY_MS);
    expect(service.heard).toHaveLength(2);
  });

  it('does not keep anybody from having them fetched', async () => {
    setClock(DAY_MS / 2);
    await keeper.refresh(0);
    vi.restoreAllMocks();
    await keeper.refresh(0);
    expect(service.heard).toHaveLength(2);
  });
});

describe('a storage that fails', () => {
  it('leaves pages with the built-in ones, once', async () => {
    await keeper.refresh(0);
    const get = vi.spyOn(fakeBrowser.storage.local, 'get').mockRejectedValue(new Error('IO error'));
    expect(await keeper.value()).toBeUndefined();
    await keeper.refresh(0);
    get.mockRestore();
    expect(await keeper.value()).toEqual(NEWER);
  });

  it.each([
    ['new ones', offered],
    ['none', refusal(404, 'NOT_FOUND')],
  ])('is no failure of the sync that fetched %s', async (_, answer) => {
    service.answer = () => answer;
    vi.spyOn(fakeBrowser.storage.local, 'set').mockRejectedValue(
      new Error('QUOTA_BYTES quota exceeded'),
    );
    await keeper.refresh(0);
    expect(service.heard).toHaveLength(1);
  });
});
