// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { ChannelBallot } from '../../src/background/votes';
import { BALLOT, methods, no, restart, service, states, USER, useVoter, votes, YES } from './voter';
import type { Said } from './world';

const SLOP = 'UC0123456789abcdefghijkl';
const SHOWN = ['aaaaaaaaaaa', 'bbbbbbbbbbb', BALLOT.videoId];
const REPORT: ChannelBallot = {
  channel: SLOP,
  channelId: SLOP,
  handle: '@some.handle',
  category: 'ai_visuals',
  videos: SHOWN.map((videoId, n) => ({ videoId, isShort: n === 1 })),
  title: '@some.handle',
};
const REPORTED: Said = {
  body: {
    success: true,
    userTrust: 0.3,
    votes: SHOWN.map((videoId) => ({ videoId, newScore: 17 })),
  },
};
const OWN = { channelId: SLOP };

useVoter();

describe('A report of a channel', () => {
  it('is one request, with what the page shows and the derived identity', async () => {
    service.answer = () => REPORTED;
    expect(await votes.reportChannel(REPORT, false)).toEqual({ state: 'sent' });
    const [{ method, path, body } = { method: '', path: '', body: '{}' }, ...more] = service.heard;
    expect(more).toEqual([]);
    expect([method, path]).toEqual(['POST', `/api/channels/${SLOP}/reports`]);
    expect(JSON.parse(body)).toEqual({
      userId: USER,
      category: 'ai_visuals',
      channelHandle: '@some.handle',
      videos: [
        { videoId: 'aaaaaaaaaaa', isShort: false },
        { videoId: 'bbbbbbbbbbb', isShort: true },
        { videoId: BALLOT.videoId, isShort: false },
      ],
      userAgent: 'RealTube/0.1.0',
    });
  });

  it('lets its videos and all others of the channel go at once, also before the server hears it', async () => {
    service.answer = () => no(503);
    expect(await votes.reportChannel(REPORT, false)).toEqual({ state: 'queued' });
    const own = await votes.own();
    expect(own.verdicts({ videoId: 'aaaaaaaaaaa' })).toEqual({ mine: 'ai_visuals' });
    expect(own.verdicts({ videoId: 'otherotherx', handle: '@Some.Handle' })).toEqual({
      mineChannel: true,
    });
    expect(own.verdicts({ videoId: 'otherotherx', channels: [OWN, { handle: '@b' }] })).toEqual({});
    expect(own.verdicts({ videoId: 'otherotherx' })).toEqual({});
  });

  it('waits for the server, is sent again after a restart, and then no more', async () => {
    service.answer = () => no(429);
    await votes.reportChannel(REPORT, false);
    expect(await votes.waiting()).toBe(1);
    restart();
    service.answer = () => REPORTED;
    await votes.flush();
    expect(await states()).toEqual([{ channel: SLOP, state: 'sent', choice: 'ai_visuals' }]);
    expect(await votes.waiting()).toBe(0);
  });

  it('is withdrawn with its votes in one request, and all is as before', async () => {
    service.answer = () => REPORTED;
    await votes.reportChannel(REPORT, false);
    service.answer = () => ({ body: { success: true } });
    expect(await votes.withdrawChannel(SLOP)).toEqual({ state: 'sent' });
    const { path, headers, body } = service.heard[1] ?? {};
    expect([path, headers?.['x-user-id'] ?? headers?.['X-User-ID'], body]).toEqual([
      `/api/channels/${SLOP}/reports`,
      USER,
      '',
    ]);
    expect(methods()).toEqual(['POST', 'DELETE']);
    expect((await votes.own()).verdicts({ videoId: 'aaaaaaaaaaa', ...OWN })).toEqual({});
    expect(await votes.reports()).toEqual([]);
  });

  it('that still waits is replaced by its withdrawal', async () => {
    service.answer = () => no(503);
    await votes.reportChannel(REPORT, false);
    expect(await votes.withdrawChannel(SLOP)).toMatchObject({ state: 'queued' });
    expect((await votes.own()).verdicts(OWN)).toEqual({});
    service.answer = () => no(404);
    restart();
    await votes.flush();
    expect(methods().at(-1)).toBe('DELETE');
    expect(await votes.reports()).toEqual([]);
  });

  it('that the server refuses hides nothing', async () => {
    service.answer = () => no(400);
    expect(await votes.reportChannel(REPORT, false)).toEqual({ state: 'refused', why: 'no 400' });
    expect((await votes.own()).verdicts({ videoId: 'aaaaaaaaaaa', ...OWN })).toEqual({});
  });

  it('leaves no trace of a private window on disk', async () => {
    service.answer = () => REPORTED;
    await votes.reportChannel(REPORT, true);
    expect((await votes.own()).ofChannel(SLOP)).toBe('ai_visuals');
    restart();
    expect(await votes.reports()).toEqual([]);
  });

  it('takes the place of what was said of its videos, and gives way to what is said later', async () => {
    await votes.cast(BALLOT, false);
    service.answer = () => REPORTED;
    await votes.reportChannel(REPORT, false);
    expect(await votes.mine(BALLOT.videoId)).toMatchObject({ choice: 'ai_visuals' });
    service.answer = () => YES;
    await new Promise((resolve) => setTimeout(resolve, 2));
    await votes.cast({ ...BALLOT, choice: 'not_ai' }, false);
    expect(await votes.mine(BALLOT.videoId)).toMatchObject({ choice: 'not_ai' });
    await votes.withdraw('aaaaaaaaaaa');
    expect(await votes.mine('aaaaaaaaaaa')).toEqual({});
    expect(await votes.mine('bbbbbbbbbbb')).toMatchObject({ choice: 'ai_visuals' });
  });
});
