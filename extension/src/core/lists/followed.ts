/** What the lists say that the viewer follows: sorted hashes, 10 bytes a name of a channel. */
import { type Key, keyOf, keyText, parseKey, Table } from 'realtube-client';
import type { Listed } from '../types';
import type { Entry } from './entries';

/** The list is not sure of the channel. */
const WARN = 1;
/** So many hashes are made at once. */
const BATCH = 1000;

export interface Followed {
  readonly name: string;
  readonly table: Table;
}

export class FollowedLists {
  constructor(private readonly lists: readonly Followed[] = []) {}

  /** The first list that blocks the channel, or else the first that warns of it. */
  find(keys: readonly Key[]): Listed | undefined {
    let warned: Listed | undefined;
    for (const { name, table } of this.lists)
      for (const key of keys) {
        const packed = table.find(key);
        if (packed === undefined) continue;
        if (packed >>> 8 !== WARN) return { list: name, level: 'block' };
        warned ??= { list: name, level: 'warn' };
      }
    return warned;
  }
}

/** How many channels these entries list. */
export function channelsIn(entries: readonly Entry[]): number {
  return entries.filter(({ level }) => level !== 'tie').length;
}

/** The names of all channels that are listed, also by a tie to another name. */
export async function tableOf(entries: readonly Entry[]): Promise<Table> {
  const levels = new Map<string, number>();
  const put = (name: string | undefined, flags: number) => {
    if (name !== undefined) levels.set(name, Math.min(flags, levels.get(name) ?? flags));
  };
  for (const { channelId, handle, level } of entries)
    if (level !== 'tie')
      for (const name of [channelId, handle]) put(name, level === 'warn' ? WARN : 0);
  const ties = entries.filter(({ level }) => level === 'tie');
  // Twice: what the last handle of an id is listed for goes for the first of it, too.
  for (const { channelId = '', handle = '' } of [...ties, ...ties])
    for (const flags of [levels.get(channelId), levels.get(handle)])
      if (flags !== undefined) for (const name of [channelId, handle]) put(name, flags);
  return sortedTable(await hashed([...levels]));
}

/** How many names of the one are in the other. */
export function shared(one: Table, other: Table): number {
  let count = 0;
  for (let at = 0; at < one.size; at++)
    if (other.find({ hi: one.hi[at] ?? 0, lo: one.lo[at] ?? 0 }) !== undefined) count++;
  return count;
}

async function hashed(
  levels: readonly (readonly [string, number])[],
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (let from = 0; from < levels.length; from += BATCH) {
    const batch = levels.slice(from, from + BATCH);
    const keys = await Promise.all(batch.map(([name]) => keyOf(name)));
    for (const [at, key] of keys.entries()) found.set(keyText(key), batch[at]?.[1] ?? 0);
  }
  return found;
}

function sortedTable(flags: ReadonlyMap<string, number>): Table {
  const table = Table.ofSize(flags.size);
  for (const [at, text] of [...flags.keys()].sort().entries()) {
    const { hi, lo } = parseKey(text);
    table.hi[at] = hi;
    table.lo[at] = lo;
    table.flags[at] = flags.get(text) ?? 0;
  }
  return table;
}
