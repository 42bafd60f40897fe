/** Settings and lists as a file. The identity is not in it: that is a password. */
import { object, whole } from 'realtube-client';
import { parseServer } from './address';
import { entryAgain } from './entries';
import { fillRules, followedFor, labelFor, suspectedFor } from './presets';
import { serversOf } from './servers';
import { storedSettings } from './shapes';
import type { Settings, Subscription } from './types';

const VERSION = 1;
const isBackup = object({ realtube: whole(1, VERSION), settings: storedSettings });

export interface Imported {
  readonly settings: Partial<Settings>;
  /** Those of whoever made the file: a viewer is asked before they take the place of theirs. */
  readonly servers: readonly string[];
}

/** Without what a file cannot give: the consent to share. */
export function exportSettings({ shareSeen: _, ...settings }: Settings): string {
  return `${JSON.stringify({ realtube: VERSION, settings }, undefined, 2)}\n`;
}

/** What is in a file; undefined if anything in it is wrong. */
export function importSettings(text: string): Imported | undefined {
  const file = parsed(text);
  if (!isBackup(file)) return undefined;
  const { enabled, channels, measured, lookups, askYouTube, skipShorts } = file.settings;
  const { voted, listed, reviewed, signs } = file.settings;
  const { cover, badge, privateReports, weekly, debug } = file.settings;
  const { subscriptions, allow, block } = file.settings;
  const rules = file.settings.rules && fillRules(file.settings.rules);
  // Older files have no rule for labels, none for lists, none for what is suspected.
  const label = file.settings.label ?? (rules && labelFor(rules));
  const followed = file.settings.followed ?? (rules && followedFor(rules));
  const suspected = file.settings.suspected ?? (rules && suspectedFor(rules));
  const settings = defined({
    ...{ enabled, rules, label, followed, channels, measured, lookups, askYouTube, skipShorts },
    ...{ suspected, voted, listed, reviewed, signs },
    ...{ cover, badge, privateReports, weekly, debug },
    subscriptions: subscriptions && eachOnce(subscriptions),
    allow: allow && entriesIn(allow),
    block: block && entriesIn(block),
  });
  const { server = '', otherServers = [] } = file.settings;
  const servers = serversOf({ server, otherServers });
  return { settings, servers: servers.filter((each) => parseServer(each) === each) };
}

function entriesIn(lines: readonly string[]): string[] {
  return [...new Set(lines.map(entryAgain).filter((entry) => entry !== undefined))];
}

function eachOnce(subscriptions: readonly Subscription[]): Subscription[] {
  return [...new Map(subscriptions.map((one) => [one.url, one])).values()];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function defined<T extends object>(from: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(from).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
