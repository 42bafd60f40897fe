/**
 * One request and its answer, and whether it was the server at all that answered: hotels' sign-in
 * pages, filters and proxies answer in its place.
 */
import { type Failure, Intercepted, Refused, statusOf, Unreachable } from './errors.js';
import { numberIn, object, type Shape, text } from './shape.js';

const TIMEOUT_MS = 30_000;
const DAY_MS = 86_400_000;
const NOT_MODIFIED = 304;
/** Of JSON: a hundred prefixes of a very large site have less. */
const MAX_JSON_BYTES = 64 * 1024 * 1024;

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** For all of the answer; 30 seconds if it is not given. */
  readonly timeoutMs?: number;
  /** Of whoever asks: ends the request. */
  readonly signal?: AbortSignal | undefined;
  /** The one server to ask; else the first that is there. */
  readonly origin?: string;
  /** A voter's number is sent, too: no other than the first server may learn it. */
  readonly isNamed?: boolean;
}

/** Takes in the body of a 2xx answer. Raises `Intercepted` if the server would not say that. */
export type Reader<T> = (response: Response) => Promise<T>;

/** Something that is kept with its ETag. */
export interface Tagged<T> {
  readonly value: T;
  readonly etag?: string;
}

/** Whom to ask. What asks raises `Refused` and `Unreachable`. */
export interface Asker {
  /** The servers, in the order in which to ask them now. */
  inTurn(): Promise<readonly string[]>;
  request<T>(ask: Ask, read: Reader<T>): Promise<T>;
  /** The same for something that is kept; undefined when the server has the same one. */
  requestNewer<T>(
    ask: Ask,
    etag: string | undefined,
    read: Reader<T>,
  ): Promise<Tagged<T> | undefined>;
}

/** The answer of an origin. Raises `Unreachable`. */
export async function send(origin: string, ask: Ask): Promise<Response> {
  const { method = 'GET', path, headers, body, timeoutMs = TIMEOUT_MS, signal } = ask;
  const hasBody = body !== undefined;
  const timeOut = AbortSignal.timeout(timeoutMs);
  try {
    return await fetch(`${origin}${path}`, {
      method,
      headers: { ...headers, ...(hasBody && { 'Content-Type': 'application/json' }) },
      ...(hasBody && { body: JSON.stringify(body) }),
      cache: 'no-store', // ETags are kept by ourselves, and no cache may remember lookups
      credentials: 'omit',
      redirect: 'manual', // else somebody else might hear what is asked; the server sends none
      referrerPolicy: 'no-referrer',
      signal: signal ? AbortSignal.any([signal, timeOut]) : timeOut,
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw unreachable(error);
  }
}

/** What the server says. Raises `Refused`, `Unreachable`. */
export async function take<T>(response: Response, read: Reader<T>): Promise<T> {
  if (!response.ok) throw await refusal(response);
  return read(response);
}

/** The request for something that is kept under an ETag. */
export function conditional(ask: Ask, etag: string | undefined): Ask {
  return etag === undefined ? ask : { ...ask, headers: { ...ask.headers, 'If-None-Match': etag } };
}

/** The same of an answer to `conditional`; undefined when the server has the same one. */
export async function takeNewer<T>(
  response: Response,
  etag: string | undefined,
  read: Reader<T>,
): Promise<Tagged<T> | undefined> {
  if (response.status === NOT_MODIFIED && etag !== undefined) return undefined;
  const value = await take(response, read);
  const newEtag = response.headers.get('ETag');
  return { value, ...(newEtag !== null && { etag: newEtag }) };
}

/** Reads JSON of a shape. */
export function json<T>(shape: Shape<T>): Reader<T> {
  return async (response) => {
    const value = parsed(await bytesOf(response));
    if (!shape(value)) throw new Intercepted(response.status);
    return value;
  };
}

/** JSON in bytes; undefined for what is none. */
export function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** The body, without content encoding. Raises `Intercepted` for a larger one, `Unreachable`. */
export async function bytesOf(
  response: Response,
  maxBytes = MAX_JSON_BYTES,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  // The connection may end in its middle.
  while (reader) {
    const { value, done } = await reader.read().catch((error: unknown) => {
      throw unreachable(error);
    });
    if (done) break;
    bytes += value.length;
    chunks.push(value);
    if (bytes > maxBytes) {
      await reader.cancel().catch(() => undefined);
      throw new Intercepted(response.status);
    }
  }
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** The answer to what only has to be done. */
export const isDone = object({ success: (value: unknown): value is true => value === true });

const isFailure = object({
  error: object(
    { code: text(50), message: text(1000) },
    { field: text(100), retryAfter: numberIn(0, 1e9) },
  ),
});

async function refusal(response: Response): Promise<Failure> {
  const { status, headers } = response;
  const body = parsed(await bytesOf(response));
  const failure = isFailure(body) && statusOf(body.error.code) === status ? body.error : undefined;
  const waitMs = waitMsOf(headers, failure?.retryAfter);
  // What we send is JSON: where that does not arrive, somebody dropped or changed it on its way.
  const isLost = failure?.code === 'INVALID_BODY' && failure.field === undefined;
  if (!failure || isLost) return new Intercepted(status, waitMs);
  return new Refused(failure.code, failure.message, waitMs);
}

/** For how long not to ask again, a day at most, as the headers say, or else the body; 0 for any. */
export function waitMsOf(headers: Headers, inBody = 0): number {
  const seconds = waitSeconds(headers) ?? inBody;
  return Math.min(Math.max(seconds, 0) * 1000, DAY_MS);
}

/** Seconds in a Retry-After header, which may also name a time, by the clock of who answered. */
function waitSeconds(headers: Headers): number | undefined {
  const header = headers.get('Retry-After');
  if (header === null) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds;
  const until = Date.parse(header);
  const now = Date.parse(headers.get('Date') ?? '');
  return Number.isNaN(until - now) ? undefined : (until - now) / 1000;
}

function unreachable(error: unknown): Unreachable {
  return new Unreachable(error instanceof Error ? error.message : String(error));
}
