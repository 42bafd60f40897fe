import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Client, Intercepted, Refused } from '../src/index.js';
import { refusal, type Said, TestServer } from './server.js';

const USER = '0727f2f92fbbc37df7cefc9cfd3bf215ed975ab5a03336d23358cf486f9746d5';
const JUROR = {
  state: 'training',
  since: '2026-11-27T10:00:00Z',
  questionsLeft: 3,
  answered: 1,
  training: { answered: 1, of: 40 },
  answers: [{ videos: ['a'], answer: 'ai', kind: 'fully_ai', answeredAt: '2026-11-27T10:01:00Z' }],
};
const QUESTION = { id: '0f'.repeat(16), videos: ['a', 'b'], channel: '@somebody' };

let server: TestServer;
let client: Client;
beforeEach(async () => {
  server = await new TestServer().start();
  client = new Client(server.origin, { tries: 1 });
});
afterEach(() => server.stop());

describe('a juror', () => {
  it('works before enrolling, and says that they agree', async () => {
    const answers: Said[] = [
      { body: { proofRequired: true, challenge: 'c', bits: 4 } },
      { body: JUROR },
    ];
    server.answer = () => answers.shift() ?? { status: 500 };
    expect(await client.enrol(USER)).toEqual(JUROR);
    expect(server.paths).toEqual(['GET /api/challenge?for=juror', 'POST /api/jurors']);
    expect(server.heard[0]?.headers['x-user-id']).toBe(USER);
    expect(server.heard[1]?.body).toEqual({ userId: USER, agreed: true, proof: 'c:15' });
  });

  it('sees their standing and questions, and answers', async () => {
    const answers: Said[] = [
      { body: JUROR },
      { body: { questions: [QUESTION], training: [] } },
      {
        body: { success: true, round: [{ videoId: 'a', answer: 'ai', truth: 'ai', right: true }] },
      },
    ];
    server.answer = () => answers.shift() ?? { status: 500 };
    expect(await client.juror(USER)).toEqual(JUROR);
    expect(await client.questions(USER)).toEqual({ questions: [QUESTION], training: [] });
    const said = { question: QUESTION.id, answer: 'partly', kind: 'ai_visuals' } as const;
    expect((await client.answer(USER, said)).round).toHaveLength(1);
    expect(server.heard[2]).toMatchObject({
      path: '/api/jurors/me/answers',
      body: { userId: USER, ...said },
    });
  });

  it('is nobody to a server that does not know them', async () => {
    expect(await client.juror(USER)).toBeUndefined();
    expect(await client.questions(USER)).toBeUndefined();
    expect(await client.leaveJury(USER)).toBe(false);
  });

  it('leaves, naming themselves in a header alone', async () => {
    server.answer = () => ({ body: { success: true } });
    expect(await client.leaveJury(USER)).toBe(true);
    expect(server.heard[0]).toMatchObject({ method: 'DELETE', path: '/api/jurors/me' });
  });

  it.each([
    [409, 'ALREADY_ANSWERED'],
    [410, 'QUESTION_CLOSED'],
  ])('is told by %i why an answer was not taken', async (status, code) => {
    server.answer = () => refusal(status, code);
    const refused = client.answer(USER, { question: QUESTION.id, answer: 'unsure' });
    await expect(refused).rejects.toSatisfy(
      (error) => error instanceof Refused && error.code === code,
    );
  });

  it('takes no questions that are none', async () => {
    server.answer = () => ({
      body: { questions: [{ ...QUESTION, videos: ['a b'] }], training: [] },
    });
    await expect(client.questions(USER)).rejects.toThrow(Intercepted);
  });
});
