/** What was installed from the archive: `make check-typescript` runs this in a folder with nothing else. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client, check, keyOf, keyText, prefixOf, solve, userIdOf } from 'realtube-client';

const folder = new URL('./node_modules/realtube-client/', import.meta.url);
const vectors = (name) =>
  JSON.parse(readFileSync(new URL(`../../clients/vectors/${name}.json`, import.meta.url), 'utf8'));

test('is whole, has types and a licence, and depends on nothing', () => {
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
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
