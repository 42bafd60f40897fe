/** Files too large to hold: everything that is published, and the exports. */
import { Failure, Intercepted, Unreachable } from './errors.js';
import { type Asker, json } from './http.js';
import { firstGood } from './origins.js';
import { Sha256Stream } from './sha256.js';
import { type Of, object, recordOf, text, whole } from './shape.js';
import { type File, Untrusted } from './signed.js';
import type { Trust } from './trust.js';

const EVERYTHING = 'full.ndjson.zst';
const DAY_MS = 86_400_000;
/** Without a byte for so long, a connection is given up. */
const STALLED_MS = 60_000;

const bytes = whole(1, 2 ** 40);
const sha256 = text(64, /^[0-9a-f]{64}$/);
const counts = recordOf(whole(0, 1e12), 100);
const about = {
  revision: whole(0, Number.MAX_SAFE_INTEGER),
  generatedAt: text(40),
  licence: text(200),
};

export const isManifest = object({
  ...about,
  counts,
  files: recordOf(recordOf(object({ bytes, sha256 }), 20), 1000),
});
/** What the snapshots are; files by name, then by content encoding (`identity` for none). */
export type Manifest = Of<typeof isManifest>;

export const isExports = object({
  ...about,
  rows: counts,
  files: recordOf(object({ name: text(200), bytes, sha256 }), 20),
});
/** What the newest export is: rows by table, files by format. */
export type Exports = Of<typeof isExports>;

/** `spreadsheets` is the CSV with an apostrophe before what Excel would take for a formula. */
export type ExportFormat = 'sql' | 'csv' | 'spreadsheets' | 'parquet';
/** As statements name them. */
const SIGNED_AS: Readonly<Record<ExportFormat, string>> = {
  sql: 'export.sql.gz',
  csv: 'export.csv.tar.gz',
  spreadsheets: 'export.spreadsheets.tar.gz',
  parquet: 'export.parquet.tar',
};

export interface Downloading {
  /** Ends the download: it then raises the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Connections that may break off on the way, each gone on from; 5 if it is not given. */
  readonly breaks?: number;
}

/** Where a file is, and what its server promised and signed. */
interface Promised {
  readonly origin: string;
  readonly path: string;
  readonly file: File;
}

/**
 * A file on its way here, in pieces: `for await (const piece of download)`. It is to be believed
 * only once the loop has ended: a piece too many, too few or another one raises `Untrusted` there.
 */
export class Download implements AsyncIterable<Uint8Array> {
  constructor(
    private readonly asker: Asker,
    private readonly promised: Promised,
    /** What it is: its revision, licence and counts. */
    readonly manifest: Manifest | Exports,
    private readonly how: Downloading,
  ) {}

  /** Its name in signed statements, its size, and its SHA-256. */
  get file(): File {
    return this.promised.file;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    const { breaks = 5, signal } = this.how;
    const { name, bytes: all } = this.file;
    const hash = new Sha256Stream();
    let here = 0;
    for (let broken = 0; here < all; ) {
      try {
        for await (const piece of this.rest(here)) {
          here += piece.length;
          if (here > all) throw new Untrusted('altered', { name });
          hash.update(piece);
          yield piece;
        }
        if (here < all) throw new Untrusted('truncated', { name });
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof Unreachable) || ++broken > breaks) throw error;
      }
    }
    if (hash.hex() !== this.file.sha256) throw new Untrusted('altered', { name });
  }

  /** The bytes from one on, of one connection. */
  private async *rest(from: number): AsyncGenerator<Uint8Array, void> {
    const stalled = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => stalled.abort(new Unreachable('No more came.')), STALLED_MS);
    };
    const { origin, path, file } = this.promised;
    const ranged = {
      Range: `bytes=${from}-`,
      'If-Range': `"${file.sha256.slice(0, 32)}"`,
    };
    const { signal } = this.how;
    const ask = {
      path,
      origin,
      headers: from > 0 ? ranged : {},
      timeoutMs: DAY_MS,
      signal: signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal,
    };
    wait();
    try {
      const response = await this.asker.request(ask, async (answer) => answer);
      // Another file than before, or none of ours.
      if (response.status !== (from > 0 ? 206 : 200)) throw new Intercepted(response.status);
      yield* piecesOf(response, wait);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Of the first server that has it and signed it. */
export function everything(asker: Asker, trust: Trust, how: Downloading = {}): Promise<Download> {
  return fromServers(asker, async (origin) => {
    const ask = { path: '/api/sync/manifest', origin, signal: how.signal };
    const manifest = await asker.request(ask, json(isManifest));
    const entry = manifest.files[EVERYTHING]?.identity;
    if (!entry) throw new Intercepted(200);
    const file = { name: EVERYTHING, bytes: entry.bytes, sha256: entry.sha256 };
    await trust.expect(file, origin);
    return new Download(asker, { origin, path: `/api/sync/${EVERYTHING}`, file }, manifest, how);
  });
}

/** The newest export in a format, of the first server that has it and signed it. */
export function exported(
  asker: Asker,
  trust: Trust,
  format: ExportFormat,
  how: Downloading = {},
): Promise<Download> {
  return fromServers(asker, async (origin) => {
    const ask = { path: '/api/database/manifest', origin, signal: how.signal };
    const manifest = await asker.request(ask, json(isExports));
    const entry = manifest.files[format];
    if (!entry) throw new Failure(`There is no export as ${format}.`);
    const file = { name: SIGNED_AS[format], bytes: entry.bytes, sha256: entry.sha256 };
    await trust.expect(file, origin);
    const path = `/api/database/export?${new URLSearchParams({ format })}`;
    return new Download(asker, { origin, path, file }, manifest, how);
  });
}

async function fromServers(
  asker: Asker,
  take: (origin: string) => Promise<Download>,
): Promise<Download> {
  return firstGood(await asker.inTurn(), take);
}

async function* piecesOf(response: Response, came: () => void): AsyncGenerator<Uint8Array, void> {
  const reader = response.body?.getReader();
  try {
    while (reader) {
      const { value, done } = await reader.read().catch((error: unknown) => {
        throw error instanceof Failure ? error : new Unreachable(String(error));
      });
      if (done) return;
      came();
      yield value;
    }
  } finally {
    // Whoever took the pieces may have had enough.
    await reader?.cancel().catch(() => undefined);
  }
}
