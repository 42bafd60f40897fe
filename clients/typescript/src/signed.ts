/**
 * Whether a file is what the server signed (docs/sync.md#signatures of the server): Ed25519, as
 * minisign writes it, over one statement that names all files and has a time.
 */
import { hex } from './keys.js';
import { listOf, type Of, object, text, whole } from './shape.js';

const FORMAT = 'realtube-statement-1';
const HOUR_MS = 3_600_000;
const FROZEN_MS = 48 * HOUR_MS;
const AHEAD_MS = HOUR_MS;
/** Servers under one key, and caches before them, may be some minutes apart. */
const BACK_MS = 5 * 60_000;
const MAX_CHARS = 1024 * 1024;
const KEY_BYTES = 42;
const SIGNATURE_BYTES = 74;
/** "Ed" and eight bytes of the key's id. */
const HEAD_BYTES = 10;
const TRUSTED = 'trusted comment: ';

const isFile = object({
  name: text(200),
  bytes: whole(0, Number.MAX_SAFE_INTEGER),
  sha256: text(64, /^[0-9a-f]{64}$/),
});
const isStatement = object({
  format: text(100, new RegExp(`^${FORMAT}$`)),
  time: text(20, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  revision: whole(0, Number.MAX_SAFE_INTEGER),
  keys: listOf(text(100), 100),
  files: listOf(isFile, 10_000),
});

/** The answer of `GET /api/sync/signed`. */
export const isSigned = object({
  statement: text(MAX_CHARS),
  signatures: listOf(text(10_000), 100),
});
export type Signed = Of<typeof isSigned>;
/** Bytes and SHA-256 (hexadecimal) are of the file without content encoding. */
export type File = Of<typeof isFile>;
export type Statement = Of<typeof isStatement>;

/** What is known of a server's signatures. Whoever has it keeps it. */
export interface Pin {
  /** Its public key as minisign writes it ("RW..."); absent before first contact. */
  readonly key?: string;
  /** That of the last statement that was taken, in milliseconds since 1970. */
  readonly time?: number;
}

export const DOUBTS = [
  'unsigned',
  'other key',
  'malformed',
  'rolled back',
  'frozen',
  'altered',
  'truncated',
] as const;
/** Why something is not believed. */
export type Doubt = (typeof DOUBTS)[number];

/** What belongs to a doubt: times in milliseconds since 1970. */
export interface About {
  /** The time that the server's statement has. */
  readonly said?: number;
  /** Of what was here already (rolled back), or the own clock (frozen). */
  readonly here?: number;
  readonly name?: string;
}

/** A file is refused; what is held stays. */
export class Untrusted extends Error {
  constructor(
    readonly doubt: Doubt,
    readonly about: About = {},
  ) {
    super(sentenceFor(doubt, about));
  }
}

/** Whether a public key (32 bytes) made the signature (64 bytes) of a message. */
export type Verify = (
  key: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
) => Promise<boolean>;

export interface Checking {
  /** Milliseconds since 1970. */
  readonly now?: number;
  /** In the place of WebCrypto, which has no Ed25519 in older browsers. */
  readonly verify?: Verify;
}

/**
 * `signed`: the statement may be believed, and with it the files that it names; `pin` is to be kept
 * once such a file was taken. `unsigned`: this server never signed. `unsupported`: no signature can
 * be checked here, so that nothing is known.
 */
export type Checked =
  | {
      readonly state: 'signed';
      readonly statement: Statement;
      readonly pin: Pin;
      /** The server's time, where the own clock is behind it by more than an hour: it is wrong. */
      readonly ahead?: number;
    }
  | { readonly state: 'unsigned' | 'unsupported' };

/** A file as it came. */
export async function fileOf(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<File> {
  const sha256 = hex(await crypto.subtle.digest('SHA-256', bytes));
  return { name, bytes: bytes.length, sha256 };
}

/**
 * Whether what a server says of its files is to be believed.
 *
 * @param signed its answer; undefined where it has none (404)
 * @param pin what is known of it
 * @throws Untrusted
 */
export async function readSigned(
  signed: Signed | undefined,
  pin: Pin,
  { now = Date.now(), verify = verifyHere }: Checking = {},
): Promise<Checked> {
  if (signed === undefined) {
    if (pin.key !== undefined) throw new Untrusted('unsigned');
    return { state: 'unsigned' };
  }
  const statement = statementIn(signed.statement);
  const [first] = statement.keys;
  if (first === undefined || !readKey(first)) throw new Untrusted('malformed');
  const key = readKey(pin.key ?? first);
  if (!key) throw new Untrusted('other key');
  try {
    const checks = signed.signatures.map((each) => verifies(key, signed.statement, each, verify));
    if (!(await Promise.all(checks)).includes(true)) throw new Untrusted('other key');
  } catch (error) {
    if (error instanceof Unsupported) return { state: 'unsupported' };
    throw error;
  }
  const said = Date.parse(statement.time);
  if (Number.isNaN(said)) throw new Untrusted('malformed');
  if (pin.time !== undefined && said < pin.time - BACK_MS)
    throw new Untrusted('rolled back', { said, here: pin.time });
  if (said < now - FROZEN_MS) throw new Untrusted('frozen', { said, here: now });
  // A new first key that the known one signed has taken its place.
  // A clock that was far ahead must not have all that follows taken for older.
  const time = Math.min(said, now + AHEAD_MS);
  const taken = { state: 'signed', statement, pin: { key: first, time } } as const;
  return said > now + AHEAD_MS ? { ...taken, ahead: said } : taken;
}

/** Whether a statement names a file. Raises `Untrusted`. */
export function expectNamed({ files }: Statement, { name, bytes, sha256 }: File): void {
  const named = files.filter((file) => file.name === name);
  if (named.some((file) => file.bytes === bytes && file.sha256 === sha256)) return;
  const isShort = named.length > 0 && named.every((file) => bytes < file.bytes);
  throw new Untrusted(isShort ? 'truncated' : 'altered', { name });
}

/** `readSigned`, and that the file is among those named. Raises `Untrusted`. */
export async function check(
  signed: Signed | undefined,
  file: File,
  pin: Pin,
  checking: Checking = {},
): Promise<Checked> {
  const checked = await readSigned(signed, pin, checking);
  if (checked.state === 'signed') expectNamed(checked.statement, file);
  return checked;
}

function statementIn(json: string): Statement {
  try {
    const value: unknown = JSON.parse(json);
    if (isStatement(value)) return value;
  } catch {
    // It is no JSON.
  }
  throw new Untrusted('malformed');
}

interface PublicKey {
  readonly head: Uint8Array<ArrayBuffer>;
  readonly key: Uint8Array<ArrayBuffer>;
}

function readKey(base64: string): PublicKey | undefined {
  const bytes = decoded(base64);
  if (bytes?.length !== KEY_BYTES || !isEd(bytes)) return undefined;
  return { head: bytes.slice(0, HEAD_BYTES), key: bytes.slice(HEAD_BYTES) };
}

/** Whether a signature file is this key's over the text, and its trusted comment, too. */
async function verifies(
  { head, key }: PublicKey,
  statement: string,
  file: string,
  verify: Verify,
): Promise<boolean> {
  const [, own = '', comment = '', all = ''] = file.split(/\r?\n/);
  const [bytes, ofAll] = [decoded(own), decoded(all)];
  if (!comment.startsWith(TRUSTED) || bytes?.length !== SIGNATURE_BYTES) return false;
  if (ofAll?.length !== SIGNATURE_BYTES - HEAD_BYTES) return false;
  if (head.some((byte, at) => byte !== bytes[at])) return false;
  const signature = bytes.slice(HEAD_BYTES);
  const encoder = new TextEncoder();
  const words = encoder.encode(comment.slice(TRUSTED.length));
  const commented = new Uint8Array(signature.length + words.length);
  commented.set(signature);
  commented.set(words, signature.length);
  return (
    (await verify(key, signature, encoder.encode(statement))) &&
    (await verify(key, ofAll, commented))
  );
}

class Unsupported extends Error {}

const verifyHere: Verify = async (key, signature, message) => {
  let imported: CryptoKey;
  try {
    imported = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
  } catch (error) {
    // A key that is no point of the curve raises a DataError: nothing is signed by it.
    if (error instanceof DOMException && error.name === 'DataError') return false;
    throw new Unsupported();
  }
  return crypto.subtle.verify('Ed25519', imported, signature, message);
};

function isEd(bytes: Uint8Array): boolean {
  return bytes[0] === 0x45 && bytes[1] === 0x64;
}

function decoded(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64.trim()), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function sentenceFor(doubt: Doubt, { said = 0, here = 0, name = 'the file' }: About): string {
  const shown = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  switch (doubt) {
    case 'unsigned':
      return 'This server signed its files before and does not any more.';
    case 'other key':
      return 'What this server has is signed by another key.';
    case 'malformed':
      return 'What this server says of its signatures is malformed.';
    case 'rolled back':
      return `What this server has is of ${shown(said)}, older than what was here already (${shown(here)}).`;
    case 'frozen':
      return `What this server has is of ${shown(said)} and does not change any more, or the clock here is wrong: it says ${shown(here)}.`;
    case 'altered':
      return `What came as ${name} was altered on its way, or is too old: it is not among what was signed.`;
    case 'truncated':
      return `What came as ${name} is cut short.`;
  }
}
