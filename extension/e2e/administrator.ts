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

/** Settled videos to practise on: so many published ones, and as many secret. Every second is AI. */
export function settleVideos(each: number): void {
  python(
    'from votes.juries import gold',
    `gold.take([gold.Item(f"{name}{n:06d}", "ai" if n % 2 else "human", name == "hidden", "fully_ai" if n % 2 else None) for name in ("known", "hidden") for n in range(${each})])`,
  );
}

/** The truth of a video of `settleVideos`. */
export function isSettledAi(videoId: string): boolean {
  return Number(videoId.slice(-6)) % 2 === 1;
}

/** Days go by, on each of which all jurors in training answer rightly what they are asked. */
export function practiseForDays(): void {
  python(
    'from datetime import timedelta',
    'from django.db.models import F',
    'from votes.juries import facts',
    'from votes.models import Question',
    'while facts.give_secrets():',
    '  for q in Question.objects.filter(answer=None, gold__isnull=False, day__isnull=False):',
    '    facts.answer(facts.Said(q.juror_id, q.pk, q.gold.truth), address="127.0.0.1")',
    // There and back: a place of a day is one question's, while the rows move, too.
    '  for days in (-10001, 10000):',
    '    Question.objects.filter(day__isnull=False).update(day=F("day") + timedelta(days=days))',
    'facts.weigh()',
  );
}

/** As many other jurors who are good at it, each of a network of their own. */
export function rootJurors(count: number): void {
  python(
    'from votes.juries import facts',
    'from votes.models import Juror, Question',
    `names = [f"{n:032x}" for n in range(${count})]`,
    'for n, name in enumerate(names): facts.enrol(name, address=f"11.7.{n}.9")',
    'Juror.objects.filter(pk__in=names).update(is_rooted=True, sensitivity=0.9, specificity=0.9)',
    'Question.objects.filter(juror_id__in=names).delete()',
  );
}

/** All of them who are asked something say that it is AI. */
export function othersSayAi(count: number): void {
  python(
    'from votes.juries import facts',
    'from votes.models import Question',
    `names = [f"{n:032x}" for n in range(${count})]`,
    'for q in Question.objects.filter(juror_id__in=names, answer=None, panel__isnull=False):',
    '  facts.answer(facts.Said(q.juror_id, q.pk, "ai", "fully_ai"), address=f"11.7.{int(q.juror_id, 16)}.9")',
  );
}

/** The running batches of all panels are over, and the worker is to see to it now. */
export function runJuries(): void {
  python(
    'from votes.models import Panel',
    'from celery import current_app',
    'Panel.objects.filter(outcome="open").update(batch_ends_at="2026-01-01T00:00:00Z")',
    'current_app.send_task("sync.tasks.run_juries")',
  );
}
