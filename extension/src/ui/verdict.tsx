/** The verdict on the video being watched, why, and what the viewer says to it. */

import { useState } from 'preact/hooks';
import { CATEGORIES, type NoticedSign } from 'realtube-client';
import { type Decision, decide } from '../core/decide';
import { namesOf } from '../core/entries';
import {
  type Card,
  CHOICES,
  type Choice,
  type Outcome,
  type PageReport,
  type Settings,
} from '../core/types';
import { t, wordsFor } from '../core/words';
import { send, sendToPage, type VideoDetails } from '../messages';
import { NoticedPart, SignChips } from './noticed';
import { Meter, messageOf, Notice, number } from './parts';

const DISPUTABLE_SCORE = 20;
/** What YouTube's label says, of this video or of its channel. */
const BY_LABEL: ReadonlySet<Decision['cause']> = new Set(['label', 'labelChannel', 'measured']);

type KnownCard = Card & { readonly videoId: string };

interface Props {
  readonly card: KnownCard;
  readonly details: VideoDetails;
  readonly settings: Settings;
  /** What a report most likely says here, and says of its video. */
  readonly page: PageReport;
  readonly tabId: number;
  readonly reload: () => Promise<void>;
}

export function VideoVerdict({ card, details, settings, ...more }: Props) {
  const decision = decide(card, details, settings);
  const isByYouTube = BY_LABEL.has(decision.cause);
  const score = isByYouTube ? details.video?.score : (decision.score ?? details.video?.score);
  return (
    <section class="panel stack" aria-labelledby="this-video">
      <h2 id="this-video">{t('popupThisVideo')}</h2>
      <p>
        <strong>{headline(details, decision)}</strong>
      </p>
      {score !== undefined && score > 0 && (
        <Meter score={score} label={t('popupScore', String(Math.round(score)))} />
      )}
      <p class="quiet">{explanation(details, decision, score)}</p>
      {details.followed && decision.cause !== 'subscription' && (
        <p class="quiet">{t('pageWhyFollowed', details.followed.list)}</p>
      )}
      {details.making === 'ai' && decision.cause !== 'label' && (
        <p class="quiet">{t('pageWhyLabel')}</p>
      )}
      {details.making === 'camera' && decision.cause !== 'camera' && (
        <p class="quiet">{t('popupCause_camera')}</p>
      )}
      <Breakdown details={details} />
      {details.video && settings.server !== '' && <NoticedPart videoId={card.videoId} />}
      <VoteForm card={card} details={details} {...more} />
    </section>
  );
}

function headline({ video, channel }: VideoDetails, { action, cause }: Decision): string {
  if (video?.locked) return t(video.score > 0 ? 'popupLockedAi' : 'popupLockedHuman');
  if (video?.decidedBy === 'jury' && video.score === 0) return t('popupJuryHuman');
  if (action !== 'none') return t(`popupAction_${action}`);
  if (BY_LABEL.has(cause)) return t('popupLabelBelow');
  if (cause === 'camera' || cause === 'subscription') return t('popupNothing');
  if (video && video.score > 0) return t('popupBelow');
  return t(channel?.autoFlag ? 'popupBelow' : 'popupNothing');
}

function explanation(
  { video, channel }: VideoDetails,
  { cause, ...decision }: Decision,
  score: number | undefined,
): string {
  if (cause === 'subscription') return t('pageWhyFollowed', decision.list ?? '');
  if (cause === 'label') return t('pageWhyLabel');
  if (cause === 'labelChannel') return t('popupCause_labelChannel', String(decision.score ?? 0));
  if (
    cause === 'allowed' ||
    cause === 'blocked' ||
    cause === 'mine' ||
    cause === 'off' ||
    cause === 'camera' ||
    cause === 'measured'
  )
    return t(`popupCause_${cause}`);
  const category = video?.category ?? channel?.category ?? decision.category;
  const kind = category ? t(`category_${category}`) : t('popupUnnamed');
  const points = String(Math.round(score ?? 0));
  const { level } = decision;
  if (level === 'jury' || (level && cause === 'video'))
    return t(score ? `popupCause_${level}` : 'popupCause_unknown', kind, points);
  if (cause === 'channel' && decision.source === 'listed') return t('popupCause_listed');
  if (cause === 'channel' && decision.source === 'reviewed') return t('popupCause_reviewed');
  if (cause === 'channel') return t('popupCause_channel', kind, points);
  if (video) return t('popupCause_video', kind, points);
  return t('popupCause_unknown');
}

