/** Reads an unpacked copy of everything: the manifest, then videos, then channels, a line each. */
import { Failure } from './errors.js';
import { numberIn, object, whole } from './shape.js';

const LINE_BYTES = 64 * 1024;
const ENTER = 10;

/** The bytes are no whole copy. */
export class BadCopy extends Failure {}

const isHeader = object({ counts: object({ videos: whole(0, 1e12), channels: whole(0, 1e12) }) });
const isEntry = object({ score: numberIn(0, 100) });

export interface Entry {
  /** 0-100 */
  readonly score: number;
  /** With `videoId`, or `channelId`; the rest is as the contract has it, and unchecked. */
  readonly [member: string]: unknown;
}

/**
 * The objects of a copy that somebody unpacked, such as Node's `zlib.createZstdDecompress()` or a
 * package that reads zstd: from `Client.everything` comes `full.ndjson.zst`.
 *
 * @throws BadCopy at a line that is none, and at the end if there are not as many as were promised
 */
export async function* entriesOf(unpacked: AsyncIterable<Uint8Array>): AsyncGenerator<Entry, void> {
  let promised: { videos: number; channels: number } | undefined;
  const seen = { videos: 0, channels: 0 };
  for await (const line of linesOf(unpacked)) {
    const value = parsed(line);
    if (promised) {
      if (!isEntry(value)) throw new BadCopy('The copy has a line that is no entry.');
      seen['videoId' in value ? 'videos' : 'channels'] += 1;
      yield value;
    } else if (isHeader(value)) promised = value.counts;
    else throw new BadCopy('The copy has no header that we understand.');
  }
  if (seen.videos !== promised?.videos || seen.channels !== promised.channels)
    throw new BadCopy('The copy has not as many entries as it promises.');
}

async function* linesOf(unpacked: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let rest = new Uint8Array(0);
  for await (const piece of unpacked) {
    let start = 0;
    for (let end = piece.indexOf(ENTER); end >= 0; end = piece.indexOf(ENTER, start)) {
      const tail = piece.subarray(start, end);
      yield rest.length > 0 ? joined(rest, tail) : tail;
      rest = new Uint8Array(0);
      start = end + 1;
    }
    rest = joined(rest, piece.subarray(start));
    if (rest.length > LINE_BYTES) throw new BadCopy('The copy has a line that does not end.');
  }
  if (rest.length > 0) throw new BadCopy('The copy has a line that does not end.');
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function parsed(line: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(line));
  } catch {
    return undefined;
  }
}
