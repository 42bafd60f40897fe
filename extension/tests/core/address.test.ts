/** Addresses and handles: the vectors that the server has too, and a random search beside it. */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { keyOf, keyText, normaliseHandle, readAddress, type Wanted } from 'realtube-client';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';
import pageConfig from '../../page.config';

const REPOSITORY = path.resolve(import.meta.dirname, '../../..');

interface Vectors {
  readonly addresses: readonly {
    readonly name: string;
    readonly text: string;
    readonly wanted?: Wanted;
    readonly kind?: string;
    readonly key?: string;
  }[];
  readonly handles: readonly {
    readonly name: string;
    readonly text: string;
    readonly handle?: string;
    readonly key?: string;
  }[];
}

const VECTORS = JSON.parse(
  readFileSync(path.join(REPOSITORY, 'clients/vectors/addresses.json'), 'utf8'),
) as Vectors;

describe('the vectors', () => {
  it.each(VECTORS.addresses)('read $name', ({ text, wanted, kind, key }) => {
    expect(readAddress(text, wanted)).toEqual(kind === undefined ? undefined : { kind, key });
  });

  it.each(VECTORS.handles)('normalise $name', async ({ text, handle, key }) => {
    const normal = normaliseHandle(text);
    expect(normal).toBe(handle === undefined ? undefined : `@${handle}`);
    if (normal !== undefined) expect(keyText(await keyOf(normal))).toBe(key);
  });
});

describe('the page', () => {
  it('has what `npm run page` makes of the source', async () => {
    const made = await build({
      ...pageConfig,
      configFile: false,
      build: { ...pageConfig.build, write: false },
    });
    const [output] = [made].flat();
    if (!output || !('output' in output)) throw new Error('nothing was built');
    const kept = readFileSync(path.join(REPOSITORY, 'realtube/static/address.js'), 'utf8');
    expect(kept).toBe(output.output[0].code);
  });
});

const WANTED = [undefined, 'video', 'channel'] as const;
/** What one of the server's rules is asked. */
type Question = readonly [text: string, wanted?: Wanted | null];

const SERVER = `
import json, sys, unicodedata
from common import ids, youtube

def answers(rule):
    return [
        "unknown" if any(unicodedata.category(c) == "Cn" for c in text) else rule(text, *more)
        for text, *more in json.load(sys.stdin)
    ]
`;

