/** The first page: what this does, before anything is sent anywhere. */
import { useEffect, useState } from 'preact/hooks';
import { FLAG } from '../core/flag';
import { asServers, serversOf } from '../core/servers';
import { t } from '../core/words';
import { send } from '../messages';
import { Brand, Notice, number, Switch, useAttempt, useLoaded } from './parts';
import { PresetChoice } from './rules';
import { ServerField } from './server-field';
import { ServerLists } from './server-lists';

declare const __SERVER__: string;

const LOOK_AGAIN_MS = 500;

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
      </section>
      <section class="panel stack">
        <h2>{t('welcomeServerTitle')}</h2>
        {__SERVER__ === '' ? (
          <>
            <p>{t('welcomeNoServer')}</p>
            <ServerField
              servers={serversOf(settings)}
              isOnly
              onUse={(origin) => {
                const change = asServers([origin]);
                return attempt(() => send('changeSettings', { change })).then(reload);
              }}
            />
          </>
        ) : (
          <div class="switch">
            <bdi dir="ltr">{settings.server}</bdi>
            <a href="/options.html#server">{t('serverTitle')}</a>
          </div>
        )}
      </section>
      <section class="panel">
        <PresetChoice ruled={settings} onChange={set} />
      </section>
      <section class="panel row">
        <svg viewBox="0 0 24 24" width="32" height="32" aria-hidden="true" fill="currentColor">
          <path d={FLAG} />
        </svg>
        <p>{t('welcomeFlag')}</p>
      </section>
      <section class="panel stack">
        <h2>{t('welcomeIdentityTitle')}</h2>
        <p>{t('welcomeIdentity')}</p>
      </section>
      {problem && <Notice kind="bad">{problem}</Notice>}
      {isDone || welcomed ? (
        <>
          <Notice kind="good">
            {t('welcomeDone')} <a href="https://www.youtube.com/">YouTube</a>
          </Notice>
          {settings.server === '' ? (
            <Notice>{t('noServer')}</Notice>
          ) : (
            <>
              <ServerAnswer />
              <ServerLists key={settings.server} settings={settings} onChange={set} />
            </>
          )}
        </>
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

/** What came of the first list: whether the server is there, and what an empty one means. */
function ServerAnswer() {
  const { value, reload } = useLoaded(() => send('overview', {}));
  const sync = value?.sync;
  const isOpen = !sync || (sync.syncedAt === 0 && sync.error === undefined);
  useEffect(() => {
    if (!isOpen) return undefined;
    const timer = setInterval(() => void reload(), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isOpen, reload]);
  if (isOpen) return <p role="status">…</p>;
  if (sync.error !== undefined)
    return (
      <Notice kind="bad">
        {t('welcomeNoAnswer', sync.error)} <a href="/options.html#server">{t('optionsTitle')}</a>
      </Notice>
    );
  if (sync.videos + sync.channels === 0) return <Notice>{t('welcomeEmpty')}</Notice>;
  return <p>{t('welcomeAnswered', number(sync.videos), number(sync.channels))}</p>;
}
