/** The vectors that all clients and the server are tested with. */
import { readFileSync } from 'node:fs';

export function vectors<T>(name: string): T {
  const url = new URL(`../../vectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as T;
}
