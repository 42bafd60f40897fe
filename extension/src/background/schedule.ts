/** When to work: alarms outlive this background, which browsers stop after half a minute. */
import { browser } from 'wxt/browser';

const FLUSH_AFTER_MS = 5 * 60_000;
const START_MS = 1000;

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

/** Updates and crashes may lose alarms. */
export async function ensureSync(nextAt: () => Promise<number>): Promise<void> {
  if (!(await browser.alarms.get('sync'))) await scheduleSync(await nextAt());
}

export async function nextSync(): Promise<number> {
  return (await browser.alarms.get('sync'))?.scheduledTime ?? 0;
}

export async function scheduleFlush(notBefore: number): Promise<void> {
  const when = Math.max(Date.now() + FLUSH_AFTER_MS, notBefore + START_MS);
  await browser.alarms.create('flush', { when });
}
