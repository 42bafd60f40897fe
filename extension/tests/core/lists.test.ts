/** Lists of channels: the vectors that the server's importer has too, and a random search beside it. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NoList } from '../../src/core/lists/entries';
import { readList } from '../../src/core/lists/read';

const REPOSITORY = path.resolve(import.meta.dirname, '../../..');

interface Vector {
  readonly name: string;
  readonly text?: string;
  readonly base64?: string;
}

const VECTORS = JSON.parse(
  readFileSync(path.join(REPOSITORY, 'clients/vectors/lists.json'), 'utf8'),
) as { readonly lists: readonly Vector[] };

/** What the extension makes of a list, in the form of the vectors. */
function answer(bytes: Uint8Array): object {
  try {
    const { entries, tally } = readList(bytes);
    const { taken, rejected, comments, blank, reasons, parts } = tally;
    return {
      entries: entries.map(({ channelId = null, handle = null, level = null }) => [
        channelId,
        handle,
        level,
      ]),
      ...{ taken, rejected, comments, blank, reasons, parts },
    };
  } catch (error) {
    if (error instanceof NoList) return { noList: error.why };
    throw error;
  }
}

const bytesOf = ({ text, base64 }: Vector) =>
  Buffer.from(text ?? base64 ?? '', text === undefined ? 'base64' : 'utf8');

describe('the vectors', () => {
  it.each(VECTORS.lists)('read $name', (vector) => {
    const { name: _, text: _text, base64: _base64, ...expected } = vector;
    expect(answer(bytesOf(vector))).toEqual(expected);
  });
});

const SERVER = `
import base64, json, sys
from tests.channels.shared_lists import answer

print(json.dumps([answer(base64.b64decode(data)) for data in json.load(sys.stdin)]))
`;

/** The importer's answers; it is asked once for all, since to start it takes longer than to answer. */
function askServer(lists: readonly Buffer[]): unknown[] {
  const own = path.join(REPOSITORY, '.venv/bin/python');
  const { status, stdout, stderr, error } = spawnSync(
    existsSync(own) ? own : 'python3',
    ['-c', SERVER],
    {
      cwd: REPOSITORY,
      input: JSON.stringify(lists.map((list) => list.toString('base64'))),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  );
  if (error ?? status !== 0) throw error ?? new Error(stderr);
  return JSON.parse(stdout) as unknown[];
}

const pick = fc.constantFrom<string[]>;
const id = pick('a', 'b', 'c').map((letter) => `UC${letter.repeat(22)}`);
const handle = pick(
  '@one',
  '@One',
  '@two',
  '@t\u00f6\u00f6',
  '@three.x',
  '@\u043a\u0430',
  '%40one',
  '@one%20',
  '@',
);
const word = pick(
  'Some',
  'name',
  'removed',
  'Not AI',
  'not',
  'was',
  'block',
  'yes',
  'no',
  '0',
  '1',
  '0.0',
  '',
  'slop',
  '2026-01-01',
  'never',
  'listed',
  'fal\u017fe',
);
const space = pick(' ', '  ', '\t', '\u00a0', '\x1c', '');
const page = fc
  .tuple(
    pick(
      'https://www.youtube.com/',
      'http://m.youtube.com/',
      'youtube.com/',
      '/',
      'HTTPS://YouTube.com/',
      'example.com/',
    ),
    fc.oneof(
      handle,
      id.map((key) => `channel/${key}`),
      pick('c/name', 'watch?v=dQw4w9WgXcQ'),
    ),
    pick('', '/', '/videos', '?x'),
  )
  .map((parts) => parts.join(''));
const key = fc.oneof({ weight: 2, arbitrary: id }, { weight: 2, arbitrary: handle }, page, word);
const remark = fc
  .tuple(pick('', ' # ', ' // ', ',', ' ', ' | ', ': ', '\t'), fc.array(word, { maxLength: 3 }))
  .map(([sign, words]) => sign + words.join(' '));
const plainLine = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(space, key, remark, space).map((parts) => parts.join('')) },
  pick('! comment', '# comment', '', '  ', ' !x', '"', '\ufeff@one'),
);

