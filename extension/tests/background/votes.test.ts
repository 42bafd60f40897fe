// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/core/clock';
import {
  BALLOT,
  leave,
  no,
  OTHER,
  restart,
  service,
  states,
  USER,
  useVoter,
  votes,
  YES,
} from './voter';
import { type Heard, OTHERS, refusal, type Said } from './world';

useVoter();

describe('Votes', () => {
  it('sends the choice, what the page claims, and the derived identity', async () => {
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'sent' });
    expect(service.heard).toHaveLength(1);
    const { method, path, body } = service.heard[0] ?? { body: '{}' };
    expect([method, path]).toEqual(['POST', '/api/votes']);
    const { userId, ...rest } = JSON.parse(body) as Record<string, unknown>;
    expect(userId).toMatch(/^[0-9a-f]{64}$/);
    expect(rest).toEqual({
      videoId: 'dQw4w9WgXcQ',
      category: 'fully_ai',
      channelId: 'UC0123456789abcdefghijkl',
      channelHandle: '@some.handle',
      title: 'A title',
      isShort: false,
      userAgent: expect.stringMatching(/^RealTube\//) as string,
    });
    expect(await votes.mine('dQw4w9WgXcQ')).toMatchObject({ choice: 'fully_ai' });
  });

  it('says honestly that a report waits, and sends it after a restart', async () => {
    service.answer = () => no(503);
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'queued' });
    expect(await votes.waiting()).toBe(1);
    restart();
    service.answer = () => YES;
    await votes.flush();
    expect(await votes.waiting()).toBe(0);
    expect(await states()).toEqual([{ videoId: 'dQw4w9WgXcQ', state: 'sent', choice: 'fully_ai' }]);
  });

  it('tells that pictures may follow, and sends them by themselves, or says why not', async () => {
    service.answer = () => ({ ...YES, body: { success: true, newScore: 1, shots: 3 } });
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'sent', shots: 3 });
    const shots = [{ at: 1.5, picture: 'AAAA' }];
    expect(await votes.show(BALLOT.videoId, shots)).toEqual({ state: 'sent' });
    const { method, path, body } = service.heard.at(-1) ?? { body: '{}' };
    expect([method, path]).toEqual(['POST', `/api/evidence/votes/${BALLOT.videoId}/shots`]);
    expect(JSON.parse(body)).toEqual({ userId: expect.any(String) as string, shots });
    service.answer = () => no(404);
    await expect(votes.show(BALLOT.videoId, shots)).rejects.toThrow('no 404');
    expect(await votes.waiting()).toBe(0);
  });

  it.each([400, 403, 404, 413])(
    'drops what the server refuses for good (%i), and says why',
    async (status) => {
      service.answer = () => no(status);
      expect(await votes.cast(BALLOT, false)).toEqual({ state: 'refused', why: `no ${status}` });
      expect(await votes.waiting()).toBe(0);
      expect(await votes.mine('dQw4w9WgXcQ')).toEqual({});
    },
  );

  it.each([429, 500, 503])('keeps what may be accepted later (%i)', async (status) => {
    service.answer = () => no(status);
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'queued' });
  });

  it('does not let one refused report block those behind it', async () => {
    service.answer = () => no(503);
    await votes.cast(BALLOT, false);
    await votes.cast(OTHER, false);
    restart();
    service.answer = ({ body }) => (body.includes(BALLOT.videoId) ? no(400) : YES);
    await votes.flush();
    expect(await votes.waiting()).toBe(0);
    expect(await states()).toEqual(
      expect.arrayContaining([
        { videoId: BALLOT.videoId, state: 'refused', choice: 'fully_ai' },
        { videoId: OTHER.videoId, state: 'sent', choice: 'fully_ai' },
      ]),
    );
  });

  it('honours Retry-After, and stops at the first temporary failure', async () => {
    service.answer = () => no(503);
    await votes.cast(BALLOT, false);
    await votes.cast(OTHER, false);
    service.heard.length = 0;
    service.answer = () => ({ ...no(429), headers: { 'Retry-After': '60' } });
    await votes.flush();
    expect(service.heard).toHaveLength(1);
    await votes.flush();
    expect(service.heard).toHaveLength(1);
    expect(await votes.waiting()).toBe(2);
  });

  it('gives up what was tried in vain for seven days', async () => {
    service.answer = () => no(503);
    await votes.cast(BALLOT, false);
    await leave({ videoId: BALLOT.videoId, at: Date.now() - 8 * DAY_MS, tries: 100 });
    await votes.flush();
    expect(await votes.waiting()).toBe(0);
    expect(await votes.reports()).toMatchObject([{ state: 'refused', why: 'reportTooOld' }]);
  });

  it('withdraws, also what the server never had', async () => {
    await votes.cast(BALLOT, false);
    expect(await votes.withdraw(BALLOT.videoId)).toEqual({ state: 'sent' });
    expect(service.heard[1]?.method).toBe('DELETE');
    expect(await votes.reports()).toEqual([]);
    service.answer = () => no(404);
    expect(await votes.withdraw(BALLOT.videoId)).toEqual({ state: 'sent' });
  });

  it('withdraws a report that still waits', async () => {
    service.answer = () => no(503);
    await votes.cast(BALLOT, false);
    expect(await votes.withdraw(BALLOT.videoId)).toEqual({ state: 'queued' });
    expect(await votes.mine(BALLOT.videoId)).toEqual({});
    service.heard.length = 0;
    service.answer = () => no(404);
    restart();
    await votes.flush();
    expect(service.heard.map(({ method }) => method)).toEqual(['DELETE']);
    expect(await votes.waiting()).toBe(0);
    expect(await votes.reports()).toEqual([]);
  });

  it('lets the newer of two choices win', async () => {
    service.answer = () => no(503);
    await votes.cast(BALLOT, false);
    await votes.cast({ ...BALLOT, choice: 'not_ai' }, false);
    service.answer = () => YES;
    restart();
    service.heard.length = 0;
    await votes.flush();
    expect(
      service.heard.map(({ body }) => (JSON.parse(body) as { category: string }).category),
    ).toEqual(['not_ai']);
  });

  it('sends what gives a video away, and sends it again with what replaces a report that waits', async () => {
    const signs = [{ sign: 'watermark', at: 12 }, { sign: 'voice' }] as const;
    const named = { ...BALLOT, channelName: '  Slow   Kitchen ', signs };
    const bodies = () => service.heard.map(({ body }) => JSON.parse(body) as object);
    service.answer = () => no(503);
    await votes.cast(named, false);
    expect(bodies()).toMatchObject([{ title: 'A title', channelName: 'Slow Kitchen', signs }]);
    expect(await votes.mine(BALLOT.videoId)).toEqual({ choice: 'fully_ai', signs });
    await votes.cast({ ...BALLOT, choice: 'ai_visuals' }, false);
    service.answer = () => YES;
    service.heard.length = 0;
    restart();
    await votes.flush();
    expect(bodies()).toMatchObject([{ category: 'ai_visuals', signs }]);
    await votes.cast({ ...BALLOT, signs: [] }, false);
    expect(await votes.mine(BALLOT.videoId)).toEqual({ choice: 'fully_ai', signs: [] });
  });

  it('forgets the signs of what is no AI', async () => {
    await votes.cast({ ...BALLOT, signs: [{ sign: 'voice' }] }, false);
    await votes.cast({ ...BALLOT, choice: 'not_ai' }, false);
    expect(service.heard.map(({ body }) => body.includes('signs'))).toEqual([true, false]);
    expect(await votes.mine(BALLOT.videoId)).toEqual({ choice: 'not_ai' });
  });

  it('keeps no list of reports from private windows', async () => {
    await votes.cast(BALLOT, true);
    expect(await votes.mine(BALLOT.videoId)).toMatchObject({ choice: 'fully_ai' });
    restart();
    expect(await votes.reports()).toEqual([]);
  });

  it('waits until the welcome page was accepted', async () => {
    service.welcomed = false;
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'queued' });
    expect(service.heard).toEqual([]);
    service.welcomed = true;
    await votes.flush();
    expect(service.heard).toHaveLength(1);
  });

  it('does the work that a server under attack asks for, and then reports', async () => {
    service.answer = ({ path, body }) => {
      if (path === '/api/challenge')
        return { body: { proofRequired: true, challenge: 'abc', bits: 8 } };
      return 'proof' in JSON.parse(body) ? YES : no(403);
    };
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'sent' });
    expect(service.paths()).toEqual(['/api/votes', '/api/challenge', '/api/votes']);
    const [first, asked, second] = service.heard;
    const { proof, ...vote } = JSON.parse(second?.body ?? '{}') as Record<string, unknown>;
    expect(proof).toMatch(/^abc:\d+$/);
    expect(vote).toEqual(JSON.parse(first?.body ?? '{}'));
    expect(asked?.headers['x-user-id']).toBe(vote.userId);
  });

  it.each([
    ['none is asked for', { proofRequired: false }],
    ['it would take for ever', { proofRequired: true, challenge: 'abc', bits: 60 }],
  ])('takes a refusal for one when %s', async (_, body) => {
    service.answer = ({ path }) => (path === '/api/challenge' ? { body } : no(403));
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'refused', why: 'no 403' });
    expect(service.paths()).toEqual(['/api/votes', '/api/challenge']);
  });

  it('says from when a report counts, while the server lets new viewers wait', async () => {
    const countsFrom = new Date(Date.now() + 3600_000).toISOString();
    service.answer = () => ({
      body: { success: true, newScore: 0, userTrust: 0.3, pending: true, countsFrom },
    });
    expect(await votes.cast(BALLOT, false)).toEqual({
      state: 'sent',
      countsFrom: Date.parse(countsFrom),
    });
    expect(await states()).toMatchObject([{ state: 'sent' }]);
  });
});

