import { asServers, MAX_SERVERS, serversOf } from '../core/servers';
import { t } from '../core/words';
import type { SectionProps } from './parts';
import { Notice, number } from './parts';
import { ServerField } from './server-field';
import { ServerLists } from './server-lists';
import { ServerSignature } from './server-signature';
import { Servers } from './servers';

export function ServerPart({ settings, change }: SectionProps) {
  const servers = serversOf(settings);
  const [first] = servers;
  const use = (now: readonly string[]) => change(asServers(now));
  return (
    <>
      <section class="panel stack">
        <p class="quiet">{t('serverHint')}</p>
        {first === undefined && <Notice>{t('noServer')}</Notice>}
        {first !== undefined && (
          <>
            <Servers servers={servers} onChange={use} />
            <p class="quiet">{t('serversHint')}</p>
          </>
        )}
        {servers.length < MAX_SERVERS ? (
          <ServerField
            servers={servers}
            onUse={(origin, isInstead) => use(isInstead ? [origin] : [...servers, origin])}
          />
        ) : (
          <Notice>{t('serversFull', number(MAX_SERVERS))}</Notice>
        )}
        {first !== undefined && <ServerSignature key={servers.join()} />}
      </section>
      {first !== undefined && (
        <ServerLists key={first} settings={settings} onChange={(use) => void change(use)} />
      )}
    </>
  );
}
