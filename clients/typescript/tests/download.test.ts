/** Files too large to hold, and what is said of those that were changed on their way. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BadCopy,
  Client,
  type Download,
  entriesOf,
  MemoryPin,
  Unreachable,
  Untrusted,
} from '../src/index.js';
import { Sha256Stream } from '../src/sha256.js';
import { type Heard, refusal, type Said, TestServer } from './server.js';
import { vectors } from './vectors.js';
import { Random } from './writer.js';

const random = new Random(5);
const BYTES = Uint8Array.from({ length: 300_000 }, () => random.below(256));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const ENTRY = { bytes: BYTES.length, sha256: sha256(BYTES) };
const EXPORTED = { name: 'realtube-20261121.tar.gz', ...ENTRY };
const ABOUT = { revision: 10, generatedAt: '2026-11-21T08:00:00Z', licence: 'CC0-1.0' };

let server: TestServer;
let client: Client;
let sent: Uint8Array;
let cutAfter: number | undefined;
beforeEach(async () => {
  sent = BYTES;
  cutAfter = undefined;
  server = await new TestServer().start();
  server.answer = site;
  client = new Client(server.origin, { tries: 1, userAgent: 'player/1.2' });
});
afterEach(() => server.stop());

/** A site with a copy and an export; connections break off after so many bytes. */
function site({ path, headers }: Heard): Said {
  if (path === '/api/sync/manifest')
    return { body: { ...ABOUT, counts: {}, files: { 'full.ndjson.zst': { identity: ENTRY } } } };
  if (path === '/api/database/manifest')
    return { body: { ...ABOUT, rows: {}, files: { csv: EXPORTED, spreadsheets: EXPORTED } } };
  if (!/^\/api\/(sync\/full\.ndjson|database\/export)/.test(path)) return refusal(404, 'NOT_FOUND');
  const from = Number(/bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
  const rest = sent.subarray(from);
  const part = cutAfter === undefined ? rest : rest.subarray(0, cutAfter);
  const length = { 'Content-Length': String(rest.length), Connection: 'close' };
  return { status: from > 0 ? 206 : 200, headers: length, body: part };
}

async function read(download: Download): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of download) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('a download', () => {
  it('comes whole, from a server that signs or never did', async () => {
    const copy = await client.everything();
    expect(copy.manifest.revision).toBe(10);
    expect(sha256(await read(copy))).toBe(sha256(BYTES));
    expect((await client.exports())?.files).toHaveProperty('csv');
    await expect(client.exported('parquet')).rejects.toThrow('There is no export as parquet.');
  });

  it.each(['csv', 'spreadsheets'] as const)('is an export as %s', async (format) => {
    expect(sha256(await read(await client.exported(format)))).toBe(sha256(BYTES));
    expect(server.paths).toContain(`GET /api/sync/signed?file=export.${format}.tar.gz`);
    expect(server.paths).toContain(`GET /api/database/export?format=${format}`);
  });

  it('goes on where a connection broke off', async () => {
    cutAfter = 100_000;
    expect(sha256(await read(await client.everything()))).toBe(sha256(BYTES));
    const ranges = server.heard.map(({ headers }) => headers.range).filter(Boolean);
    expect(ranges).toEqual(['bytes=100000-', 'bytes=200000-']);
    cutAfter = 10_000;
    await expect(read(await client.everything())).rejects.toThrow(Unreachable);
  });

  it.each([
    ['altered', BYTES.with(299_999, 256 - (BYTES[299_999] ?? 0))],
    ['altered', new Uint8Array([...BYTES, 0])],
    ['truncated', BYTES.subarray(0, 299_999)],
  ])('that is not what was promised is refused at its end: %s', async (doubt, bytes) => {
    sent = bytes;
    const error = await read(await client.everything()).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(Untrusted);
    expect((error as Untrusted).doubt).toBe(doubt);
  });

  it('is not begun where the key that is known did not sign it', async () => {
    const { keys } = vectors<{ keys: Record<string, string> }>('signatures');
    const pins = new MemoryPin({ key: keys.first ?? '' });
    const pinned = new Client(server.origin, { tries: 1, pins });
    await expect(pinned.everything()).rejects.toMatchObject({ doubt: 'unsigned' });
    expect(server.paths).not.toContain('GET /api/sync/full.ndjson.zst');
  });

  it('ends when it is told to, or nobody wants more', async () => {
    const controller = new AbortController();
    const download = await client.everything({ signal: controller.signal });
    const reading = (async () => {
      for await (const _ of download) controller.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toThrow('enough');
    for await (const piece of await client.everything()) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
  });

  it('names the program that asks', async () => {
    await client.exports();
    expect(server.heard[0]?.headers['user-agent']).toMatch(/^player\/1\.2 realtube-client\/\d/);
  });
});

describe('a copy that was unpacked', () => {
  const lines = [{ counts: { videos: 1, channels: 1 } }, { videoId: 'a', score: 9 }];
  const channel = { channelId: '@b', score: 80, later: 1 };

  async function entries(text: string, size: number): Promise<unknown[]> {
    const bytes = Buffer.from(text);
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const found: unknown[] = [];
    for await (const entry of entriesOf(pieces())) found.push(entry);
    return found;
  }
  const textOf = (objects: readonly unknown[]) =>
    objects.map((each) => `${JSON.stringify(each)}\n`).join('');

  it.each([1, 7, 1000])('is read in pieces of %d bytes', async (size) => {
    const found = await entries(textOf([...lines, channel]), size);
    expect(found).toEqual([lines[1], channel]);
  });

  it.each([
    ['an entry is missing', textOf(lines)],
    ['there is one too many', textOf([...lines, channel, channel])],
    ['there is no header', textOf([channel])],
    ['there is nothing', ''],
    ['a line is no entry', `${textOf(lines)}[]\n`],
    ['it is cut', textOf([...lines, channel]).slice(0, -1)],
    ['a line does not end', `${textOf(lines)}${'x'.repeat(100_000)}`],
  ])('is refused: %s', async (_, text) => {
    await expect(entries(text, 1000)).rejects.toThrow(BadCopy);
  });
});

it('hashes pieces of any size as if they were one', () => {
  for (const most of [1, 63, 64, 65, 5000]) {
    const hash = new Sha256Stream();
    let at = 0;
    while (at < 20_000) {
      const next = Math.min(20_000, at + random.below(most + 1));
      hash.update(BYTES.subarray(at, next));
      at = next;
    }
    expect(hash.hex()).toBe(sha256(BYTES.subarray(0, 20_000)));
  }
  expect(new Sha256Stream().hex()).toBe(sha256(new Uint8Array(0)));
});