describe('whoever answers in the place of the server', () => {
  it.each(OTHERS)('decides nothing about a report: %s', async (_, answer) => {
    service.answer = () => answer;
    expect(await votes.cast(BALLOT, false)).toEqual({ state: 'queued', why: 'intercepted' });
    expect(service.paths()).toEqual(['/api/votes']);
    expect(await votes.waitingWhy()).toBe('intercepted');
    expect(await votes.reports()).toMatchObject([{ state: 'queued', why: 'intercepted' }]);
    restart();
    await votes.flush();
    expect(await votes.waiting()).toBe(1);
    service.answer = () => YES;
    restart();
    await votes.flush();
    expect(await votes.waiting()).toBe(0);
    const [report] = await votes.reports();
    expect(report).toMatchObject({ state: 'sent' });
    expect(report).not.toHaveProperty('why');
  });

  it.each(OTHERS)('decides nothing about a withdrawal: %s', async (_, answer) => {
    await votes.cast(BALLOT, false);
    service.answer = () => answer;
    expect(await votes.withdraw(BALLOT.videoId)).toEqual({ state: 'queued', why: 'intercepted' });
    expect(await votes.mine(BALLOT.videoId)).toEqual({});
    expect(await votes.reports()).toMatchObject([{ state: 'withdrawing', why: 'intercepted' }]);
    restart();
    await votes.flush();
    expect(await votes.waiting()).toBe(1);
    service.answer = () => ({ body: { success: true } });
    restart();
    await votes.flush();
    expect(await votes.waiting()).toBe(0);
    expect(await votes.reports()).toEqual([]);
  });

  it.each(OTHERS)('decides nothing about a challenge: %s', async (_, answer) => {
    service.answer = ({ path }) => (path === '/api/challenge' ? answer : no(403));
    expect(await votes.cast(BALLOT, false)).toMatchObject({ state: 'queued' });
    expect(await votes.waiting()).toBe(1);
  });

  it('is not led after to where it points', async () => {
    service.answer = () => ({ status: 307, headers: { Location: '/elsewhere' }, body: 'come' });
    await votes.cast(BALLOT, false);
    expect(service.paths()).toEqual(['/api/votes']);
  });
});