const quote = (cell: string) => (/[",;\t\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const cell = fc.oneof(
  { weight: 4, arbitrary: key },
  word,
  pick('a,b', '"x"', "'@one", "'=1", 'two\nlines', ' @two ', 'tie', 'warn', 'BLOCK', 'maybe'),
);
const column = pick(
  'channel_id',
  'handle',
  'Channel URL',
  'level',
  'status',
  'is_ai',
  'removed_at',
  'score',
  'name',
  'note',
  'Kanal',
  'action',
  'video_id',
  'locked',
  'cleared',
  'id',
  'url',
);
const row = (cells: fc.Arbitrary<string>) =>
  fc.array(fc.oneof({ weight: 9, arbitrary: cells.map(quote) }, pick('"', 'a"b', '"a"b')), {
    minLength: 1,
    maxLength: 4,
  });
const table = fc
  .tuple(
    pick(',', ';', '\t'),
    fc.option(row(column)),
    fc.array(
      fc.oneof(
        { weight: 9, arbitrary: row(cell) },
        pick('', '# x', '! x').map((line) => [line]),
      ),
      { maxLength: 8 },
    ),
  )
  .map(([sign, header, rows]) =>
    [...(header ? [header] : []), ...rows].map((cells) => cells.join(sign)),
  );

const href = fc
  .tuple(
    pick('=', '^=', '*=', '$=', '~='),
    pick('"', "'", ''),
    fc.oneof(
      handle.map((name) => `/${name}`),
      id.map((name) => `/channel/${name}`),
      handle,
      id,
      pick('/@one/', '@tw', '/@one?', 'UC', '/c/x', ''),
    ),
  )
  .map(([how, sign, value]) => `[href${how}${sign}${value}${sign}]`);
const tag = pick(
  'ytd-video-renderer',
  'ytm-media-item',
  'YTD-Video-Renderer',
  'a',
  '*',
  'ytd-comment-renderer',
  '',
  'ytd-rich-item-renderer.x',
  '#id',
  'a[title]',
);
const selector: fc.Arbitrary<string> = fc.letrec<{ one: string; list: string }>((tie) => ({
  one: fc
    .tuple(
      tag,
      fc.oneof({ weight: 2, arbitrary: href }, pick('', '')),
      fc.array(
        fc
          .tuple(
            pick(
              ':has(',
              ':-abp-has(',
              ':not(',
              ':is(',
              ':where(',
              ':upward(',
              ':has-text(',
              ':style(',
            ),
            fc.oneof(
              { depthSize: 'small' },
              href.map((link) => `a${link}`),
              tag,
              tie('list'),
            ),
            pick(')', ')', ')', ''),
          )
          .map((parts) => parts.join('')),
        { maxLength: 2 },
      ),
    )
    .map(([name, link, pseudos]) => name + link + pseudos.join('')),
  list: fc
    .tuple(tie('one'), fc.option(fc.tuple(pick(', ', ' ', ' > ', ' + ', ','), tie('one'))))
    .map(([first, more]) => first + (more?.join('') ?? '')),
})).list;
const usualRule = fc
  .tuple(
    fc.oneof(
      id.map((name) => `/channel/${name}`),
      handle.map((name) => `/${name}`),
    ),
    pick('ytd-video-renderer', 'ytm-media-item'),
    pick('=', '*=', '^='),
  )
  .map(([to, card, how]) => `${card}:has(a[href${how}"${to}"])`);
const sites = pick(
  'youtube.com',
  'www.youtube.com',
  'youtube.*',
  '',
  '*',
  'example.com',
  '~m.youtube.com',
  'youtube.com,~www.youtube.com',
  'music.youtube.com',
);
const rule = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: pick('youtube.com') }, sites),
    pick('##', '##', '##', '#?#', '#@#', '#$#', '#%#'),
    fc.oneof(usualRule, selector),
  )
  .map((parts) => parts.join(''));
