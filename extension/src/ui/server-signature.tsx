/** What the viewer's server signs, and what is not believed of it. */
import { moment, t } from '../core/words';
import { send } from '../messages';
import { Notice, useLoaded } from './parts';

export function ServerSignature() {
  const { value: status, error } = useLoaded(() => send('signature', {}));
  if (error) return <Notice kind="bad">{error}</Notice>;
  if (!status) return null;
  const { key, time, ahead, isUnchecked, doubts } = status;
  return (
    <>
      {doubts.map((sentence) => (
        <Notice key={sentence} kind="bad">
          {sentence} {t('signedKept')}
        </Notice>
      ))}
      {ahead !== undefined && <Notice>{t('signedClock', moment(ahead))}</Notice>}
      {isUnchecked && <Notice>{t('signedUnchecked')}</Notice>}
      {key !== undefined && time !== undefined && (
        <p class="quiet">
          {t('signedBy', moment(time))} <code>{key}</code>
        </p>
      )}
    </>
  );
}