describe('a withdrawal whose body is lost on the way', () => {
  const withoutBody = (answer: Said) => (request: Heard) =>
    request.method === 'DELETE' && request.body !== '' ? answer : { body: { success: true } };

  it.each([
    ['the server had no body', refusal(400, 'INVALID_BODY')],
    ['the server had an empty one', refusal(400, 'INVALID_FIELD', 'no', { field: 'videoId' })],
    ['a proxy wants none', { status: 400, body: 'Bad Request' }],
    ['a proxy finds it too large', { status: 413, body: 'too large' }],
  ])('names the video in the address and the voter in a header: %s', async (_, answer) => {
    await votes.cast(BALLOT, false);
    service.heard.length = 0;
    service.answer = withoutBody(answer);
    expect(await votes.withdraw(BALLOT.videoId)).toEqual({ state: 'sent' });
    const [first, second] = service.heard;
    expect(JSON.parse(first?.body ?? '')).toEqual({ videoId: BALLOT.videoId, userId: USER });
    expect(second).toMatchObject({
      method: 'DELETE',
      path: `/api/votes?videoId=${BALLOT.videoId}`,
      body: '',
    });
    expect(second?.headers['x-user-id']).toBe(USER);
    expect(await votes.reports()).toEqual([]);
  });

  it('has no secret in any address', async () => {
    service.answer = withoutBody(refusal(400, 'INVALID_BODY'));
    await votes.withdraw(BALLOT.videoId);
    expect(service.heard.map(({ path }) => path).join()).not.toContain(USER);
    expect(service.contacts.map((contact) => JSON.stringify(contact)).join()).not.toContain(USER);
  });

  it('waits when the other form fails, too', async () => {
    service.answer = ({ body }) => (body === '' ? no(503) : refusal(400, 'INVALID_BODY'));
    expect(await votes.withdraw(BALLOT.videoId)).toEqual({ state: 'queued' });
  });

  it.each([404, 429, 503])(
    'is not sent in another form for another reason (%i)',
    async (status) => {
      service.answer = () => no(status);
      await votes.withdraw(BALLOT.videoId);
      expect(service.heard).toHaveLength(1);
    },
  );
});
