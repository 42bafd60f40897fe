/**
 * What the parts of the extension say to each other: every message is here, with the shape that
 * its receiver checks and the type of its answer.
 */

import {
  ANSWERS,
  type Category,
  flag,
  isQuestion,
  listOf,
  type NamedSign,
  type NoticedSign,
  numberIn,
  object,
  oneOf,
  type Question,
  type Shape,
  text,
  type Verdict,
  whole,
} from 'realtube-client';
import { type Browser, browser } from 'wxt/browser';
import type { ApiList, ApiStanding } from './core/api';
import type { Reason } from './core/lists/entries';
import { isListAddress } from './core/lists/subscription';
import { AT_MAX_S } from './core/noticed';
import {
  category,
  channelId,
  channels,
  choice,
  handle,
  making,
  noticed,
  origin,
  someSettings,
  videoId,
} from './core/shapes';
import type { SignWords } from './core/signs';
import type {
  Choice,
  Mine,
  Outcome,
  PageReport,
  Settings,
  Subscription,
  Verdicts,
} from './core/types';
import { JUROR_ASKS, type JurorSaid } from './jury/messages';

/** Where cards may be asked about: pages there ask their own host. */
export const ASKED_HOSTS = ['www.youtube.com', 'm.youtube.com'] as const;

/** Of a title, or the name of a channel, in a report. */
export const MAX_TITLE = 500;

/** Videos that one report of a channel may have. */
export const MAX_REPORTED = 5;

/** An answer to whether YouTube may be asked about a video. */
export type Permission =
  | { readonly may: true }
  /** There is nothing to ask about this one. */
  | { readonly may: false; readonly isKnown: true }
  | { readonly may: false; readonly isKnown: false; readonly waitMs: number };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What a page needs to begin. */
export interface PageState {
  readonly settings: Settings;
  /** The viewer switched this tab off until it is closed. */
  readonly paused: boolean;
  /** What the server says selectors should be; only a page can check them. */
  readonly selectors?: unknown;
  /** What titles may say of themselves, where the viewer wants that labelled. */
  readonly words?: SignWords;
  /** What the viewer, a juror, is asked about the video that this tab was opened for. */
  readonly question?: Question;
}

export type ReportState = 'sent' | 'queued' | 'refused' | 'withdrawing';

/** A report of the viewer's own, and what became of it. */
export type MyReport = Reported &
  (
    | { readonly videoId: string }
    | {
        /** Its id, or its handle in its one form. */
        readonly channel: string;
        readonly channelId?: string;
        readonly handle?: string;
        readonly videoIds: readonly string[];
      }
  );

interface Reported {
  readonly title?: string;
  readonly choice: Choice;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly state: ReportState;
  readonly why?: string;
  /** What the community says now, as far as the list here knows. */
  readonly verdict?: Verdict;
}

export interface SyncStatus {
  /** When an answer about the list arrived last; 0 for never. */
  readonly syncedAt: number;
  readonly nextAt: number;
  readonly running: boolean;
  readonly videos: number;
  readonly channels: number;
  readonly revision: number;
  readonly error?: string;
}

/** What is known of the signatures of the viewer's server. Times in milliseconds since 1970. */
export interface SignatureStatus {
  /** Absent: it does not sign, or has not been asked. */
  readonly key?: string;
  /** Of the last signed statement that was taken. */
  readonly time?: number;
  /** The server's time, where the clock here is far behind it. */
  readonly ahead?: number;
  /** It signs, but this browser cannot check that. */
  readonly isUnchecked: boolean;
}

/** One of the viewer's servers, and how it does. Times in milliseconds since 1970; 0 for never. */
export interface ServerState {
  readonly origin: string;
  readonly answeredAt: number;
  /** It was away: until then those behind it are asked before it. */
  readonly awayUntil: number;
  /** Why it did not answer when it was last asked. */
  readonly why?: string;
  /** Sentences about what is refused of it now. */
  readonly doubts: readonly string[];
}

