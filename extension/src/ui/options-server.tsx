import { useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { parseServer, patternOf } from '../core/address';
import { t } from '../core/words';
import type { SectionProps } from './parts';
import { Notice, useLoaded } from './parts';

declare const __SERVER__: string;

export function ServerPart({ settings, change }: SectionProps) {
  const { value: isGranted, reload } = useLoaded(
    () => browser.permissions.contains({ origins: [patternOf(settings.server)] }),
    [settings.server],
  );
  const [text, setText] = useState(settings.server);
  const [problem, setProblem] = useState<'wrong' | 'denied'>();
  const use = async (address: string) => {
    const server = parseServer(address);
    if (server === undefined) return setProblem('wrong');
    // Before anything else: browsers ask only in direct answer to a click.
    const granted = await browser.permissions.request({ origins: [patternOf(server)] });
    setProblem(granted ? undefined : 'denied');
    if (!granted) return;
    setText(server);
    await change({ server });
    await reload();
  };
  return (
    <section class="panel stack">
      <p class="quiet">{t('serverHint')}</p>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          void use(text);
        }}
      >
        <input
          class="wide"
          type="url"
          dir="ltr"
          aria-label={t('serverTitle')}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button type="submit" class="main" disabled={text === settings.server}>
          {t('serverUse')}
        </button>
        <button
          type="button"
          disabled={settings.server === __SERVER__}
          onClick={() => void use(__SERVER__)}
        >
          {t('serverDefault')}
        </button>
      </form>
      {problem && <Notice kind="bad">{t(`server_${problem}`)}</Notice>}
      {isGranted === false && (
        <Notice>
          <p>{t('serverNoAccess')}</p>
          <button type="button" onClick={() => void use(settings.server)}>
            {t('serverGrant')}
          </button>
        </Notice>
      )}
    </section>
  );
}