const filterLine = fc.oneof(
  { weight: 6, arbitrary: rule },
  rule.map((line) => `! ${line}`),
  rule.map((line) => `# ${line}`),
  rule.map((line) => line.replace(':has', ' \\\n    :has')),
  pick(
    '!#if true',
    '!#if false',
    '!#if env_x',
    '!#else',
    '!#endif',
    '!#include x',
    '||youtube.com^',
    '[Adblock Plus 2.0]',
    '',
    '! x',
    '@one',
    '# x',
    'youtube.com##+js(x)',
  ),
);

const member: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: cell },
  fc.constantFrom<unknown>(null, true, false, 0, 7, [], ['@one'], {}, { a: 1 }),
);
const record = fc
  .array(fc.tuple(fc.oneof(column, pick('handle', 'channel', 'link', 'preferredName')), member), {
    maxLength: 4,
  })
  .map((all) => Object.fromEntries(all));
const element: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(key, remark).map((parts) => parts.join('')) },
  { weight: 3, arbitrary: record },
  fc.constantFrom<unknown>(null, 7, '', '// x', [], '\ud800@one'),
);
const elements = fc.array(element, { maxLength: 8 });
const json = fc.oneof(
  elements.map((all) => JSON.stringify(all)),
  elements.map((all) => JSON.stringify({ filterData: { channelId: all } })),
  elements.map((all) => JSON.stringify({ channels: all })),
  record.map((all) => JSON.stringify(all)),
  fc
    .array(fc.tuple(fc.oneof(handle, word), fc.oneof(id, member)), { maxLength: 5 })
    .map((all) => JSON.stringify(Object.fromEntries(all))),
  fc
    .array(element, { minLength: 2, maxLength: 5 })
    .map((all) => all.map((one) => JSON.stringify(one)).join('\n')),
  pick('{"a": 1', '[', '{"filterData": 1}'),
);

const lines = (line: fc.Arbitrary<string>) => fc.array(line, { maxLength: 8 });
const list = fc
  .tuple(
    fc.oneof(
      lines(plainLine),
      { weight: 2, arbitrary: table },
      { weight: 2, arbitrary: lines(filterLine) },
      json.map((text) => [text]),
      lines(fc.oneof(plainLine, filterLine, json)),
    ),
    pick('\n', '\n', '\r\n', '\r'),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([all, end, isEnded, isWide]) => {
    const text = all.join(end) + (isEnded ? end : '');
    return isWide && text.isWellFormed()
      ? Buffer.from(`\ufeff${text}`, 'utf16le')
      : Buffer.from(text, 'utf8');
  });

const TRIES = 4000;

describe('server and extension', () => {
  it('read the same of whatever a list may have', () => {
    const asked = fc.sample(list, TRIES);
    const theirs = askServer(asked);
    const differ = asked
      .map((bytes, index) => ({
        list: bytes.toString(),
        ours: answer(bytes),
        theirs: theirs[index],
      }))
      .filter(
        ({ ours, theirs: other }) => JSON.stringify(sorted(ours)) !== JSON.stringify(sorted(other)),
      );
    differ.sort((a, b) => a.list.length - b.list.length);
    expect(differ[0]).toBeUndefined();
    expect(theirs.filter((one) => !('noList' in (one as object))).length).toBeGreaterThan(
      TRIES / 3,
    );
    const kinds = new Set(
      theirs.flatMap((one) => Object.keys((one as { reasons?: object }).reasons ?? {})),
    );
    expect([...kinds].sort()).toEqual([
      'broken',
      'noChannel',
      'otherRule',
      'saysNo',
      'spared',
      'switchedOff',
      'unclear',
    ]);
  }, 120_000);
});

/** With members in one order. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]) => [name, sorted(part)]),
  );
}
