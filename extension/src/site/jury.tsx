/** The server's own page for jurors, who need no extension: see jury.config.ts. */
import { render } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../core/words';
import { membershipOf, resume } from '../jury/inbox';
import { About, Join, Left, Member } from '../jury/options';
import { Backup, Restore } from '../ui/options-identity';
import { Notice, useAttempt, useLoaded } from '../ui/parts';
import { erase, forget, hasKey } from './background';
import { canKeep } from './browser';
import { NotesPart } from './notes-part';
import { PageQuestions } from './questions';
import { own } from './words';

const server = location.origin;

function JuryPage({ votesDecide }: { readonly votesDecide: boolean }) {
  const problem = !crypto.subtle ? own.noCrypto : !canKeep() ? own.noStorage : undefined;
  return (
    <>
      <h1>{t('juryTitle')}</h1>
      <p class="lead">{own.lead}</p>
      {votesDecide && <Notice>{own.votesDecide}</Notice>}
      {problem ? <Notice kind="bad">{problem}</Notice> : <Juror />}
    </>
  );
}

function Juror() {
  const { value, reload } = useLoaded(async () => ({
    membership: await membershipOf(server),
    isThere: await hasKey(),
  }));
  if (!value) return null;
  const { membership, isThere } = value;
  const isMember = membership && !membership.isLeaving;
  return (
    <>
      {membership?.isLeaving && <Left membership={membership} changed={reload} />}
      {isMember && (
        <Member membership={membership} changed={reload} List={PageQuestions} hasIcon={false} />
      )}
      {isMember && <NotesPart />}
      {!isMember && <About learns={own.learns} />}
      {!isMember && <Join server={server} changed={reload} />}
      <Key isThere={isThere} changed={reload} />
      {isMember && (
        <details class="panel">
          <summary>{own.learnsTitle}</summary>
          <p>{own.learns}</p>
        </details>
      )}
    </>
  );
}

interface KeyProps {
  readonly isThere: boolean;
  readonly changed: () => Promise<void>;
}

function Key({ isThere, changed }: KeyProps) {
  const { problem, attempt } = useAttempt();
  const restored = () => attempt(() => resume(server)).then(changed);
  return (
    <>
      <h2>{own.keyTitle}</h2>
      <p>{own.keyWhat}</p>
      {isThere && <Notice>{own.keyKeep}</Notice>}
      {isThere && <p class="quiet">{t('identityWarning')}</p>}
      {isThere && <Backup />}
      <Restore isThere={isThere} changed={restored} />
      {problem && <Notice kind="bad">{problem}</Notice>}
      <Go isThere={isThere} changed={changed} />
    </>
  );
}

function Go({ isThere, changed }: KeyProps) {
  const { problem, attempt } = useAttempt();
  const [isGone, setGone] = useState(false);
  const go = async (question: string, work: () => Promise<void>) => {
    if (!confirm(question)) return;
    setGone(await attempt(work));
    await changed();
  };
  const eraseAll = async () => {
    await erase();
    await forget();
  };
  if (!isThere) return isGone ? <Notice kind="good">{own.gone}</Notice> : null;
  return (
    <section class="panel stack">
      <h3>{own.goTitle}</h3>
      <div class="row">
        <button type="button" onClick={() => void go(own.forgetQuestion, forget)}>
          {own.forget}
        </button>
        <button type="button" class="danger" onClick={() => void go(own.eraseQuestion, eraseAll)}>
          {own.erase}
        </button>
      </div>
      {problem && <Notice kind="bad">{problem}</Notice>}
    </section>
  );
}

const place = document.getElementById('jury');
if (place) {
  place.lang = t('language');
  place.dir = t('direction');
  place.replaceChildren();
  const votesDecide = place.dataset.confirms === 'votes';
  render(<JuryPage votesDecide={votesDecide} />, place);
}
