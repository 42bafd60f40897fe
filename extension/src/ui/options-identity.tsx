import { useState } from 'preact/hooks';
import { t } from '../core/words';
import { send } from '../messages';
import { download, Notice, useAttempt } from './parts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function Identity() {
  return (
    <>
      <p>{t('welcomeIdentity')}</p>
      <Notice>{t('identityWarning')}</Notice>
      <Backup />
      <Restore />
    </>
  );
}

export function Backup() {
  const [id, setId] = useState<string>();
  const { problem, attempt } = useAttempt();
  const load = (use: (id: string) => void) =>
    attempt(async () => use((await send('identity', {})).id));
  return (
    <section class="panel stack">
      <h3>{t('identityBackup')}</h3>
      <div class="row">
        <button type="button" onClick={() => void (id ? setId(undefined) : load(setId))}>
          {t(id ? 'identityHide' : 'identityShow')}
        </button>
        <button
          type="button"
          onClick={() =>
            void load((secret) => download('realtube-identity.txt', `${secret}\n`, 'text/plain'))
          }
        >
          {t('identitySave')}
        </button>
      </div>
      {problem && <Notice kind="bad">{problem}</Notice>}
      {id && (
        <output class="secret" dir="ltr">
          {id}
        </output>
      )}
    </section>
  );
}

interface RestoreProps {
  /** Whether there is an identity that would be lost. */
  readonly isThere?: boolean;
  readonly changed?: () => unknown;
}

export function Restore({ isThere = true, changed }: RestoreProps) {
  const [text, setText] = useState('');
  const [done, setDone] = useState<'restored' | 'wrong'>();
  const { problem, attempt } = useAttempt();
  const restore = async () => {
    const id = text.trim().toLowerCase();
    if (!UUID.test(id)) return setDone('wrong');
    if (isThere && !confirm(t('identityQuestion'))) return;
    const isRestored = await attempt(() => send('restoreIdentity', { id }));
    if (isRestored) setText('');
    setDone(isRestored ? 'restored' : undefined);
    if (isRestored) await changed?.();
  };
  return (
    <section class="panel stack">
      <h3>{t('identityRestore')}</h3>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          void restore();
        }}
      >
        <input
          class="wide"
          type="text"
          dir="ltr"
          autocomplete="off"
          spellcheck={false}
          aria-label={t('identityRestore')}
          placeholder="00000000-0000-4000-8000-000000000000"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button type="submit" disabled={text === ''}>
          {t('identityRestoreButton')}
        </button>
      </form>
      {problem && <Notice kind="bad">{problem}</Notice>}
      {done === 'wrong' && <Notice kind="bad">{t('identityWrong')}</Notice>}
      {done === 'restored' && <Notice kind="good">{t('identityRestored')}</Notice>}
    </section>
  );
}
