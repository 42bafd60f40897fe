/** The jury in the options: to become a juror, to practise, to judge, to see how it went, to leave. */
import { useEffect, useState } from 'preact/hooks';
import type { Juror } from 'realtube-client';
import { moment, t } from '../core/words';
import {
  Notice,
  number,
  percent,
  type SectionProps,
  Switch,
  signLine,
  useLoaded,
} from '../ui/parts';
import {
  answer,
  enrol,
  type Inbox,
  isRight,
  lastRound,
  leave,
  load,
  type Membership,
  membershipOf,
  setBadge,
  told,
} from './inbox';
import { QuestionList, type Says } from './questions';
import { inWords, wordsOf } from './words';

export function JuryPart({ settings: { server } }: SectionProps) {
  const { value, reload } = useLoaded(
    async () => ({ membership: await membershipOf(server) }),
    [server],
  );
  if (server === '') return <Notice>{t('noServer')}</Notice>;
  if (!value) return <p role="status">…</p>;
  const { membership } = value;
  if (!membership || membership.isLeaving)
    return (
      <>
        {membership && <Left membership={membership} changed={reload} />}
        <About />
        <Join server={server} changed={reload} />
      </>
    );
  return <Member membership={membership} changed={reload} />;
}

interface ChangedProps {
  readonly changed: () => Promise<void>;
}

/** What it means, before anything is sent. */
export function About({ learns = t('juryLearns') }: { readonly learns?: string }) {
  return (
    <section class="panel stack">
      <p>{t('juryWhat')}</p>
      <p>{t('juryHow')}</p>
      <p>{learns}</p>
      <p>{t('juryStop')}</p>
    </section>
  );
}

export function Join({ server, changed }: ChangedProps & { readonly server: string }) {
  const [agreed, setAgreed] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const join = async () => {
    setBusy(true);
    setProblem(undefined);
    await enrol(server).then(changed, (failure) => setProblem(wordsOf(failure, 'juryNone')));
    setBusy(false);
  };
  return (
    <section class="panel stack">
      <label class="choice">
        <input
          type="checkbox"
          checked={agreed}
          onChange={({ currentTarget }) => setAgreed(currentTarget.checked)}
        />
        <span>{t('juryAgree')}</span>
      </label>
      <div class="row">
        <button type="button" class="main" disabled={!agreed || isBusy} onClick={() => void join()}>
          {t('juryJoin')}
        </button>
      </div>
      {isBusy && <p role="status">{t('juryWorking')}</p>}
      {problem && <Notice kind="bad">{problem}</Notice>}
    </section>
  );
}

export function Left({ membership, changed }: ChangedProps & { readonly membership: Membership }) {
  return (
    <Notice>
      <p>{t('juryLeaveWaits')}</p>
      <button type="button" onClick={() => void leave(membership).then(changed)}>
        {t('juryRetry')}
      </button>
    </Notice>
  );
}

interface MemberProps extends ChangedProps {
  readonly membership: Membership;
  readonly List?: typeof QuestionList;
  /** Pages of a site have no icon. */
  readonly hasIcon?: boolean;
}

export function Member({ membership, changed, List = QuestionList, hasIcon = true }: MemberProps) {
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const { value, error, reload } = useLoaded(() => load(membership).catch(inWords));
  // Answers are given in other tabs, too.
  useEffect(() => {
    const again = () => void (document.hidden || reload());
    document.addEventListener('visibilitychange', again);
    return () => document.removeEventListener('visibilitychange', again);
  }, [reload]);
  const say: Says = async (question, chosen, kind) => {
    setBusy(true);
    setProblem(undefined);
    await answer({ question, answer: chosen, ...(kind && { kind }) }).catch((failure) =>
      setProblem(wordsOf(failure, 'juryClosed')),
    );
    await reload();
    setBusy(false);
  };
  return (
    <>
      {error && (
        <Notice kind="bad">
          <p>{error}</p>
          <button type="button" onClick={() => void reload()}>
            {t('juryRetry')}
          </button>
        </Notice>
      )}
      {problem && <Notice kind="bad">{problem}</Notice>}
      {!value && !error && <p role="status">…</p>}
      {value && <Standing {...value.juror} />}
      {value && <Round answers={lastRound(value)} />}
      {value && <ToJudge inbox={value} say={say} isBusy={isBusy} reload={reload} List={List} />}
      {value && <Given answers={told(value)} />}
      <section class="panel stack">
        {hasIcon && (
          <Switch
            label={t('juryBadge')}
            hint={t('juryBadge_hint')}
            checked={membership.badge}
            onChange={(badge) => void setBadge(membership, badge).then(changed)}
          />
        )}
        <Switch
          label={t('jurySwitch')}
          hint={t('jurySwitch_hint')}
          checked
          onChange={() => void leave(membership).then(changed)}
        />
      </section>
    </>
  );
}

