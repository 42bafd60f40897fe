import { useState } from 'preact/hooks';
import { exportSettings, importSettings } from '../core/backup';
import { t } from '../core/words';
import type { SectionProps } from './parts';
import { download, FileButton, Notice } from './parts';

export function Backup({ settings, change }: SectionProps) {
  const [result, setResult] = useState<'done' | 'wrong'>();
  const read = async (text: string) => {
    const imported = importSettings(text);
    if (!imported) return setResult('wrong');
    setResult((await change(imported)) ? 'done' : undefined);
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
    </section>
  );
}
