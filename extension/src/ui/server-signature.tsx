/** With which key the viewer's servers sign, and how that is forgotten. */
import { useState } from 'preact/hooks';
import { moment, t } from '../core/words';
import { send } from '../messages';
import { Notice, useAttempt, useLoaded } from './parts';

export function ServerSignature() {
  const { value: status, error, reload } = useLoaded(() => send('signature', {}));
  const [isForgotten, setForgotten] = useState(false);
  const { problem, attempt } = useAttempt();
  if (error) return <Notice kind="bad">{error}</Notice>;
  if (!status) return null;
  const { key, time, ahead, isUnchecked } = status;
  const forget = async () => {
    if (!confirm(t('keyForgetQuestion'))) return;
    setForgotten(await attempt(() => send('forgetKey', {})));
    await reload();
  };
  return (
    <>
      {ahead !== undefined && <Notice>{t('signedClock', moment(ahead))}</Notice>}
      {isUnchecked && <Notice>{t('signedUnchecked')}</Notice>}
      {key !== undefined && time !== undefined && (
        <>
          <p class="quiet">
            {t('signedBy', moment(time))} <code>{key}</code>
          </p>
          <details>
            <summary class="quiet">{t('keyForget')}</summary>
            <div class="stack">
              <p class="quiet">{t('keyForgetHint')}</p>
              <div class="row">
                <button type="button" class="danger" onClick={() => void forget()}>
                  {t('keyForget')}
                </button>
              </div>
            </div>
          </details>
        </>
      )}
      {isForgotten && key === undefined && <Notice kind="good">{t('keyForgotten')}</Notice>}
      {problem && <Notice kind="bad">{problem}</Notice>}
    </>
  );
}
