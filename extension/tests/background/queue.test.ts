// @vitest-environment node
/** Reports that wait: for the server, for a clock, for a disk. */
import { describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { DAY_MS, MINUTE_MS } from '../../src/core/clock';
import {
  BALLOT,
  leave,
  methods,
  nextAt,
  no,
  OTHER,
  restart,
  service,
  states,
  store,
  USER,
  useVoter,
  votes,
  YES,
} from './voter';
import { fillDisk, hideDisk, setClock } from './world';

const YEAR_MS = 365 * DAY_MS;
const videosIn = () =>
  service.heard.map(({ body }) => (JSON.parse(body) as { videoId: string }).videoId);

useVoter();

describe('the queue', () => {
  const bad = ['bad00000000', 'bad00000001', 'bad00000002', 'bad00000003'];
  const good = ['good0000000', 'good0000001'];

  it.each([
    ['a filter minds', { status: 403, body: 'blocked' }],
    ['the server stumbles over', no(500)],
  ])('is not blocked by what %s', async (_, answer) => {
    await leave(
      ...[...bad, ...good].map((videoId, index) => ({ videoId, at: Date.now() - 1000 + index })),
    );
    service.answer = ({ body }) => (body.includes('bad') ? answer : YES);
    await votes.flush();
    await votes.flush();
    expect(await votes.waiting()).toBe(bad.length);
    expect(videosIn().filter((videoId) => good.includes(videoId))).toEqual(good);
  });

  it('is left alone after three that got no answer of their own', async () => {
    await leave(...bad.map((videoId) => ({ videoId })));
    service.answer = () => ({ body: 'sign in' });
    await votes.flush();
    expect(service.heard).toHaveLength(3);
    expect(await votes.waiting()).toBe(4);
  });

  it('is tried ever more rarely, but at least every half hour', async () => {
    service.answer = () => no(503);
    await votes.cast(BALLOT, false);
    const minutes: number[] = [];
    for (let time = 0; time < 6; time++) {
      minutes.push(Math.round((nextAt - Date.now()) / MINUTE_MS));
      restart();
      await votes.flush();
    }
    expect(minutes).toEqual([5, 10, 20, 30, 30, 30]);
  });

  it('waits as long as the server asks, also in another background and with another report', async () => {
    service.answer = () => ({ ...no(429), headers: { 'Retry-After': '7200' } });
    await votes.cast(BALLOT, false);
    restart();
    await votes.flush();
    expect(await votes.cast(OTHER, false)).toEqual({ state: 'queued' });
    expect(service.heard).toHaveLength(1);
    expect(nextAt - Date.now()).toBeGreaterThan(7_190_000);
  });

  it('does not wait for what another server asked', async () => {
    service.answer = () => ({ ...no(429), headers: { 'Retry-After': '7200' } });
    await votes.cast(BALLOT, false);
    await votes.forgetWaits();
    service.answer = () => YES;
    await votes.flush();
    expect(await votes.waiting()).toBe(0);
  });

  it('never sends what the viewer took back while it was being worked through', async () => {
    await leave({ videoId: BALLOT.videoId, at: 1 }, { videoId: OTHER.videoId, at: 2 });
    let isFirst = true;
    service.answer = () => {
      if (isFirst) void votes.withdraw(OTHER.videoId);
      isFirst = false;
      return YES;
    };
    await votes.flush();
    await vi.waitFor(async () => expect(await votes.waiting()).toBe(0));
    expect(
      service.heard.map(({ method, body }) => `${method} ${body.includes(OTHER.videoId)}`),
    ).toEqual(['POST false', 'DELETE true']);
  });

  it('lets the last word reach the server last', async () => {
    let open = 0;
    let most = 0;
    service.answer = async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 20));
      open -= 1;
      return YES;
    };
    await Promise.all([
      votes.cast(BALLOT, false),
      votes.cast({ ...BALLOT, choice: 'not_ai' }, false),
      votes.withdraw(BALLOT.videoId),
    ]);
    expect(most).toBe(1);
    expect(methods()).toEqual(['POST', 'POST', 'DELETE']);
    expect(service.heard[1]?.body).toContain('not_ai');
  });

  it('says that a report stands which could not be withdrawn', async () => {
    await votes.cast(BALLOT, false);
    service.answer = () => no(503);
    await votes.withdraw(BALLOT.videoId);
    service.answer = () => no(413);
    await votes.flush();
    expect(await votes.waiting()).toBe(0);
    expect(await votes.reports()).toMatchObject([
      { state: 'sent', why: 'no 413', choice: 'fully_ai' },
    ]);
  });
});

