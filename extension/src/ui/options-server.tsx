import { browser } from 'wxt/browser';
import { patternOf } from '../core/address';
import { t } from '../core/words';
import type { SectionProps } from './parts';
import { Notice, useLoaded } from './parts';
import { ServerField } from './server-field';
import { ServerLists } from './server-lists';
import { ServerSignature } from './server-signature';

export function ServerPart({ settings, change }: SectionProps) {
  const { server } = settings;
  const origins = server === '' ? [] : [patternOf(server)];
  const { value: isGranted, reload } = useLoaded(
    async () => origins.length === 0 || (await browser.permissions.contains({ origins })),
    [server],
  );
  return (
    <>
      <section class="panel stack">
        <p class="quiet">{t('serverHint')}</p>
        <ServerField server={server} onUse={(use) => change(use).then(reload)} />
        {server === '' && <Notice>{t('noServer')}</Notice>}
        {server !== '' && <ServerSignature key={server} />}
        {isGranted === false && (
          <Notice>
            <p>{t('serverNoAccess')}</p>
            <button
              type="button"
              onClick={() => void browser.permissions.request({ origins }).then(reload)}
            >
              {t('serverGrant')}
            </button>
          </Notice>
        )}
      </section>
      {server !== '' && (
        <ServerLists key={server} settings={settings} onChange={(use) => void change(use)} />
      )}
    </>
  );
}
