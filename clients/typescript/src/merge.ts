/** Changes of the delta worked into a table, in one pass over both. */
import { type Key, parseKey } from './keys.js';
import { type Changes, type Packed, Table } from './table.js';

export function merge(table: Table, changes: Changes): Table {
  const sorted = [...changes].sort(([a], [b]) => (a < b ? -1 : 1));
  const out = Table.ofSize(sizeAfter(table, changes));
  let from = 0;
  let to = 0;
  const copyBefore = (end: number) => {
    out.hi.set(table.hi.subarray(from, end), to);
    out.lo.set(table.lo.subarray(from, end), to);
    out.scores.set(table.scores.subarray(from, end), to);
    out.flags.set(table.flags.subarray(from, end), to);
    to += end - from;
    from = end;
  };
  for (const [text, packed] of sorted) {
    const key = parseKey(text);
    const at = table.lowerBound(key);
    copyBefore(at);
    if (table.isAt(at, key)) from += 1;
    if (packed !== undefined) write(out, to++, key, packed);
  }
  copyBefore(table.size);
  return out;
}

function sizeAfter(table: Table, changes: Changes): number {
  let size = table.size;
  for (const [text, packed] of changes) {
    const before = table.find(parseKey(text)) !== undefined;
    size += Number(packed !== undefined) - Number(before);
  }
  return size;
}

function write(table: Table, at: number, { hi, lo }: Key, packed: Packed): void {
  table.hi[at] = hi;
  table.lo[at] = lo;
  table.scores[at] = packed & 0xff;
  table.flags[at] = packed >>> 8;
}
