/** A client of one site, which may have several servers under one key. */
import {
  type Download,
  type Downloading,
  type ExportFormat,
  type Exports,
  everything,
  exported,
  isExports,
  isManifest,
  type Manifest,
} from './download.js';
import { Failure, Refused, Unreachable } from './errors.js';
import { Follower, type ListStore } from './follow.js';
import {
  type Ask,
  type Asker,
  conditional,
  isDone,
  json,
  type Reader,
  send,
  type Tagged,
  take,
  takeNewer,
} from './http.js';
import {
  type Answered,
  isAnswered,
  isJuror,
  isQuestions,
  type Juror,
  jurorAsks,
  type Questions,
  type Said,
} from './jurors.js';
import { keyOf, keyText, prefixOf } from './keys.js';
import { Origins } from './origins.js';
import { MAX_BITS, solve } from './proof.js';
import type { Verify } from './signed.js';
import { MemoryPin, type PinStore, Trust } from './trust.js';
import type { Sign } from './values.js';
import { VERSION } from './version.js';
import {
  bucketsOf,
  type Cast,
  type Channel,
  isCast,
  isChallenge,
  isChannel,
  isReported,
  isVideo,
  MAX_PREFIXES,
  type Reported,
  type Video,
} from './video.js';

/** A server's, before the next one's turn comes. */
const TRIES_OF_ONE = 2;

export interface Options {
  /** Where the key is kept; in memory only if nothing is given. */
  readonly pins?: PinStore;
  /** In the place of WebCrypto's Ed25519, which older browsers do not have. */
  readonly verify?: Verify;
  /** Rounds over all servers before a call gives up; 1 or more, 3 if it is not given. */
  readonly tries?: number;
  /** A wait (milliseconds) that is longer ends a call with its error; a minute if not given. */
  readonly longestWaitMs?: number;
  /** For all of an answer; 30 seconds if it is not given. */
  readonly timeoutMs?: number;
  /** Name and version of your program, as `player/1.2`: sent where it is not a browser's own. */
  readonly userAgent?: string;
}

export interface Call {
  /** Ends the call: it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface Ballot {
  readonly videoId: string;
  /** From `userIdOf`. */
  readonly userId: string;
  readonly category: string;
  readonly channelId?: string;
  /** With its @. */
  readonly channelHandle?: string;
  readonly isShort?: boolean;
  /** What the voter's page calls the video, and its channel: 1-200 characters. */
  readonly title?: string;
  readonly channelName?: string;
  /** What gives it away, one of each; in the place of what was sent before. */
  readonly signs?: readonly NoticedSign[];
  /** Name and version of the program. */
  readonly userAgent?: string;
}

/** A sign, and the second of the video (0-43200), if it is at one. */
export interface NoticedSign {
  readonly sign: Sign;
  readonly at?: number;
}

/** A whole JPEG, PNG or WebP file of 450,000 bytes at most, of what was played `at` seconds. */
export interface Picture {
  readonly at: number;
  readonly picture: Uint8Array;
}

/** A report of a channel; `channelHandle` where it is reported by its id. */
export interface Report {
  readonly userId: string;
  readonly category: string;
  readonly videos: readonly { readonly videoId: string; readonly isShort?: boolean }[];
  readonly channelHandle?: string;
  readonly userAgent?: string;
}

/** What was seen of YouTube's own label on videos of a channel; ids of videos. */
export interface Observation {
  readonly userId: string;
  readonly channelId?: string;
  readonly channelHandle?: string;
  readonly labelled: readonly string[];
  readonly unlabelled: readonly string[];
}

/** All calls raise `Refused` and `Unreachable`, after they were tried again as servers allow. */
export class Client implements Asker {
  private readonly servers: readonly string[];
  private readonly origins = new Origins();
  private readonly trust: Trust;

  /** @param origins such as `https://realtube.example`, the one to be asked first at first */
  constructor(
    origins: string | readonly string[],
    private readonly options: Options = {},
  ) {
    this.servers = [...new Set([origins].flat().map((each) => new URL(each).origin))];
    if (this.servers.length === 0) throw new RangeError('There has to be a server.');
    const { pins = new MemoryPin(), verify } = options;
    this.trust = new Trust(this, pins, verify && { verify });
  }

