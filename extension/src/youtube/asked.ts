/** What the viewer says in a dialog: sent at once, and undone from the line below. */
import type { Choice, Outcome } from '../core/types';
import { t, wordsFor } from '../core/words';
import { ChoiceButtons } from './choices';
import type { DialogFrame } from './frame';

/** Outcomes never reject. */
interface Says<C> {
  /** What the viewer has said before. */
  mine(): Promise<C | undefined>;
  cast(choice: C): Promise<Outcome>;
  withdraw(): Promise<Outcome>;
  /** Called with what stands now. */
  stands(choice: C | undefined): void;
}

/**
 * Buttons of a dialog, and what they do in it.
 *
 * @param suggested what it most likely is
 */
export function askFor<C extends Choice>(
  choices: readonly C[],
  { mine, cast, withdraw, stands }: Says<C>,
  suggested?: Choice,
) {
  let frame: DialogFrame;
  let touched = false;
  const show = (message: string, undoable: boolean) =>
    frame.say(message, undoable ? () => void undo() : undefined);
  const press = (choice: C | undefined) => {
    buttons.press(choice);
    stands(choice);
    if (choice) show(t('pageYourReport', t(`category_${choice}`)), true);
  };
  const say = async (choice: C) => {
    touched = true;
    press(choice);
    const outcome = await cast(choice);
    if (outcome.state === 'refused') press(await mine());
    show(wordsFor(outcome, 'pageSent'), outcome.state !== 'refused');
  };
  const undo = async () => {
    const outcome = await withdraw();
    if (outcome.state !== 'refused') press(undefined);
    show(wordsFor(outcome, 'pageUndone'), false);
  };
  const buttons = new ChoiceButtons(choices, (choice) => void say(choice), suggested);
  return {
    buttons,
    say,
    /** Begin with what the viewer has said before. */
    begin(shown: DialogFrame): void {
      frame = shown;
      void mine().then((choice) => {
        if (!touched) press(choice);
      });
    },
  };
}
