/** The jury in the popup: what there is to judge, for jurors alone. */
import { t } from '../core/words';
import { Notice, number, useLoaded } from '../ui/parts';
import { load, type Membership, membershipOf } from './inbox';
import { QuestionList } from './questions';
import { inWords } from './words';

export function JuryPopup({ server }: { server: string }) {
  const { value } = useLoaded(() => membershipOf(server), [server]);
  if (!value || value.isLeaving) return null;
  return <ToJudge membership={value} />;
}

function ToJudge({ membership }: { membership: Membership }) {
  const { value, error } = useLoaded(() => load(membership).catch(inWords));
  const { questions = [], training = [] } = value?.questions ?? {};
  const isPractice = questions.length === 0 && training.length > 0;
  return (
    <section class="panel stack" aria-labelledby="jury">
      <h2 id="jury">{t('juryTitle')}</h2>
      {error && <Notice kind="bad">{error}</Notice>}
      {!value && !error && <p role="status">…</p>}
      {value?.juror.state === 'paused' && <Notice>{t('juryPaused')}</Notice>}
      {questions.length > 0 && (
        <>
          <p>{t('juryToday', number(questions.length))}</p>
          <QuestionList questions={questions} />
        </>
      )}
      {isPractice && (
        <>
          <p>{t('juryPractice', number(training.length))}</p>
          <QuestionList questions={training.slice(0, 1)} />
        </>
      )}
      {value && questions.length + training.length === 0 && value.juror.state !== 'paused' && (
        <p class="quiet">{t('juryNothing')}</p>
      )}
      <a href="/options.html#jury" target="_blank" rel="noopener">
        {t('juryMore')}
      </a>
    </section>
  );
}
