/** Connects a page to the rest of the extension: verdicts, settings, reports, counts. */

import { type Decision, decide } from '../core/decide';
import { namesOf } from '../core/entries';
import { type SaysAi, type SignWords, signReader } from '../core/signs';
import type {
  Card,
  FoundBy,
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
import { pageOf } from './channelpage';
import type { ChannelDesk } from './channels';
import type { Judge, Judgement } from './judge';
import type { VoteDesk } from './votes';

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
  readonly channels: ChannelDesk;
  private readonly revealed = new Set<string>();
  private readonly counted = new Set<string>();
  /** What was told of the video that was played last. */
  private told = '';
  private toTell = 0;
  private reads: SaysAi | undefined;

  /**
   * @param changed called when judgements may have changed
   * @param makingOf what this page showed of how a video was made
   */
  constructor(
    private readonly labels: Labels,
    private settings: Settings,
    private readonly changed: () => void,
    private readonly makingOf: (videoId: string) => Making | undefined = () => undefined,
  ) {
    this.channels = {
      ...channelDesk,
      hide: async (channel, on) => this.use(await send('hideChannel', { ...channel, on })),
    };
  }

  get wishes() {
    return this.settings;
  }

  get saysAi() {
    return this.settings.signs ? this.reads : undefined;
  }

  /** @param words of `core/signs`, where the viewer wants them looked for */
  use(settings: Settings, words?: SignWords): void {
    this.settings = settings;
    if (words) this.reads ??= signReader(words);
    this.changed();
  }

  known(card: Card): Judgement | undefined {
    if (this.revealed.has(nameOf(card))) return { action: 'none', reason: '' };
    const asked = this.labels.known(card);
    // The page may know before the background has heard of it, or keeps nothing of it.
    const making = card.videoId === undefined ? undefined : this.makingOf(card.videoId);
    // What the viewer says of a channel goes for all of its own page. Others say it of names.
    const page = pageOf(card);
    const isMine = page && this.labels.known({ ...page, ...PAGE })?.mineChannel;
    const verdicts = {
      ...asked,
      ...(making && { making }),
      ...(isMine && { mineChannel: isMine }),
    };
    const decision = decide({ ...card, ...page }, verdicts, this.settings);
    // The viewer's own lists need no answer from anybody.
    if (!asked && decision.cause === 'unknown') return undefined;
    return {
      action: decision.action,
      reason: decision.action === 'none' ? '' : reasonOf(decision),
      ...(decision.action !== 'none' && foundBy(decision)),
      ...(decision.cause === 'unknown' && { isUnknown: true }),
    };
  }

  ask(cards: readonly Card[]): Promise<void> {
    const page = cards.map(pageOf).find((channel) => channel !== undefined);
    return this.labels.ask(page ? [...cards, { ...page, ...PAGE }] : cards);
  }

  reveal(card: Card): void {
    this.revealed.add(nameOf(card));
    this.changed();
  }

  async allowChannel(card: VideoCard): Promise<void> {
    this.use(await send('allow', namesOf(card)));
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

  saw(card: VideoCard, making: Making): void {
    const sighting = { videoId: card.videoId, making, ...namesOf(card) };
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
      return await send('myVote', { videoId });
    } catch {
      return {};
    }
  },
  cast: (ballot, choice, signs) => {
    const { videoId, isShort, title = '', channelName = '' } = ballot;
    return outcomeOf(
      send('vote', {
        videoId,
        choice,
        isShort,
        title,
        channelName,
        ...namesOf(ballot),
        ...(signs && { signs }),
      }),
    );
  },
  withdraw: (videoId) => outcomeOf(send('withdraw', { videoId })),
  show: (videoId, shots) => outcomeOf(send('shots', { videoId, shots })),
};

const channelDesk: Omit<ChannelDesk, 'hide'> = {
  async mine(channel) {
    try {
      return (await send('myChannel', channel)).choice;
    } catch {
      return undefined;
    }
  },
  report: (channel, category, shown, title) =>
    outcomeOf(
      send('reportChannel', {
        ...channel,
        category,
        videos: shown.map(({ videoId, isShort }) => ({ videoId, isShort })),
        title,
      }),
    ),
  withdraw: (channel) => outcomeOf(send('withdrawChannel', channel)),
};

/** What stands for a channel alone. */
const PAGE = { surface: 'channel', isShort: false } as const;

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

const FOUND_BY: { readonly [C in Decision['cause']]?: FoundBy } = {
  label: 'label',
  labelChannel: 'label',
  measured: 'label',
  subscription: 'followed',
  blocked: 'mine',
  mine: 'mine',
};

function foundBy({ cause, source }: Decision): Pick<Judgement, 'by'> {
  const by = FOUND_BY[cause] ?? source;
  return by ? { by } : {};
}

/** A count that nobody hears is of no use to anybody. */
function unheard(): void {}

const reasons = new Map<string, string>();

/** Looked up once for each: browsers take their time for a text. */
function reasonOf(decision: Decision): string {
  const { cause, category, source, score = 0, list, level } = decision;
  const percent = String(Math.round(score));
  const key = [cause, category, source, percent, list, level].join();
  const reason = reasons.get(key) ?? worded(decision, percent);
  reasons.set(key, reason);
  return reason;
}

function worded({ cause, category, source, list, level }: Decision, percent: string): string {
  if (list !== undefined) return t('pageWhyFollowed', list);
  const kind = category ? t(`category_${category}`) : '';
  if (level) return t(`pageWhy_${level}`, kind, percent);
  if (cause === 'video') return t('pageWhyVideo', kind, percent);
  if (cause === 'channel' && source === 'listed') return t('pageWhyListed');
  if (cause === 'channel' && source === 'reviewed') return t('pageWhyReviewed');
  if (cause === 'channel') return t('pageWhyChannel', kind, percent);
  if (cause === 'label') return t('pageWhyLabel');
  if (cause === 'labelChannel') return t('pageWhyLabelChannel', percent);
  if (cause === 'measured') return t('pageWhyMeasured');
  if (cause === 'mine') return t('pageWhyMine');
  return cause === 'blocked' ? t('pageWhyBlocked') : '';
}
