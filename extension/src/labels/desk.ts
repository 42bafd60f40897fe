/** The background's end of the line: answers from the list, then from the server. */
import { type FlagList, type Key, keyOf, type Verdict } from 'realtube-client';
import { type Browser, browser } from 'wxt/browser';
import { channelKeys } from '../core/entries';
import type { FollowedLists } from '../core/lists/followed';
import type { SeenVideos } from '../core/seen';
import type { Verdicts } from '../core/types';
import { type Answer, type Asked, isQuestion, LABELS_PORT } from './wire';

/** Asks the server about keys that are not in the list. */
export interface Lookups {
  /** What was found for a key, as long as that is fresh. */
  found(key: Key): Verdict | undefined;
  /** Of these keys, those worth asking about. */
  unasked(keys: readonly Key[]): Promise<readonly Key[]>;
  /** Resolves when `found` can tell more, or nobody answered. */
  ask(keys: readonly Key[]): Promise<void>;
}

interface Keyed {
  /** Nothing stands for a channel alone. */
  readonly video?: Key;
  readonly channel: readonly Key[];
  /** Of each channel of a collaboration. */
  readonly channels?: readonly (readonly Key[])[];
}

export class LabelDesk {
  constructor(
    private readonly list: () => Promise<FlagList>,
    private readonly lookups: Lookups,
    /** What was seen of YouTube's own label. */
    private readonly seen: () => Promise<SeenVideos>,
    /** What the lists say that the viewer follows. */
    private readonly followed: () => Promise<FollowedLists>,
    /** What the viewer has reported. */
    private readonly own: () => Promise<Own> = () => Promise.resolve(NO_REPORTS),
  ) {}

  serve(): void {
    browser.runtime.onConnect.addListener((port) => {
      if (port.name !== LABELS_PORT || port.sender?.id !== browser.runtime.id) return;
      port.onMessage.addListener((question: unknown) => {
        if (isQuestion(question)) void this.answer(question.id, question.cards, replyTo(port));
      });
    });
  }

  /** Verdicts of cards as far as known here. */
  async verdicts(cards: readonly Asked[]): Promise<Verdicts[]> {
    const known = await this.known();
    return this.verdictsOf(cards, await Promise.all(cards.map(keysOf)), known);
  }

  private async answer(
    id: number,
    cards: readonly Asked[],
    reply: (answer: Answer) => void,
  ): Promise<void> {
    const known = await this.known();
    const keyed = await Promise.all(cards.map(keysOf));
    const local = this.verdictsOf(cards, keyed, known);
    const unknown = keyed.flatMap(({ video }, index) => (local[index]?.video ? [] : (video ?? [])));
    const unasked = await this.lookups.unasked(unknown);
    reply({ id, verdicts: local, last: unasked.length === 0 });
    if (unasked.length === 0) return;
    await this.lookups.ask(unasked);
    const newest = await this.known();
    reply({ id, verdicts: this.verdictsOf(cards, keyed, newest), last: true });
  }

  private async known(): Promise<Known> {
    const [list, seen, followed, own] = await Promise.all([
      this.list(),
      this.seen(),
      this.followed(),
      this.own(),
    ]);
    return { list, seen, followed, own };
  }

  private verdictsOf(cards: readonly Asked[], keyed: readonly Keyed[], known: Known): Verdicts[] {
    return keyed.map((keys, index) => ({
      ...this.byOthers(keys, known),
      ...known.own.verdicts(cards[index] ?? {}),
    }));
  }

  private byOthers({ video, channel, channels }: Keyed, known: Known): Verdicts {
    const ofVideo = video && (known.list.video(video) ?? this.lookups.found(video));
    const making = video && known.seen.making(video);
    // Cards beside a video name no channel.
    const isNameless = channel.length === 0 && channels === undefined;
    const named = isNameless && video ? known.seen.channelOf(video) : channel;
    return {
      ...(ofVideo && { video: ofVideo }),
      ...(making && making !== 'none' && { making }),
      ...ofChannel(named, known),
      ...(channels && { channels: channels.map((keys) => ofChannel(keys, known)) }),
    };
  }
}

export interface Own {
  verdicts(card: Asked): Pick<Verdicts, 'mine' | 'mineChannel'>;
}

const NO_REPORTS: Own = { verdicts: () => ({}) };

interface Known {
  readonly own: Own;
  readonly list: FlagList;
  readonly seen: SeenVideos;
  readonly followed: FollowedLists;
}

function ofChannel(
  keys: readonly Key[],
  { list, seen, followed }: Known,
): Pick<Verdicts, 'channel' | 'labelled' | 'followed'> {
  const channel = list.channel(keys);
  const labelled = seen.labelled(keys);
  const onList = followed.find(keys);
  return {
    ...(channel && { channel }),
    ...(labelled !== undefined && { labelled }),
    ...(onList && { followed: onList }),
  };
}

async function keysOf(card: Asked): Promise<Keyed> {
  const [video, channel, channels] = await Promise.all([
    card.videoId === undefined ? undefined : keyOf(card.videoId),
    channelKeys(card),
    card.channels && Promise.all(card.channels.map(channelKeys)),
  ]);
  return { ...(video && { video }), channel, ...(channels && { channels }) };
}

/** A page may be gone before its answer comes. */
function replyTo(port: Browser.runtime.Port): (answer: Answer) => void {
  let isOpen = true;
  port.onDisconnect.addListener(() => {
    isOpen = false;
  });
  return (answer) => {
    if (isOpen) port.postMessage(answer);
  };
}
