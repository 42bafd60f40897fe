/** What was found on a page and by whose word, and what a viewer can do where that is little. */
import { FOUND_BY, type PageReport, type Settings } from '../core/types';
import { t } from '../core/words';
import type { Overview } from '../messages';
import { Notice, number } from './parts';

/** Nobody has said anything to the viewer's server yet, or there is none. */
export function isEmpty({ settings, sync }: Overview): boolean {
  return settings.server === '' || (sync.syncedAt > 0 && sync.videos + sync.channels === 0);
}

export function FoundPart({ found = {} }: { found: PageReport['found'] }) {
  const by = FOUND_BY.filter((name) => (found[name] ?? 0) > 0);
  if (by.length === 0) return null;
  return (
    <section class="panel stack" aria-labelledby="found">
      <h2 id="found">{t('foundTitle')}</h2>
      <dl class="standing">
        {by.map((name) => (
          <>
            <dt key={`${name} name`}>{t(`found_${name}`)}</dt>
            <dd key={name}>{number(found[name] ?? 0)}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

export function HelpPart({ settings: { shareSeen, server } }: { settings: Settings }) {
  return (
    <section class="panel stack" aria-labelledby="help">
      <h2 id="help">{t('helpTitle')}</h2>
      <ul class="points">
        <li>{t('help_report')}</li>
        {!shareSeen && server !== '' && (
          <li>
            {t('help_share')}{' '}
            <a href="/options.html#privacy" target="_blank" rel="noopener">
              {t('privacyTitle')}
            </a>
          </li>
        )}
        <li>{t('serverListsMore')}</li>
      </ul>
    </section>
  );
}

export function ChooseServer() {
  return (
    <Notice>
      <p>{t('noServer')}</p>
      <a href="/options.html#server" target="_blank" rel="noopener">
        {t('noServerLink')}
      </a>
    </Notice>
  );
}
