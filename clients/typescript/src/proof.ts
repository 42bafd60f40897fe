/**
 * The proof of work that a server under attack may ask of a new voter: a counter that makes
 * SHA-256 of `<challenge>:<counter>` begin with so many zero bits.
 */
import { Sha256 } from './sha256.js';

/** More would take minutes; the server asks for no more. */
export const MAX_BITS = 26;
const SLICE_MS = 20;

/**
 * The proof. Each bit doubles the work: 16 bits take about 65,000 hashes.
 *
 * @param bits 0 to `MAX_BITS`; raises RangeError for others
 * @param pause called between slices of work, so that nothing else has to wait
 */
export async function solve(
  challenge: string,
  bits: number,
  pause: () => Promise<void>,
): Promise<string> {
  if (!(bits >= 0 && bits <= MAX_BITS))
    throw new RangeError(`A proof of ${bits} bits is too much work.`);
  const encoder = new TextEncoder();
  const hash = new Sha256(encoder.encode(`${challenge}:`));
  let deadline = performance.now() + SLICE_MS;
  for (let counter = 0; ; counter++) {
    const [first = 0] = hash.digest(encoder.encode(String(counter)));
    // 26 bits at most are in the first word.
    if (Math.clz32(first) >= bits) return `${challenge}:${counter}`;
    if (counter % 256 === 0 && performance.now() > deadline) {
      await pause();
      deadline = performance.now() + SLICE_MS;
    }
  }
}
