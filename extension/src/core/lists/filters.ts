/** Filter lists of ad blockers: rules that hide the cards of exactly one channel on YouTube. */
import type { Read, Reason } from './entries';
import { ID, keyIn, keysOf } from './keys';
import { hides } from './selectors';
import { LINE_MAX, SPACE, strip, WORD } from './text';

const HEADER = new RegExp(`^\\[[${SPACE}]*(?!(?:true|false|null)(?![${WORD}]))[A-Za-z]`, 'u');
const COSMETIC = new RegExp(
  `^([^${SPACE}#"'/|^$()[\\]]*)#(@?)(\\?|\\$\\??|%)?#(#?[^#${SPACE}][^\\n]*)`,
);
const NETWORK = new RegExp(`^(?:@@)?\\|\\|[^${SPACE}]`);
const DIRECTIVE = new RegExp(
  `^!#[${SPACE}]*(if|else|endif|include)(?![${WORD}])[${SPACE}]*([^\\n]*)`,
  'u',
);
const HREF = new RegExp(
  `href[${SPACE}]*[*^$~|]?=[${SPACE}]*(?:"([^"]*)"|'([^']*)'|([^${SPACE}\\]"']+))`,
  'g',
);
const KEY_IN_HREF = new RegExp(
  `(?:@|%40)[^/?#&${SPACE}]+|(?<![${WORD}@-])${ID}(?![${WORD}-])`,
  'gu',
);
const HOSTS = ['www.youtube.com', 'm.youtube.com', 'music.youtube.com'];
const [GOES_ON, GONE_ON] = [' \\', '    '];

/** Whether the rules of a block hold. */
type Block = 'on' | 'off' | 'maybe';
const HOLDS = new Map<string, Block>([
  ['true', 'on'],
  ['!false', 'on'],
  ['false', 'off'],
  ['!true', 'off'],
]);
const ELSE = { on: 'off', off: 'on', maybe: 'maybe' } as const;

/** Whether a file that begins so says that it is a filter list, and is no JSON. */
export function isHeader(start: string): boolean {
  return HEADER.test(start);
}

/** Whether a line can hardly be anything but a rule. */
export function isRule(line: string): boolean {
  const rule = strip(line);
  const sites = COSMETIC.exec(rule)?.[1];
  return (
    NETWORK.test(rule) || (sites !== undefined && (sites.includes('.') || rule.includes('href')))
  );
}

/** Each line; a rule that goes on over several lines is one. */
export function* readFilters(lines: readonly string[]): Generator<Read> {
  const excepted = exceptionsIn(lines);
  const blocks: Opened[] = [];
  for (const [line, taken] of rulesIn(lines)) {
    const rule = strip(line);
    const [, directive, given = ''] = DIRECTIVE.exec(rule) ?? [];
    if (rule === '') yield {};
    else if (directive !== undefined) yield readDirective(directive, given, blocks);
    else if (/^!/.test(rule) || isHeader(rule) || (/^#/.test(rule) && !COSMETIC.test(rule))) {
      const isOne = rule.includes('href') && COSMETIC.test(rule.replace(/^[!# ]+/, ''));
      yield { rejects: isOne ? ['switchedOff'] : [], comment: true, lines: taken };
    } else if (isOff(blocks)) yield { rejects: ['switchedOff'], lines: taken };
    else if (line.length > LINE_MAX) yield { rejects: ['broken'], lines: taken };
    else yield { ...readRule(rule, excepted), lines: taken };
  }
}

/** The rules, and how many lines they take. */
function* rulesIn(lines: readonly string[]): Generator<readonly [rule: string, lines: number]> {
  let begun: readonly [string, number] | undefined;
  for (const line of lines) {
    if (begun && line.startsWith(GONE_ON)) {
      const [rule, taken] = begun;
      const before = rule.endsWith(GOES_ON) ? rule.slice(0, -GOES_ON.length) : rule;
      begun = [(before + strip(line)).slice(0, LINE_MAX + 1), taken + 1];
    } else {
      if (begun) yield begun;
      begun = [line, 1];
    }
    if (!line.endsWith(GOES_ON)) {
      yield begun;
      begun = undefined;
    }
  }
  if (begun) yield begun;
}

/** A block that is open. Only the innermost is asked: a list may open any number of them. */
interface Opened {
  readonly block: Block;
  readonly isOffOutside: boolean;
}

function isOff(blocks: readonly Opened[]): boolean {
  const last = blocks.at(-1);
  return last !== undefined && (last.isOffOutside || last.block !== 'on');
}

function readDirective(name: string, given: string, blocks: Opened[]): Read {
  if (name === 'include') return { rejects: ['otherRule'] };
  if (name === 'if') {
    const block = HOLDS.get(given.replaceAll(' ', '')) ?? 'maybe';
    blocks.push({ block, isOffOutside: isOff(blocks) });
  } else {
    const last = blocks.pop();
    if (last !== undefined && name === 'else') blocks.push({ ...last, block: ELSE[last.block] });
  }
  return { comment: true };
}

/** The channels that exception rules name, wherever in the list. */
function exceptionsIn(lines: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [rule] of rulesIn(lines)) {
    const [, sites = '', exception, , body = ''] =
      (rule.includes('#@') && COSMETIC.exec(strip(rule))) || [];
    if (!exception || whereIs(sites) === 'elsewhere') continue;
    for (const [, ...href] of body.matchAll(HREF))
      for (const [key] of href.join('').matchAll(KEY_IN_HREF)) found.add(keyIn(key) ?? '');
  }
  return found;
}

function readRule(rule: string, excepted: ReadonlySet<string>): Read {
  const found = COSMETIC.exec(rule);
  if (!found || !isHiding(found)) return { rejects: ['otherRule'] };
  const { channels, leftOut } = hides(found[4] ?? '');
  const rejects: Reason[] = [...leftOut];
  const keys = [...new Set(channels)];
  for (const key of keys) if (excepted.has(key)) rejects.push('spared');
  return { entries: keys.filter((key) => !excepted.has(key)).map(keysOf), rejects };
}

/** Whether a cosmetic rule hides anything on YouTube. */
function isHiding([, sites = '', exception, kind = '', body = '']: RegExpExecArray): boolean {
  const isElse = exception !== '' || kind.includes('$') || kind === '%';
  return !isElse && !/^(?:\^|\+js\(|script:)/.test(body) && whereIs(sites) === 'here';
}

/** Where a rule for these sites holds. */
function whereIs(sites: string): 'here' | 'everywhere' | 'elsewhere' {
  const names = sites.split(',').map((name) => strip(name).toLowerCase());
  const without = names.filter((name) => name.startsWith('~')).map((name) => name.slice(1));
  const hosts = HOSTS.filter((host) => !without.some((name) => covers(name, host)));
  const named = names.filter((name) => name !== '' && !name.startsWith('~'));
  if (hosts.length === 0) return 'elsewhere';
  if (named.length === 0 || named.includes('*')) return 'everywhere';
  return named.some((name) => hosts.some((host) => covers(name, host))) ? 'here' : 'elsewhere';
}

function covers(name: string, host: string): boolean {
  const site = name.endsWith('.*') ? `${name.slice(0, -1)}com` : name;
  return host === site || host.endsWith(`.${site}`);
}
