import { browser } from 'wxt/browser';
import { t } from '../core/words';
import { send } from '../messages';
import type { SectionProps } from './parts';
import { Switch, useLoaded } from './parts';

export function About({ settings, change }: SectionProps) {
  const { value: lines = [] } = useLoaded(() => send('debugLog', {}), [settings.debug]);
  const { version } = browser.runtime.getManifest();
  return (
    <>
      <section class="panel stack">
        <p>{t('aboutText', version)}</p>
        <p class="quiet">{t('aboutLicences')}</p>
      </section>
      <section class="panel stack">
        <Switch
          label={t('setting_debug')}
          hint={t('setting_debug_hint')}
          checked={settings.debug}
          onChange={(debug) => void change({ debug })}
        />
        {lines.length > 0 && (
          <>
            <pre class="scroll" dir="ltr" tabIndex={0}>
              {lines.join('\n')}
            </pre>
            <div>
              <button
                type="button"
                onClick={() => void navigator.clipboard.writeText(lines.join('\n'))}
              >
                {t('debugCopy')}
              </button>
            </div>
          </>
        )}
      </section>
    </>
  );
}
