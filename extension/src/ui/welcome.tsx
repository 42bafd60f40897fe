/** The first page: what this does, before anything is sent anywhere. */
import { useState } from 'preact/hooks';
import { t } from '../core/words';
import { send } from '../messages';
import { Brand, Notice, Switch, useAttempt, useLoaded } from './parts';
import { PresetChoice } from './rules';

export function Welcome() {
  const { value, error, reload } = useLoaded(() => send('overview', {}));
  const [isDone, setDone] = useState(false);
  const { problem, attempt } = useAttempt();
  if (error) return <Notice kind="bad">{error}</Notice>;
  if (!value) return <p role="status">…</p>;
  const { settings, welcomed } = value;
  const accept = async () => {
    setDone(await attempt(() => send('acceptWelcome', {})));
    await reload();
  };
  const set = (change: Parameters<typeof send<'changeSettings'>>[1]['change']) =>
    void attempt(() => send('changeSettings', { change })).then(reload);
  return (
    <main class="narrow stack">
      <Brand title={t('welcomeTitle')} />
      <p>{t('welcomeWhat')}</p>
      <section class="panel stack">
        <h2>{t('welcomePrivacyTitle')}</h2>
        <ul class="points">
          <li>{t('welcomePrivacyList')}</li>
          <li>{t('welcomePrivacyLookup')}</li>
          <li>{t('welcomePrivacyVote')}</li>
          <li>{t('welcomePrivacyNothing')}</li>
        </ul>
        <Switch
          label={t('setting_lookups')}
          hint={t('setting_lookups_hint')}
          checked={settings.lookups}
          onChange={(lookups) => set({ lookups })}
        />
        <Switch
          label={t('setting_askYouTube')}
          hint={t('setting_askYouTube_hint')}
          checked={settings.askYouTube}
          onChange={(askYouTube) => set({ askYouTube })}
        />
        <Switch
          label={t('setting_shareSeen')}
          hint={t('setting_shareSeen_hint')}
          checked={settings.shareSeen}
          onChange={(shareSeen) => set({ shareSeen })}
        />
        <p class="quiet">{t('welcomeServer', settings.server)}</p>
      </section>
      <section class="panel">
        <PresetChoice ruled={settings} onChange={set} />
      </section>
      <section class="panel stack">
        <h2>{t('welcomeIdentityTitle')}</h2>
        <p>{t('welcomeIdentity')}</p>
      </section>
      {problem && <Notice kind="bad">{problem}</Notice>}
      {isDone || welcomed ? (
        <Notice kind="good">
          {t('welcomeDone')} <a href="https://www.youtube.com/">YouTube</a>
        </Notice>
      ) : (
        <div class="row">
          <button type="button" class="main" onClick={() => void accept()}>
            {t('welcomeAccept')}
          </button>
          <a href="/options.html#behaviour">{t('optionsTitle')}</a>
        </div>
      )}
    </main>
  );
}
