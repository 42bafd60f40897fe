/** Connects a page to the rest of the extension: verdicts, settings, reports, counts. */

import { type Decision, decide } from '../core/decide';
import type {
  Card,
  Choice,
  Making,
  Outcome,
  PageReport,
  Settings,
  Verdicts,
  VideoCard,
} from '../core/types';
import { t } from '../core/words';
import { ASKED_HOSTS, type Permission, send } from '../messages';
import type { Services } from './app';
import type { AskDesk, Told } from './asker';
import type { Judge, Judgement } from './judge';
import type { Ballot, VoteDesk } from './votes';

/** The least score that a viewer can dispute; the server refuses disputes of less. */
const DISPUTABLE_SCORE = 20;
/** Counts are told together, at most this often. */
const COUNT_EVERY_MS = 1000;
const MAX_COUNTED = 10_000;

/** What is known in this page, and who knows more. */
export interface Labels {
  known(card: Card): Verdicts | undefined;
  ask(cards: readonly Card[]): Promise<void>;
}

export class PageServices implements Services, Judge, AskDesk {
  readonly judge: Judge = this;
  readonly desk: VoteDesk = desk;
  readonly asks: AskDesk = this;
  private readonly revealed = new Set<string>();
  private readonly counted = new Set<string>();
  /** What was told of the video that was played last. */
  private told = '';
  private toTell = 0;

  /**
   * @param changed called when judgements may have changed
   * @param makingOf what this page showed of how a video was made
   */
  constructor(
    private readonly labels: Labels,
    private settings: Settings,
    private readonly changed: () => void,
    private readonly makingOf: (videoId: string) => Making | undefined = () => undefined,
  ) {}

  get wishes() {
    return this.settings;
  }

  use(settings: Settings): void {
    this.settings = settings;
    this.changed();
  }

  known(card: Card): Judgement | undefined {
    if (this.revealed.has(nameOf(card))) return { action: 'none', reason: '' };
    const asked = this.labels.known(card);
    // The page may know before the background has heard of it, or keeps nothing of it.
    const making = card.videoId === undefined ? undefined : this.makingOf(card.videoId);
    const verdicts = making ? { ...asked, making } : asked;
    const decision = decide(card, verdicts ?? {}, this.settings);
    // The viewer's own lists need no answer from anybody.
    if (!asked && decision.cause === 'unknown') return undefined;
    return {
      action: decision.action,
      reason: decision.action === 'none' ? '' : reasonOf(decision),
      ...(decision.action !== 'none' && foundBy(decision)),
    };
  }

  ask(cards: readonly Card[]): Promise<void> {
    return this.labels.ask(cards);
  }

  reveal(card: Card): void {
    this.revealed.add(nameOf(card));
    this.changed();
  }

  async allowChannel({ channelId, handle }: VideoCard): Promise<void> {
    const channel = { ...(channelId && { channelId }), ...(handle && { handle }) };
    this.use(await send('allow', channel));
  }

  isDisputable(card: VideoCard): boolean {
    const { video, channel } = this.labels.known(card) ?? {};
    if (video) return video.preliminary || video.score >= DISPUTABLE_SCORE;
    return channel?.autoFlag ?? false;
  }

  hidden({ videoId }: VideoCard): void {
    if (this.counted.has(videoId) || this.counted.size >= MAX_COUNTED) return;
    this.counted.add(videoId);
    if (this.toTell++ === 0) setTimeout(() => this.tell(), COUNT_EVERY_MS);
  }

  saw({ videoId, channelId, handle }: VideoCard, making: Making): void {
    const channel = { ...(channelId && { channelId }), ...(handle && { handle }) };
    const sighting = { videoId, making, ...channel };
    const told = JSON.stringify(sighting);
    if (this.told === told) return;
    this.told = told;
    send('saw', sighting).catch(unheard);
  }

  isUnknown(card: Card): boolean {
    const verdicts = this.labels.known(card);
    return verdicts !== undefined && decide(card, verdicts, this.settings).cause === 'unknown';
  }

  mayAsk(videoId: string): Promise<Permission> {
    return send('mayAsk', { videoId });
  }

  async answered(videoId: string, told: Told): Promise<void> {
    const host = ASKED_HOSTS.find((known) => known === location.hostname);
    if (host) await send('asked', { videoId, host, ...told });
  }

  built({ hidden }: PageReport): void {
    send('pageBuilt', { hidden }).catch(unheard);
  }

  private tell(): void {
    send('hidden', { count: this.toTell }).catch(unheard);
    this.toTell = 0;
  }
}

const desk: VoteDesk = {
  async mine(videoId) {
    try {
      return (await send('myVote', { videoId })).choice;
    } catch {
      return undefined;
    }
  },
  cast: ({ videoId, channelId, handle, isShort, title }: Ballot, choice: Choice) =>
    outcomeOf(
      send('vote', {
        videoId,
        choice,
        isShort,
        ...(channelId && { channelId }),
        ...(handle && { handle }),
        ...(title && { title: title.slice(0, MAX_TITLE) }),
      }),
    ),
  withdraw: (videoId) => outcomeOf(send('withdraw', { videoId })),
};

const MAX_TITLE = 500;

async function outcomeOf(sent: Promise<Outcome>): Promise<Outcome> {
  try {
    return await sent;
  } catch (error) {
    return { state: 'refused', why: error instanceof Error ? error.message : String(error) };
  }
}

/** What a card stands for: a video, or a channel. */
function nameOf({ videoId, channelId, handle }: Card): string {
  return videoId ?? channelId ?? handle ?? '';
}

const BY_YOUTUBE: readonly Decision['cause'][] = ['label', 'labelChannel', 'measured'];

function foundBy({ cause, source }: Decision): Pick<Judgement, 'by'> {
  const by = BY_YOUTUBE.includes(cause) ? 'label' : cause === 'blocked' ? 'mine' : source;
  return by ? { by } : {};
}

/** A count that nobody hears is of no use to anybody. */
function unheard(): void {}

const reasons = new Map<string, string>();

/** Looked up once for each: browsers take their time for a text. */
function reasonOf(decision: Decision): string {
  const { cause, category, source, score = 0 } = decision;
  const percent = String(Math.round(score));
  const key = [cause, category, source, percent].join();
  const reason = reasons.get(key) ?? worded(decision, percent);
  reasons.set(key, reason);
  return reason;
}

function worded({ cause, category, source }: Decision, percent: string): string {
  const kind = category ? t(`category_${category}`) : '';
  if (cause === 'video') return t('pageWhyVideo', kind, percent);
  if (cause === 'channel' && source === 'listed') return t('pageWhyListed');
  if (cause === 'channel' && source === 'reviewed') return t('pageWhyReviewed');
  if (cause === 'channel') return t('pageWhyChannel', kind, percent);
  if (cause === 'label') return t('pageWhyLabel');
  if (cause === 'labelChannel') return t('pageWhyLabelChannel', percent);
  if (cause === 'measured') return t('pageWhyMeasured');
  return cause === 'blocked' ? t('pageWhyBlocked') : '';
}
