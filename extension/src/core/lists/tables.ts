/** Tables: CSV with commas, semicolons or tabs, with a header or without. */
import { Columns } from './columns';
import { NoList, type Read, Refused, readOne } from './entries';
import { keyIn, notARow, oneChannel } from './keys';
import { isBlank, LINE_MAX, strip } from './text';

const DELIMITERS = ['\t', ';', ','];
// How far a cell with line breaks may go: a stray quote must not eat the rest of a file.
const ROW_LINES_MAX = 50;
const COLUMNS_MAX = 100;

/** The first lines, from the first that is no comment, and which that is. */
export interface Sample {
  /** Counted from 0. */
  readonly at: number;
  readonly lines: readonly string[];
}

/** How a file is a table; `header` is the place of its header's line, or -1. */
export interface Table {
  readonly delimiter: string;
  readonly columns: Columns;
  readonly header: number;
}

/** The table whose header says which columns hold channels. Raises `NoList` for one of videos. */
export function tableWithHeader({ at, lines: [first = ''] }: Sample): Table | undefined {
  for (const [delimiter, names] of tried(first, (cells) => cells.length)) {
    const columns = new Columns(names);
    if (columns.areOfVideos && names.length > 1) throw new NoList('videos');
    if (columns.keys.size > 0) return { delimiter, columns, header: at };
  }
  return undefined;
}

/** The table whose cells show which columns hold channels. Raises `NoList` where they disagree. */
export function tableByContent({ at, lines }: Sample): Table | undefined {
  const [first = ''] = lines;
  for (const [delimiter, cells] of tried(first, keysAmong)) {
    const isHeadless = keysAmong(cells) > 0;
    if (cells.length === 1 || (!isHeadless && isChannel(first))) continue;
    const names = isHeadless ? [] : cells;
    const rows = lines.slice(isHeadless ? 0 : 1).map((line) => cellsOf(line, delimiter) ?? []);
    const found = columnsOfKeys(rows, names);
    if (found.length > 0)
      return { delimiter, columns: new Columns(names, found), header: isHeadless ? -1 : at };
  }
  return undefined;
}

/** The cells of a line for each delimiter, the best first. */
function tried(line: string, worth: (cells: readonly string[]) => number) {
  return DELIMITERS.map((delimiter) => {
    const cells = cellsOf(line, delimiter) ?? [];
    return [delimiter, (cells.length > 0 ? cells : [line]).map(strip)] as const;
  }).sort(([, a], [, b]) => worth(b) - worth(a));
}

function keysAmong(cells: readonly string[]): number {
  return cells.filter((cell) => keyIn(cell) !== undefined).length;
}

/** Each row. Comments come before the header; without one they may be anywhere. */
export function* readTable(lines: readonly string[], table: Table): Generator<Read> {
  for (let at = 0; at < lines.length; ) {
    const taken = linesOfRow(lines, at, table);
    const row = lines.slice(at, at + taken).join('\n');
    if (at === table.header) yield { comment: true };
    else yield noRow(at, row, table) ?? readOne(() => entryOf(row, table), taken);
    at += taken;
  }
}

function entryOf(row: string, { delimiter, columns }: Table) {
  const cells = row.length > LINE_MAX ? undefined : cellsOf(row, delimiter);
  if (!cells) throw new Refused('broken');
  return columns.entry(cells);
}

function noRow(at: number, line: string, { header }: Table): Read | undefined {
  return at < header || header < 0 || isBlank(line) ? notARow(line) : undefined;
}

/** How many lines the row takes that begins here; 1 if a quote in it is a stray one. */
function linesOfRow(lines: readonly string[], at: number, table: Table): number {
  const row = lines[at] ?? '';
  const isOpen = hasOddQuotes(row) && !noRow(at, row, table) && !cellsOf(row, table.delimiter);
  if (!isOpen) return 1;
  for (let end = at + 1; end < Math.min(lines.length, at + 1 + ROW_LINES_MAX); end++) {
    if (!hasOddQuotes(lines[end] ?? '')) continue;
    const whole = lines.slice(at, end + 1).join('\n');
    return cellsOf(whole, table.delimiter) ? end + 1 - at : 1;
  }
  return 1;
}

function hasOddQuotes(line: string): boolean {
  return line.split('"').length % 2 === 0;
}

/** The cells of one row, none of an empty one; undefined if its quoting is broken. */
function cellsOf(row: string, delimiter: string): string[] | undefined {
  if (row === '') return [];
  const cells: string[] = [];
  for (let at = 0; at <= row.length; ) {
    const quoted = row[at] === '"' ? quotedCell(row, at) : undefined;
    if (row[at] === '"' && !quoted) return undefined;
    const end = quoted?.end ?? nextOf(row, delimiter, at);
    const cell = quoted?.cell ?? row.slice(at, end);
    const isAtEnd = end === row.length || row[end] === delimiter;
    // Between quotes a cell may have line breaks, elsewhere not.
    if (!isAtEnd || (!quoted && cell.includes('\n'))) return undefined;
    cells.push(cell);
    at = end + 1;
  }
  return cells;
}

function quotedCell(row: string, at: number): { cell: string; end: number } | undefined {
  let cell = '';
  for (let from = at + 1; ; ) {
    const quote = row.indexOf('"', from);
    if (quote < 0) return undefined;
    cell += row.slice(from, quote);
    if (row[quote + 1] !== '"') return { cell, end: quote + 1 };
    cell += '"';
    from = quote + 2;
  }
}

function nextOf(row: string, delimiter: string, at: number): number {
  const found = row.indexOf(delimiter, at);
  return found < 0 ? row.length : found;
}

function isChannel(line: string): boolean {
  try {
    return oneChannel(line) !== undefined;
  } catch (refused) {
    if (refused instanceof Refused) return false;
    throw refused;
  }
}

/**
 * The columns that hold channels: half of their cells or more do, and all agree. Under a header
 * that does not say so, a column of handles next to one of ids may be anybody's: the reporter's, say.
 */
function columnsOfKeys(rows: readonly (readonly string[])[], names: readonly string[]): number[] {
  const found = new Map<number, (string | undefined)[]>();
  const width = Math.min(COLUMNS_MAX, Math.max(0, ...rows.map((row) => row.length)));
  for (let n = 0; n < width; n++) {
    const filled = rows.map((row) => strip(row[n] ?? '')).filter(Boolean);
    const held = rows.map((row) => keyIn(row[n] ?? ''));
    if (2 * keysAmong(filled) >= Math.max(1, filled.length)) found.set(n, held);
  }
  const columns = [...found.keys()];
  const withIds = columns.filter((n) => found.get(n)?.some((key) => key && !key.startsWith('@')));
  const withHandles = columns.filter((n) => !withIds.includes(n));
  for (const same of [withIds, withHandles])
    for (const one of same)
      for (const other of same)
        if (found.get(one)?.some((key, row) => isOther(key, found.get(other)?.[row])))
          throw new NoList('ambiguous');
  return withIds.length > 0 && names.length > 0 ? withIds : [...withIds, ...withHandles];
}

function isOther(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}