interface JudgeProps {
  readonly inbox: Inbox;
  readonly say: Says;
  readonly isBusy: boolean;
  readonly reload: () => Promise<void>;
  readonly List: typeof QuestionList;
}

function ToJudge({ inbox: { juror, questions: all }, say, isBusy, reload, List }: JudgeProps) {
  const { questions, training } = all;
  if (juror.state === 'paused') return null;
  return (
    <section class="panel stack">
      <div class="switch">
        <h3>{t('juryInbox')}</h3>
        <button type="button" onClick={() => void reload()}>
          {t('popupRefresh')}
        </button>
      </div>
      {questions.length > 0 && (
        <>
          <p>{t('juryToday', number(questions.length))}</p>
          <List questions={questions} say={say} isBusy={isBusy} />
        </>
      )}
      {training.length > 0 && (
        <>
          <p>{t('juryPractice', number(training.length))}</p>
          <List questions={training} say={say} isBusy={isBusy} />
        </>
      )}
      {questions.length + training.length === 0 && <p>{t(nothing(juror))}</p>}
    </section>
  );
}

/** Why there is nothing to judge. */
function nothing({ state, answered }: Juror): string {
  if (state === 'rooted') return 'juryNothing';
  return answered === 0 ? 'juryNoPractice' : 'juryNothingYet';
}

function Standing({ state, training, accuracy }: Juror) {
  return (
    <section class="panel stack">
      {state === 'paused' && <Notice>{t('juryPaused')}</Notice>}
      {state !== 'paused' && <p>{t(state === 'rooted' ? 'juryRooted' : 'juryNotRooted')}</p>}
      {training && (
        <p class="quiet">{t('juryProgress', number(training.answered), number(training.of))}</p>
      )}
      {accuracy && (
        <>
          <h3>{t('juryAccuracy')}</h3>
          <dl class="facts">
            <dt>{t('juryFound')}</dt>
            <dd>{percent(accuracy.ai)}</dd>
            <dt>{t('juryLeft')}</dt>
            <dd>{percent(accuracy.human)}</dd>
            <dt>{t('juryNeeded')}</dt>
            <dd>{percent(accuracy.needed)}</dd>
          </dl>
        </>
      )}
    </section>
  );
}

interface AnswersProps {
  readonly answers: Juror['answers'];
}

function Round({ answers }: AnswersProps) {
  if (answers.length === 0) return null;
  const right = answers.filter(isRight).length;
  return (
    <details class="panel">
      <summary>{t('juryRound', number(right), number(answers.length))}</summary>
      <AnswerList answers={answers} />
    </details>
  );
}

function Given({ answers }: AnswersProps) {
  if (answers.length === 0) return null;
  return (
    <details class="panel">
      <summary>{t('juryMine')}</summary>
      <AnswerList answers={answers} />
    </details>
  );
}

function AnswerList({ answers }: AnswersProps) {
  return (
    <ul class="stack jury-answers">
      {answers.map(({ videos, channel, answer: said, kind, answeredAt, outcome, signs = [] }) => (
        <li key={`${answeredAt} ${videos[0]}`}>
          <a
            href={`https://www.youtube.com/watch?v=${videos[0]}`}
            target="_blank"
            rel="noopener noreferrer"
          >
            <bdi>{channel ?? videos[0]}</bdi>
          </a>
          <span>
            {t(`juryAnswer_${said}`)}
            {kind && ` (${t(`category_${kind}`)})`}
          </span>
          <span class="quiet">
            {t(`juryOutcome_${outcome ?? 'open'}`)} · {moment(Date.parse(answeredAt))}
          </span>
          {signs.map((sign) => (
            <span class="quiet" key={`${sign.videoId} ${sign.sign}`}>
              {signLine(sign)}
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}