/** The server's answers; it is asked once for all, since to start it takes longer than to answer. */
function askServer<Answer>(program: string, questions: unknown): Answer {
  const own = path.join(REPOSITORY, '.venv/bin/python');
  const { status, stdout, stderr, error } = spawnSync(
    existsSync(own) ? own : 'python3',
    ['-c', `${SERVER}\n${program}`],
    { cwd: REPOSITORY, input: JSON.stringify(questions), encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (error ?? status !== 0) throw error ?? new Error(stderr);
  return JSON.parse(stdout) as Answer;
}

const READ = 'print(json.dumps(answers(youtube.read)))';
const NORMALISE = 'print(json.dumps(answers(ids.normalise_handle)))';
// Every character that the server's Unicode has a meaning for, between two others, and its answer.
// But for 100,000 ideographs and syllables, which have neither case nor accents.
const CHARACTERS = `
names = {c: unicodedata.name(c, "") for c in map(chr, range(0x110000))}
alike = ("CJK UNIFIED IDEOGRAPH", "HANGUL SYLLABLE", "TANGUT IDEOGRAPH")
texts = [f"a{c}\\u0301" for c, name in names.items() if name and not name.startswith(alike)]
print(json.dumps([[text, ids.normalise_handle(text)] for text in texts]))`;

const ID_SIGNS = [...'ABCXYZabcxyz0189_-'];
const NAME_SIGNS = [
  ...ID_SIGNS,
  ...'.·・eèé\u0301\u0327\u0345ñøæǽßİıſΣςόйё\u0306कि\u094dกำガ\u3099한Ꭳꭳ\u200c😀 /%@',
  '%C3%A9',
];
const word = (signs: readonly string[], least: number, most: number) =>
  fc
    .array(fc.constantFrom(...signs), { minLength: least, maxLength: most })
    .map((each) => each.join(''));
const video = word(ID_SIGNS, 11, 11);
const key = fc.oneof(
  { weight: 4, arbitrary: video },
  word(ID_SIGNS, 22, 22).map((rest) => `UC${rest}`),
  word(NAME_SIGNS, 0, 14).map((name) => `@${name}`),
  word(NAME_SIGNS, 0, 14),
  fc.constantFrom('videoseries', 'live_stream', 'SomeChannel', 'some-maker1', '%40name'),
);
const around = word([...' \t\n\u00a0\u200b\ufeff\u202a<>()[]"\'“”«»*.,;:!?@#_-'], 0, 3);
const scheme = fc.constantFrom(
  'https://',
  'http://',
  'HTTPS://',
  '//',
  '',
  '/',
  'ftp://',
  'https:',
  'httpſ://',
);
const host = fc.constantFrom(
  ...[
    'www.youtube.com',
    'youtube.com',
    'm.youtube.com',
    'MUSIC.YouTube.com',
    'www.youtubekids.com',
    'youtu.be',
  ],
  ...[
    'www.youtube-nocookie.com',
    'consent.youtube.com',
    'youtube.com:443',
    'youtube.com.',
    'www.m.youtube.com',
  ],
  ...[
    'youtube.com.evil.example',
    'evil.example/youtube.com',
    'notyoutube.com',
    'a@youtube.com',
    'youtube.com@b',
    '',
  ],
);
const folder = fc.constantFrom(
  ...[
    'watch',
    'shorts',
    'live',
    'embed',
    'v',
    'e',
    'video',
    'channel',
    'c',
    'user',
    'm',
    'feed',
    'clip',
    '',
  ],
  ...['redirect', 'attribution_link', 'playlist', 'hashtag', 'Watch', 'wa%74ch'],
);
const tail = fc.constantFrom(
  '',
  '',
  '/',
  '/videos',
  '?si=x',
  '#t=1',
  '&t=1',
  '?a=b&amp;v=aaaaaaaaa1A',
  ' and more',
  ' # x',
  ',name',
  '\n',
);
const parameters = fc
  .array(fc.tuple(fc.constantFrom('v', 'v', 'list', 'u', 'q', 'continue', 'channel', 'amp;v'), key))
  .map((all) => all.map(([name, value]) => `${name}=${value}`).join('&'));
const path_ = fc.oneof(
  fc.tuple(folder, key).map(([first, second]) => `/${first}/${second}`),
  fc.tuple(folder, parameters).map(([first, query]) => `/${first}?${query}`),
  key.map((only) => `/${only}`),
);
const address = fc.tuple(scheme, host, path_, tail).map((parts) => parts.join(''));
const leading = fc
  .tuple(
    fc.constantFrom('redirect?q', 'attribution_link?u', 'm?continue', 'redirect?x=y&q'),
    fc.oneof(address, path_, key),
  )
  .map(([page, to]) => `https://www.youtube.com/${page}=${encodeURIComponent(to.toWellFormed())}`);
const pasted = fc
  .tuple(
    around,
    fc.oneof(
      { weight: 4, arbitrary: address },
      leading,
      fc.tuple(key, tail).map((parts) => parts.join('')),
      address.map((text) => encodeURIComponent(text.toWellFormed())),
      fc.string({ unit: 'binary', maxLength: 20 }),
    ),
    around,
  )
  .map((parts) => parts.join(''));

const TRIES = 10_000;

/** Looks for texts on which server and extension differ; shows the shortest of them. */
function expectTheSame(
  questions: fc.Arbitrary<Question>,
  ours: (...question: Question) => unknown,
  program: string,
) {
  const asked = fc.sample(questions, TRIES);
  const theirs = askServer<unknown[]>(program, asked);
  const answers = asked.map((question, index) => ({
    question,
    extension: JSON.stringify(ours(...question)),
    server: JSON.stringify(theirs[index]),
  }));
  // Of characters that are newer than the server's Unicode it takes none.
  const differ = answers.filter(
    ({ extension, server }) => server !== '"unknown"' && server !== extension,
  );
  differ.sort((a, b) => a.question[0].length - b.question[0].length);
  expect(differ[0]).toBeUndefined();
}

describe('server and extension', () => {
  it('mean the same by whatever is pasted', () => {
    const question = fc
      .tuple(pasted, fc.constantFrom(...WANTED))
      .map(([text, wanted]): Question => [text, wanted ?? null]);
    const kinds = new Set<string>();
    expectTheSame(
      question,
      (text, wanted) => {
        const meant = readAddress(text, wanted ?? undefined);
        kinds.add(meant?.kind ?? 'nothing');
        return meant ? [meant.kind, meant.key] : null;
      },
      READ,
    );
    expect([...kinds].sort()).toEqual(['channel', 'legacy', 'nothing', 'video', 'word']);
  });

  it('normalise whatever is taken for a handle to the same text', () => {
    const handle = fc.oneof(
      word(NAME_SIGNS, 0, 20),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
    );
    const question = handle.map((text): Question => [text]);
    expectTheSame(question, (text) => normaliseHandle(text)?.slice(1) ?? null, NORMALISE);
  });

  it('normalise every character that both know to the same text, and that to itself', () => {
    const answers = askServer<[string, string | null][]>(CHARACTERS, null);
    const ours = answers.map(([text]) => normaliseHandle(text));
    const differ = answers.filter(
      ([, theirs], index) => (ours[index]?.slice(1) ?? null) !== theirs,
    );
    expect(differ).toEqual([]);
    expect(answers.length).toBeGreaterThan(30_000);
    const again = ours.filter((text) => text !== undefined && normaliseHandle(text) !== text);
    expect(again).toEqual([]);
  }, 60_000);
});
