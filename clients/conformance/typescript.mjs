/** The checks of run.py with the TypeScript kit: prints `[name, is right, what was seen]`, a line each. */
import assert from 'node:assert/strict';
import zlib from 'node:zlib';

const { origin, key, video, channel, unknown, kit } = JSON.parse(process.argv[2]);
const { Client, entriesOf, keyOf, MemoryPin, MemoryStore, newIdentity, Refused, userIdOf } =
  await import(kit);

const NOTHING = '-';
const PICTURE = Uint8Array.of(0xff, 0xd8, 0xff); // goes with the vote, before anybody looks at it
const pins = new MemoryPin(key ? { key } : {});
const client = new Client(origin, { pins, longestWaitMs: 90_000, userAgent: 'conformance/1' });
const store = new MemoryStore();
const follower = client.follower(store);
const hasVideo = video.videoId !== undefined;

async function refused(asking) {
  try {
    await asking;
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
  throw new Error('it was taken');
}

const CHECKS = {
  async look_up() {
    assert.equal(await client.lookup(unknown), undefined);
    if (!hasVideo) return NOTHING;
    assert.equal((await client.lookup(video.videoId))?.score, video.score);
    return 'found';
  },
  async batch() {
    const ids = Array.from({ length: 150 }, (_, n) => `v${n}`);
    const found = await client.lookupMany(hasVideo ? [...ids, video.videoId] : ids);
    assert.deepEqual([...found.keys()], hasVideo ? [video.videoId] : []);
    return hasVideo ? 'found' : NOTHING;
  },
  async direct() {
    assert.equal(await client.video(unknown), undefined);
    if (!hasVideo) return NOTHING;
    assert.equal((await client.video(video.videoId))?.score, video.score);
    return 'found';
  },
  async channel() {
    assert.equal(await client.channel('@nobody-is-called-so'), undefined);
    if (channel.channelId === undefined) return NOTHING;
    assert.equal((await client.channel(channel.channelId))?.score, channel.score);
    return 'found';
  },
  async snapshot() {
    await follower.follow(86_400_000);
    const held = hasVideo && store.list.video(await keyOf(video.videoId));
    if (hasVideo) assert.equal(held?.score, Math.floor(video.score));
    return 'followed';
  },
  async delta() {
    const { fullAt } = await store.state();
    await follower.follow(86_400_000);
    assert.equal((await store.state()).fullAt, fullAt);
    return 'followed';
  },
  async statement() {
    assert.ok(!key || pins.pin.time !== undefined, 'it is not signed');
    return pins.pin.time === undefined ? 'unsigned' : 'signed';
  },
  async everything() {
    const pieces = [];
    for await (const piece of await client.everything()) pieces.push(piece);
    const unpack = zlib.zstdDecompressSync; // Node 22.15 and newer
    if (!unpack) return 'downloaded';
    const ids = new Set();
    const whole = unpack(Buffer.concat(pieces));
    for await (const entry of entriesOf([whole])) ids.add(entry.videoId);
    assert.ok(!hasVideo || ids.has(video.videoId), 'it lacks a video');
    return 'downloaded';
  },
  async errors() {
    assert.equal(await refused(client.buckets(['xyz'])), 'INVALID_PREFIX');
    const vote = { userId: 'short', videoId: unknown, category: 'fully_ai' };
    const code = await refused(client.vote(vote));
    assert.ok(['INVALID_FIELD', 'READ_ONLY'].includes(code), code);
    return 'refused';
  },
  async votes() {
    const userId = await userIdOf(newIdentity());
    const vote = { userId, videoId: unknown };
    let shots = 0;
    try {
      ({ shots = 0 } = await client.vote({ ...vote, category: 'fully_ai' }));
    } catch (error) {
      if (error instanceof Refused && error.code === 'READ_ONLY') return 'read-only';
      throw error;
    }
    const shown = client.showPictures({ ...vote, pictures: [{ at: 1, picture: PICTURE }] });
    if (shots > 0) await shown;
    else assert.equal(await refused(shown), 'NOT_FOUND');
    assert.equal(await client.withdraw(vote), true);
    assert.equal(await client.withdraw(vote), false);
    return shots > 0 ? 'taken-with-pictures' : 'taken';
  },
};

for (const [name, check] of Object.entries(CHECKS)) {
  const row = await check().then(
    (seen) => [name, true, seen],
    (error) => [name, false, `${error.name}: ${error.message}`],
  );
  console.log(JSON.stringify(row));
}
