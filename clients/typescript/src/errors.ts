/** What can go wrong. The text of each is a sentence for a person. */

/** The API's errors, with the status of each (docs/openapi.yaml of the server). */
export const STATUSES = {
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
  ALREADY_ANSWERED: 409,
  NOT_FLAGGED: 409,
  SYNC_EXPIRED: 410,
  QUESTION_CLOSED: 410,
  TOO_MANY_CLIPS: 409,
  UPLOAD_CONFLICT: 409,
  UPLOAD_GONE: 410,
  UPLOAD_VERSION: 412,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RANGE_NOT_SATISFIABLE: 416,
  UPLOAD_LOCKED: 423,
  RATE_LIMITED: 429,
  INTERNAL_ERROR: 500,
  READ_ONLY: 503,
  OVERLOADED: 503,
  CHECKSUM_MISMATCH: 460,
  STORAGE_FULL: 507,
} as const;

const STATUS_OF: ReadonlyMap<string, number> = new Map(Object.entries(STATUSES));

/** The status that an error of this code has; undefined for a code that is none of the API's. */
export function statusOf(code: string): number | undefined {
  return STATUS_OF.get(code);
}

/** There is no answer of the server's, or it refused. */
export class Failure extends Error {
  constructor(
    message: string,
    /** Milliseconds not to ask again; 0 if nobody said. */
    readonly waitMs = 0,
  ) {
    super(message);
  }
}

/** Nobody answered. */
export class Unreachable extends Failure {}

/** Somebody else answered, or made something else of what was sent: as good as no answer. */
export class Intercepted extends Unreachable {
  constructor(
    /** Of HTTP. */
    readonly status: number,
    waitMs = 0,
  ) {
    super('Somebody else answered in the place of the RealTube server.', waitMs);
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
    const status = statusOf(this.code) ?? 0;
    return status >= 500 || status === 429;
  }
}
