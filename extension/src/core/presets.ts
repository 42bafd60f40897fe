/** Settings to begin with. */
import { CATEGORIES, type Category, type Rule, type Rules, type Settings } from './types';

export const PRESETS = ['strict', 'balanced', 'relaxed'] as const;
export type Preset = (typeof PRESETS)[number];

const rule = (action: Rule['action'], threshold: number): Rule => ({ action, threshold });

export const PRESET_RULES: Readonly<Record<Preset, Rules>> = {
  strict: {
    fully_ai: rule('hide', 40),
    ai_voiceover: rule('hide', 50),
    ai_visuals: rule('hide', 50),
    ai_thumbnails: rule('hide', 60),
    ai_assisted: rule('dim', 60),
  },
  balanced: {
    fully_ai: rule('hide', 50),
    ai_voiceover: rule('hide', 60),
    ai_visuals: rule('hide', 60),
    ai_thumbnails: rule('dim', 70),
    ai_assisted: rule('label', 80),
  },
  relaxed: {
    fully_ai: rule('hide', 75),
    ai_voiceover: rule('dim', 80),
    ai_visuals: rule('dim', 80),
    ai_thumbnails: rule('label', 80),
    ai_assisted: rule('none', 90),
  },
};

/** The preset that these rules are, if they are one. */
export function presetOf(rules: Rules): Preset | undefined {
  return PRESETS.find((preset) =>
    CATEGORIES.every((category) => same(rules, PRESET_RULES[preset], category)),
  );
}

export function defaultSettings(server: string): Settings {
  return {
    enabled: true,
    rules: PRESET_RULES.balanced,
    channels: true,
    lookups: true,
    skipShorts: true,
    cover: true,
    badge: true,
    privateReports: false,
    debug: false,
    server,
    allow: [],
    block: [],
  };
}

function same(a: Rules, b: Rules, category: Category): boolean {
  return (
    a[category].action === b[category].action && a[category].threshold === b[category].threshold
  );
}
