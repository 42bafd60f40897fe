/** The viewer's secret number and the name under which the server knows it. */
import { hex } from './keys.js';

const ROUNDS = 5000;

export function newIdentity(): string {
  return crypto.randomUUID();
}

/**
 * The `userId` for a secret UUID: SHA-256, 5,000 times, each round over the previous digest as
 * 64 hexadecimal characters. Who knows the UUID can vote as its owner, so only this leaves.
 */
export async function userIdOf(uuid: string): Promise<string> {
  let text = uuid;
  for (let round = 0; round < ROUNDS; round++) text = await hexDigest(text);
  return text;
}

async function hexDigest(text: string): Promise<string> {
  return hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}
