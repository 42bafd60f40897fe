/** The dialog in which a viewer says what is wrong with a video, in two clicks. */
import { CHOICES, type Choice, type Outcome } from '../core/types';
import { t, wordsFor } from '../core/words';
import { channelButtons, type ReportsChannel } from './channels';
import { ChoiceButtons } from './choices';
import { element } from './dom';
import { DialogFrame } from './frame';
import type { Ballot, VoteDesk } from './votes';

/** Ask about a video. Only one dialog is open at a time. */
export function openDialog(ballot: Ballot, desk: VoteDesk, channels?: ReportsChannel): void {
  new VoteDialog(ballot, desk, channels);
}

class VoteDialog {
  private readonly frame: DialogFrame;
  private readonly buttons: ChoiceButtons<Choice>;
  private touched = false;

  constructor(
    private readonly ballot: Ballot,
    private readonly desk: VoteDesk,
    channels: ReportsChannel | undefined,
  ) {
    const choices = CHOICES.filter((choice) => choice !== 'not_ai' || ballot.canDispute);
    const cast = (choice: Choice) => void this.vote(choice);
    this.buttons = new ChoiceButtons(choices, cast, ballot.suggested);
    this.frame = new DialogFrame(
      t('pageReportTitle'),
      ...(ballot.title ? [element('p', { class: 'title' }, ballot.title)] : []),
      this.buttons.build(),
      ...(channels ? channelButtons(ballot, channels, () => this.frame.close()) : []),
    );
    void desk.mine(ballot.videoId).then((mine) => {
      if (!this.touched) this.press(mine);
    });
  }

  private async vote(choice: Choice): Promise<void> {
    this.touched = true;
    this.press(choice);
    const outcome = await this.desk.cast(this.ballot, choice);
    if (outcome.state === 'refused') this.press(await this.desk.mine(this.ballot.videoId));
    this.say(outcome, 'pageSent', true);
  }

  private async undo(): Promise<void> {
    const outcome = await this.desk.withdraw(this.ballot.videoId);
    if (outcome.state !== 'refused') this.press(undefined);
    this.say(outcome, 'pageUndone', false);
  }

  private press(choice: Choice | undefined): void {
    this.buttons.press(choice);
    if (choice) this.show(t('pageYourReport', t(`category_${choice}`)), true);
  }

  private say(outcome: Outcome, done: 'pageSent' | 'pageUndone', undoable: boolean): void {
    this.show(wordsFor(outcome, done), undoable && outcome.state !== 'refused');
  }

  private show(message: string, undoable: boolean): void {
    this.frame.say(message, undoable ? () => void this.undo() : undefined);
  }
}
