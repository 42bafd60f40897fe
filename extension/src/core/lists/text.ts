/** The lines of a list, in any encoding that lists come in, and what is white space to Python. */
import { foldCase } from 'realtube-client';
import { NoList } from './entries';

export const LINE_MAX = 65_536;

/** For classes in regular expressions: what Python means by `\s` and `\w`. */
export const SPACE =
  '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
export const WORD = '\\p{L}\\p{N}_';

const BLANK = new RegExp(`[${SPACE}]`);
const NO_WORD = /[^\p{L}\p{N}]+/gu;
const WORDS = /[\p{L}\p{N}]+/gu;
const BROKEN = /[\ufffd]|\p{Surrogate}/u;
const PACKED = [
  [0x1f, 0x8b],
  [0x50, 0x4b, 3, 4],
  [0x28, 0xb5, 0x2f, 0xfd],
  [0x42, 0x5a, 0x68],
  [0xfd, 0x37, 0x7a, 0x58, 0x5a],
];

export interface Text {
  readonly whole: string;
  /** Without their ends; of a long one `LINE_MAX` + 1 characters. */
  readonly lines: readonly string[];
  /** The last line has a line end. */
  readonly ended: boolean;
}

/** UTF-8, or UTF-16 with its mark. Raises `NoList` for what is packed. */
export function textOf(bytes: Uint8Array): Text {
  if (PACKED.some((mark) => mark.every((byte, at) => bytes[at] === byte)))
    throw new NoList('packed');
  const whole = decoded(bytes).replace(/^\ufeff/, '');
  const lines = whole.split(/\r\n|\r|\n/);
  const ended = lines.at(-1) === '';
  if (ended) lines.pop();
  return { whole, lines: lines.map((line) => line.slice(0, LINE_MAX + 1)), ended };
}

function decoded(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isLittle = first === 0xff && second === 0xfe;
  const isBig = first === 0xfe && second === 0xff;
  return new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8').decode(bytes);
}

export function strip(text: string): string {
  return stripRight(stripLeft(text));
}

export function stripLeft(text: string): string {
  let from = 0;
  while (from < text.length && BLANK.test(text.charAt(from))) from++;
  return text.slice(from);
}

function stripRight(text: string): string {
  let to = text.length;
  while (to > 0 && BLANK.test(text.charAt(to - 1))) to--;
  return text.slice(0, to);
}

export function isBlank(text: string): boolean {
  return stripLeft(text) === '';
}

/** Whether a line that is not blank is a comment, where comments are allowed. */
export function isComment(line: string): boolean {
  return /^[!#]/.test(stripLeft(line));
}

/** Letters and digits alone, without case: `Not AI`, `not_ai` and `notAi` are one word. */
export function plainWord(text: string): string {
  return foldCase(text).replace(NO_WORD, '');
}

export function wordsOf(text: string): string[] {
  return foldCase(text).match(WORDS) ?? [];
}

/** Whether bytes of the file were none of its encoding. */
export function hasBrokenBytes(text: string): boolean {
  return BROKEN.test(text);
}

export function setOf(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/));
}
