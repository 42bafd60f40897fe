/** Reading a list of any known format, recognised by what is in it. */
import { readDocument } from './documents';
import {
  count,
  type Entry,
  emptyTally,
  type Level,
  NoList,
  type Read,
  readOne,
  type Tally,
} from './entries';
import { isHeader, isRule, readFilters } from './filters';
import { notARow, oneChannel } from './keys';
import { readTable, type Sample, tableByContent, tableWithHeader } from './tables';
import { isBlank, isComment, strip, type Text, textOf } from './text';

const SAMPLE = 200;
/** An entry without a level blocks, which a tie does not. */
const STRENGTH = { tie: 0, none: 1, warn: 2, block: 3 };

export interface ReadList {
  /** Each once, in their order. */
  readonly entries: readonly Entry[];
  readonly tally: Tally;
  /** The file does not stop within a line. */
  readonly ended: boolean;
  /** What the last line gave. */
  readonly last: readonly Entry[];
}

/** Raises `NoList` for what is no list, or names no channel. What is wrong with a line rejects it. */
export function readList(bytes: Uint8Array): ReadList {
  const text = textOf(bytes);
  const { reads, ended } = recognised(text);
  const tally = emptyTally();
  const entries = new Map<string, Entry>();
  let last: readonly Entry[] = [];
  for (const read of reads) {
    count(tally, read);
    last = read.entries ?? [];
    for (const entry of last) {
      const name = `${entry.channelId ?? ''} ${entry.handle ?? ''}`;
      const level = stronger(entries.get(name), entry);
      const { level: _, ...keys } = entry;
      entries.set(name, { ...keys, ...(level !== 'none' && { level }) });
    }
  }
  if (tally.taken === 0) throw new NoList('none');
  return { entries: [...entries.values()], tally, ended, last };
}

function stronger(before: Entry | undefined, now: Entry): Level | 'none' {
  const [one, other] = [before && (before.level ?? 'none'), now.level ?? 'none'] as const;
  return one !== undefined && STRENGTH[one] >= STRENGTH[other] ? one : other;
}

function recognised(text: Text): { reads: Iterable<Read>; ended: boolean } {
  const { lines, ended } = text;
  const start = strip(lines.find((line) => !isBlank(line)) ?? '');
  if (start === '') throw new NoList('empty');
  if (start.startsWith('<')) throw new NoList('page');
  if (/^[[{]/.test(start) && !isHeader(start)) {
    const { reads, isWhole } = readDocument(text);
    return { reads, ended: ended || isWhole };
  }
  const sample = sampleOf(lines);
  const isFilters = isHeader(start) || !sample;
  const headed = isFilters ? undefined : tableWithHeader(sample);
  if (isFilters || (!headed && areRules(sample))) return { reads: readFilters(lines), ended };
  const table = headed ?? tableByContent(sample);
  return { reads: table ? readTable(lines, table) : readPlain(lines), ended };
}

/** From the first line that is neither blank nor a comment; undefined if there is none. */
function sampleOf(lines: readonly string[]): Sample | undefined {
  const at = lines.findIndex((line) => !isBlank(line) && !isComment(line));
  return at < 0 ? undefined : { at, lines: lines.slice(at, at + 1 + SAMPLE) };
}

function areRules({ lines }: Sample): boolean {
  const filled = lines.filter((line) => !isBlank(line) && !isComment(line));
  const rules = filled.filter(isRule).length;
  return rules > 0 && filled.length <= 2 * rules;
}

/** A channel a line, `!` or `#` before comments. */
function* readPlain(lines: readonly string[]): Generator<Read> {
  for (const line of lines) yield notARow(line) ?? readOne(() => oneChannel(line));
}
