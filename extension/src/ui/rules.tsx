/** Presets, and what is done with each kind of video. */
import { CATEGORIES } from 'realtube-client';
import { PRESETS, presetOf, type Ruled, ruledBy } from '../core/presets';
import { ACTIONS, type Action, type Rule } from '../core/types';
import { t } from '../core/words';

interface Props {
  readonly ruled: Ruled;
  readonly onChange: (change: Partial<Ruled>) => void;
}

export function PresetChoice({ ruled, onChange }: Props) {
  const chosen = presetOf(ruled);
  return (
    <fieldset class="stack">
      <legend>{t('presetTitle')}</legend>
      {PRESETS.map((preset) => (
        <label key={preset} class="choice">
          <input
            type="radio"
            name="preset"
            checked={preset === chosen}
            onChange={() => onChange(ruledBy(preset))}
          />
          <span>
            <strong>{t(`preset_${preset}`)}</strong>
            <span class="quiet">{t(`preset_${preset}_hint`)}</span>
          </span>
        </label>
      ))}
      {chosen === undefined && <p class="quiet">{t('presetOwn')}</p>}
    </fieldset>
  );
}

export function RuleTable({ ruled: { rules, label, suspected }, onChange }: Props) {
  return (
    <div class="stack rules">
      <fieldset class="rule">
        <legend>{t('suspectedRule')}</legend>
        <p class="quiet">{t('suspectedRuleHint')}</p>
        <ActionChoice
          name={t('suspectedRule')}
          action={suspected}
          onChange={(action) => onChange({ suspected: action })}
        />
      </fieldset>
      <RuleRow
        name={t('labelRule')}
        hint={t('labelRuleHint')}
        rule={label}
        onChange={(changed) => onChange({ label: changed })}
      />
      {CATEGORIES.map((category) => (
        <RuleRow
          key={category}
          name={t(`category_${category}`)}
          hint={t(`category_${category}_hint`)}
          rule={rules[category]}
          onChange={(rule) => onChange({ rules: { ...rules, [category]: rule } })}
        />
      ))}
    </div>
  );
}

interface RowProps {
  readonly name: string;
  readonly hint: string;
  readonly rule: Rule;
  readonly onChange: (rule: Rule) => void;
}

function RuleRow({ name, hint, rule, onChange }: RowProps) {
  return (
    <fieldset class="rule">
      <legend>{name}</legend>
      <p class="quiet">{hint}</p>
      <div class="row">
        <ActionChoice
          name={name}
          action={rule.action}
          onChange={(action) => onChange({ ...rule, action })}
        />
        <label class="row threshold">
          <span>{t('ruleFrom')}</span>
          <input
            type="range"
            min={25}
            max={100}
            step={5}
            value={rule.threshold}
            disabled={rule.action === 'none'}
            onChange={({ currentTarget }) =>
              onChange({ ...rule, threshold: currentTarget.valueAsNumber })
            }
          />
          <output>{rule.threshold}</output>
        </label>
      </div>
    </fieldset>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly action: Action;
  readonly onChange: (action: Action) => void;
}

function ActionChoice({ name, action: chosen, onChange }: ChoiceProps) {
  return (
    <select
      aria-label={`${name}: ${t('ruleAction')}`}
      value={chosen}
      onChange={({ currentTarget }) => onChange(currentTarget.value as Action)}
    >
      {ACTIONS.map((action) => (
        <option key={action} value={action}>
          {t(`action_${action}`)}
        </option>
      ))}
    </select>
  );
}