describe('a clock that was set right', () => {
  it('loses nothing that was reported while it was a year behind', async () => {
    setClock(-YEAR_MS);
    service.answer = () => no(503);
    await votes.cast(BALLOT, false);
    vi.restoreAllMocks();
    await votes.flush();
    expect(await votes.waiting()).toBe(1);
    service.answer = () => YES;
    await votes.flush();
    expect(await states()).toMatchObject([{ state: 'sent' }]);
  });

  it.each([
    ['with a wait', { 'Retry-After': '60' }],
    ['without', {}],
  ])('does not let anything wait for what it showed a year ahead (%s)', async (_, headers) => {
    setClock(YEAR_MS);
    service.answer = () => ({ ...no(503), headers });
    await votes.cast(BALLOT, false);
    vi.restoreAllMocks();
    restart();
    expect((await votes.nextAt()) ?? 0).toBeLessThan(Date.now() + DAY_MS);
    service.answer = () => no(503);
    await votes.flush();
    expect(nextAt).toBeLessThan(Date.now() + DAY_MS);
    // From now on it ages like all others.
    expect((await store.get('queue', BALLOT.videoId))?.at).toBeLessThanOrEqual(Date.now());
    service.answer = () => YES;
    await votes.flush();
    expect(await votes.waiting()).toBe(0);
  });
});

describe('a disk that fails', () => {
  it('does not hide that the server took a report', async () => {
    fillDisk();
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'sent' });
    expect(await votes.mine(BALLOT.videoId)).toMatchObject({ choice: 'fully_ai' });
    vi.restoreAllMocks();
    await votes.cast(OTHER, false);
    restart();
    expect(await votes.reports()).toHaveLength(2);
  });

  it('does not hide that the server forgot one', async () => {
    await votes.cast(BALLOT, false);
    fillDisk();
    expect(await votes.withdraw(BALLOT.videoId)).toEqual({ state: 'sent' });
    expect(await votes.reports()).toEqual([]);
  });

  it('is told to the viewer when a report can be neither sent nor kept', async () => {
    fillDisk();
    service.answer = () => no(503);
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'refused', why: 'storageFails' });
    expect(await votes.withdraw(BALLOT.videoId)).toEqual({ state: 'refused', why: 'storageFails' });
    vi.restoreAllMocks();
    service.answer = () => YES;
    await votes.flush();
    expect(methods()).toEqual(['POST', 'DELETE']);
  });

  it('does not let an older choice be sent when the newer one could not be kept', async () => {
    service.answer = () => no(503);
    await votes.cast(BALLOT, false);
    fillDisk();
    await votes.cast({ ...BALLOT, choice: 'not_ai' }, false);
    vi.restoreAllMocks();
    service.answer = () => YES;
    service.heard.length = 0;
    await votes.flush();
    expect(service.heard).toEqual([]);
    expect(await states()).toMatchObject([{ state: 'refused', choice: 'not_ai' }]);
  });

  it('sends nothing twice that it cannot note as sent', async () => {
    service.answer = () => no(503);
    await votes.cast(BALLOT, false);
    service.answer = () => YES;
    service.heard.length = 0;
    fillDisk();
    vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(() => {
      throw new DOMException('damaged', 'UnknownError');
    });
    await votes.flush();
    await votes.flush();
    expect(methods()).toEqual(['POST']);
    expect(await votes.waiting()).toBe(0);
  });

  it('stops no report when it cannot be read', async () => {
    hideDisk();
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'sent' });
    await votes.flush();
    expect(await votes.withdraw(BALLOT.videoId)).toEqual({ state: 'sent' });
  });

  it('lets a report wait for an identity that cannot be read now', async () => {
    vi.spyOn(fakeBrowser.storage.local, 'get').mockRejectedValue(
      new Error('An unexpected error occurred'),
    );
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'queued' });
    vi.restoreAllMocks();
    await votes.flush();
    expect(service.heard[0]?.body).toContain(USER);
  });
});
