/** The dialog in which a viewer says what is wrong with a video, in two clicks. */
import { CHOICES, type Choice } from '../core/types';
import { t } from '../core/words';
import { askFor } from './asked';
import { channelButtons, type ReportsChannel } from './channels';
import { element } from './dom';
import { DialogFrame } from './frame';
import { signChips } from './noticed';
import type { Ballot, VoteDesk } from './votes';

/**
 * Ask about a video. Only one dialog is open at a time.
 *
 * @param now the second of it that is being played, where it is
 */
export function openDialog(
  ballot: Ballot,
  desk: VoteDesk,
  channels?: ReportsChannel,
  now?: () => number | undefined,
): void {
  const { videoId, title, canDispute, suggested } = ballot;
  let standing: Choice | undefined;
  const chips = signChips(() => standing && void say(standing), now);
  const { buttons, say, begin } = askFor(
    CHOICES.filter((choice) => choice !== 'not_ai' || canDispute),
    {
      async mine() {
        const { choice, signs } = await desk.mine(videoId);
        if (!chips.news()) chips.said(signs);
        return choice;
      },
      async cast(choice) {
        const signs = chips.news();
        const outcome = await desk.cast(ballot, choice, signs);
        if (signs && outcome.state !== 'refused') chips.said(signs);
        return outcome;
      },
      withdraw: () => desk.withdraw(videoId),
      stands(choice) {
        standing = choice;
        // Who says that it is not AI has seen no signs of it.
        chips.offer(choice !== undefined && choice !== 'not_ai');
      },
    },
    suggested,
  );
  const frame = new DialogFrame(
    t('pageReportTitle'),
    ...(title ? [element('p', { class: 'title' }, title)] : []),
    buttons.build(),
    chips.root,
    ...(channels ? channelButtons(ballot, channels, () => frame.close()) : []),
  );
  begin(frame);
}
