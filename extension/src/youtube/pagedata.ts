/** A page's own data: finds it, and the parts of it that are worth reading, bit by bit. */

/** Larger than any page's data has been. */
const MAX_CHARS = 8_000_000;
/** Of one part: what stands for one card has some thousand. */
const MAX_PART_CHARS = 60_000;
const MAX_VALUES = 300_000;
/** So much is done between two looks at the clock. */
const CHUNK_CHARS = 15_000;
const CHUNK_VALUES = 500;

const MAX_BRANCHES = 64;
/** So many strings and braces are passed over at a time. */
const CHUNK_TOKENS = 2000;

/** A part with a name that somebody looks for. */
export interface Holder {
  readonly name: string;
  readonly value: unknown;
}

/**
 * Parts with these names in a page's data: plain data, or a script that has JSON, or JSON in a
 * string of JavaScript, as mobile pages do. Gives undefined now and then: the caller may take a break.
 *
 * @param aside names of parts in which nothing is looked for
 */
export function holdersIn(
  data: unknown,
  names: readonly string[],
  aside: readonly string[] = [],
): Generator<Holder | undefined> {
  return typeof data === 'string'
    ? holdersInText(data, names, aside)
    : holdersInValue(data, names, aside);
}

// JSON never has such a backslash: it would take another text, in which somebody wrote one, for it.
const IN_A_STRING = /'\\x7b\\x22/i;

function* holdersInText(
  script: string,
  names: readonly string[],
  aside: readonly string[],
): Generator<Holder | undefined> {
  if (script.length > MAX_CHARS || names.length === 0) return;
  const text = IN_A_STRING.test(script) ? yield* unescaped(script) : script;
  const find = new RegExp(`"(${[...names, ...aside].join('|')})":\\s*\\{`, 'g');
  for (let found = find.exec(text); found; found = find.exec(text)) {
    const start = find.lastIndex - 1;
    if (aside.includes(found[1] ?? '')) {
      find.lastIndex = yield* endOfAny(text, start);
      continue;
    }
    const end = endOf(text, start);
    const value = end === undefined ? undefined : parsed(text.slice(start, end));
    if (end !== undefined) find.lastIndex = end;
    yield value === undefined ? undefined : { name: found[1] ?? '', value };
  }
}

function* holdersInValue(
  root: unknown,
  names: readonly string[],
  aside: readonly string[],
): Generator<Holder | undefined> {
  const wanted = new Set(names);
  const stack = [root];
  for (let seen = 0; stack.length > 0 && seen < MAX_VALUES; seen++) {
    if (seen % CHUNK_VALUES === 0) yield undefined;
    const value = stack.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, inner] of Object.entries(value) as [string, unknown][]) {
      if (typeof inner !== 'object' || inner === null) continue;
      if (wanted.has(name)) yield { name, value: inner };
      else if (!aside.includes(name)) stack.push(inner);
    }
  }
}

/**
 * Call something with each script in the document that has a word in it, as soon as it is whole:
 * the data stands before the cards do.
 */
export function onScripts(word: string, found: (text: string) => void, signal: AbortSignal): void {
  const seen = new WeakSet<Element>();
  const look = () => {
    const isWhole = document.readyState !== 'loading';
    for (const script of document.scripts) {
      // As long as nothing follows, its text may go on.
      if (script.src || seen.has(script) || !(isWhole || script.nextSibling)) continue;
      seen.add(script);
      const text = script.textContent ?? '';
      if (text.includes(word)) found(text);
    }
  };
  look();
  if (document.readyState !== 'loading') return;
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true });
  const end = () => observer.disconnect();
  const last = () => {
    look();
    end();
  };
  document.addEventListener('DOMContentLoaded', last, { signal, once: true });
  signal.addEventListener('abort', end, { once: true });
}

// A string, or a brace outside of one.
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}]/gs;

/** The end of the object that begins here, if it is not too far off. */
function endOf(text: string, start: number): number | undefined {
  let depth = 0;
  TOKEN.lastIndex = start;
  for (let token = TOKEN.exec(text); token; token = TOKEN.exec(text)) {
    if (token[0] === '{') depth += 1;
    if (token[0] === '}' && --depth === 0) return TOKEN.lastIndex;
    if (TOKEN.lastIndex - start > MAX_PART_CHARS) return undefined;
  }
  return undefined;
}

/** The end of the object that begins here, however far off; that of the text if it has none. */
function* endOfAny(text: string, start: number): Generator<undefined, number> {
  let depth = 0;
  let at = start;
  for (let seen = 1; ; seen++) {
    TOKEN.lastIndex = at; // others use it meanwhile
    const token = TOKEN.exec(text);
    if (!token) return text.length;
    at = TOKEN.lastIndex;
    if (token[0] === '{') depth += 1;
    if (token[0] === '}' && --depth === 0) return at;
    if (seen % CHUNK_TOKENS === 0) yield undefined;
  }
}

/** What stands at a path: `a.0.b`, or `a.*.b` for each, with gaps for those that have no `b`. */
export function valuesAt(from: unknown, path: string): unknown[] {
  let values: unknown[] = [from];
  for (const part of path.split('.'))
    values = values
      .flatMap((value) =>
        part === '*' ? (Array.isArray(value) ? (value as unknown[]) : []) : [member(value, part)],
      )
      .slice(0, MAX_BRANCHES);
  return values;
}

function member(value: unknown, name: string): unknown {
  const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isThere ? (value as Record<string, unknown>)[name] : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not what it seemed to be
  }
}

const ESCAPE = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))/gis;

/** A string of JavaScript as it is meant, cut at commas, which stand in no escape. */
function* unescaped(script: string): Generator<undefined, string> {
  let text = '';
  for (let from = 0; from < script.length; ) {
    const comma = script.indexOf(',', from + CHUNK_CHARS);
    const to = comma < 0 ? script.length : comma + 1;
    text += script
      .slice(from, to)
      .replace(
        ESCAPE,
        (_, hex?: string, unicode?: string, other?: string) =>
          other ?? String.fromCharCode(Number.parseInt(hex ?? unicode ?? '', 16)),
      );
    from = to;
    yield undefined;
  }
  return text;
}
