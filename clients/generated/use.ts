/** What a client that was made of docs/openapi.yaml gets: `node use.ts ORIGIN PREFIX` prints JSON. */
import { createHash } from 'node:crypto';
import createClient from 'openapi-fetch';
import type { paths } from './api.js';

const [, , baseUrl = '', prefix = ''] = process.argv;
const client = createClient<paths>({ baseUrl });

/** The SHA-256 of a binary answer. */
async function ofFile(path: '/api/sync/compact' | '/api/sync/full.ndjson.zst'): Promise<string> {
  // Binary data is a string to the types, and bytes where it is read as such.
  const { data, error } = await client.GET(path, { parseAs: 'arrayBuffer' });
  if (data === undefined) throw new Error(JSON.stringify(error));
  const bytes: unknown = data;
  if (!(bytes instanceof ArrayBuffer)) throw new Error('no bytes');
  return createHash('sha256').update(new Uint8Array(bytes)).digest('hex');
}

const looked = await client.POST('/api/videos/lookup', { body: { prefixes: [prefix] } });
const wrong = await client.GET('/api/videos/{hash_prefix}', {
  params: { path: { hash_prefix: 'xyz' } },
});
const refused = await client.POST('/api/votes', {
  body: { videoId: 'dQw4w9WgXcQ', userId: 'short', category: 'fully_ai' },
});
const found = {
  videos: looked.data?.results[prefix]?.map((video) => video.videoId),
  compact: await ofFile('/api/sync/compact'),
  everything: await ofFile('/api/sync/full.ndjson.zst'),
  errors: [wrong.error?.error.code, refused.error?.error.code],
};
console.log(JSON.stringify(found));
