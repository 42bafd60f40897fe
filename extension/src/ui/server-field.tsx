/** Where a viewer enters the address of their server, which is then asked whether it is there. */
import { useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { parseServer, patternOf } from '../core/address';
import type { Settings } from '../core/types';
import { t } from '../core/words';
import { send } from '../messages';
import { messageOf, Notice } from './parts';

declare const __SERVER__: string;

interface Props {
  readonly server: string;
  /** Called after the browser gave access; whether it was stored. */
  readonly onUse: (change: Pick<Settings, 'server'>) => Promise<unknown>;
}

type Told = { readonly kind: 'good' | 'bad'; readonly text: string };

export function ServerField({ server, onUse }: Props) {
  const [text, setText] = useState(server);
  const [told, setTold] = useState<Told>();
  const [busy, setBusy] = useState(false);
  const use = async (address: string) => {
    const origin = parseServer(address);
    if (origin === undefined) return setTold({ kind: 'bad', text: t('server_wrong') });
    // Before anything else: browsers ask only in direct answer to a click.
    const granted = await browser.permissions.request({ origins: [patternOf(origin)] });
    if (!granted) return setTold({ kind: 'bad', text: t('server_denied') });
    setText(origin);
    setBusy(true);
    await onUse({ server: origin });
    setTold(await tried(origin));
    setBusy(false);
  };
  return (
    <>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          void use(text);
        }}
      >
        <input
          class="wide"
          type="text"
          inputMode="url"
          autoComplete="url"
          spellcheck={false}
          dir="ltr"
          placeholder="https://"
          aria-label={t('serverTitle')}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button type="submit" class="main" disabled={busy || text.trim() === '' || text === server}>
          {t('serverUse')}
        </button>
        {__SERVER__ !== '' && (
          <button
            type="button"
            disabled={busy || server === __SERVER__}
            onClick={() => void use(__SERVER__)}
          >
            {t('serverDefault')}
          </button>
        )}
      </form>
      {told && <Notice kind={told.kind}>{told.text}</Notice>}
    </>
  );
}

/** Whether there is a server of ours, and advice when not. */
async function tried(origin: string): Promise<Told> {
  try {
    await send('tryServer', {});
    return { kind: 'good', text: t('serverTried', origin) };
  } catch (failure) {
    return { kind: 'bad', text: t('serverSilent', origin, messageOf(failure)) };
  }
}
