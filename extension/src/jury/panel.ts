/**
 * Asks a juror about the video that their tab was opened for: between the player and what stands
 * below it, so that it never covers anything. Only the answer leaves.
 */
import { ANSWERS, CATEGORIES, type Question, type Said } from 'realtube-client';
import { t } from '../core/words';
import { element, isDark, pressable, shadowHost } from '../youtube/dom';
import { watchedAt } from '../youtube/page';
import type { Selectors } from '../youtube/selectors';
import { WATCHED_S } from './messages';

export type Answer = Omit<Said, 'question'>;

export class JuryPanel {
  private readonly parts = shadowHost('realtube-jury');
  private readonly timer = setInterval(() => this.tick(), 1000);
  private watched = 0;
  private isAsked = false;

  /** @param send rejects with words for the viewer */
  constructor(
    private readonly question: Question,
    private readonly selectors: Selectors,
    private readonly send: (answer: Answer) => Promise<void>,
  ) {
    const sure = pressable(t('jurySure'), () => this.ask());
    this.show(
      element('p', { class: 'hint' }, t('juryWait')),
      element('div', { class: 'row' }, sure),
    );
    this.place();
  }

  stop(): void {
    clearInterval(this.timer);
    this.parts.host.remove();
  }

  /** Nobody but this counts the seconds. */
  private tick(): void {
    const video = document
      .querySelector(this.selectors.watch.player.join())
      ?.querySelector('video');
    if (this.place() && video && !video.paused) this.watched += 1;
    if (!this.isAsked && this.watched >= WATCHED_S) this.ask();
  }

  /** Whether it is on a page of the question's, where pages have room for it. */
  private place(): boolean {
    const { host } = this.parts;
    const isHere = this.question.videos.includes(watchedAt(location)?.videoId ?? '');
    const { watch, player } = this.selectors;
    const below = document.querySelector([...player.actions, ...watch.owner].join());
    const screen = document.querySelector(watch.player.join());
    if (!isHere || !below || !screen) {
      host.remove();
      return isHere;
    }
    // The outermost of what is below the player.
    let place: Element = below;
    while (place.parentElement && !place.parentElement.contains(screen))
      place = place.parentElement;
    if (host.nextElementSibling !== place) place.before(host);
    host.toggleAttribute('data-dark', isDark());
    return true;
  }

  private ask(): void {
    this.isAsked = true;
    const answers = ANSWERS.map((answer) =>
      pressable(t(`juryAnswer_${answer}`), () =>
        answer === 'ai' || answer === 'partly' ? this.askKind(answer) : this.say({ answer }),
      ),
    );
    this.show(element('p', {}, t('juryAsk')), element('div', { class: 'row' }, ...answers));
  }

  private askKind(answer: 'ai' | 'partly'): void {
    const kinds = CATEGORIES.map((kind) =>
      pressable(t(`category_${kind}`), () => this.say({ answer, kind })),
    );
    const none = pressable(t('juryKindNone'), () => this.say({ answer }));
    const back = pressable(t('juryBack'), () => this.ask());
    const row = element('div', { class: 'row' }, ...kinds, none, back);
    this.show(element('p', {}, t('juryKind')), row);
  }

  private say(answer: Answer): void {
    this.send(answer).then(
      () => {
        clearInterval(this.timer);
        this.show(element('p', { role: 'status' }, t('juryThanks')));
      },
      (error: Error) => {
        this.ask();
        this.parts.root.firstChild?.appendChild(
          element('p', { class: 'hint', role: 'alert' }, t('pageFailed', error.message)),
        );
      },
    );
  }

  private show(...content: Node[]): void {
    const { channel, videos } = this.question;
    const about = channel
      ? [element('p', { class: 'hint', dir: 'auto' }, t('juryChannel', channel))]
      : [];
    const links = videos.map((id, n) =>
      element('a', { href: `/watch?v=${id}` }, t('juryVideo', `${n + 1}`)),
    );
    const { root } = this.parts;
    const isFocused = root.activeElement !== null;
    root.replaceChildren(
      element(
        'section',
        { class: 'jury', 'aria-label': t('juryTitle') },
        ...about,
        ...(channel ? [element('p', { class: 'row' }, ...links)] : []),
        ...content,
      ),
    );
    if (isFocused) root.querySelector('button')?.focus();
  }
}
