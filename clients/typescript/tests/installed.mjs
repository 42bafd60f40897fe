/** What was installed from the archive: `make check-typescript` runs this in a folder with nothing else. */
import assert from 'node:assert/strict';
import { createHash, randomFillSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  Client,
  changesIn,
  check,
  isDelta,
  keyOf,
  keyText,
  parsed,
  prefixOf,
  readCompact,
  solve,
  userIdOf,
  VERSION,
} from 'realtube-client';

const folder = new URL('./node_modules/realtube-client/', import.meta.url);
const vectors = (name) =>
  JSON.parse(readFileSync(new URL(`../../clients/vectors/${name}.json`, import.meta.url), 'utf8'));

test('is whole, has types and a licence, and depends on nothing', () => {
  const { dependencies, version } = JSON.parse(
    readFileSync(new URL('package.json', folder), 'utf8'),
  );
  assert.equal(version, VERSION);
  assert.equal(dependencies, undefined);
  for (const name of ['dist/index.d.ts', 'LICENSE', 'README.md', 'CHANGELOG.md'])
    assert.ok(existsSync(fileURLToPath(new URL(name, folder))), name);
  assert.throws(() => new Client('no address'));
});

test('does what the vectors say', async () => {
  for (const { identity, userId } of vectors('identity'))
    assert.equal(await userIdOf(identity), userId);
  for (const { videoId, key, prefix } of vectors('prefixes')) {
    const found = await keyOf(videoId);
    assert.deepEqual([keyText(found), prefixOf(found)], [key, prefix]);
  }
  for (const { challenge, bits, proof } of vectors('proof').solved)
    assert.equal(await solve(challenge, bits, async () => undefined), proof);
  for (const each of vectors('signatures').cases.filter(({ outcome }) => outcome === 'taken')) {
    const pin = each.pinned === null ? {} : { key: each.pinned };
    const found = await check(each.signed, each.file, pin, { now: Date.parse(each.now) });
    assert.equal(found.pin.key, each.pinnedThen, each.name);
  }
});

/** A snapshot of so many videos, whose keys are hashes. */
function snapshotOf(size) {
  const keys = randomFillSync(new BigUint64Array(size)).sort();
  const columns = new Uint8Array(10 * size + 2 * size);
  let end = 0;
  let before = 0n;
  for (const key of keys) {
    let rest = key - before;
    before = key;
    for (; rest > 127n; rest >>= 7n) columns[end++] = Number(rest & 127n) | 128;
    columns[end++] = Number(rest);
  }
  const header = Buffer.alloc(42);
  header.write('RTCS', 'latin1');
  header.writeUInt8(1, 4);
  header.writeUInt16LE(42, 6);
  header.writeUInt32LE(size, 24);
  header.writeUInt32LE(end, 32);
  const body = Buffer.concat([header, columns.subarray(0, end + 2 * size)]);
  const trailer = createHash('sha256').update(body).digest().subarray(0, 8);
  return new Uint8Array(Buffer.concat([body, trailer]));
}

/** Bytes on the heap and in buffers, of what is still held. */
function held() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test('holds a snapshot in three times its size, whatever it says', async () => {
  const bytes = snapshotOf(1_000_000);
  const before = held();
  const most = process.resourceUsage().maxRSS * 1024;
  const snapshot = await readCompact(bytes);
  const peak = process.resourceUsage().maxRSS * 1024 - most;
  assert.equal(snapshot.videos.size, 1_000_000);
  assert.ok(held() - before + bytes.length <= 3 * bytes.length, 'held');
  assert.ok(peak + bytes.length <= 3 * bytes.length, `${peak / bytes.length} at most`);
  // The densest keys there can be, which no hashes are: three bytes would become ten.
  const dense = snapshotOf(1000);
  dense.fill(1, 42, dense.length - 8 - 2000);
  const size = 500_000;
  const body = Buffer.concat([
    dense.subarray(0, 42),
    Buffer.alloc(size, 1),
    Buffer.alloc(2 * size),
  ]);
  body.writeUInt32LE(size, 24);
  body.writeUInt32LE(size, 32);
  const trailer = createHash('sha256').update(body).digest().subarray(0, 8);
  await assert.rejects(readCompact(new Uint8Array(Buffer.concat([body, trailer]))), /too close/);
});

test('holds a page of the delta in three times its size', () => {
  const entry = (n) => ({
    key: n.toString(16).padStart(16, '0'),
    action: 'update',
    score: 62,
    flags: 1,
  });
  const videos = Array.from({ length: 10_000 }, (_, n) => entry(n));
  const page = { videos, channels: [], nextCursor: '12-0', hasMore: false };
  const bytes = Buffer.from(JSON.stringify(page));
  const before = held();
  const delta = parsed(bytes);
  assert.ok(isDelta(delta));
  const changes = changesIn(delta);
  const more = held() - before;
  assert.equal(changes.videos.length, 10_000);
  assert.ok(more + bytes.length <= 3 * bytes.length, `${more / bytes.length} more`);
});
