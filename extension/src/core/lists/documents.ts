/** Lists in JSON: BlockTube, FreeTube, handle maps, arrays, and an object a line. */
import { Lru } from '../lru';
import { Columns } from './columns';
import { type Entry, NoList, type Read, Refused, readOne } from './entries';
import { channel, handleIn, keyIn, oneChannel } from './keys';
import { isBlank, strip, stripLeft, type Text } from './text';

/** Members that hold a channel's key, or else are none: a name, for one. */
const LOOSE_KEYS = ['id', 'url', 'link', 'channel', 'name'];

type Members = Readonly<Record<string, unknown>>;

export interface Document {
  readonly reads: Iterable<Read>;
  /** It could not be read were a piece of it missing. */
  readonly isWhole: boolean;
}

/** What JSON it is. Raises `NoList` where it is broken, or no list. */
export function readDocument({ whole, lines }: Text): Document {
  if (isAnObjectALine(lines)) return { reads: readLines(lines), isWhole: false };
  const value = parsed(whole);
  if (value === undefined) throw new NoList('json');
  return { reads: readValue(value), isWhole: true };
}

function isAnObjectALine(lines: readonly string[]): boolean {
  const [first = '', second] = lines.filter((line) => !isBlank(line));
  return second !== undefined && isMembers(parsed(first));
}

function readValue(value: unknown): Iterable<Read> {
  if (Array.isArray(value)) return value.map(readElement);
  if (!isMembers(value)) throw new NoList('json');
  if (Object.hasOwn(value, 'filterData')) {
    const { filterData: data } = value;
    const elements = isMembers(data) && Object.hasOwn(data, 'channelId') ? data.channelId : null;
    if (!Array.isArray(elements)) throw new NoList('json');
    return elements.map(readElement);
  }
  if (Object.hasOwn(value, 'channels') && Array.isArray(value.channels))
    return value.channels.map(readElement);
  if (new Columns(Object.keys(value)).keys.size > 0) return [readElement(value)];
  return Object.entries(value).map(([handle, id]) => readOne(() => tie(handle, id)));
}

function* readLines(lines: readonly string[]): Generator<Read> {
  for (const line of lines) {
    if (isBlank(line)) yield {};
    else {
      const value = parsed(line);
      yield value === undefined ? { rejects: ['broken'] } : readElement(value);
    }
  }
}

function readElement(value: unknown): Read {
  if (isMembers(value)) return readOne(() => entryOf(value));
  if (typeof value !== 'string') return { rejects: ['noChannel'] };
  if (isBlank(value)) return {};
  return stripLeft(value).startsWith('//') ? { comment: true } : readOne(() => oneChannel(value));
}

function entryOf(value: Members): Entry {
  const names = Object.keys(value);
  const form = JSON.stringify(names);
  const columns = columnsOf(form, names);
  if (columns.areOfVideos) throw new Refused('noChannel');
  const right = columns.keys.size > 0 ? columns : columnsOf(form, names, looseKey(value, names));
  return right.entry(Object.values(value).map(cellOf));
}

/** The place of the member that holds a key. Raises `Refused` if none does. */
function looseKey(value: Members, names: readonly string[]): number {
  const name = LOOSE_KEYS.find((loose) => {
    const member = Object.hasOwn(value, loose) ? value[loose] : undefined;
    return typeof member === 'string' && keyIn(member) !== undefined;
  });
  if (name === undefined) throw new Refused('noChannel');
  return names.indexOf(name);
}

/** Most lists have objects of few forms; of each it is seen first whether its names tell the key. */
const known = new Lru<string, Columns>(100);

function columnsOf(names: string, each: readonly string[], key?: number): Columns {
  const form = `${key ?? ''}${names}`;
  const columns = known.get(form) ?? new Columns(each, key === undefined ? [] : [key]);
  known.set(form, columns);
  return columns;
}

function cellOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.length > 0 ? '(list)' : '';
  return isMembers(value) && Object.keys(value).length > 0 ? '(dict)' : '';
}

function tie(given: string, id: unknown): Entry {
  if (typeof id !== 'string' || !/^(?:@|%40)/.test(strip(given))) throw new Refused('noChannel');
  const { channelId } = channel(id);
  if (channelId === undefined) throw new Refused('noChannel');
  return { channelId, handle: handleIn(given), level: 'tie' };
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
