/** When to work: alarms outlive this background, which browsers stop after half a minute. */
import { browser } from 'wxt/browser';
import { believed } from '../core/clock';

export type Job = 'sync' | 'flush';

/** Call at once when the background starts, so that no alarm is missed. */
export function onAlarm(jobs: Readonly<Record<Job, () => void>>): void {
  browser.alarms.onAlarm.addListener(({ name }) => {
    if (name === 'sync' || name === 'flush') jobs[name]();
  });
}

export async function scheduleSync(at: number): Promise<void> {
  await browser.alarms.create('sync', { when: at });
}

export async function scheduleFlush(at: number): Promise<void> {
  await browser.alarms.create('flush', { when: at });
}

/** Updates and crashes lose alarms, and a clock that is set back leaves them far ahead. */
export async function ensureSync(nextAt: () => Promise<number>): Promise<void> {
  if ((await dueAt('sync')) === 0) await scheduleSync(await nextAt());
}

/** The same, as long as something waits: `nextAt` is undefined when nothing does. */
export async function ensureFlush(nextAt: () => Promise<number | undefined>): Promise<void> {
  if ((await dueAt('flush')) > 0) return;
  const at = await nextAt();
  if (at !== undefined) await scheduleFlush(at);
}

/** When an alarm rings; 0 if there is none that can be believed. */
export async function dueAt(job: Job): Promise<number> {
  return believed((await browser.alarms.get(job))?.scheduledTime ?? 0);
}
