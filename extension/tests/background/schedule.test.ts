// @vitest-environment node
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import {
  dueAt,
  ensureFlush,
  ensureLists,
  ensureSync,
  scheduleFlush,
  scheduleSync,
} from '../../src/background/schedule';
import { DAY_MS, MINUTE_MS } from '../../src/core/clock';

const soon = () => Date.now() + 30 * MINUTE_MS;
const alarm = async (name: string) => (await fakeBrowser.alarms.get(name))?.scheduledTime;

beforeEach(() => fakeBrowser.reset());

describe('the alarm of the next sync', () => {
  it.each([
    ['is lost', undefined],
    ['lies a year ahead', 365 * DAY_MS],
    ['lies little more than a day ahead', DAY_MS + MINUTE_MS],
  ])('is set anew when it %s', async (_, aheadMs) => {
    if (aheadMs !== undefined) await scheduleSync(Date.now() + aheadMs);
    const at = soon();
    await ensureSync(async () => at);
    expect(await alarm('sync')).toBe(at);
  });

  it.each([-MINUTE_MS, MINUTE_MS, DAY_MS])('stays where it is otherwise (%d)', async (aheadMs) => {
    const at = Date.now() + aheadMs;
    await scheduleSync(at);
    await ensureSync(async () => soon());
    expect(await alarm('sync')).toBe(at);
    expect(await dueAt('sync')).toBe(at);
  });
});

describe('the alarm for what waits', () => {
  it('is set anew when it lies a year ahead', async () => {
    await scheduleFlush(Date.now() + 365 * DAY_MS);
    const at = soon();
    await ensureFlush(async () => at);
    expect(await alarm('flush')).toBe(at);
  });

  it('stays where it is, and is not set for nothing', async () => {
    await ensureFlush(async () => undefined);
    expect(await alarm('flush')).toBeUndefined();
    const at = Date.now() + MINUTE_MS;
    await scheduleFlush(at);
    await ensureFlush(async () => soon());
    expect(await alarm('flush')).toBe(at);
  });
});

describe('the alarm for lists', () => {
  it('is set when it is missing, as long as one is followed', async () => {
    await ensureLists(async () => undefined);
    expect(await alarm('lists')).toBeUndefined();
    const at = soon();
    await ensureLists(async () => at);
    await ensureLists(async () => at + MINUTE_MS);
    expect(await alarm('lists')).toBe(at);
  });
});
