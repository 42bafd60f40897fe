/** Channels as a whole: the dialog that reports one, and hiding one for oneself. */
import { CATEGORIES, type Category } from 'realtube-client';
import { namesOf } from '../core/entries';
import type { Channel, Outcome } from '../core/types';
import { t } from '../core/words';
import { askFor } from './asked';
import { element, pressable } from './dom';
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
  of: Channel,
  { desk, open }: ReportsChannel,
  close: () => void,
): Node[] {
  const channel = namesOf(of);
  if (nameOf(channel) === '') return [];
  const report = pressable(t('pageReportChannel'), () => open(channel));
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
  return pressable(t('pageHideChannel'), () => {
    close();
    void setHidden(channel, desk, true);
  });
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

/**
 * Ask what is wrong with a channel, and which of its videos show it.
 *
 * @param videos those that may be sent, ticked at first
 */
export function openChannelDialog(
  channel: Channel,
  videos: readonly ShownVideo[],
  desk: ChannelDesk,
): void {
  const boxes = new Map(
    videos.map((video) => [video, element('input', { type: 'checkbox', checked: '' })]),
  );
  const chosen = () => [...boxes].flatMap(([video, box]) => (box.checked ? video : []));
  const { buttons, begin } = askFor<Category>(CATEGORIES, {
    mine: () => desk.mine(channel),
    cast: (category) => desk.report(channel, category, chosen(), nameOf(channel)),
    withdraw: () => desk.withdraw(channel),
    // What was sent stays ticked until it is taken back.
    stands(category) {
      for (const box of boxes.values()) box.disabled = category !== undefined;
    },
  });
  const ticked = () => buttons.enable(chosen().length > 0);
  const frame = new DialogFrame(
    t('pageReportChannel'),
    element('p', { class: 'title' }, element('bdi', {}, nameOf(channel))),
    videos.length > 0
      ? listOf(boxes, ticked)
      : element('p', { class: 'hint' }, t('pageReportChannelNone')),
    element('p', { class: 'hint ask' }, t('pageReportChannelAs')),
    buttons.build(true),
    element(
      'section',
      { class: 'channel' },
      element(
        'div',
        { class: 'row' },
        hideButton(channel, desk, () => frame.close()),
      ),
    ),
  );
  ticked();
  begin(frame);
}

function listOf(boxes: ReadonlyMap<ShownVideo, HTMLInputElement>, ticked: () => void): HTMLElement {
  const rows = [...boxes].map(([{ title, videoId }, box]) => {
    box.addEventListener('change', ticked);
    return element('label', {}, box, element('span', { dir: 'auto' }, title || videoId));
  });
  const legend = element('legend', {}, t('pageReportChannelVideos'));
  return element('fieldset', { class: 'videos' }, legend, ...rows);
}
