/**
 * Measures how long the extension works on a page's main thread, from the browser's own trace.
 *
 * Counted are calls into our script, and all microtasks, since the trace does not tell whose they
 * are: a page that changes itself must do so in a task of its own (`inOwnTask`).
 */
import type { Page } from 'playwright-core';

const OUR_SCRIPT = /^chrome-extension:\/\/.*\/content-scripts\/youtube\.js$/;

/** Tells which of the trace's threads is the page's. */
const MARK = 'measured page';

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds since some moment. */
  readonly ts: number;
  readonly dur?: number;
  /** Microseconds on the processor: on a busy machine other processes take their share of `dur`. */
  readonly tdur?: number;
  readonly args?: { readonly data?: { readonly url?: string; readonly message?: string } };
}

export interface OurTasks {
  /** Milliseconds of each. */
  end(): Promise<number[]>;
}

export async function ourTasks(page: Page): Promise<OurTasks> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    events.push(...(value as unknown as TraceEvent[]));
  });
  const traceConfig = {
    includedCategories: ['devtools.timeline', 'v8.execute'],
    excludedCategories: ['*'],
  };
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig });
  await page.evaluate(`console.timeStamp('${MARK}')`);
  return {
    async end() {
      const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
      await session.send('Tracing.end');
      await complete;
      const mark = events.find(({ args }) => args?.data?.message === MARK);
      const here = events.filter(({ pid, tid }) => pid === mark?.pid && tid === mark.tid);
      const calls = here.filter(
        ({ name, args }) => name === 'FunctionCall' && OUR_SCRIPT.test(args?.data?.url ?? ''),
      );
      const microtasks = here.filter(({ name }) => name === 'RunMicrotasks');
      const others = calls.filter((call) => !microtasks.some((outer) => isWithin(call, outer)));
      const all = [...microtasks, ...others].map(milliseconds);
      // A trace without anything would prove nothing.
      if (all.length === 0) throw new Error('the trace has nothing of the page');
      return all;
    },
  };
}

/**
 * Milliseconds that this browser takes, on this machine now, for work of the kind that ours is: to
 * make 400 cards, find their links and give each a mark. The least of some, as others are at work.
 */
export async function yardstickMs(page: Page): Promise<number> {
  return page.evaluate(() => {
    const times: number[] = [];
    for (let round = 0; round < 9; round++) {
      const started = performance.now();
      const list = document.createElement('div');
      for (let n = 0; n < 400; n++) {
        const card = list.appendChild(document.createElement('div'));
        for (const path of [`/watch?v=${n}`, '/@somebody'])
          card.appendChild(document.createElement('a')).setAttribute('href', path);
      }
      for (const card of list.children) {
        const [video, channel] = card.querySelectorAll('a[href^="/"]');
        const name = `${video?.getAttribute('href')} ${channel?.getAttribute('href')}`;
        card.setAttribute('data-marked', name);
      }
      times.push(performance.now() - started);
    }
    return Math.min(...times);
  });
}

/** Run a statement in a page so that its own work is not taken for ours. */
export async function inOwnTask(page: Page, statement: string): Promise<void> {
  await page.evaluate(`setTimeout(() => { ${statement} })`);
}

function isWithin(inner: TraceEvent, outer: TraceEvent): boolean {
  return inner.ts >= outer.ts && inner.ts < outer.ts + (outer.dur ?? 0);
}

/** Now and then the browser does not say the processor's time; the clock's is more. */
function milliseconds({ tdur, dur = 0 }: TraceEvent): number {
  return (tdur ?? dur) / 1000;
}