  /** What is published of a video; undefined if it is not flagged. The server learns a prefix. */
  async lookup(videoId: string, call: Call = {}): Promise<Video | undefined> {
    return (await this.lookupMany([videoId], call)).get(videoId);
  }

  /** The same of many videos, by id, in as few requests as there can be. */
  async lookupMany(
    videoIds: readonly string[],
    call: Call = {},
  ): Promise<ReadonlyMap<string, Video>> {
    const wanted = new Set(videoIds);
    const prefixes = await Promise.all([...wanted].map(async (id) => prefixOf(await keyOf(id))));
    const found = await this.buckets(prefixes, call);
    const videos = [...found.values()].flat().filter(({ videoId }) => wanted.has(videoId));
    return new Map(videos.map((video) => [video.videoId, video]));
  }

  /** Flagged videos by the prefixes (four hexadecimal digits) of their hashes. */
  async buckets(
    prefixes: readonly string[],
    call: Call = {},
  ): Promise<ReadonlyMap<string, readonly Video[]>> {
    // Sorted, they do not say in which order videos were on a page.
    const wanted = [...new Set(prefixes)].sort();
    const found = new Map<string, readonly Video[]>();
    for (let start = 0; start < wanted.length; start += MAX_PREFIXES) {
      const part = wanted.slice(start, start + MAX_PREFIXES);
      const ask = { method: 'POST', path: '/api/videos/lookup', body: { prefixes: part } } as const;
      const { results } = await this.request({ ...ask, ...call }, bucketsOf(part));
      for (const prefix of part) found.set(prefix, results[prefix] ?? []);
    }
    return found;
  }

  /**
   * A video by its id, which tells the server which one it is.
   * @param call with `explain`, the answer has the member `explain`
   */
  video(
    videoId: string,
    { explain, ...call }: Call & { readonly explain?: boolean } = {},
  ): Promise<Video | undefined> {
    const path = `/api/videos?${new URLSearchParams({ videoId, ...(explain && { explain: '1' }) })}`;
    return this.found({ path, ...call }, json(isVideo));
  }

  /** A channel by its id or `@handle`. */
  channel(name: string, call: Call = {}): Promise<Channel | undefined> {
    return this.found(
      { path: `/api/channels/${encodeURIComponent(name)}`, ...call },
      json(isChannel),
    );
  }

  /** Cast a vote, working for it first where the server asks that of new voters. */
  vote(ballot: Ballot, call: Call = {}): Promise<Cast> {
    const ask = {
      method: 'POST',
      path: '/api/votes',
      body: ballot,
      isNamed: true,
      ...call,
    } as const;
    return this.proven(ask, ballot.userId, json(isCast));
  }

  /**
   * Show moderators what was seen of a video that this voter reported: as many pictures as `Cast.shots`
   * says, each with its own second, in the place of those sent before; none removes them.
   * Rejects with `NOT_FOUND` where no pictures are taken, or there is no report.
   */
  async showPictures(
    {
      userId,
      videoId,
      pictures,
    }: Pick<Ballot, 'userId' | 'videoId'> & { readonly pictures: readonly Picture[] },
    call: Call = {},
  ): Promise<void> {
    const shots = pictures.map(({ at, picture }) => ({ at, picture: base64(picture) }));
    const path = `/api/evidence/votes/${encodeURIComponent(videoId)}/shots`;
    const ask = { method: 'POST', path, body: { userId, shots }, isNamed: true, ...call } as const;
    await this.request(ask, json(isDone));
  }

  /** Withdraw a vote. Whether there was one. */
  async withdraw(
    { userId, videoId }: Pick<Ballot, 'userId' | 'videoId'>,
    call: Call = {},
  ): Promise<boolean> {
    // Some proxies drop the body of a DELETE, and log addresses.
    const path = `/api/votes?${new URLSearchParams({ videoId })}`;
    const ask = {
      method: 'DELETE',
      path,
      headers: { 'X-User-ID': userId },
      isNamed: true,
      ...call,
    } as const;
    return (await this.found(ask, json(isDone))) !== undefined;
  }

