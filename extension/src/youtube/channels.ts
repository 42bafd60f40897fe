/** Channels as a whole: the dialog that reports one, and hiding one for oneself. */
import { CATEGORIES, type Category } from 'realtube-client';
import type { Channel, Outcome } from '../core/types';
import { t, wordsFor } from '../core/words';
import { ChoiceButtons } from './choices';
import { element, onPress } from './dom';
import { DialogFrame } from './frame';
import { toast } from './toast';

/** A video of a channel that the page shows. */
export interface ShownVideo {
  readonly videoId: string;
  readonly isShort: boolean;
  readonly title: string;
}

/** Whoever keeps and sends what is said about channels. Outcomes never reject. */
export interface ChannelDesk {
  /** The viewer's own report of a channel. */
  mine(channel: Channel): Promise<Category | undefined>;
  /** A vote on each of the videos, in one request. */
  report(
    channel: Channel,
    category: Category,
    videos: readonly ShownVideo[],
    title: string,
  ): Promise<Outcome>;
  withdraw(channel: Channel): Promise<Outcome>;
  /** Put it on the viewer's block list, or take it off. Rejects when that is not kept. */
  hide(channel: Channel, on: boolean): Promise<void>;
}

export interface ReportsChannel {
  readonly desk: ChannelDesk;
  /** Show the dialog in which it is reported. */
  open(channel: Channel): void;
}

/** What a viewer reads as the name of a channel. */
export function nameOf({ channelId, handle }: Channel): string {
  return handle ?? channelId ?? '';
}

/** The part of a dialog about a video that is about its channel; nothing where none is known. */
export function channelButtons(
  { channelId, handle }: Channel,
  { desk, open }: ReportsChannel,
  close: () => void,
): Node[] {
  const channel = { ...(channelId && { channelId }), ...(handle && { handle }) };
  if (nameOf(channel) === '') return [];
  const report = element('button', { class: 'plain', type: 'button' }, t('pageReportChannel'));
  onPress(report, () => open(channel));
  return [
    element(
      'section',
      { class: 'channel', 'aria-label': t('pageChannel') },
      element(
        'p',
        {},
        element('strong', {}, t('pageChannel')),
        element('bdi', { class: 'name' }, nameOf(channel)),
      ),
      element('div', { class: 'row' }, report, hideButton(channel, desk, close)),
    ),
  ];
}

function hideButton(channel: Channel, desk: ChannelDesk, close: () => void): HTMLElement {
  const hide = element('button', { class: 'plain', type: 'button' }, t('pageHideChannel'));
  onPress(hide, () => {
    close();
    void setHidden(channel, desk, true);
  });
  return hide;
}

async function setHidden(channel: Channel, desk: ChannelDesk, on: boolean): Promise<void> {
  try {
    await desk.hide(channel, on);
  } catch (error) {
    toast(t('pageFailed', error instanceof Error ? error.message : String(error)));
    return;
  }
  const said = t(on ? 'pageChannelHidden' : 'pageChannelShown', nameOf(channel));
  toast(said, on ? () => void setHidden(channel, desk, false) : undefined);
}

/** Ask what is wrong with a channel, and which of its videos show it. */
export class ChannelDialog {
  private readonly frame: DialogFrame;
  private readonly buttons: ChoiceButtons<Category>;
  private readonly boxes: ReadonlyMap<ShownVideo, HTMLInputElement>;
  private touched = false;

  /** @param videos those that may be sent, ticked at first */
  constructor(
    private readonly channel: Channel,
    videos: readonly ShownVideo[],
    private readonly desk: ChannelDesk,
  ) {
    this.boxes = new Map(
      videos.map((video) => [video, element('input', { type: 'checkbox', checked: '' })]),
    );
    this.buttons = new ChoiceButtons(CATEGORIES, (category) => void this.report(category));
    const name = element('p', { class: 'title' }, element('bdi', {}, nameOf(channel)));
    const hide = hideButton(channel, desk, () => this.frame.close());
    this.frame = new DialogFrame(
      t('pageReportChannel'),
      name,
      videos.length > 0 ? this.list() : element('p', { class: 'hint' }, t('pageReportChannelNone')),
      element('p', { class: 'hint ask' }, t('pageReportChannelAs')),
      this.buttons.build(true),
      element('section', { class: 'channel' }, element('div', { class: 'row' }, hide)),
    );
    this.ticked();
    void desk.mine(channel).then((mine) => {
      if (!this.touched) this.press(mine);
    });
  }

  private list(): HTMLElement {
    const rows = [...this.boxes].map(([{ title, videoId }, box]) => {
      box.addEventListener('change', () => this.ticked());
      return element('label', {}, box, element('span', { dir: 'auto' }, title || videoId));
    });
    const legend = element('legend', {}, t('pageReportChannelVideos'));
    return element('fieldset', { class: 'videos' }, legend, ...rows);
  }

  private chosen(): ShownVideo[] {
    return [...this.boxes].flatMap(([video, box]) => (box.checked ? [video] : []));
  }

  private ticked(): void {
    this.buttons.enable(this.chosen().length > 0);
  }

  private async report(category: Category): Promise<void> {
    this.touched = true;
    this.press(category);
    const outcome = await this.desk.report(
      this.channel,
      category,
      this.chosen(),
      nameOf(this.channel),
    );
    if (outcome.state === 'refused') this.press(await this.desk.mine(this.channel));
    this.say(outcome, 'pageSent', true);
  }

  private async undo(): Promise<void> {
    const outcome = await this.desk.withdraw(this.channel);
    if (outcome.state !== 'refused') this.press(undefined);
    this.say(outcome, 'pageUndone', false);
  }

  /** What was sent stays ticked until it is taken back. */
  private press(category: Category | undefined): void {
    this.buttons.press(category);
    for (const box of this.boxes.values()) box.disabled = category !== undefined;
    if (category) this.show(t('pageYourReport', t(`category_${category}`)), true);
  }

  private say(outcome: Outcome, done: 'pageSent' | 'pageUndone', undoable: boolean): void {
    this.show(wordsFor(outcome, done), undoable && outcome.state !== 'refused');
  }

  private show(message: string, undoable: boolean): void {
    this.frame.say(message, undoable ? () => void this.undo() : undefined);
  }
}
