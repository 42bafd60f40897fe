// @vitest-environment node

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Failure, Intercepted, isDone, json, Refused, Unreachable } from 'realtube-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Server } from '../../src/background/server';
import { DAY_MS } from '../../src/core/clock';
import { FakeService, OTHERS, refusal, type Said, setClock } from './world';

const OPENAPI = path.resolve(import.meta.dirname, '../../../docs/openapi.yaml');
const ASK = { path: '/api/anything', sent: 'something' };

let service: FakeService;
let server: Server;

beforeEach(async () => {
  service = new FakeService();
  server = await service.start();
});

afterEach(() => {
  vi.restoreAllMocks();
  service.stop();
});

/** How an answer fails. */
async function failureOf(answer: Said): Promise<Failure> {
  service.answer = () => answer;
  return server.request(ASK, json(isDone)).then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error as Failure,
  );
}

/** Statuses and codes that the server documents. */
function documented(): (readonly [number, string])[] {
  const found = new Map<string, readonly [number, string]>();
  let status = 0;
  for (const line of readFileSync(OPENAPI, 'utf8').split('\n')) {
    status = Number(/^ {8}'(\d{3})':$/.exec(line)?.[1] ?? status);
    const code = /^ +code: ([A-Z_]+)$/.exec(line)?.[1];
    if (code) found.set(code, [status, code]);
  }
  return [...found.values()];
}

describe('an answer', () => {
  it('of the expected shape is what the server says', async () => {
    service.answer = () => ({ body: { success: true, more: 1 } });
    expect(await server.request(ASK, json(isDone))).toMatchObject({ success: true });
    expect(service.contacts).toMatchObject([{ path: ASK.path, status: 200, isIntercepted: false }]);
  });

  it.each(documented())('%i %s is a refusal of the server', async (status, code) => {
    // With no field this one means that the body did not arrive.
    const failure = await failureOf(refusal(status, code, 'why', { field: 'videoId' }));
    expect(failure).toBeInstanceOf(Refused);
    expect(failure).toMatchObject({ code, message: 'why' });
    expect((failure as Refused).isTemporary).toBe(status === 429 || status >= 500);
    expect(service.contacts).toMatchObject([{ status, isIntercepted: false }]);
  });

  it('knows all that the server documents', () => {
    expect(documented().length).toBeGreaterThan(15);
  });

  it.each(OTHERS)('by somebody else is none: %s', async (_, answer) => {
    const failure = await failureOf(answer);
    expect(failure).toBeInstanceOf(Intercepted);
    expect(failure.message).toBe('intercepted');
    expect(service.contacts).toMatchObject([{ isIntercepted: true }]);
    expect(service.paths()).toEqual([ASK.path]);
  });

  it('that ends in its middle is none, and nobody is blamed', async () => {
    const failure = await failureOf({
      headers: { 'Content-Length': '1000' },
      body: { success: true },
    });
    expect(failure).toBeInstanceOf(Unreachable);
    expect(failure).not.toBeInstanceOf(Intercepted);
  });
});

describe('the time to wait', () => {
  const limited = (headers: Said['headers'] = {}): Said => ({
    ...refusal(429, 'RATE_LIMITED'),
    headers,
  });
  const at = (ms: number) => new Date(ms).toUTCString();

  it.each([
    ['in seconds', limited({ 'Retry-After': '120' }), 120_000],
    ['in the body', refusal(503, 'OVERLOADED', '', { retryAfter: 5 }), 5000],
    ['longer than a day', limited({ 'Retry-After': '9999999' }), DAY_MS],
    ['before now', limited({ 'Retry-After': '-5' }), 0],
    ['no time', limited({ 'Retry-After': 'soon' }), 0],
    [
      'that others ask for',
      { status: 503, headers: { 'Retry-After': '60' }, body: 'busy' },
      60_000,
    ],
  ])('is taken %s', async (_, answer, waitMs) => {
    expect((await failureOf(answer)).waitMs).toBe(waitMs);
  });

  it.each([0, 365 * DAY_MS, -365 * DAY_MS])(
    'until a moment goes by the clock of the server (%d)',
    async (offMs) => {
      const now = Date.now();
      setClock(offMs);
      const answer = limited({ Date: at(now), 'Retry-After': at(now + 90_000) });
      expect((await failureOf(answer)).waitMs).toBe(90_000);
    },
  );
});

describe('what is kept with its ETag', () => {
  const newer = (etag?: string) => server.requestNewer(ASK, etag, json(isDone));

  it('comes with the new one', async () => {
    service.answer = () => ({ headers: { ETag: '"two"' }, body: { success: true } });
    expect(await newer('"one"')).toEqual({ value: { success: true }, etag: '"two"' });
    expect(service.heard[0]?.headers['if-none-match']).toBe('"one"');
  });

  it('is the same when the server says so, which it cannot without one', async () => {
    service.answer = () => ({ status: 304 });
    expect(await newer('"one"')).toBeUndefined();
    await expect(newer()).rejects.toThrow('intercepted');
  });
});
