// @vitest-environment node
/** What a juror is told, and what is kept of being one. */
import type { Juror } from 'realtube-client';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import {
  enrol,
  type Inbox,
  isRight,
  lastRound,
  leave,
  load,
  membershipOf,
  setBadge,
  told,
} from '../../src/jury/inbox';
import type { JurorAsk, JurorSaid } from '../../src/jury/messages';

const HERE = 'https://here.example';
const JUROR: Juror = {
  state: 'training',
  since: '2026-11-27T10:00:00Z',
  questionsLeft: 3,
  answered: 0,
  answers: [],
};
const NOBODY: JurorSaid = { code: '', why: 'away', waitMs: 0 };
const GONE: JurorSaid = { code: 'NOT_FOUND', why: 'no juror', waitMs: 0 };
let asked: JurorAsk[];
let answers: Partial<Record<JurorAsk['ask'], JurorSaid>>;

beforeEach(() => {
  fakeBrowser.reset();
  Object.assign(fakeBrowser.action, { setBadgeText: async () => undefined });
  asked = [];
  answers = {
    challenge: { value: { proofRequired: true, challenge: 'c', bits: 4 } },
    enrol: { value: JUROR },
    me: { value: JUROR },
    questions: { value: { questions: [], training: [] } },
    leave: { value: { success: true } },
  };
  vi.spyOn(fakeBrowser.runtime, 'sendMessage').mockImplementation(async (message: unknown) => {
    const { ask } = message as { ask: JurorAsk };
    asked.push(ask);
    return { value: answers[ask.ask] ?? NOBODY };
  });
});

const names = () => asked.map(({ ask }) => ask);
const given = (n: number, outcome?: 'ai' | 'human'): Juror['answers'][number] => ({
  videos: [`video${n}`],
  answer: 'ai',
  answeredAt: '2026-11-27T10:00:00Z',
  training: true,
  ...(outcome && { outcome }),
});
const inbox = (count: number, left: number): Inbox => ({
  juror: { ...JUROR, answers: Array.from({ length: count }, (_, n) => given(n, 'ai')) },
  questions: {
    questions: [],
    training: Array.from({ length: left }, (_, n) => ({ id: `q${n}`, videos: ['a'] })),
  },
});

describe('a membership', () => {
  it('begins with work, is of one server, and ends with its switch', async () => {
    expect(await membershipOf(HERE)).toBeUndefined();
    await enrol(HERE);
    expect(asked).toEqual([{ ask: 'challenge' }, { ask: 'enrol', proof: 'c:15' }]);
    const membership = await membershipOf(HERE);
    expect(membership).toEqual({ server: HERE, badge: false });
    expect(await membershipOf('https://elsewhere.example')).toBeUndefined();
    expect(await membershipOf('')).toBeUndefined();
    if (membership) await leave(membership);
    expect(await membershipOf(HERE)).toBeUndefined();
  });

  it.each([
    ['has no juries', GONE],
    ['is away', NOBODY],
    ['is somebody else', { value: { status: 'sign in' } }],
  ])('does not begin where the server %s', async (_, said) => {
    answers.enrol = said;
    await expect(enrol(HERE)).rejects.toThrow();
    expect(await membershipOf(HERE)).toBeUndefined();
  });

  it('is left at once, and the server told as soon as it can be', async () => {
    answers.leave = NOBODY;
    await leave({ server: HERE, badge: true });
    const left = await membershipOf(HERE);
    expect(left).toEqual({ server: HERE, badge: false, isLeaving: true });
    answers.leave = GONE;
    if (left) await leave(left);
    expect(await membershipOf(HERE)).toBeUndefined();
  });

  it('ends where the server no longer knows it, not while it is away', async () => {
    await setBadge({ server: HERE, badge: false }, true);
    answers.me = NOBODY;
    await expect(load({ server: HERE, badge: true })).rejects.toThrow('away');
    expect(await membershipOf(HERE)).toEqual({ server: HERE, badge: true });
    answers.me = GONE;
    await expect(load({ server: HERE, badge: true })).rejects.toThrow('no juror');
    expect(await membershipOf(HERE)).toBeUndefined();
    expect(names()).not.toContain('leave');
  });
});

describe('a training round', () => {
  it('tells nothing before its ten are judged, and all of it then', () => {
    const early = inbox(13, 7);
    expect(told(early).map(({ outcome }) => outcome !== undefined)).toEqual([
      ...Array(3).fill(false),
      ...Array(10).fill(true),
    ]);
    expect(lastRound(early).map(({ videos: [id] }) => id)).toEqual(
      Array.from({ length: 10 }, (_, n) => `video${n + 3}`),
    );
    expect(lastRound(inbox(10, 0))).toHaveLength(10);
    expect(lastRound(inbox(10, 10))).toHaveLength(10);
    expect(lastRound(inbox(3, 7))).toEqual([]);
  });

  it('counts an answer as right by its side, and never one that could not tell', () => {
    const right = (answer: 'ai' | 'partly' | 'human' | 'unsure', outcome: 'ai' | 'human') =>
      isRight({ ...given(0, outcome), answer });
    expect([right('ai', 'ai'), right('partly', 'ai'), right('human', 'human')]).toEqual([
      true,
      true,
      true,
    ]);
    expect([right('ai', 'human'), right('human', 'ai')]).toEqual([false, false]);
    expect([right('unsure', 'ai'), right('unsure', 'human')]).toEqual([false, false]);
  });
});
