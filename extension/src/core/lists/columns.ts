/** What the columns of a table, or the members of an object, say of a channel. */
import { type Entry, type Keys, type Level, Refused } from './entries';
import { handleIn, isId, isNo, NO, NOT, oneChannel, YES } from './keys';
import { plainWord, setOf, strip } from './text';

type KeyKind = 'key' | 'handle' | 'address';

const KEY_NAMES = new Map<string, KeyKind>([
  ['channelid', 'key'],
  ['ucid', 'key'],
  ['youtubechannelid', 'key'],
  ['handle', 'handle'],
  ['channelhandle', 'handle'],
  ['youtubehandle', 'handle'],
  ['channelurl', 'address'],
  ['channellink', 'address'],
]);
// Say what has become of the channel: a word that is not understood is no yes.
const STATES = setOf('status state action decision operation op change');
// Yes means that the channel is on the list.
const SAY_YES = setOf(`active enabled current listed blocked blocklisted blacklisted banned flagged
  autoflag confirmed included ai isai slop isslop aislop`);
// Yes, or a time, means that it is not.
const SAY_NO =
  setOf(`removed deleted delisted unlisted unblocked unflagged cleared inactive disabled
  whitelist whitelisted allowlist allowlisted allow allowed exclude excluded exempt exempted
  exception ignore ignored invalid rejected dismissed reversed retracted withdrawn expired revoked
  closed obsolete human notai notslop falsepositive`);
// None at all means that it is not, as in the server's own export: what was cleared has 0.
const SCORES = setOf('score aiscore channelscore');
const KINDS = [STATES, SAY_YES, SAY_NO, SCORES];
const AROUND = /^(?:is|was|channel|date)|(?:at|on|date|by|time)$/;
const ALL_AROUND = new RegExp(AROUND, 'g');
// Hold words of people's own, which say nothing of the list.
const TEXTS = setOf('name title channelname channeltitle displayname preferredname description');
// The server's own export, in which `auto_flag` alone says whether a channel is flagged.
const OWN = ['channel', 'handle', 'autoflag', 'flaggedvideos', 'locked'];
const EMPTY = new Set(['', 'none', 'null', 'nan', 'never']);
const LEVELS = new Set(['', 'block', 'warn', 'tie']);

/** The columns by what they are for. */
export class Columns {
  /** Those that hold keys. */
  readonly keys: ReadonlyMap<number, KeyKind>;
  readonly areOfVideos: boolean;
  private readonly levels: readonly number[];
  private readonly silent: ReadonlySet<number>;
  private readonly says: ReadonlyMap<number, ReadonlySet<string>>;

  /** @param found the columns that hold keys, where the names do not show it */
  constructor(names: readonly string[], found: readonly number[] = []) {
    const words = names.map(plainWord);
    const areOwn = OWN.every((word) => words.includes(word));
    this.areOfVideos = words.includes('videoid');
    const named = words.flatMap((word, n) => {
      const kind = KEY_NAMES.get(word);
      return kind ? [[n, kind] as const] : [];
    });
    this.keys = new Map(found.length > 0 ? found.map((n) => [n, 'key'] as const) : named);
    this.levels = placesOf(words, (word) => word === 'level');
    const isSilent = (word: string) =>
      TEXTS.has(word) || word === 'level' || (areOwn && !SAY_YES.has(word));
    this.silent = new Set([...placesOf(words, isSilent), ...this.keys.keys()]);
    this.says = new Map(
      words.flatMap((word, n) => {
        const kind = this.silent.has(n) ? undefined : kindOf(word);
        return kind ? [[n, kind] as const] : [];
      }),
    );
  }

  /** The channel of a row. Raises `Refused` where it names none, or two, or says no. */
  entry(row: readonly string[]): Entry {
    const cells = row.map((cell) => withoutGuard(strip(cell)));
    if (cells.length <= Math.max(-1, ...this.says.keys())) throw new Refused('broken');
    for (const [n, cell] of cells.entries())
      if (!this.silent.has(n) && !isOn(cell, this.says.get(n))) throw new Refused('saysNo');
    const keys = this.keysOf(cells);
    const at = this.levels.find((n) => n < cells.length);
    const level = at === undefined ? '' : (cells[at]?.toLowerCase() ?? '');
    if (!LEVELS.has(level)) throw new Refused('broken');
    if (level === 'tie' && (keys.channelId === undefined || keys.handle === undefined))
      throw new Refused('broken');
    return { ...keys, ...(level !== '' && { level: level as Level }) };
  }

  private keysOf(cells: readonly string[]): Keys {
    const found: Keys[] = [];
    let unclear: Refused | undefined;
    for (const [n, kind] of this.keys) {
      const cell = cells[n] ?? '';
      try {
        if (cell !== '') found.push(kind === 'handle' ? handleOf(cell) : channelOf(cell));
      } catch (refused) {
        // Some addresses name no key, which matters only if nothing else does.
        if (kind !== 'address' || !(refused instanceof Refused)) throw refused;
        unclear = refused;
      }
    }
    const ids = new Set(found.flatMap(({ channelId }) => channelId ?? []));
    const handles = new Set(found.flatMap(({ handle }) => handle ?? []));
    if (ids.size > 1 || handles.size > 1) throw new Refused('broken');
    if (found.length === 0) throw unclear ?? new Refused('noChannel');
    const [[channelId], [handle]] = [[...ids], [...handles]];
    return {
      ...(channelId !== undefined && { channelId }),
      ...(handle !== undefined && { handle }),
    };
  }
}

/** Whether a cell of such a column leaves the channel on the list. */
function isOn(cell: string, kind: ReadonlySet<string> | undefined): boolean {
  const word = plainWord(cell);
  if (kind === SAY_NO) return EMPTY.has(word) || NOT.has(word) || word === '0';
  if (kind === SAY_YES) return !NO.has(word) && (YES.has(word) || word === '1');
  if (kind === SCORES) return !/^[-+]?0+(?:[.,]0*)?$/.test(cell);
  return !isNo(cell) && (kind === undefined || YES.has(word) || EMPTY.has(word));
}

function kindOf(word: string): ReadonlySet<string> | undefined {
  const forms = [word, word.replace(AROUND, ''), word.replace(ALL_AROUND, '')];
  return KINDS.find((kind) => forms.some((form) => kind.has(form)));
}

function channelOf(cell: string): Keys {
  return oneChannel(cell);
}

function handleOf(cell: string): Keys {
  if (cell.includes('/')) return channelOf(cell);
  if (isId(cell)) throw new Refused('noChannel');
  return { handle: handleIn(cell) };
}

/** Without the apostrophe that keeps spreadsheets from taking a cell for a formula. */
function withoutGuard(cell: string): string {
  return cell.replace(/^'(?=[=+@\t\r-])/, '');
}

function placesOf(words: readonly string[], is: (word: string) => boolean): number[] {
  return words.flatMap((word, n) => (is(word) ? [n] : []));
}