function Breakdown({ details: { categories = {}, disputes = 0 } }: { details: VideoDetails }) {
  const voted = CATEGORIES.flatMap((category) => {
    const part = categories[category];
    return part && part.votes > 0 ? [{ category, ...part }] : [];
  });
  if (voted.length === 0) return null;
  return (
    <ul class="breakdown">
      {voted.map(({ category, votes, weightedScore }) => (
        <li key={category}>
          <span>{t(`category_${category}`)}</span>
          <span class="quiet">{t('popupVotes', number(votes))}</span>
          <Meter score={Math.round(weightedScore)} label={t(`category_${category}`)} />
        </li>
      ))}
      {disputes > 0 && <li class="quiet">{t('popupDisputes', number(disputes))}</li>}
    </ul>
  );
}

function VoteForm({ card, details, page, tabId, reload }: Omit<Props, 'settings'>) {
  const [told, setTold] = useState<{ kind: 'good' | 'warn' | 'bad'; text: string }>();
  const [signs, setSigns] = useState<readonly NoticedSign[]>();
  const { videoId, isShort } = card;
  const { title = '', channelName = '', suggested } = page.ballot ?? {};
  const claims = { title, channelName, ...namesOf(card) };
  const tell = async (sending: Promise<Outcome>, done: 'pageSent' | 'pageUndone') => {
    const outcome = await sending.catch(
      (error: unknown): Outcome => ({ state: 'refused', why: messageOf(error) }),
    );
    setTold({ kind: KINDS[outcome.state], text: wordsFor(outcome, done) });
    await reload();
  };
  const vote = async (choice: Choice) => {
    const noticed = signs && { signs };
    await tell(send('vote', { videoId, choice, isShort, ...claims, ...noticed }), 'pageSent');
    setSigns(undefined);
  };
  const canDispute =
    (details.video?.score ?? 0) >= DISPUTABLE_SCORE || details.channel?.autoFlag === true;
  const offered = CHOICES.filter((choice) => choice !== 'not_ai' || canDispute).sort(
    (a, b) => Number(b === suggested) - Number(a === suggested),
  );
  return (
    <fieldset class="stack votes">
      <legend>{t('popupYourReport')}</legend>
      <div class="choices">
        {offered.map((choice) => (
          <button
            type="button"
            key={choice}
            title={t(`category_${choice}_hint`)}
            aria-pressed={details.mine === choice}
            onClick={() => void vote(choice)}
          >
            {t(`category_${choice}`)}
          </button>
        ))}
      </div>
      <SignChips
        key={details.mine ? 'said' : ''}
        signs={signs ?? details.mineSigns ?? []}
        changed={setSigns}
        now={async () => (await sendToPage(tabId, 'report', {})).at}
      />
      {signs && details.mine && details.mine !== 'not_ai' && (
        <button type="button" onClick={() => details.mine && void vote(details.mine)}>
          {t('signsAdd')}
        </button>
      )}
      {details.mine && (
        <button
          type="button"
          onClick={() => void tell(send('withdraw', { videoId }), 'pageUndone')}
        >
          {t('pageUndo')}
        </button>
      )}
      {told && <Notice kind={told.kind}>{told.text}</Notice>}
    </fieldset>
  );
}

const KINDS = { sent: 'good', queued: 'warn', refused: 'bad' } as const;
