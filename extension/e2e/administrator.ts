/** Who runs the RealTube server. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject } from 'vitest';
import { PYTHON, REPOSITORY } from './service';

/** Enter a new version of the selectors that the server offers. */
export function enterSelectors(content: object): void {
  const entry = {
    model: 'sync.clientselectors',
    fields: { content, reason: 'renamed', author: 'e2e' },
  };
  manage(['loaddata', '--format=json', '-'], JSON.stringify([entry]));
}

/** Change a brake; servers notice within some seconds. */
export function setBrake(name: string, value: string): void {
  manage(['brakes', '--set', `${name}=${value}`, '--reason', 'e2e']);
}

/** Import a list of channels, the whole of which is blocked. */
export function blockChannels(...handles: string[]): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'realtube-list-'));
  const file = path.join(folder, 'list.txt');
  writeFileSync(file, handles.join('\n'));
  try {
    manage(['import_blocklist', file, '--source', 'e2e', '--level', 'block', '--accept-shrink']);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Tell a voter something. */
export function warn(publicId: string, reason: string): void {
  manage(
    ['loaddata', '--format=json', '-'],
    JSON.stringify([{ model: 'votes.voterwarning', fields: { voter: publicId, reason } }]),
  );
}

/** As if everything that was observed of YouTube's label, and by whom, were so many days older. */
export function letDaysPass(days: number): void {
  const older = (table: string, ...columns: string[]) =>
    `UPDATE ${table} SET ${columns.map((name) => `${name} = ${name} - interval '${days} days'`)};`;
  const statements = [
    older('votes_voter', 'first_seen'),
    older('votes_observation', 'observed_at', 'waits_until'),
    older('channels_measurement', 'since'),
    older('channels_channel', 'measured_since'),
  ];
  python(
    'from django.db import connection',
    `connection.cursor().execute(${JSON.stringify(statements.join(' '))})`,
  );
}

/** A moderator says that a channel is no farm. */
export function clearChannel(handle: string): void {
  python(
    'from channels.services import decide_channel',
    `decide_channel(actor="e2e", action="clear_channel", key=${JSON.stringify(handle)}, reason="r")`,
  );
}

/** How many report a channel now, and how many votes that came with reports stand. */
export function reportsOf(key: string): { readonly reports: number; readonly votes: number } {
  const said = python(
    'import json',
    'from votes.models import ChannelReport, Vote',
    `found = ChannelReport.objects.filter(channel_key=${JSON.stringify(key)})`,
    'numbers = list(found.values_list("pk", flat=True))',
    'votes = Vote.objects.filter(report__in=numbers, retracted_at=None)',
    'print(json.dumps({"reports": len(numbers), "votes": votes.count()}))',
  );
  return JSON.parse(said.trim().split('\n').at(-1) ?? '') as { reports: number; votes: number };
}

function python(...lines: readonly string[]): string {
  return manage(['shell', '--command', lines.join('\n')]);
}

function manage(words: readonly string[], input = ''): string {
  const env = { ...process.env, VAR_DIR: inject('varDir') };
  return execFileSync(PYTHON, ['manage.py', ...words], {
    cwd: REPOSITORY,
    env,
    input,
    stdio: 'pipe',
  }).toString();
}
