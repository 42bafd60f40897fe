/** Whose cards a selector of a filter list hides, if it hides those of exactly one channel. */
import { type Reason, Refused } from './entries';
import { channel, handleIn, ID, keyText } from './keys';
import { SPACE, setOf, strip, WORD } from './text';

/** What YouTube shows a video, a playlist or a channel in, of which one channel is the owner. */
const CARDS = setOf(`
  ytd-rich-item-renderer ytd-rich-grid-media ytd-rich-grid-slim-media ytd-video-renderer
  ytd-compact-video-renderer ytd-grid-video-renderer ytd-playlist-video-renderer
  ytd-playlist-panel-video-renderer ytd-reel-item-renderer ytd-reel-video-renderer
  ytd-channel-renderer ytd-grid-channel-renderer ytd-playlist-renderer
  ytd-grid-playlist-renderer ytd-compact-playlist-renderer ytd-movie-renderer
  ytd-compact-movie-renderer ytd-grid-movie-renderer yt-lockup-view-model
  ytm-shorts-lockup-view-model ytm-shorts-lockup-view-model-v2 ytm-lockup-view-model
  ytm-video-with-context-renderer ytm-compact-video-renderer ytm-rich-item-renderer
  ytm-media-item ytm-large-media-item ytm-video-card-renderer ytm-reel-item-renderer
  ytm-playlist-video-renderer ytm-playlist-panel-video-renderer ytm-compact-channel-renderer
  ytm-compact-playlist-renderer ytmusic-responsive-list-item-renderer
  ytmusic-two-row-item-renderer`);
