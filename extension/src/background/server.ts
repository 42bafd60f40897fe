/**
 * The one place from which anything leaves the browser, and where it is decided whether the server
 * answered at all: hotels' sign-in pages, filters and proxies answer in its place.
 */
import { numberIn, object, type Shape, text } from 'realtube-client';
import type { ApiError, ErrorCode } from '../core/api';
import { DAY_MS } from '../core/clock';
import { t } from '../core/words';

const TIMEOUT_MS = 30_000;
const NOT_MODIFIED = 304;

/** There is no answer of the server's, or it refused. */
export class Failure extends Error {
  constructor(
    message: string,
    /** How long not to ask again; 0 if nobody said. */
    readonly waitMs = 0,
  ) {
    super(message);
  }
}

/** The viewer has not seen the welcome page, or has chosen no server: nothing may be contacted. */
export class NotWelcomed extends Failure {
  constructor() {
    super(t('noServer'));
  }
}

/** Nobody answered. */
export class Unreachable extends Failure {}

/** Somebody else answered, or made something else of what was sent: as good as no answer. */
export class Intercepted extends Unreachable {
  constructor(
    readonly status: number,
    waitMs = 0,
  ) {
    super(t('intercepted'), waitMs);
  }
}

/** The server refused, in the API's form. */
export class Refused extends Failure {
  constructor(
    readonly code: string,
    message: string,
    waitMs: number,
  ) {
    super(message, waitMs);
  }

  /** Asking again later can help. */
  get isTemporary(): boolean {
    const status = STATUSES.get(this.code) ?? 0;
    return status >= 500 || status === 429;
  }
}

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** What is being sent, for the privacy page; without secrets. */
  readonly sent: string;
  /** The viewer's derived id is sent, too. */
  readonly isNamed?: boolean;
  readonly timeoutMs?: number;
}

export interface Contact {
  readonly method: string;
  readonly path: string;
  readonly sent: string;
  readonly isNamed: boolean;
  readonly status: number;
  /** It was not the server who answered. */
  readonly isIntercepted: boolean;
}

/** Takes in the body of a 2xx answer. Raises `Intercepted` if the server would not say that. */
export type Reader<T> = (response: Response) => Promise<T>;

/** Something that is kept here with its ETag. */
export interface Tagged<T> {
  readonly value: T;
  readonly etag?: string;
}

export class Server {
  /**
   * @param origin of the server, or undefined while nothing may be sent
   * @param note called for every request, after its answer
   */
  constructor(
    private readonly origin: () => Promise<string | undefined>,
    private readonly note: (contact: Contact) => void,
  ) {}

  /** What the server says to this. Raises `Refused`, `Unreachable`, `NotWelcomed`. */
  request<T>(ask: Ask, read: Reader<T>): Promise<T> {
    return this.exchange(ask, async (response) => {
      if (!response.ok) throw await refusal(response);
      return read(response);
    });
  }

  /** The same for something that is kept here; undefined when the server has the same one. */
  requestNewer<T>(
    ask: Ask,
    etag: string | undefined,
    read: Reader<T>,
  ): Promise<Tagged<T> | undefined> {
    const headers = etag === undefined ? {} : { 'If-None-Match': etag };
    return this.exchange({ ...ask, headers }, async (response) => {
      if (response.status === NOT_MODIFIED && etag !== undefined) return undefined;
      if (!response.ok) throw await refusal(response);
      const value = await read(response);
      const newEtag = response.headers.get('ETag');
      return { value, ...(newEtag !== null && { etag: newEtag }) };
    });
  }

  private async exchange<T>(ask: Ask, read: Reader<T>): Promise<T> {
    const origin = await this.origin();
    if (origin === undefined) throw new NotWelcomed();
    const { method = 'GET', path, sent, isNamed = false } = ask;
    let status = 0;
    let isIntercepted = false;
    try {
      const response = await this.fetch(`${origin}${path}`, ask);
      status = response.status;
      return await read(response);
    } catch (error) {
      isIntercepted = error instanceof Intercepted;
      throw error;
    } finally {
      this.note({ method, path, sent, isNamed, status, isIntercepted });
    }
  }

  private async fetch(url: string, { method = 'GET', headers, body, timeoutMs }: Ask) {
    const hasBody = body !== undefined;
    try {
      return await fetch(url, {
        method,
        headers: { ...headers, ...(hasBody && { 'Content-Type': 'application/json' }) },
        ...(hasBody && { body: JSON.stringify(body) }),
        cache: 'no-store', // ETags are kept by ourselves, and no cache may remember lookups
        credentials: 'omit',
        redirect: 'manual', // else somebody else might hear what is asked; the server sends none
        referrerPolicy: 'no-referrer',
        signal: AbortSignal.timeout(timeoutMs ?? TIMEOUT_MS),
      });
    } catch (error) {
      throw unreachable(error);
    }
  }
}

/** Reads JSON of a shape. */
export function json<T>(shape: Shape<T>): Reader<T> {
  return async (response) => {
    const value = parsed(await bodyOf(response.text()));
    if (!shape(value)) throw new Intercepted(response.status);
    return value;
  };
}

/** A body that is being read: the connection may end in its middle. */
export function bodyOf<T>(reading: Promise<T>): Promise<T> {
  return reading.catch((error: unknown) => {
    throw unreachable(error);
  });
}

/** The answer to what only has to be done. */
export const isDone = object({ success: (value: unknown): value is true => value === true });

/** The API's errors, with the status of each (docs/openapi.yaml). */
const STATUSES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    INVALID_BODY: 400,
    MISSING_FIELDS: 400,
    INVALID_FIELD: 400,
    INVALID_CATEGORY: 400,
    INVALID_PREFIX: 400,
    MISSING_PARAM: 400,
    INVALID_PARAM: 400,
    FORBIDDEN: 403,
    NOT_FOUND: 404,
    METHOD_NOT_ALLOWED: 405,
    SYNC_EXPIRED: 410,
    PAYLOAD_TOO_LARGE: 413,
    UNSUPPORTED_MEDIA_TYPE: 415,
    RANGE_NOT_SATISFIABLE: 416,
    RATE_LIMITED: 429,
    INTERNAL_ERROR: 500,
    READ_ONLY: 503,
    OVERLOADED: 503,
  } satisfies Record<ErrorCode, number>),
);

const isFailure: Shape<{ error: ApiError & { code: string } }> = object({
  error: object(
    { code: text(50), message: text(1000) },
    { field: text(100), retryAfter: numberIn(0, 1e9) },
  ),
});

async function refusal(response: Response): Promise<Failure> {
  const { status, headers } = response;
  const body = parsed(await bodyOf(response.text()));
  const failure =
    isFailure(body) && STATUSES.get(body.error.code) === status ? body.error : undefined;
  const seconds = waitSeconds(headers) ?? failure?.retryAfter ?? 0;
  const waitMs = Math.min(Math.max(seconds, 0) * 1000, DAY_MS);
  // What we send is JSON: where that does not arrive, somebody dropped or changed it on its way.
  const isLost = failure?.code === 'INVALID_BODY' && failure.field === undefined;
  if (!failure || isLost) return new Intercepted(status, waitMs);
  return new Refused(failure.code, failure.message, waitMs);
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

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
