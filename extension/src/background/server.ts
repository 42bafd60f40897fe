/** The one place from which anything leaves the browser. */
import { numberIn, object, text } from '../core/shape';

const TIMEOUT_MS = 30_000;
const MAX_WAIT_MS = 24 * 3600_000;

/** The viewer has not seen the welcome page: nothing may be contacted. */
export class NotWelcomed extends Error {
  constructor() {
    super('nothing is sent before the welcome page was accepted');
  }
}

/** Nobody answered. */
export class Unreachable extends Error {}

/** The server refused. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** How long the server wants not to be asked. */
    readonly waitMs: number,
  ) {
    super(message);
  }

  /** Asking again later can help. */
  get isTemporary(): boolean {
    return this.status >= 500 || this.status === 408 || this.status === 429;
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

  /** Raises `Refused` for all but 2xx and 304, `Unreachable`, `NotWelcomed`. */
  async request(ask: Ask): Promise<Response> {
    const origin = await this.origin();
    if (origin === undefined) throw new NotWelcomed();
    const { method = 'GET', path, sent, isNamed = false } = ask;
    let status = 0;
    try {
      const response = await this.fetch(`${origin}${path}`, ask);
      status = response.status;
      if (response.ok || status === 304) return response;
      throw await refusal(response);
    } finally {
      this.note({ method, path, sent, isNamed, status });
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
        redirect: 'error', // else somebody else might hear what is asked
        referrerPolicy: 'no-referrer',
        signal: AbortSignal.timeout(timeoutMs ?? TIMEOUT_MS),
      });
    } catch (error) {
      throw new Unreachable(error instanceof Error ? error.message : String(error));
    }
  }
}

const isFailure = object({
  error: object({ message: text(1000) }, { retryAfter: numberIn(0, 1e9) }),
});

async function refusal(response: Response): Promise<Refused> {
  const body: unknown = await response.json().catch(() => undefined);
  const failure = isFailure(body) ? body.error : undefined;
  const seconds = waitSeconds(response.headers.get('Retry-After')) ?? failure?.retryAfter ?? 0;
  return new Refused(
    response.status,
    failure?.message ?? `HTTP ${response.status}`,
    Math.min(Math.max(seconds, 0) * 1000, MAX_WAIT_MS),
  );
}

/** Seconds in a Retry-After header, which may also name a time. */
function waitSeconds(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds;
  const time = Date.parse(header);
  return Number.isNaN(time) ? undefined : (time - Date.now()) / 1000;
}
