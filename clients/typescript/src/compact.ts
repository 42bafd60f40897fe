/**
 * Reads the compact snapshot (docs/compact-format.md of the server): header, sorted keys as differences in
 * varints, scores, flags, a checksum. Everything is checked against the length of the file, so
 * that a damaged or hostile one is refused and never half believed.
 */
import { Table } from './table.js';

/** What a compact snapshot says: its tables. */
export interface Snapshot {
  readonly revision: number;
  /** Names of categories, in the order their numbers in flags have. */
  readonly categories: readonly string[];
  readonly videos: Table;
  readonly channels: Table;
}

const MAGIC = 0x52544353; // "RTCS"
const MAJOR = 1;
const FIXED_BYTES = 42;
const TRAILER_BYTES = 8;
const BLOCK_TAG_BYTES = 4;
const BLOCK_HEAD_BYTES = 8;
const MAX_ENTRIES = 50_000_000;
/** Hashes of fewer than `MAX_ENTRIES` names are never closer on average: six bytes and more. */
const MIN_KEY_BYTES = 4;
const FEW_ENTRIES = 1000;
const WORD = 2 ** 32;

/** The bytes are not a snapshot that this reader understands. */
export class BadSnapshot extends Error {}

/** Whether they begin as a snapshot does: if not, they are something else altogether. */
export function isCompact(bytes: Uint8Array<ArrayBuffer>): boolean {
  return bytes.length >= 4 && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) === MAGIC;
}

/** Raises `BadSnapshot`. */
export async function readCompact(bytes: Uint8Array<ArrayBuffer>): Promise<Snapshot> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(view);
  await checkTrailer(bytes, view);
  const { headerBytes, videos, channels, videoKeyBytes, channelKeyBytes } = header;
  const channelsAt = headerBytes + videoKeyBytes + 2 * videos;
  return {
    revision: header.revision,
    categories: header.categories,
    videos: readSection(bytes, headerBytes, videoKeyBytes, videos),
    channels: readSection(bytes, channelsAt, channelKeyBytes, channels),
  };
}

function readHeader(view: DataView) {
  check(view.byteLength >= FIXED_BYTES + TRAILER_BYTES, 'too short');
  check(view.getUint32(0) === MAGIC, 'not a snapshot');
  check(view.getUint8(4) === MAJOR, 'another version');
  const headerBytes = view.getUint16(6, true);
  const revision = view.getUint32(8, true) + view.getUint32(12, true) * WORD;
  check(Number.isSafeInteger(revision), 'the revision is too large');
  const [videos, channels, videoKeyBytes, channelKeyBytes] = [24, 28, 32, 36].map((at) =>
    view.getUint32(at, true),
  ) as [number, number, number, number];
  check(videos <= MAX_ENTRIES && channels <= MAX_ENTRIES, 'too many entries');
  const bytes = headerBytes + videoKeyBytes + 2 * videos + channelKeyBytes + 2 * channels;
  skipBlocks(view, bytes);
  const categories = readNames(view, headerBytes);
  return { headerBytes, revision, videos, channels, videoKeyBytes, channelKeyBytes, categories };
}

/** What follows the columns has to be whole blocks, of which this version knows none. */
function skipBlocks(view: DataView, start: number): void {
  const end = view.byteLength - TRAILER_BYTES;
  let at = start;
  while (at + BLOCK_HEAD_BYTES <= end) {
    at += BLOCK_HEAD_BYTES + view.getUint32(at + BLOCK_TAG_BYTES, true);
  }
  check(at === end, 'lengths do not add up');
}

function readNames(view: DataView, headerBytes: number): string[] {
  let at = FIXED_BYTES;
  return Array.from({ length: view.getUint8(41) }, () => {
    check(at < headerBytes, 'a name is outside of the header');
    const length = view.getUint8(at);
    const start = at + 1;
    at = start + length;
    check(at <= headerBytes, 'a name is outside of the header');
    return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + start, length));
  });
}

async function checkTrailer(bytes: Uint8Array<ArrayBuffer>, view: DataView): Promise<void> {
  const end = bytes.length - TRAILER_BYTES;
  const digest = new DataView(await crypto.subtle.digest('SHA-256', bytes.subarray(0, end)));
  const isSame = [0, 4].every((at) => digest.getUint32(at) === view.getUint32(end + at));
  check(isSame, 'the checksum is wrong');
}

function readSection(
  bytes: Uint8Array<ArrayBuffer>,
  start: number,
  keyBytes: number,
  size: number,
): Table {
  // Else a small file could make tables of many times its size.
  check(size < FEW_ENTRIES || keyBytes >= size * MIN_KEY_BYTES, 'keys are too close');
  const scoresAt = start + keyBytes;
  const scores = bytes.slice(scoresAt, scoresAt + size);
  const table = new Table(
    new Uint32Array(size),
    new Uint32Array(size),
    scores,
    bytes.slice(scoresAt + size, scoresAt + 2 * size),
  );
  check(
    scores.every((score) => score <= 100),
    'a score is over 100',
  );
  readKeys(bytes, start, scoresAt, table);
  return table;
}

/** One long loop without calls, BigInt or objects: there are millions of bytes. */
function readKeys(
  bytes: Uint8Array,
  start: number,
  end: number,
  { hi: his, lo: los }: Table,
): void {
  let at = start;
  let hi = 0;
  let lo = 0;
  for (let index = 0; index < his.length; index++) {
    // A varint in three parts of at most 28 bits, which bit operations can hold.
    let low = 0;
    let middle = 0;
    let high = 0;
    let group = 0;
    let byte: number;
    do {
      check(at < end && group < 10, 'a key is too long');
      byte = bytes[at++] as number;
      const bits = byte & 0x7f;
      if (group < 4) low |= bits << (7 * group);
      else if (group < 8) middle |= bits << (7 * (group - 4));
      else high |= bits << (7 * (group - 8));
      group += 1;
    } while (byte >= 0x80);
    check(high < 256, 'a key has more than 64 bits');
    check(index === 0 || (low | middle | high) !== 0, 'a key comes twice');
    const sum = lo + (((middle & 0xf) << 28) >>> 0) + low;
    lo = sum % WORD;
    hi += high * 2 ** 24 + (middle >>> 4) + (sum >= WORD ? 1 : 0);
    check(hi < WORD, 'keys go beyond 64 bits');
    his[index] = hi;
    los[index] = lo;
  }
  check(at === end, 'bytes are left after the keys');
}

function check(isRight: boolean, why: string): asserts isRight {
  if (!isRight) throw new BadSnapshot(`The snapshot is damaged: ${why}.`);
}
