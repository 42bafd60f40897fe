import { useState } from 'preact/hooks';
import { exportSettings, importSettings } from '../core/backup';
import { asServers, serversOf } from '../core/servers';
import { t } from '../core/words';
import type { SectionProps } from './parts';
import { download, FileButton, Notice, permit } from './parts';

export function Backup({ settings, change }: SectionProps) {
  const [result, setResult] = useState<'done' | 'wrong'>();
  const [offered, setOffered] = useState<readonly string[]>([]);
  const read = async (text: string) => {
    const imported = importSettings(text);
    if (!imported) return setResult('wrong');
    setResult((await change(imported.settings)) ? 'done' : undefined);
    setOffered(imported.servers);
  };
  const isOther = offered.length > 0 && offered.join() !== serversOf(settings).join();
  const use = async () => {
    // Before anything else: browsers ask only in direct answer to a click.
    if (await permit(offered)) await change(asServers(offered));
  };
  return (
    <section class="panel stack">
      <p class="quiet">{t('backupHint')}</p>
      <div class="row">
        <button
          type="button"
          onClick={() =>
            download('realtube-settings.json', exportSettings(settings), 'application/json')
          }
        >
          {t('backupExport')}
        </button>
        <FileButton
          label={t('backupImport')}
          accept="application/json,.json"
          onText={(text) => void read(text)}
        />
      </div>
      {result === 'done' && <Notice kind="good">{t('backupDone')}</Notice>}
      {result === 'wrong' && <Notice kind="bad">{t('backupWrong')}</Notice>}
      {isOther && (
        <Notice>
          <p>{t('backupServers', offered.join(', '))}</p>
          <button type="button" onClick={() => void use()}>
            {t('backupUseServers')}
          </button>
        </Notice>
      )}
    </section>
  );
}
