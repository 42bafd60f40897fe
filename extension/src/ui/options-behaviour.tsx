import { SOURCES } from 'realtube-client';
import type { Settings } from '../core/types';
import { t } from '../core/words';
import { KidsSwitch } from './options-sites';
import type { SectionProps } from './parts';
import { Switch } from './parts';
import { PresetChoice, RuleTable } from './rules';

const SWITCHES = [
  'enabled',
  'channels',
  'cover',
  'skipShorts',
  'badge',
] as const satisfies readonly (keyof Settings)[];

const SOURCE_SWITCHES = [...SOURCES, 'measured', 'signs'] as const;

export function Behaviour({ settings, change, reset }: SectionProps) {
  return (
    <>
      <section class="panel stack">
        {SWITCHES.map((name) => (
          <Switch
            key={name}
            label={t(`setting_${name}`)}
            hint={t(`setting_${name}_hint`)}
            checked={settings[name]}
            disabled={name !== 'enabled' && !settings.enabled}
            onChange={(on) => void change({ [name]: on })}
          />
        ))}
        <KidsSwitch disabled={!settings.enabled} />
      </section>
      <section class="panel stack">
        <h3>{t('sourcesTitle')}</h3>
        <p class="quiet">{t('sourcesHint')}</p>
        {SOURCE_SWITCHES.map((name) => (
          <Switch
            key={name}
            label={t(`setting_${name}`)}
            hint={t(`setting_${name}_hint`)}
            checked={settings[name]}
            disabled={!settings.enabled}
            onChange={(on) => void change({ [name]: on })}
          />
        ))}
      </section>
      <section class="panel">
        <PresetChoice ruled={settings} onChange={(ruled) => void change(ruled)} />
      </section>
      <section class="panel stack">
        <h3>{t('rulesTitle')}</h3>
        <p class="quiet">{t('rulesHint')}</p>
        <RuleTable ruled={settings} onChange={(ruled) => void change(ruled)} />
      </section>
      <div>
        <button
          type="button"
          class="danger"
          onClick={() => confirm(t('resetQuestion')) && void reset()}
        >
          {t('resetButton')}
        </button>
      </div>
    </>
  );
}
