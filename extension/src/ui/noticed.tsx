/** What gives a video away: what the viewer says of it, and what voters say. */

import { useState } from 'preact/hooks';
import { type NoticedSign, SIGNS, type Sign } from 'realtube-client';
import { CLOCK, clockOf, secondsOf } from '../core/noticed';
import { t } from '../core/words';
import { send } from '../messages';
import { Notice, signLine, useLoaded } from './parts';

interface ChipsProps {
  readonly signs: readonly NoticedSign[];
  readonly changed: (signs: readonly NoticedSign[]) => void;
  /** The second that is being played. Rejects where nothing is. */
  readonly now: () => Promise<number | undefined>;
}

/** One time for all of them: the first that gives it away. */
export function SignChips({ signs, changed, now }: ChipsProps) {
  const said = signs.find(({ at }) => at !== undefined)?.at;
  const [time, setTime] = useState(said === undefined ? '' : clockOf(said));
  const tell = (names: readonly Sign[], text: string) => {
    const at = secondsOf(text);
    setTime(text);
    changed(names.map((sign) => ({ sign, ...(at !== undefined && { at }) })));
  };
  const chosen = signs.map(({ sign }) => sign);
  const toggle = (sign: Sign) => SIGNS.filter((each) => (each === sign) !== chosen.includes(each));
  const play = async () => {
    const at = await now().catch(() => undefined);
    if (at !== undefined) tell(chosen, clockOf(at));
  };
  return (
    <details open={chosen.length > 0}>
      <summary>{t('signsTitle')}</summary>
      <div class="choices">
        {SIGNS.map((sign) => (
          <button
            type="button"
            key={sign}
            aria-pressed={chosen.includes(sign)}
            onClick={() => tell(toggle(sign), time)}
          >
            {t(`sign_${sign}`)}
          </button>
        ))}
      </div>
      <div class="choices">
        <label>
          {t('signsAt')}{' '}
          <input
            size={7}
            pattern={CLOCK}
            placeholder="0:00"
            value={time}
            onInput={({ currentTarget }) => tell(chosen, currentTarget.value)}
          />
        </label>
        <button type="button" onClick={() => void play()}>
          {t('signsNow')}
        </button>
      </div>
    </details>
  );
}

/** Asked for only when somebody looks, because it tells the server which video it is. */
export function NoticedPart({ videoId }: { videoId: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t('signsOthers')}</summary>
      {isOpen && <NoticedList videoId={videoId} />}
    </details>
  );
}

function NoticedList({ videoId }: { videoId: string }) {
  const { value, error } = useLoaded(() => send('noticed', { videoId }), [videoId]);
  if (error) return <Notice kind="bad">{t('pageFailed', error)}</Notice>;
  if (!value) return <p role="status">…</p>;
  if (value.isAsked) return <p class="quiet">{t('signsAsked')}</p>;
  if (value.signs.length === 0) return <p class="quiet">{t('signsNone')}</p>;
  return (
    <ul class="points">
      {value.signs.map((sign) => (
        <li key={sign.sign}>{signLine(sign)}</li>
      ))}
    </ul>
  );
}