export interface RequestNote {
  readonly at: number;
  readonly method: string;
  /** Absent for the server. */
  readonly host?: string;
  /** Its host, where it was not the first of the viewer's servers. */
  readonly server?: string;
  readonly path: string;
  /** What was sent, in words for the viewer; without secrets. */
  readonly sent: string;
  /** The number derived from the identity was sent, too. */
  readonly isNamed: boolean;
  /** 0 when nobody answered. */
  readonly status: number;
  /** Somebody else answered in the server's place. */
  readonly isIntercepted: boolean;
}

export interface Overview {
  readonly settings: Settings;
  readonly welcomed: boolean;
  readonly sync: SyncStatus;
  readonly hiddenToday: number;
  /** Reports and withdrawals that the server has not heard yet. */
  readonly waiting: number;
  /** Why, where the viewer may be able to do something about it. */
  readonly waitingWhy?: string;
  /** Somebody else answered the last request in the server's place. */
  readonly isIntercepted: boolean;
  /** YouTube refused an answer about a card: it is left alone until then; 0 if it is not. */
  readonly askRestsUntil: number;
  /** The disk does not take what should be kept. */
  readonly storageFails: boolean;
}

/** A list that the server took in. */
export type ServerList = ApiList;

/** A list that the viewer follows, and what became of it. */
export interface FollowedState extends Subscription {
  /** Its name, or what stands for it. */
  readonly title: string;
  readonly isPermitted: boolean;
  readonly isFetching: boolean;
  readonly state: {
    /** Milliseconds since 1970; 0 for never. */
    readonly fetchedAt: number;
    readonly channels: number;
    /** Lines that were left out, by why. */
    readonly reasons: Readonly<Partial<Record<Reason, number>>>;
    readonly notBefore: number;
    readonly trouble?: { readonly kind: string; readonly details: readonly string[] };
  };
}

/** What voters noticed in a video; nothing of one that a juror has yet to judge. */
export type Noticed =
  | { readonly isAsked: true }
  | { readonly isAsked: false; readonly signs: readonly NamedSign[] };

export interface VideoDetails extends Verdicts {
  readonly mine?: Choice;
  /** What gives it away, as the viewer said. */
  readonly mineSigns?: readonly NoticedSign[];
  /** Only while lookups are on: votes by category, as the server counts them. */
  readonly categories?: Readonly<
    Record<string, { readonly votes: number; readonly weightedScore: number }>
  >;
  readonly disputes?: number;
}

interface Call<A, R> {
  readonly ask: Shape<A>;
  /** Who may send it: only our own pages, or also our script in one of YouTube's pages. */
  readonly from: 'ours' | 'any';
  /** Only a type: no value has it. */
  readonly reply?: R;
}

const nothing = object({});
const one = object({ videoId });
const channel = { channelId, handle };
const verdict = oneOf(ANSWERS);
const line = text(MAX_TITLE);

/** Gives the type of the answer; that of the question follows from its shape. */
function answers<R>(from: Call<unknown, R>['from']) {
  return <A>(ask: Shape<A>): Call<A, R> => ({ ask, from });
}

function made<T>(make: () => T): T {
  return make();
}

