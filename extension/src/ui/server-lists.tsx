/** The lists that are in what the viewer's server gives out, with their licences. */
import type { Settings } from '../core/types';
import { t } from '../core/words';
import { send } from '../messages';
import { Notice, number, Switch, useLoaded } from './parts';

interface Props {
  readonly settings: Pick<Settings, 'listed'>;
  readonly onChange: (change: Pick<Settings, 'listed'>) => void;
}

export function ServerLists({ settings: { listed }, onChange }: Props) {
  const { value: lists, error } = useLoaded(() => send('serverLists', {}));
  return (
    <section class="panel stack">
      <h2>{t('serverListsTitle')}</h2>
      {error && <Notice kind="bad">{error}</Notice>}
      {!lists && !error && <p role="status">…</p>}
      {lists?.length === 0 && <p>{t('serverListsNone')}</p>}
      {lists && lists.length > 0 && (
        <>
          <p class="quiet">{t('serverListsHint')}</p>
          <ul class="points">
            {lists.map(({ name, channels, licence, restricted }) => (
              <li key={name}>
                <strong dir="auto">{name}</strong>{' '}
                <span class="quiet">
                  {[
                    t('serverListChannels', number(channels)),
                    ...(licence ? [t('serverListLicence', licence)] : []),
                    ...(restricted ? [t('serverListRestricted')] : []),
                  ].join(' · ')}
                </span>
              </li>
            ))}
          </ul>
          <Switch
            label={t('setting_listed')}
            hint={t('setting_listed_hint')}
            checked={listed}
            onChange={(on) => onChange({ listed: on })}
          />
        </>
      )}
      <p class="quiet">{t('serverListsMore')}</p>
    </section>
  );
}
