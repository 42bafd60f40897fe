/** What the server's own page asks about notes, and what it takes for an answer. */
import { type Ask, listOf, type Of, object, oneOf, type Shape, text, whole } from 'realtube-client';
import { AT_MAX_S } from '../core/noticed';

const about = {
  targetType: oneOf(['video', 'channel']),
  targetId: text(120),
  verdict: oneOf(['ai', 'human']),
};
/** Nothing but https may ever be a link here, whatever a server says. */
const source = { link: text(500, /^https:\/\/[!-~]+$/), at: whole(0, AT_MAX_S) };
const id = text(40, /^n[0-9a-f]+$/);

export const isNotes = object({
  write: listOf(object({ ...about, videos: listOf(text(16, /^[\w-]{1,16}$/), 5) }), 100),
  rate: listOf(object({ id, ...about, text: text(500) }, source), 100),
  mine: listOf(
    object(
      { id, ...about, text: text(500), state: oneOf(['waiting', 'shown', 'unshown', 'hidden']) },
      source,
    ),
    100,
  ),
});
export type Notes = Of<typeof isNotes>;
export type Target = Notes['write'][number];
export type Note = Notes['rate'][number] | Notes['mine'][number];

/** What a note is written with: one source. */
export type Said = { readonly text: string } & (
  | { readonly link: string }
  | { readonly at: number }
);

const PATH = '/api/jurors/me/notes';

export const noteAsks = {
  all: (userId: string): Ask => named(userId, { path: PATH }),
  write: (userId: string, { targetType, targetId }: Target, said: Said): Ask =>
    posted(PATH, { userId, targetType, targetId, ...said }),
  withdraw: (userId: string, note: string): Ask =>
    named(userId, { method: 'DELETE', path: `${PATH}/${note}` }),
  rate: (userId: string, note: string, helpful: boolean): Ask =>
    posted(`${PATH}/${note}/ratings`, { userId, helpful }),
} as const;

export const isStored: Shape<object> = object({});

function named(userId: string, ask: Ask): Ask {
  return { ...ask, headers: { 'X-User-ID': userId }, isNamed: true };
}

function posted(path: string, body: object): Ask {
  return { method: 'POST', path, body, isNamed: true };
}
