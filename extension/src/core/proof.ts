/**
 * The proof of work that a server under attack may ask of a new voter: a counter that makes
 * SHA-256 of `<challenge>:<counter>` begin with so many zero bits.
 */
import { sha256 } from '@noble/hashes/sha2.js';

/** More would take minutes; the server asks for no more. */
export const MAX_BITS = 26;
const SLICE_MS = 20;

/**
 * The proof. Each bit doubles the work: 16 bits take about 65,000 hashes.
 *
 * @param pause called between slices of work, so that nothing else has to wait
 */
export async function solve(
  challenge: string,
  bits: number,
  pause: () => Promise<void>,
): Promise<string> {
  // The beginning is the same for all counters, and is taken in once.
  const beginning = sha256.create().update(bytesOf(`${challenge}:`));
  let deadline = performance.now() + SLICE_MS;
  for (let counter = 0; ; counter++) {
    const digest = beginning
      .clone()
      .update(bytesOf(String(counter)))
      .digest();
    if (zeroBits(digest) >= bits) return `${challenge}:${counter}`;
    if (counter % 256 === 0 && performance.now() > deadline) {
      await pause();
      deadline = performance.now() + SLICE_MS;
    }
  }
}

/** How many zero bits a digest begins with. */
function zeroBits(digest: Uint8Array): number {
  const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
  const high = Math.clz32(view.getUint32(0));
  return high < 32 ? high : 32 + Math.clz32(view.getUint32(4));
}

const encoder = new TextEncoder();

function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}