/** To the background. Pages only send them: theirs are built without the shapes. */
export const CALLS = /* @__PURE__ */ made(() => ({
  pageState: answers<PageState>('any')(nothing),
  vote: answers<Outcome>('any')(
    object(
      { videoId, choice, isShort: flag },
      { ...channel, title: line, channelName: line, signs: noticed },
    ),
  ),
  withdraw: answers<Outcome>('any')(one),
  myVote: answers<Mine>('any')(one),
  /** Show moderators pictures of the player, once a report says that some are taken. */
  shots: answers<Outcome>('any')(
    object({
      videoId,
      shots: listOf(object({ at: numberIn(0, AT_MAX_S), picture: text(600_000) }), 3),
    }),
  ),
  /** Report a channel with votes on some of its videos, in one request. */
  reportChannel: answers<Outcome>('any')(
    object(
      { category, videos: listOf(object({ videoId, isShort: flag }), MAX_REPORTED) },
      { ...channel, title: line },
    ),
  ),
  /** The votes that were sent with it go, too. */
  withdrawChannel: answers<Outcome>('any')(object({}, channel)),
  /** What the viewer has reported a channel as. */
  myChannel: answers<{ readonly choice?: Category }>('any')(object({}, channel)),
  /** Put a channel on the block list, or take it off. */
  hideChannel: answers<Settings>('any')(object({ on: flag }, channel)),
  /** Put a video, or a channel by its id and handle, on the allow list. */
  allow: answers<Settings>('any')(object({}, { videoId, ...channel })),
  /** What YouTube's page says of how the video it plays was made. */
  saw: answers<void>('any')(object({ videoId, making }, channel)),
  /** Whether YouTube may be asked about this video, now. */
  mayAsk: answers<Permission>('any')(one),
  /** What it answered. */
  asked: answers<void>('any')(
    object({ videoId, status: whole(0, 999), host: oneOf(ASKED_HOSTS) }, { making, ...channel }),
  ),
  /** So many more cards were hidden or dimmed. */
  hidden: answers<void>('any')(object({ count: whole(1, 10_000) })),
  pageBuilt: answers<void>('any')(object({ hidden: whole(0, 1e6) })),

  /** What a juror says to the question of this tab. */
  answerHere: answers<void>('any')(object({ answer: verdict }, { kind: category })),

  /** Ask the server as a juror. */
  jurors: answers<JurorSaid>('ours')(
    object(
      { ask: oneOf(JUROR_ASKS) },
      {
        proof: text(200),
        said: object({ question: text(64), answer: verdict }, { kind: category }),
      },
    ),
  ),
  /** Open one of the videos of a question in a tab, which asks it. */
  openQuestion: answers<void>('ours')(object({ question: isQuestion, at: whole(0, 4) })),
  overview: answers<Overview>('ours')(nothing),
  changeSettings: answers<Settings>('ours')(object({ change: someSettings })),
  resetSettings: answers<Settings>('ours')(nothing),
  listEntry: answers<Settings>('ours')(
    object({ list: oneOf(['allow', 'block']), entry: text(110), on: flag }),
  ),
  /** The lists that the viewer follows. */
  followed: answers<readonly FollowedState[]>('ours')(nothing),
  /** Fetch one of them now; `accept` takes it even if it has shrunk. */
  fetchList: answers<readonly FollowedState[]>('ours')(
    object({ url: isListAddress, accept: flag }),
  ),
  tabPaused: answers<boolean>('ours')(object({ tabId: whole(0, 2 ** 31) })),
  pauseTab: answers<void>('ours')(object({ tabId: whole(0, 2 ** 31), paused: flag })),
  videoDetails: answers<VideoDetails>('ours')(object({ videoId }, { ...channel, channels })),
  /** Asks the server about this very video. */
  noticed: answers<Noticed>('ours')(one),
  /** Whether a server that is entered answers, also before the first run is accepted. */
  tryServer: answers<void>('ours')(object({ origin })),
  /** The viewer's servers, in their order. */
  servers: answers<readonly ServerState[]>('ours')(nothing),
  /** The lists of others that are in what the server gives out. */
  serverLists: answers<readonly ServerList[]>('ours')(nothing),
  syncNow: answers<SyncStatus>('ours')(nothing),
  signature: answers<SignatureStatus>('ours')(nothing),
  /** Believe the key that the servers show next. */
  forgetKey: answers<void>('ours')(nothing),
  standing: answers<ApiStanding>('ours')(nothing),
  /** The viewer has read a moderator's warning. */
  acknowledge: answers<void>('ours')(object({ id: whole(1, Number.MAX_SAFE_INTEGER) })),
  myReports: answers<readonly MyReport[]>('ours')(nothing),
  forgetReports: answers<void>('ours')(nothing),
  /** Of how many videos it is kept here whether YouTube labels them. */
  seenCount: answers<number>('ours')(nothing),
  forgetSeen: answers<void>('ours')(nothing),
  requests: answers<readonly RequestNote[]>('ours')(nothing),
  debugLog: answers<readonly string[]>('ours')(nothing),
  acceptWelcome: answers<void>('ours')(nothing),
  identity: answers<{ readonly id: string }>('ours')(nothing),
  restoreIdentity: answers<void>('ours')(object({ id: text(36, UUID) })),
}));

/** To our script in a page. */
export const PAGE_CALLS = {
  report: answers<PageReport>('ours')(nothing),
  /** Show the dialog in which a channel is reported: the page's own, or that of its video. */
  reportChannel: answers<void>('ours')(nothing),
  stateChanged: answers<void>('ours')(nothing),
  /** New data: what is known about cards may have changed. */
  labelsChanged: answers<void>('ours')(nothing),
} as const;

