import { t } from '../core/words';
import { send } from '../messages';
import type { SectionProps } from './parts';
import { Notice, number, Switch, useAttempt, useLoaded } from './parts';

const LEAVES = ['list', 'lookup', 'vote', 'standing', 'jury', 'share', 'ask', 'follow'] as const;

export function Privacy({ settings, change }: SectionProps) {
  const { value: requests = [], reload } = useLoaded(() => send('requests', {}));
  return (
    <>
      <section class="panel stack">
        <Switch
          label={t('setting_lookups')}
          hint={t('setting_lookups_hint')}
          checked={settings.lookups}
          onChange={(lookups) => void change({ lookups })}
        />
        <Switch
          label={t('setting_shareSeen')}
          hint={t('setting_shareSeen_hint')}
          checked={settings.shareSeen}
          onChange={(shareSeen) => void change({ shareSeen })}
        />
        <Switch
          label={t('setting_askYouTube')}
          hint={t('setting_askYouTube_hint')}
          checked={settings.askYouTube}
          onChange={(askYouTube) => void change({ askYouTube })}
        />
        <Switch
          label={t('setting_privateReports')}
          hint={t('setting_privateReports_hint')}
          checked={settings.privateReports}
          onChange={(privateReports) => void change({ privateReports })}
        />
      </section>
      <SeenPart />
      <section class="panel stack">
        <h3>{t('privacyLeaves')}</h3>
        <dl class="stack leaves">
          {LEAVES.map((what) => (
            <div key={what}>
              <dt>{t(`leaves_${what}`)}</dt>
              <dd class="quiet">{t(`leaves_${what}_hint`)}</dd>
            </div>
          ))}
        </dl>
        <p>{t('privacyNever')}</p>
      </section>
      <section class="panel stack">
        <div class="switch">
          <h3>{t('requestsTitle')}</h3>
          <button type="button" onClick={() => void reload()}>
            {t('popupRefresh')}
          </button>
        </div>
        <p class="quiet">{t('requestsHint')}</p>
        {requests.length === 0 ? <p>{t('requestsNone')}</p> : <RequestTable requests={requests} />}
      </section>
    </>
  );
}

/** What is kept here of YouTube's own label. */
function SeenPart() {
  const { value: count = 0, reload } = useLoaded(() => send('seenCount', {}));
  const { problem, attempt } = useAttempt();
  return (
    <section class="panel stack">
      <h3>{t('seenTitle')}</h3>
      <p class="quiet">{t('seenHint')}</p>
      <div class="switch">
        <span>{t('seenCount', number(count))}</span>
        <button
          type="button"
          disabled={count === 0}
          onClick={() => void attempt(() => send('forgetSeen', {})).then(reload)}
        >
          {t('seenForget')}
        </button>
      </div>
      {problem && <Notice kind="bad">{problem}</Notice>}
    </section>
  );
}

type Requests = Awaited<ReturnType<typeof send<'requests'>>>;

function RequestTable({ requests }: { requests: Requests }) {
  return (
    <div class="scroll" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('requestTime')}</th>
            <th scope="col">{t('requestWhat')}</th>
            <th scope="col">{t('requestSent')}</th>
            <th scope="col">{t('requestAnswer')}</th>
          </tr>
        </thead>
        <tbody>
          {requests.map(
            ({ at, method, server = '', host = server, path, sent, isNamed, status }, index) => (
              <tr key={index}>
                <td>{new Date(at).toLocaleTimeString()}</td>
                <td dir="ltr">
                  {method} {host}
                  {path}
                </td>
                <td>
                  <bdi dir="ltr">{sent || (isNamed ? '' : '–')}</bdi>
                  {isNamed && <span class="quiet named">{t('requestIdentity')}</span>}
                </td>
                <td>{status || '–'}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}