const HAS = setOf('has -abp-has');
const ANY = setOf('is where matches');
const KNOWN = new Set([...HAS, ...ANY, 'not', 'upward']);
const DEPTH_MAX = 8;
const COMBINATOR = new RegExp(`[${SPACE}]*([>+~,])[${SPACE}]*|[${SPACE}]+`, 'y');
const TAG = new RegExp(`[A-Za-z][${WORD}-]*|\\*`, 'uy');
const SIMPLE = new RegExp(`[.#][${WORD}-]+`, 'uy');
const ATTRIBUTE = new RegExp(
  `\\[[${SPACE}]*([${WORD}-]+)[${SPACE}]*(?:([*^$~|]?=)[${SPACE}]*` +
    `(?:"([^"\\\\]*)"|'([^'\\\\]*)'|([^${SPACE}\\]"'\\\\]+))(?:[${SPACE}]+[iIsS])?[${SPACE}]*)?\\]`,
  'uy',
);
const BRACKET = /[()]|"[^"]*"|'[^']*'/g;
const PSEUDO = /:(-?[a-z][a-z-]*)(\()?/y;
const ID_IN_LINK = new RegExp(`(?:^|/)(${ID})(?=$|[/?#&])`);
const HANDLE_IN_LINK = /(?:^|\/)((?:@|%40)[^/?#&]*)([/?#&])?/;

/** A channel by one of its keys: `keyText`. */
type Key = string;

export interface Hides {
  readonly channels: readonly Key[];
  /** Why something of it was left out. */
  readonly leftOut: readonly Reason[];
}

/** What is between two combinators: links by operator and value, pseudo-classes. */
interface Compound {
  begun: boolean;
  tag: string;
  readonly links: (readonly [how: string, value: string])[];
  readonly pseudos: Pseudo[];
}

type Pseudo = readonly [name: string, given: string];

/** What each selector of a list of them, separated by commas, hides. */
export function hides(selector: string): Hides {
  const channels: Key[] = [];
  const leftOut: Reason[] = [];
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      leftOut.push(refused.reason);
      return undefined;
    }
  };
  for (const complex of attempt(() => parse(selector, 0)) ?? []) {
    const found = attempt(() => hidden(complex));
    channels.push(...(found?.channels ?? []));
    leftOut.push(...(found?.excepted ?? []).map(() => 'spared' as const));
  }
  return { channels, leftOut };
}

/** The one channel whose cards are hidden, and those whose cards are spared. */
function hidden(complex: readonly Compound[]) {
  const around = complex.slice(0, -1);
  const subject = complex.at(-1) as Compound;
  const { tags, pseudos } = meant(subject);
  if (tags.length === 0 || !tags.every((tag) => CARDS.has(tag))) {
    const isInCard = subject.links.length > 0 || around.some(({ tag }) => CARDS.has(tag));
    throw new Refused(isInCard ? 'unclear' : 'otherRule');
  }
  // It also hides what is not the channel's.
  if (around.some((each) => each.links.length > 0 || groupsOf(each.pseudos, 1).length > 0))
    throw new Refused('unclear');
  const groups = [...subject.links.map((link) => [linked(link)]), ...groupsOf(pseudos, 1)];
  const excepted = pseudos.flatMap(([name, given]) => (name === 'not' ? spared(given, 1) : []));
  if (!groups.some(filled)) throw new Refused(excepted.length > 0 ? 'spared' : 'noChannel');
  if (!groups.every(filled)) throw new Refused('unclear');
  const channels = oneChannelIn(groups);
  if (channels.some((key) => excepted.includes(key))) throw new Refused('spared');
  return { channels, excepted };
}

/** The tags of what is hidden, and the conditions upon it. */
function meant({ tag, links, pseudos }: Compound): { tags: string[]; pseudos: readonly Pseudo[] } {
  const last = pseudos.at(-1);
  if (last?.[0] === 'upward') return { tags: tagsOf(last[1]), pseudos: pseudos.slice(0, -1) };
  if (tag !== '' || links.length > 0) return { tags: [tag], pseudos };
  return {
    tags: pseudos.flatMap(([name, given]) => (ANY.has(name) ? tagsOf(given) : [])),
    pseudos: pseudos.filter(([name]) => !ANY.has(name)),
  };
}

/** For each condition the channels that meet it; `:is()` is one only if it is about links. */
function groupsOf(pseudos: readonly Pseudo[], depth: number): Key[][] {
  const groups: Key[][] = [];
  for (const [name, given] of pseudos) {
    if (HAS.has(name) || ANY.has(name)) {
      const found = alternatives(given, depth);
      if (found.length > 0 || HAS.has(name)) groups.push(found);
    } else if (name !== 'not') throw new Refused('unclear');
  }
  return groups;
}

/** The channels of which one has to be linked; none if the selector is about no channel. */
function alternatives(selector: string, depth: number): Key[] {
  const found = parse(selector, depth).map((complex) => within(complex, depth));
  if (found.some(filled) && !found.every(filled)) throw new Refused('unclear');
  return [...new Set(found.flat())];
}

function within(complex: readonly Compound[], depth: number): Key[] {
  const groups = complex.flatMap(({ links }) => links.map((link) => [linked(link)]));
  for (const { pseudos } of complex) {
    groups.push(...groupsOf(pseudos, depth + 1));
    for (const [name, given] of pseudos)
      if (name === 'not' && spared(given, depth + 1).length > 0) throw new Refused('spared');
  }
  return oneChannelIn(groups.filter(filled));
}

/** The keys of one channel: all groups have to match, of each group one key. */
function oneChannelIn(groups: readonly Key[][]): Key[] {
  const found = [...new Set(groups.flat())];
  const handles = found.filter((key) => key.startsWith('@')).length;
  const isOne = handles <= 1 && found.length - handles <= 1;
  if (!isOne || (groups.length > 1 && found.length > 1)) throw new Refused('unclear');
  return found;
}

/** The channels that `:not()` names. Raises `Refused` if it spares more than channels. */
function spared(selector: string, depth: number): Key[] {
  const found: Key[] = [];
  for (const { links, pseudos } of parse(selector, depth).flat()) {
    found.push(...links.map(linked));
    for (const [name, given] of pseudos) {
      const inner = spared(given, depth + 1);
      if (name !== 'not' && inner.length === 0) throw new Refused('unclear');
      found.push(...inner);
    }
  }
  return found;
}

/** The tags of which a list of plain selectors is made. */
function tagsOf(selector: string): string[] {
  return parse(selector, 1).map((complex) => {
    const { tag, links, pseudos } = complex.at(-1) as Compound;
    if (links.length + pseudos.length > 0) throw new Refused('unclear');
    return tag;
  });
}

/** The channel to which a link of this value leads, and no other's. */
function linked([how, value]: readonly [string, string]): Key {
  if (!['=', '^=', '*=', '$='].includes(how)) throw new Refused('unclear');
  if (how !== '=') {
    const id = ID_IN_LINK.exec(value)?.[1];
    if (id !== undefined) return id;
    const [, handle, closed] = HANDLE_IN_LINK.exec(value) ?? [];
    if (handle !== undefined && (closed !== undefined || how === '$=')) return handleIn(handle);
    // A prefix or a part of a link may be other channels', too.
    if (handle !== undefined || value.includes('UC')) throw new Refused('unclear');
  }
  return keyText(channel(value));
}

/**
 * A list of selectors, each the compounds from the outermost to the one that is meant. Raises
 * `Refused` for what is not understood, and for siblings, which are other cards.
 */
function parse(selector: string, depth: number): Compound[][] {
  if (depth > DEPTH_MAX) throw new Refused('unclear');
  const result = [[newCompound()]];
  const text = strip(selector);
  for (let at = 0; at < text.length; ) {
    const complex = result.at(-1) as Compound[];
    const last = complex.at(-1) as Compound;
    const between = matchAt(COMBINATOR, text, at);
    if (!between) {
      at = readPart(text, at, last);
      continue;
    }
    at += between[0].length;
    if (between[1] === '+' || between[1] === '~') throw new Refused('unclear');
    if (between[1] === ',') result.push([newCompound()]);
    else if (last.begun) complex.push(newCompound());
  }
  if (!result.every((complex) => complex.at(-1)?.begun)) throw new Refused('unclear');
  return result;
}

/** Read one simple selector into the compound; where the next one begins. */
function readPart(text: string, at: number, compound: Compound): number {
  const tag = compound.begun ? null : matchAt(TAG, text, at);
  compound.begun = true;
  if (tag) {
    compound.tag = tag[0].toLowerCase();
    return at + tag[0].length;
  }
  const attribute = matchAt(ATTRIBUTE, text, at);
  if (attribute) {
    const [all, name = '', how, double, single, bare] = attribute;
    if (name.toLowerCase() === 'href' && how !== undefined)
      compound.links.push([how, strip(double ?? single ?? bare ?? '')]);
    return at + all.length;
  }
  const pseudo = matchAt(PSEUDO, text, at);
  if (pseudo) {
    const [all, name = '', opened] = pseudo;
    if (!KNOWN.has(name)) throw new Refused(name === 'style' ? 'otherRule' : 'unclear');
    const from = at + all.length;
    const end = opened === undefined ? -1 : closing(text, from - 1);
    if (end < 0) throw new Refused('unclear');
    compound.pseudos.push([name, text.slice(from, end)]);
    return end + 1;
  }
  const simple = matchAt(SIMPLE, text, at);
  if (!simple) throw new Refused('unclear');
  return at + simple[0].length;
}

/** Where the bracket that opens at `at` is closed, quotes aside; -1 if it is not. */
function closing(text: string, at: number): number {
  let depth = 0;
  BRACKET.lastIndex = at;
  for (let token = BRACKET.exec(text); token; token = BRACKET.exec(text)) {
    if (token[0] === '(') depth++;
    else if (token[0] === ')') depth--;
    if (depth === 0) return token.index;
  }
  return -1;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function newCompound(): Compound {
  return { begun: false, tag: '', links: [], pseudos: [] };
}

function filled(group: readonly Key[]): boolean {
  return group.length > 0;
}
