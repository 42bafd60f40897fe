/** The dialog in which a viewer says what is wrong with a video, in two clicks. */
import { CHOICES, type Choice } from '../core/types';
import { t } from '../core/words';
import { askFor } from './asked';
import { channelButtons, type ReportsChannel } from './channels';
import { element } from './dom';
import { DialogFrame } from './frame';
import { signChips } from './noticed';
import { shotStrip } from './shots';
import type { Ballot, VoteDesk } from './votes';

/**
 * Ask about a video. Only one dialog is open at a time.
 *
 * @param player what plays it, where it is played
 */
export function openDialog(
  ballot: Ballot,
  desk: VoteDesk,
  channels?: ReportsChannel,
  player?: () => HTMLVideoElement | null | undefined,
): void {
  const { videoId, title, canDispute, suggested } = ballot;
  let standing: Choice | undefined;
  const now = player && (() => secondOf(player()));
  const chips = signChips(() => standing && void say(standing), now);
  const strip =
    player &&
    shotStrip(
      player,
      (shots) => desk.show(videoId, shots),
      (message) => frame.say(message),
    );
  const { buttons, say, begin } = askFor(
    CHOICES.filter((choice) => choice !== 'not_ai' || canDispute),
    {
      async mine() {
        const { choice, signs, shots } = await desk.mine(videoId);
        if (!chips.news()) chips.said(signs);
        strip?.offer(shots);
        return choice;
      },
      async cast(choice) {
        const signs = chips.news();
        const outcome = await desk.cast(ballot, choice, signs);
        if (signs && outcome.state !== 'refused') chips.said(signs);
        if (outcome.state === 'sent') strip?.follow(outcome.shots);
        return outcome;
      },
      withdraw: () => desk.withdraw(videoId),
      stands(choice) {
        standing = choice;
        // Who says that it is not AI has seen no signs of it.
        const can = choice !== undefined && choice !== 'not_ai';
        chips.offer(can);
        strip?.stands(can);
      },
    },
    suggested,
  );
  const frame = new DialogFrame(
    t('pageReportTitle'),
    ...(title ? [element('p', { class: 'title' }, title)] : []),
    buttons.build(),
    chips.root,
    ...(strip ? [strip.root] : []),
    ...(channels ? channelButtons(ballot, channels, () => frame.close()) : []),
  );
  begin(frame);
}

/** The second that a player is at. */
export function secondOf(video: HTMLVideoElement | null | undefined): number | undefined {
  return video ? Math.floor(video.currentTime) : undefined;
}
