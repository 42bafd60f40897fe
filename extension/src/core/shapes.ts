/** The shapes of what our own parts tell each other and what is imported. */
import {
  CATEGORIES,
  flag,
  listOf,
  type NoticedSign,
  type Of,
  object,
  oneOf,
  type Shape,
  SIGNS,
  text,
  whole,
} from 'realtube-client';
import { foldEntries } from './entries';
import { isListAddress, MAX_NAME, MAX_SUBSCRIPTIONS } from './lists/subscription';
import { AT_MAX_S } from './noticed';
import { fillRules, followedFor, labelFor, suspectedFor } from './presets';
import { MAX_SERVERS } from './servers';
import { ACTIONS, CHOICES, MAKINGS, type Rule, type Rules, type Settings } from './types';

const MAX_ENTRIES = 100_000;

export const videoId = text(16, /^[\w-]{1,16}$/);
export const channelId = text(32, /^[\w-]{1,32}$/);
export const handle = text(200, /^@[^\s/]+$/u);
/** Of a collaboration; YouTube allows a handful. */
export const channels = listOf(object({}, { channelId, handle }), 50);
export const category = oneOf(CATEGORIES);
export const choice = oneOf(CHOICES);
export const noticed: Shape<readonly NoticedSign[]> = listOf(
  object({ sign: oneOf(SIGNS) }, { at: whole(0, AT_MAX_S) }),
  SIGNS.length,
);
export const making = oneOf(MAKINGS);
/** An origin; empty as long as the viewer has chosen none. */
export const server = text(200, /^(?:https?:\/\/[^/?#\s]+)?$/);
export const origin = text(200, /^https?:\/\/[^/?#\s]+$/);

const rule: Shape<Rule> = object({ action: oneOf(ACTIONS), threshold: whole(1, 100) });

const RULES = {
  fully_ai: rule,
  ai_voiceover: rule,
  ai_visuals: rule,
  ai_thumbnails: rule,
  ai_assisted: rule,
  ai_music: rule,
};
export const rules: Shape<Rules> = object(RULES);
/** As an older version has stored them. */
const someRules: Shape<Partial<Rules>> = object({}, RULES);

const subscription = object({ url: isListAddress, name: text(MAX_NAME), on: flag });

export const entries = listOf(text(110), MAX_ENTRIES);

const SETTINGS = {
  enabled: flag,
  rules,
  label: rule,
  followed: oneOf(ACTIONS),
  suspected: oneOf(ACTIONS),
  subscriptions: listOf(subscription, MAX_SUBSCRIPTIONS),
  channels: flag,
  voted: flag,
  listed: flag,
  reviewed: flag,
  measured: flag,
  signs: flag,
  shareSeen: flag,
  lookups: flag,
  askYouTube: flag,
  skipShorts: flag,
  cover: flag,
  badge: flag,
  privateReports: flag,
  weekly: flag,
  debug: flag,
  server,
  otherServers: listOf(origin, MAX_SERVERS - 1),
  allow: entries,
  block: entries,
};

/** Some settings, each of them well-formed. */
export const someSettings: Shape<Partial<Settings>> = object({}, SETTINGS);
/** The same as an older version may have stored them: with rules for fewer kinds. */
const STORED = { ...SETTINGS, rules: someRules };
export const storedSettings = object({}, STORED);

/** What is well-formed of stored settings, over the defaults: an update may have added some. */
export function completeSettings(stored: unknown, defaults: Settings): Settings {
  if (typeof stored !== 'object' || stored === null) return defaults;
  const kept = Object.entries(stored).filter(([name, value]) => {
    const shape: Shape<unknown> | undefined = Object.entries(STORED).find(([n]) => n === name)?.[1];
    return shape?.(value);
  });
  const { rules: some, ...known } = Object.fromEntries(kept) as Of<typeof storedSettings>;
  const filled = some && fillRules(some);
  const ruled = filled && {
    ...{ rules: filled, label: labelFor(filled), followed: followedFor(filled) },
    suspected: suspectedFor(filled),
  };
  const settings: Settings = { ...defaults, ...ruled, ...known };
  return { ...settings, allow: foldEntries(settings.allow), block: foldEntries(settings.block) };
}
