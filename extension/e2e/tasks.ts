/** Measures how long the extension works on a page's main thread, from the browser's own trace. */
import type { Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  /** Microseconds on the processor: on a busy machine other processes take their share of `dur`. */
  readonly tdur?: number;
  readonly args?: { readonly data?: { readonly url?: string; readonly functionName?: string } };
}

export interface OurTasks {
  longestMs(): Promise<number>;
}

export async function ourTasks(page: Page): Promise<OurTasks> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    events.push(...(value as unknown as TraceEvent[]));
  });
  const traceConfig = { includedCategories: ['devtools.timeline'], excludedCategories: ['*'] };
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig });
  return {
    async longestMs() {
      const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
      await session.send('Tracing.end');
      await complete;
      const ours = events.filter(
        ({ name, args }) =>
          name === 'FunctionCall' && args?.data?.url?.startsWith('chrome-extension://'),
      );
      // A trace without a single call of ours would prove nothing.
      if (ours.length === 0) throw new Error('the trace has no call of the extension');
      return Math.max(...ours.map(({ tdur }) => milliseconds(tdur)));
    },
  };
}

function milliseconds(microseconds: number | undefined): number {
  if (microseconds === undefined) throw new Error('the trace has no processor times');
  return microseconds / 1000;
}