  /** Report a channel, by id or `@handle`, with a vote on each of 1-5 of its videos. */
  report(channel: string, report: Report, call: Call = {}): Promise<Reported> {
    const ask = {
      method: 'POST',
      path: reportsOf(channel),
      body: report,
      isNamed: true,
      ...call,
    } as const;
    return this.proven(ask, report.userId, json(isReported));
  }

  /** Take back the report of a channel and its votes. Whether there was one. */
  async withdrawReport(userId: string, channel: string, call: Call = {}): Promise<boolean> {
    const headers = { 'X-User-ID': userId };
    const ask = {
      method: 'DELETE',
      path: reportsOf(channel),
      headers,
      isNamed: true,
      ...call,
    } as const;
    return (await this.found(ask, json(isDone))) !== undefined;
  }

  /** Say what was seen; of videos, keys alone are sent. */
  async observe(observation: Observation, call: Call = {}): Promise<void> {
    const keys = (ids: readonly string[]) =>
      Promise.all(ids.map(async (id) => keyText(await keyOf(id))));
    const { labelled, unlabelled, ...rest } = observation;
    const sample = { labelled: await keys(labelled), unlabelled: await keys(unlabelled) };
    const body = { ...rest, ...sample };
    const ask = {
      method: 'POST',
      path: '/api/observations',
      body,
      isNamed: true,
      ...call,
    } as const;
    await this.proven(ask, observation.userId, json(isDone));
  }

  /** Delete all that a voter observed. Whether there was anything. */
  async forgetObservations(userId: string, call: Call = {}): Promise<boolean> {
    const ask = {
      method: 'DELETE',
      path: '/api/observations',
      body: { userId },
      isNamed: true,
      ...call,
    } as const;
    return (await this.found(ask, json(isDone))) !== undefined;
  }

  /** What the snapshots are: revision, licence, counts, files with their checksums. */
  manifest(call: Call = {}): Promise<Manifest> {
    return this.request({ path: '/api/sync/manifest', ...call }, json(isManifest));
  }

  /** Everything that is published, an object a line (`entriesOf`), packed with zstd. */
  everything(how: Downloading = {}): Promise<Download> {
    return everything(this, this.trust, how);
  }

  /** What the newest export is; undefined where there is none. */
  exports(call: Call = {}): Promise<Exports | undefined> {
    return this.found({ path: '/api/database/manifest', ...call }, json(isExports));
  }

  /** The newest export. */
  exported(format: ExportFormat, how: Downloading = {}): Promise<Download> {
    return exported(this, this.trust, format, how);
  }

  /** Become a juror, for who wants to be asked; the work that this takes is done first. */
  async enrol(userId: string, call: Call = {}): Promise<Juror> {
    const ask = { ...jurorAsks.challenge(userId), ...call };
    const proof = await this.proofFor(ask);
    return this.request({ ...jurorAsks.enrol(userId, proof), ...call }, json(isJuror));
  }

  /** A juror's standing, and what became of their answers; undefined for who is none. */
  juror(userId: string, call: Call = {}): Promise<Juror | undefined> {
    return this.found({ ...jurorAsks.me(userId), ...call }, json(isJuror));
  }

  /** What a juror is asked now; undefined for who is none. */
  questions(userId: string, call: Call = {}): Promise<Questions | undefined> {
    return this.found({ ...jurorAsks.questions(userId), ...call }, json(isQuestions));
  }

  /** Answer a question that this juror was asked; to repeat an answer changes nothing. */
  answer(userId: string, said: Said, call: Call = {}): Promise<Answered> {
    return this.request({ ...jurorAsks.answer(userId, said), ...call }, json(isAnswered));
  }

  /** Be no juror any more. Whether there was one. */
  async leaveJury(userId: string, call: Call = {}): Promise<boolean> {
    return (await this.found({ ...jurorAsks.leave(userId), ...call }, json(isDone))) !== undefined;
  }

  /** Keeps a copy in step: call its `follow` every half hour. */
  follower(store: ListStore, changed?: () => void): Follower {
    return new Follower(store, this, this.trust, changed);
  }

