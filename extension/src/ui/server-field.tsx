/** Where a viewer enters the address of a server, which is then asked whether it is there. */
import { useState } from 'preact/hooks';
import { parseServer } from '../core/address';
import { t } from '../core/words';
import { send } from '../messages';
import { messageOf, Notice, permit } from './parts';

declare const __SERVER__: string;

interface Props {
  /** Those that the viewer has. */
  readonly servers: readonly string[];
  /** The only one is replaced; else there is one more. */
  readonly isOnly?: boolean;
  /** Called after the browser gave access; `isInstead` of all others. */
  readonly onUse: (origin: string, isInstead: boolean) => Promise<unknown>;
}

type Told = { readonly kind: 'good' | 'bad'; readonly text: string };

export function ServerField({ servers, isOnly = false, onUse }: Props) {
  const [text, setText] = useState((isOnly && servers[0]) || '');
  const [told, setTold] = useState<Told>();
  const [busy, setBusy] = useState(false);
  const use = async (address: string, isInstead = isOnly) => {
    const origin = parseServer(address);
    if (origin === undefined) return setTold({ kind: 'bad', text: t('server_wrong') });
    if (!isInstead && servers.includes(origin))
      return setTold({ kind: 'bad', text: t('server_twice') });
    // Before anything else: browsers ask only in direct answer to a click.
    if (!(await permit([origin]))) return setTold({ kind: 'bad', text: t('server_denied') });
    setText(isOnly ? origin : '');
    setBusy(true);
    await onUse(origin, isInstead);
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
        <button
          type="submit"
          class="main"
          disabled={busy || text.trim() === '' || (isOnly && text === servers[0])}
        >
          {servers.length > 0 && !isOnly ? t('serverAdd') : t('serverUse')}
        </button>
        {__SERVER__ !== '' && (
          <button
            type="button"
            disabled={busy || servers[0] === __SERVER__}
            onClick={() => void use(__SERVER__, true)}
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
    await send('tryServer', { origin });
    return { kind: 'good', text: t('serverTried', origin) };
  } catch (failure) {
    return { kind: 'bad', text: t('serverSilent', origin, messageOf(failure)) };
  }
}