type Calls = typeof CALLS;
type PageCalls = typeof PAGE_CALLS;
type AnyCalls = Readonly<Record<string, Call<unknown, unknown>>>;
type Ask<C> = C extends Call<infer A, unknown> ? A : never;
type Reply<C> = C extends Call<unknown, infer R> ? R : never;

export type Handlers<C> = {
  readonly [K in keyof C]: (ask: Ask<C[K]>, sender: Sender) => Reply<C[K]> | Promise<Reply<C[K]>>;
};

/** All messages, as one union. */
export type Message = {
  [K in keyof (Calls & PageCalls)]: { readonly type: K; readonly ask: Ask<(Calls & PageCalls)[K]> };
}[keyof (Calls & PageCalls)];

export interface Sender {
  readonly tabId?: number;
  readonly isPrivate: boolean;
}

type Answer = { readonly value: unknown } | { readonly error: string };

/** Ask the background. Rejects when it fails, or when this script outlived its extension. */
export async function send<K extends keyof Calls>(
  type: K,
  ask: Ask<Calls[K]>,
): Promise<Reply<Calls[K]>> {
  return settled(await browser.runtime.sendMessage({ type, ask }));
}

/** Ask the script in the outermost frame of a tab, if there is one. */
export async function sendToPage<K extends keyof PageCalls>(
  tabId: number,
  type: K,
  ask: Ask<PageCalls[K]>,
): Promise<Reply<PageCalls[K]>> {
  return settled(await browser.tabs.sendMessage(tabId, { type, ask }, { frameId: 0 }));
}

/** Tell the scripts in all frames of all tabs; tabs without one do not mind. */
export async function tellPages(type: 'stateChanged' | 'labelsChanged'): Promise<void> {
  const message: Message = { type, ask: {} };
  const tabs = await browser.tabs.query({});
  await Promise.allSettled(
    tabs.map(({ id }) => id !== undefined && browser.tabs.sendMessage(id, message)),
  );
}

/** Answer messages of our own parts, until the returned function is called. */
export function receive<C extends Calls | PageCalls>(calls: C, handlers: Handlers<C>): () => void {
  const table: AnyCalls = calls;
  const listener = (
    message: unknown,
    from: Browser.runtime.MessageSender,
    respond: (answer: Answer) => void,
  ) => {
    const call = checked(message, from, table);
    if (!call) return undefined;
    const handler = handlers[call.type as keyof C] as (ask: unknown, sender: Sender) => unknown;
    void answer(() => handler(call.ask, senderOf(from))).then(respond);
    return true as const; // the answer comes later
  };
  browser.runtime.onMessage.addListener(listener);
  return () => browser.runtime.onMessage.removeListener(listener);
}

/** Whether it comes from a page of the extension, not from a script in somebody else's. */
export function isOurPage(from: Browser.runtime.MessageSender): boolean {
  return from.url?.startsWith(browser.runtime.getURL('/')) ?? from.tab === undefined;
}

function checked(message: unknown, from: Browser.runtime.MessageSender, calls: AnyCalls) {
  if (from.id !== browser.runtime.id || !envelope(message)) return undefined;
  const call = Object.hasOwn(calls, message.type) ? calls[message.type] : undefined;
  if (!call?.ask(message.ask)) return undefined;
  if (call.from === 'ours' && !isOurPage(from)) return undefined;
  return message;
}

async function answer(work: () => unknown): Promise<Answer> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function settled<R>(answer: unknown): R {
  if (answered(answer)) return answer.value as R;
  throw new Error(failed(answer) ? answer.error : 'nobody answered');
}

function senderOf({ tab }: Browser.runtime.MessageSender): Sender {
  return { ...(tab?.id !== undefined && { tabId: tab.id }), isPrivate: tab?.incognito ?? false };
}

const envelope = object({ type: text(30), ask: object({}) });
const failed = object({ error: text(2000) });
// An answer of `undefined` does not survive as a member in every browser.
const answered = (answer: unknown): answer is { readonly value?: unknown } =>
  object({})(answer) && !failed(answer);
