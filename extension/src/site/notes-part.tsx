/** Notes on the server's own page for jurors: to write, to rate, to take back. */
import { useId, useRef, useState } from 'preact/hooks';
import { clockOf, secondsOf } from '../core/noticed';
import { Notice, useAttempt, useLoaded } from '../ui/parts';
import { askNotes } from './background';
import type { Note, Notes, Target } from './notes';
import { notes as own } from './words';

/** Characters of a note, as the server counts them. */
const MOST = 280;

interface DoneProps {
  /** Does what the juror wants, and shows what there is then. */
  readonly attempt: (work: () => Promise<unknown>) => Promise<boolean>;
}

/** Nothing where the server has no notes, and for who is in training. */
export function NotesPart() {
  const { value, error, reload } = useLoaded(() => askNotes.all());
  const { problem, attempt: attempting } = useAttempt();
  const title = useRef<HTMLHeadingElement>(null);
  const attempt = async (work: () => Promise<unknown>) => {
    const isDone = await attempting(work);
    await reload();
    // What had the focus may be gone.
    if (isDone) title.current?.focus();
    return isDone;
  };
  if (error) return <Notice kind="bad">{error}</Notice>;
  if (!value) return null;
  const { write, rate, mine } = value;
  return (
    <>
      <h2 ref={title} tabIndex={-1}>
        {own.title}
      </h2>
      <p>{own.what}</p>
      {problem && <Notice kind="bad">{problem}</Notice>}
      {write.length + rate.length + mine.length === 0 && <p class="quiet">{own.nothing}</p>}
      {rate.length > 0 && <ToRate notes={rate} attempt={attempt} />}
      {write.length > 0 && <ToWrite targets={write} attempt={attempt} />}
      {mine.length > 0 && <Mine notes={mine} attempt={attempt} />}
    </>
  );
}

function ToRate({ notes, attempt }: DoneProps & { readonly notes: Notes['rate'] }) {
  return (
    <section class="panel stack">
      <h3>{own.rateTitle}</h3>
      <p class="quiet">{own.rateWhat}</p>
      <ol class="jury-questions">
        {notes.map((note) => (
          <li key={note.id} class="stack">
            <About {...note} />
            <Says {...note} />
            <div class="row">
              {([true, false] as const).map((helpful) => (
                <button
                  key={`${helpful}`}
                  type="button"
                  onClick={() => void attempt(() => askNotes.rate(note.id, helpful))}
                >
                  {helpful ? own.helpful : own.unhelpful}
                </button>
              ))}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function ToWrite({ targets, attempt }: DoneProps & { readonly targets: Notes['write'] }) {
  return (
    <section class="panel stack">
      <h3>{own.writeTitle}</h3>
      {targets.map((target) => (
        <details key={`${target.targetType} ${target.targetId}`}>
          <summary>
            <bdi>{target.targetId}</bdi>: {own.about[target.verdict]}
          </summary>
          <Form target={target} attempt={attempt} />
        </details>
      ))}
    </section>
  );
}

function Form({ target, attempt }: DoneProps & { readonly target: Target }) {
  const [text, setText] = useState('');
  const [source, setSource] = useState('');
  const [isWrong, setWrong] = useState(false);
  const wrong = useId();
  const ofVideo = target.targetType === 'video';
  const send = async (event: Event) => {
    event.preventDefault();
    const at = ofVideo ? secondsOf(source.trim()) : undefined;
    const isLink = /^https:\/\/./.test(source.trim());
    setWrong(at === undefined && !isLink);
    if (at === undefined && !isLink) return;
    const said = at === undefined ? { text, link: source.trim() } : { text, at };
    await attempt(() => askNotes.write(target, said));
  };
  return (
    <form class="stack" onSubmit={(event) => void send(event)}>
      <label class="stack">
        {own.text}
        <textarea
          required
          rows={3}
          maxLength={MOST}
          dir="auto"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <label class="stack">
        {ofVideo ? own.source : own.sourceOfChannel}
        <input
          type="text"
          required
          maxLength={500}
          dir="ltr"
          value={source}
          {...(isWrong && { 'aria-invalid': true, 'aria-describedby': wrong })}
          onInput={({ currentTarget }) => setSource(currentTarget.value)}
        />
      </label>
      {isWrong && (
        <p class="error" id={wrong} role="alert">
          {own.noSource}
        </p>
      )}
      <div class="row">
        <button type="submit" class="main">
          {own.write}
        </button>
      </div>
    </form>
  );
}

function Mine({ notes, attempt }: DoneProps & { readonly notes: Notes['mine'] }) {
  const withdraw = (id: string) => {
    if (confirm(own.withdrawQuestion)) void attempt(() => askNotes.withdraw(id));
  };
  return (
    <section class="panel stack">
      <h3>{own.mineTitle}</h3>
      <ol class="jury-questions">
        {notes.map((note) => (
          <li key={note.id} class="stack">
            <About {...note} />
            <Says {...note} />
            <div class="row">
              <span class="quiet">{own.states[note.state]}</span>
              <button type="button" onClick={() => withdraw(note.id)}>
                {own.withdraw}
              </button>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function About({
  targetType,
  targetId,
  verdict,
}: Pick<Note, 'targetType' | 'targetId' | 'verdict'>) {
  const place = `${targetType === 'video' ? '/v/' : '/c/'}${encodeURIComponent(targetId)}`;
  return (
    <p class="quiet">
      <a href={`${place}?lang=${encodeURIComponent(document.documentElement.lang)}`}>
        <bdi>{targetId}</bdi>
      </a>
      : {own.about[verdict]}
    </p>
  );
}

function Says({ targetId, text, link, at }: Note) {
  const href = link ?? `https://www.youtube.com/watch?v=${targetId}&t=${at ?? 0}`;
  return (
    <blockquote class="note" dir="auto">
      {text}{' '}
      <a href={href} target="_blank" rel="nofollow noopener noreferrer">
        {link === undefined ? (
          own.inVideo.replace('$1', clockOf(at ?? 0))
        ) : (
          <bdi dir="ltr">{new URL(link).host}</bdi>
        )}
      </a>
    </blockquote>
  );
}
