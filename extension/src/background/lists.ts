/** Which lists of others are in what the server gives out. */
import { flag, json, listOf, object, Refused, text, whole } from 'realtube-client';
import type { ApiList } from '../core/api';
import type { Server } from './server';

const isLists = object({
  lists: listOf(
    object({ name: text(200), channels: whole(0, 1e9) }, { licence: text(200), restricted: flag }),
    1000,
  ),
});

/** None of a server that is older than this question. Of one server, or of the first that is there. Raises `Failure`. */
export async function publishedLists(
  server: Server,
  of: { readonly origin?: string } = {},
): Promise<readonly ApiList[]> {
  try {
    return (await server.request({ path: '/api/lists', sent: '', ...of }, json(isLists))).lists;
  } catch (error) {
    if (error instanceof Refused && error.code === 'NOT_FOUND') return [];
    throw error;
  }
}