  request<T>(ask: Ask, read: Reader<T>): Promise<T> {
    return this.exchange(ask, (response) => take(response, read));
  }

  requestNewer<T>(
    ask: Ask,
    etag: string | undefined,
    read: Reader<T>,
  ): Promise<Tagged<T> | undefined> {
    return this.exchange(conditional(ask, etag), (response) => takeNewer(response, etag, read));
  }

  async inTurn(): Promise<readonly string[]> {
    return this.origins.inTurn(this.servers);
  }

  private found<T>(ask: Ask, read: Reader<T>): Promise<T | undefined> {
    return this.request(ask, read).catch((error: unknown) => {
      if (error instanceof Refused && error.code === 'NOT_FOUND') return undefined;
      throw error;
    });
  }

  /** Once more with a proof of work, where it is refused for the lack of one. */
  private async proven<T>(ask: Ask, userId: string, read: Reader<T>): Promise<T> {
    try {
      return await this.request(ask, read);
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'FORBIDDEN') throw error;
      const headers = { 'X-User-ID': userId };
      const question = { path: '/api/challenge', headers, signal: ask.signal, isNamed: true };
      const proof = await this.proofFor(question);
      if (proof === undefined) throw error;
      return this.request({ ...ask, body: { ...(ask.body as object), proof } }, read);
    }
  }

  /** The proof that a challenge asks for; undefined if it asks for none, or for too much. */
  private async proofFor(ask: Ask): Promise<string | undefined> {
    const { challenge, bits = 0 } = await this.request(ask, json(isChallenge));
    if (challenge === undefined || bits > MAX_BITS) return undefined;
    return solve(challenge, bits, () => later(0, ask.signal));
  }

  private async exchange<T>(ask: Ask, read: Reader<T>): Promise<T> {
    const { tries: all = 3 } = this.options;
    // Of one among several, so that the next one's turn comes soon.
    const isOne = ask.origin !== undefined && this.servers.length > 1;
    const tries = isOne ? Math.min(all, TRIES_OF_ONE) : all;
    for (let round = 0; ; round++) {
      try {
        return await this.round(ask, read);
      } catch (error) {
        const waitMs = this.pauseAfter(error, round);
        if (waitMs === undefined || round + 1 >= tries) throw error;
        await later(waitMs, ask.signal);
      }
    }
  }

  private round<T>(ask: Ask, read: Reader<T>): Promise<T> {
    const servers = ask.isNamed ? this.servers.slice(0, 1) : this.servers;
    return this.origins.ask(ask.origin === undefined ? servers : [ask.origin], async (origin) => {
      try {
        const { timeoutMs } = this.options;
        const headers = { ...named(this.options.userAgent), ...ask.headers };
        const bare = timeoutMs === undefined ? ask : { timeoutMs, ...ask };
        return await read(await send(origin, { ...bare, headers }));
      } catch (error) {
        ask.signal?.throwIfAborted();
        throw error;
      }
    });
  }

  /** Milliseconds to wait before the next round; undefined if that would not help. */
  private pauseAfter(error: unknown, round: number): number | undefined {
    if (!isTemporary(error)) return undefined;
    const { longestWaitMs = 60_000 } = this.options;
    const asked = error instanceof Failure ? error.waitMs : 0;
    // Chance spreads those out who all lost the server at one moment.
    const waitMs = (asked || 2000 * 2 ** round) * (1 + 0.2 * Math.random());
    return asked > longestWaitMs ? undefined : Math.min(waitMs, longestWaitMs);
  }
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function reportsOf(channel: string): string {
  return `/api/channels/${encodeURIComponent(channel)}/reports`;
}

/** Browsers have a name of their own, and pages may give none. */
function named(userAgent = ''): Readonly<Record<string, string>> {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  if (process?.versions?.node === undefined) return {};
  return { 'User-Agent': `${userAgent} realtube-client/${VERSION}`.trim() };
}

function isTemporary(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Refused && error.isTemporary);
}

function later(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, waitMs);
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end, { once: true });
  });
}
