/** When to work: alarms outlive this background, which browsers stop after half a minute. */
import { browser } from 'wxt/browser';
import { believed } from '../core/clock';

const JOBS = ['sync', 'flush', 'lists'] as const;
export type Job = (typeof JOBS)[number];

/** Call at once when the background starts, so that no alarm is missed. */
export function onAlarm(jobs: Readonly<Record<Job, () => void>>): void {
  browser.alarms.onAlarm.addListener(({ name }) => {
    const job = JOBS.find((known) => known === name);
    if (job) jobs[job]();
  });
}

export async function scheduleSync(at: number): Promise<void> {
  await browser.alarms.create('sync', { when: at });
}

export async function scheduleFlush(at: number): Promise<void> {
  await browser.alarms.create('flush', { when: at });
}

export async function scheduleLists(at: number): Promise<void> {
  await browser.alarms.create('lists', { when: at });
}

/** Updates and crashes lose alarms, and a clock that is set back leaves them far ahead. */
export async function ensureSync(nextAt: () => Promise<number>): Promise<void> {
  if ((await dueAt('sync')) === 0) await scheduleSync(await nextAt());
}

/** The same, as long as something waits: `nextAt` is undefined when nothing does. */
export function ensureFlush(nextAt: () => Promise<number | undefined>): Promise<void> {
  return ensure('flush', nextAt, scheduleFlush);
}

/** The same, as long as the viewer follows a list. */
export function ensureLists(nextAt: () => Promise<number | undefined>): Promise<void> {
  return ensure('lists', nextAt, scheduleLists);
}

async function ensure(
  job: Job,
  nextAt: () => Promise<number | undefined>,
  schedule: (at: number) => Promise<void>,
): Promise<void> {
  if ((await dueAt(job)) > 0) return;
  const at = await nextAt();
  if (at !== undefined) await schedule(at);
}

/** When an alarm rings; 0 if there is none that can be believed. */
export async function dueAt(job: Job): Promise<number> {
  return believed((await browser.alarms.get(job))?.scheduledTime ?? 0);
}
