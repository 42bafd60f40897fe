/** The questions on the server's own page: each opens on YouTube, and is asked here afterwards. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Question } from 'realtube-client';
import { t } from '../core/words';
import { WATCHED_S } from '../jury/messages';
import { AnswerButtons, type QuestionsProps, type Says } from '../jury/questions';
import { number } from '../ui/parts';
import { own } from './words';

export function PageQuestions({ questions, say, isBusy = false }: QuestionsProps) {
  const list = useRef<HTMLOListElement>(null);
  const wasAnswered = useRef(false);
  useEffect(() => {
    // What had the focus is gone with its question.
    if (wasAnswered.current) list.current?.querySelector('a')?.focus();
    wasAnswered.current = false;
  }, [questions]);
  const answer: Says = (...said) => {
    wasAnswered.current = true;
    say?.(...said);
  };
  return (
    <>
      <p class="quiet keys">{own.keys}</p>
      <ol class="jury-questions" ref={list}>
        {questions.map((question, index) => (
          <Asked key={question.id} question={question} index={index} say={answer} isBusy={isBusy} />
        ))}
      </ol>
    </>
  );
}

interface AskedProps {
  readonly question: Question;
  readonly index: number;
  readonly say: Says;
  readonly isBusy: boolean;
}

function Asked({ question, index, say, isBusy }: AskedProps) {
  const { id, videos, channel } = question;
  const [isOpened, setOpened] = useState(false);
  const [isAsked, setAsked] = useState(false);
  useEffect(() => {
    if (!isOpened) return undefined;
    const timer = setTimeout(() => setAsked(true), WATCHED_S * 1000);
    return () => clearTimeout(timer);
  }, [isOpened]);
  const links = videos.map((videoId, at) => (
    <Watch
      key={videoId}
      videoId={videoId}
      name={t('juryVideo', number((channel ? at : index) + 1))}
      open={() => setOpened(true)}
    />
  ));
  return (
    <li class="stack" onKeyDown={answerByKey}>
      {channel && <p dir="auto">{t('juryChannel', channel)}</p>}
      {links}
      {isOpened && !isAsked && <p class="quiet">{own.later}</p>}
      <details open={isAsked} onToggle={({ currentTarget }) => setAsked(currentTarget.open)}>
        <summary>{isAsked ? own.answer : t('jurySure')}</summary>
        <AnswerButtons isBusy={isBusy} say={(answer, kind) => say(id, answer, kind)} />
      </details>
    </li>
  );
}

interface WatchProps {
  readonly videoId: string;
  readonly name: string;
  readonly open: () => void;
}

function Watch({ videoId, name, open }: WatchProps) {
  return (
    <p class="watch">
      <span>{name}</span>
      <a
        class="button"
        href={`https://www.youtube.com/watch?v=${videoId}`}
        target="_blank"
        rel="noopener noreferrer"
        aria-label={`${t('juryWatch')}: ${name} (${own.newTab})`}
        onClick={open}
        onAuxClick={({ button }) => button === 1 && open()}
      >
        {t('juryWatch')} <span aria-hidden="true">↗</span>
      </a>
    </p>
  );
}

/** The number of a button presses it, while its question has the focus. */
function answerByKey(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const { key, altKey, ctrlKey, metaKey, currentTarget } = event;
  if (!/^[1-9]$/.test(key) || altKey || ctrlKey || metaKey) return;
  const buttons = currentTarget.querySelectorAll<HTMLElement>('details[open] fieldset button');
  buttons[Number(key) - 1]?.click();
}
