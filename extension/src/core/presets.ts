/** Settings to begin with. */
import { CATEGORIES } from 'realtube-client';
import { MIN_LABELLED_PERCENT } from './seen';
import type { Action, Rule, Rules, Settings } from './types';

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
    ai_music: rule('hide', 50),
  },
  balanced: {
    fully_ai: rule('hide', 50),
    ai_voiceover: rule('hide', 60),
    ai_visuals: rule('hide', 60),
    ai_thumbnails: rule('dim', 70),
    ai_assisted: rule('label', 80),
    ai_music: rule('hide', 60),
  },
  relaxed: {
    fully_ai: rule('hide', 75),
    ai_voiceover: rule('dim', 80),
    ai_visuals: rule('dim', 80),
    ai_thumbnails: rule('label', 80),
    ai_assisted: rule('none', 90),
    ai_music: rule('dim', 80),
  },
};

/** For what YouTube itself labels: a channel counts from the share on that is needed at all. */
export const PRESET_LABELS: Readonly<Record<Preset, Rule>> = {
  strict: rule('hide', MIN_LABELLED_PERCENT),
  balanced: rule('dim', MIN_LABELLED_PERCENT),
  relaxed: rule('label', MIN_LABELLED_PERCENT),
};

/** For channels on lists that the viewer follows. */
export const PRESET_FOLLOWED: Readonly<Record<Preset, Action>> = {
  strict: 'hide',
  balanced: 'dim',
  relaxed: 'label',
};

/** The most that is done with what viewers' votes alone suspect. */
export const PRESET_SUSPECTED: Readonly<Record<Preset, Action>> = PRESET_FOLLOWED;

/** The part of the settings that a preset sets. */
export type Ruled = Pick<Settings, 'rules' | 'label' | 'followed' | 'suspected'>;

export function ruledBy(preset: Preset): Ruled {
  return {
    rules: PRESET_RULES[preset],
    label: PRESET_LABELS[preset],
    followed: PRESET_FOLLOWED[preset],
    suspected: PRESET_SUSPECTED[preset],
  };
}

/** The preset that these are, if they are one. */
export function presetOf({ rules, label, followed, suspected }: Ruled): Preset | undefined {
  const preset = presetOfRules(rules);
  const isIt =
    preset &&
    same(label, PRESET_LABELS[preset]) &&
    followed === PRESET_FOLLOWED[preset] &&
    suspected === PRESET_SUSPECTED[preset];
  return isIt ? preset : undefined;
}

/** The rule for labels that goes with rules from before there was one. */
export function labelFor(rules: Rules): Rule {
  return PRESET_LABELS[presetOfRules(rules) ?? 'balanced'];
}

/** What goes with them for channels on lists. */
export function followedFor(rules: Rules): Action {
  return PRESET_FOLLOWED[presetOfRules(rules) ?? 'balanced'];
}

/** What goes with them for what is only suspected: rules of one's own go on as they did. */
export function suspectedFor(rules: Rules): Action {
  const preset = presetOfRules(rules);
  return preset ? PRESET_SUSPECTED[preset] : 'hide';
}

/** All rules, where some are from before there were so many kinds: as in the preset they are of. */
export function fillRules(some: Partial<Rules>): Rules {
  return { ...PRESET_RULES[presetOfRules(some) ?? 'balanced'], ...some };
}

function presetOfRules(rules: Partial<Rules>): Preset | undefined {
  return PRESETS.find((preset) =>
    CATEGORIES.every((category) => {
      const rule = rules[category];
      return rule === undefined || same(rule, PRESET_RULES[preset][category]);
    }),
  );
}

export function defaultSettings(server: string): Settings {
  return {
    enabled: true,
    ...ruledBy('balanced'),
    channels: true,
    voted: true,
    listed: true,
    reviewed: true,
    measured: true,
    signs: false,
    shareSeen: false,
    lookups: true,
    askYouTube: false,
    skipShorts: true,
    cover: true,
    badge: true,
    privateReports: false,
    weekly: true,
    debug: false,
    server,
    otherServers: [],
    subscriptions: [],
    allow: [],
    block: [],
  };
}

function same(a: Rule, b: Rule): boolean {
  return a.action === b.action && a.threshold === b.threshold;
}
