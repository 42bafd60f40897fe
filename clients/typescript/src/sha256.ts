/**
 * SHA-256 without waiting. Browsers have it too, but as a promise for each digest, and a proof of
 * work takes a hundred thousand: there it would take ten times as long.
 */

const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;
const NOTHING = new Uint8Array(0);

/** The first bits of the fractional parts of the roots of the first 64 primes. */
function fractions(root: (prime: number) => number, count: number): Int32Array {
  const primes: number[] = [];
  for (let number = 2; primes.length < count; number++)
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  return Int32Array.from(primes, (prime) => ((root(prime) % 1) * 2 ** 32) | 0);
}

const ROUNDS = fractions(Math.cbrt, 64);
const START = fractions(Math.sqrt, 8);

/** A text's beginning, taken in once, so that many ends can be tried. */
export class Sha256 {
  private readonly state = Int32Array.from(START);
  private readonly words = new Int32Array(64);
  private readonly out = new Int32Array(8);
  private readonly rest: Uint8Array;

  /** @param beginning of everything that is hashed */
  constructor(private readonly beginning: Uint8Array) {
    const whole = beginning.length - (beginning.length % BLOCK_BYTES);
    takeIn(this.state, this.words, beginning.subarray(0, whole));
    this.rest = beginning.subarray(whole);
  }

  /** SHA-256 of the beginning and this end: eight words of 32 bits, until the next call. */
  digest(end: Uint8Array): Int32Array {
    this.out.set(this.state);
    takeIn(this.out, this.words, padded(this.rest, end, this.beginning.length + end.length));
    return this.out;
  }
}

/** SHA-256 of what comes in pieces and is not held. */
export class Sha256Stream {
  private readonly state = Int32Array.from(START);
  private readonly words = new Int32Array(64);
  private readonly rest = new Uint8Array(BLOCK_BYTES);
  private bytes = 0;

  /** The next piece. */
  update(piece: Uint8Array): void {
    const held = this.bytes % BLOCK_BYTES;
    const first = held === 0 ? 0 : Math.min(BLOCK_BYTES - held, piece.length);
    this.rest.set(piece.subarray(0, first), held);
    if (held > 0 && held + first === BLOCK_BYTES) takeIn(this.state, this.words, this.rest);
    const blocks = first + Math.floor((piece.length - first) / BLOCK_BYTES) * BLOCK_BYTES;
    takeIn(this.state, this.words, piece.subarray(first, blocks));
    if (blocks < piece.length) this.rest.set(piece.subarray(blocks));
    this.bytes += piece.length;
  }

  /** Of all that came, in hexadecimal. */
  hex(): string {
    const out = Int32Array.from(this.state);
    const rest = this.rest.subarray(0, this.bytes % BLOCK_BYTES);
    takeIn(out, this.words, padded(rest, NOTHING, this.bytes));
    return Array.from(out, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

/** The last bytes of so many, in two parts, filled up to whole blocks as SHA-256 has it. */
function padded(rest: Uint8Array, end: Uint8Array, bytes: number): Uint8Array {
  const length = rest.length + end.length;
  const out = new Uint8Array(Math.ceil((length + 1 + LENGTH_BYTES) / BLOCK_BYTES) * BLOCK_BYTES);
  out.set(rest);
  out.set(end, rest.length);
  out[length] = 0x80;
  const view = new DataView(out.buffer);
  view.setUint32(out.length - 8, Math.floor(bytes / 2 ** 29));
  view.setUint32(out.length - 4, (bytes * 8) % 2 ** 32);
  return out;
}

function takeIn(state: Int32Array, words: Int32Array, blocks: Uint8Array): void {
  const view = new DataView(blocks.buffer, blocks.byteOffset, blocks.byteLength);
  for (let at = 0; at < blocks.length; at += BLOCK_BYTES) {
    schedule(words, view, at);
    mix(state, words);
  }
}

function schedule(words: Int32Array, view: DataView, start: number): void {
  for (let at = 0; at < 16; at++) words[at] = view.getInt32(start + 4 * at);
  for (let at = 16; at < 64; at++) {
    const a = words[at - 15] as number;
    const b = words[at - 2] as number;
    const small = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3);
    const large = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10);
    words[at] = (words[at - 16] as number) + small + (words[at - 7] as number) + large;
  }
}

function mix(state: Int32Array, words: Int32Array): void {
  // Not by destructuring, which would call an iterator.
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  for (let at = 0; at < 64; at++) {
    const choice = (e & f) ^ (~e & g);
    const most = (a & b) ^ (a & c) ^ (b & c);
    const one =
      (h +
        (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) +
        choice +
        (ROUNDS[at] as number) +
        (words[at] as number)) |
      0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + most) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
}

function turn(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
