/** Questions of a juror, each with its videos to open, and the answers for who is sure. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ANSWERS, type Answer, CATEGORIES, type Category, type Question } from 'realtube-client';
import { t } from '../core/words';
import { send } from '../messages';
import { number } from '../ui/parts';

export type Says = (question: string, answer: Answer, kind?: Category) => void;

export interface QuestionsProps {
  readonly questions: readonly Question[];
  /** Where answers are given; the popup has no room for them. */
  readonly say?: Says;
  readonly isBusy?: boolean;
}

export function QuestionList({ questions, say, isBusy = false }: QuestionsProps) {
  return (
    <ol class="stack jury-questions">
      {questions.map((question, index) => (
        <li key={question.id} class="stack">
          <Videos question={question} index={index} />
          {say && (
            <details>
              <summary>{t('jurySure')}</summary>
              <AnswerButtons
                isBusy={isBusy}
                say={(answer, kind) => say(question.id, answer, kind)}
              />
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}

function Videos({ question, index }: { question: Question; index: number }) {
  const { videos, channel } = question;
  const open = (at: number) => void send('openQuestion', { question, at });
  if (!channel)
    return (
      <div class="switch">
        <span>{t('juryVideo', number(index + 1))}</span>
        <WatchButton name={t('juryVideo', number(index + 1))} open={() => open(0)} />
      </div>
    );
  return (
    <>
      <p>{t('juryChannel', channel)}</p>
      <div class="row">
        {videos.map((id, at) => (
          <button key={id} type="button" onClick={() => open(at)}>
            {t('juryVideo', number(at + 1))}
          </button>
        ))}
      </div>
    </>
  );
}

function WatchButton({ name, open }: { name: string; open: () => void }) {
  return (
    <button type="button" aria-label={`${t('juryWatch')}: ${name}`} onClick={open}>
      {t('juryWatch')}
    </button>
  );
}

interface AnswerProps {
  readonly isBusy: boolean;
  readonly say: (answer: Answer, kind?: Category) => void;
}

export function AnswerButtons({ isBusy, say }: AnswerProps) {
  const [kindOf, setKindOf] = useState<'ai' | 'partly'>();
  const part = useRef<HTMLFieldSetElement>(null);
  const shown = useRef(kindOf);
  useEffect(() => {
    // The button that was pressed is gone.
    if (shown.current !== kindOf) part.current?.querySelector('button')?.focus();
    shown.current = kindOf;
  }, [kindOf]);
  if (kindOf)
    return (
      <fieldset disabled={isBusy} ref={part}>
        <legend>{t('juryKind')}</legend>
        <div class="row">
          {CATEGORIES.map((kind) => (
            <button key={kind} type="button" onClick={() => say(kindOf, kind)}>
              {t(`category_${kind}`)}
            </button>
          ))}
          <button type="button" onClick={() => say(kindOf)}>
            {t('juryKindNone')}
          </button>
          <button type="button" onClick={() => setKindOf(undefined)}>
            {t('juryBack')}
          </button>
        </div>
      </fieldset>
    );
  return (
    <fieldset disabled={isBusy} ref={part}>
      <legend>{t('juryAsk')}</legend>
      <div class="row">
        {ANSWERS.map((answer) => (
          <button
            key={answer}
            type="button"
            onClick={() =>
              answer === 'ai' || answer === 'partly' ? setKindOf(answer) : say(answer)
            }
          >
            {t(`juryAnswer_${answer}`)}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
