/** What gives a video away, and when: a part of the dialog about it, folded at first. */
import { type NoticedSign, SIGNS } from 'realtube-client';
import { clockOf } from '../core/noticed';
import { t } from '../core/words';
import { element, pressable } from './dom';

export interface SignChips {
  readonly root: HTMLElement;
  /** What the viewer has pressed since it was said last; undefined if nothing was. */
  news(): readonly NoticedSign[] | undefined;
  /** What was said before, and stands. */
  said(signs?: readonly NoticedSign[]): void;
  /** Whether there is a report that signs can come to. */
  offer(canAdd: boolean): void;
}

/**
 * @param add called when the viewer wants to say them by themselves
 * @param now the second that is being played, if the video is
 */
export function signChips(add: () => void, now?: () => number | undefined): SignChips {
  let [isNews, canAdd] = [false, false];
  // One time for all of them: the first that gives it away.
  let at: number | undefined;
  const adds = pressable(t('signsAdd'), add);
  const time = pressable('', () => {
    at = at === undefined ? now?.() : undefined;
    pressed();
  });
  const chips = SIGNS.map((sign) => {
    const chip = pressable(t(`sign_${sign}`), () => {
      set(chip, !isOn(chip));
      pressed();
    });
    set(chip, false);
    return { sign, chip };
  });
  const show = () => {
    set(time, at !== undefined);
    time.textContent = at === undefined ? t('signsNow') : clockOf(at);
    time.hidden = at === undefined && !now;
    adds.hidden = !isNews || !canAdd;
  };
  const pressed = () => {
    isNews = true;
    show();
  };
  show();
  return {
    root: element(
      'details',
      { class: 'channel' },
      element('summary', {}, t('signsTitle')),
      element('div', { class: 'row' }, ...chips.map(({ chip }) => chip), time, adds),
    ),
    news: () =>
      isNews
        ? chips.flatMap(({ sign, chip }) =>
            isOn(chip) ? { sign, ...(at !== undefined && { at }) } : [],
          )
        : undefined,
    said(signs = []) {
      isNews = false;
      for (const { sign, chip } of chips) {
        const named = signs.find((each) => each.sign === sign);
        set(chip, named !== undefined);
        at = named?.at ?? at;
      }
      show();
    },
    offer(can) {
      canAdd = can;
      show();
    },
  };
}

function isOn(chip: HTMLElement): boolean {
  return chip.ariaPressed === 'true';
}

function set(chip: HTMLElement, on: boolean): void {
  chip.ariaPressed = `${on}`;
}
