/** One request for a list by its address: bounded, nameless, and only where the viewer permits it. */

import { waitMsOf } from 'realtube-client';
import { browser } from 'wxt/browser';
import { patternOf } from '../../core/address';
import { listAddress } from '../../core/lists/subscription';
import type { ListState } from '../store';

export const MAX_BYTES = 20 * 1024 * 1024;
const TIMEOUT_MS = 60_000;
const NOT_MODIFIED = 304;

/** Why a list was not taken: the names of the texts about it. */
export type Trouble =
  /** Nobody answered, or its address leads on to a host without a permission. */
  | ('unreachable' | 'slow' | 'status' | 'tooLarge' | 'cutOff' | 'elsewhere' | 'noPermission')
  /** It is no list. */
  | ('empty' | 'page' | 'packed' | 'json' | 'videos' | 'ambiguous' | 'none')
  /** It may not be whole. */
  | ('shrunk' | 'unended')
  | 'storage';

export class NotTaken extends Error {
  constructor(
    readonly kind: Trouble,
    readonly details: readonly string[] = [],
    /** How long not to ask again; 0 if nobody said. */
    readonly waitMs = 0,
  ) {
    super(kind);
  }
}

/** What is told of it in the list of requests. */
export interface ListContact {
  readonly host: string;
  readonly path: string;
  readonly status: number;
}

export interface Fetched {
  readonly bytes: Uint8Array;
  readonly etag?: string;
  readonly lastModified?: string;
}

type Known = Pick<ListState, 'etag' | 'lastModified'>;

/**
 * The list, or undefined if it still is what is `known` of it. Raises `NotTaken`.
 *
 * @param note called for every request, after its answer
 */
export async function fetchList(
  url: string,
  known: Known,
  note: (contact: ListContact) => void,
): Promise<Fetched | undefined> {
  if (!(await isPermitted(url))) throw new NotTaken('noPermission', [new URL(url).host]);
  let status = 0;
  try {
    const response = await ask(url, known);
    status = response.status;
    return await taken(url, response, known);
  } finally {
    const { host, pathname: path } = new URL(url);
    note({ host, path, status });
  }
}

/** Whether the viewer has given the permission for its host. */
export function isPermitted(url: string): Promise<boolean> {
  return browser.permissions.contains({ origins: [patternOf(url)] });
}

async function ask(url: string, { etag, lastModified }: Known): Promise<Response> {
  try {
    return await fetch(url, {
      headers: {
        ...(etag !== undefined && { 'If-None-Match': etag }),
        ...(lastModified !== undefined && { 'If-Modified-Since': lastModified }),
      },
      cache: 'no-store', // validators are kept by ourselves
      credentials: 'omit',
      redirect: 'follow', // browsers let us read only what hosts with a permission answer
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw isTimeout(error)
      ? new NotTaken('slow')
      : new NotTaken('unreachable', [new URL(url).host]);
  }
}

async function taken(url: string, response: Response, known: Known): Promise<Fetched | undefined> {
  const { status, headers } = response;
  try {
    await refuseElsewhere(url, response.url || url);
    const hasKnown = known.etag !== undefined || known.lastModified !== undefined;
    if (status === NOT_MODIFIED && hasKnown) return undefined;
    if (status !== 200) throw new NotTaken('status', [String(status)], waitMsOf(headers));
    const bytes = await bodyOf(response);
    const [etag, lastModified] = [headers.get('ETag'), headers.get('Last-Modified')];
    return {
      bytes,
      ...(etag !== null && { etag }),
      ...(lastModified !== null && { lastModified }),
    };
  } catch (failure) {
    await response.body?.cancel().catch(() => undefined);
    throw failure;
  }
}

/** A host that any page may read answers without a permission, and so may this machine. */
async function refuseElsewhere(asked: string, answered: string): Promise<void> {
  const isSame = new URL(asked).origin === new URL(answered).origin;
  if (isSame) return;
  const isFine = listAddress(answered) !== undefined && answered.startsWith('https:');
  if (!isFine || !(await isPermitted(answered)))
    throw new NotTaken('elsewhere', [new URL(answered).host]);
}

async function bodyOf(response: Response): Promise<Uint8Array> {
  const tooLarge = () => new NotTaken('tooLarge', [String(MAX_BYTES / 1024 / 1024)]);
  const { headers, body } = response;
  const length = headers.get('Content-Length');
  if (Number(length) > MAX_BYTES) throw tooLarge();
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = body?.getReader();
  try {
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
      parts.push(part.value);
      size += part.value.length;
      if (size > MAX_BYTES) throw tooLarge();
    }
  } catch (error) {
    await reader?.cancel().catch(() => undefined);
    if (error instanceof NotTaken) throw error;
    throw new NotTaken(isTimeout(error) ? 'slow' : 'cutOff');
  }
  // The length is that of what was packed, if it was; not every browser compares it itself.
  const isPlain = headers.get('Content-Encoding') === null;
  if (isPlain && length !== null && Number(length) !== size) throw new NotTaken('cutOff');
  return joined(parts, size);
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}
