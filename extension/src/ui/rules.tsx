/** Presets, and what is done with each kind of video. */
import { PRESET_RULES, PRESETS, presetOf } from '../core/presets';
import {
  ACTIONS,
  type Action,
  CATEGORIES,
  type Category,
  type Rule,
  type Rules,
} from '../core/types';
import { t } from '../core/words';

interface Props {
  readonly rules: Rules;
  readonly onChange: (rules: Rules) => void;
}

export function PresetChoice({ rules, onChange }: Props) {
  const chosen = presetOf(rules);
  return (
    <fieldset class="stack">
      <legend>{t('presetTitle')}</legend>
      {PRESETS.map((preset) => (
        <label key={preset} class="choice">
          <input
            type="radio"
            name="preset"
            checked={preset === chosen}
            onChange={() => onChange(PRESET_RULES[preset])}
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

export function RuleTable({ rules, onChange }: Props) {
  return (
    <div class="stack rules">
      {CATEGORIES.map((category) => (
        <RuleRow
          key={category}
          category={category}
          rule={rules[category]}
          onChange={(rule) => onChange({ ...rules, [category]: rule })}
        />
      ))}
    </div>
  );
}

interface RowProps {
  readonly category: Category;
  readonly rule: Rule;
  readonly onChange: (rule: Rule) => void;
}

function RuleRow({ category, rule, onChange }: RowProps) {
  const name = t(`category_${category}`);
  return (
    <fieldset class="rule">
      <legend>{name}</legend>
      <p class="quiet">{t(`category_${category}_hint`)}</p>
      <div class="row">
        <select
          aria-label={`${name}: ${t('ruleAction')}`}
          value={rule.action}
          onChange={({ currentTarget }) =>
            onChange({ ...rule, action: currentTarget.value as Action })
          }
        >
          {ACTIONS.map((action) => (
            <option key={action} value={action}>
              {t(`action_${action}`)}
            </option>
          ))}
        </select>
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
