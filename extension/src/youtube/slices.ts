/** Long work in short pieces, so that the page is not held up. */
import { SLICE_MS } from './watcher';

/** Work still to be done, the newest first: a page may send some twice, a viewer may go on fast. */
const MAX_WAITING = 4;
/** Steps between two looks at the clock: a busy machine gives little of it for some milliseconds. */
const STEPS = 32;

export class Slices {
  private waiting: Iterator<unknown>[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly waiters: (() => void)[] = [];

  /** @param idle called when all there is has been done */
  constructor(private readonly idle: () => void) {}

  /** @param isLate in a task of its own, because this one has taken long enough */
  add(work: Iterator<unknown>, isLate: boolean): void {
    this.waiting = [...this.waiting, work].slice(-MAX_WAITING);
    if (this.timer !== undefined) return;
    if (isLate) this.timer = setTimeout(() => this.run());
    else this.run();
  }

  /** Resolves when what there is has been done. */
  async settled(): Promise<void> {
    if (this.waiting.length > 0) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting = [];
    this.tell();
  }

  private run(): void {
    this.timer = undefined;
    const deadline = performance.now() + SLICE_MS;
    let steps = 0;
    for (let work = this.waiting.at(-1); work; work = this.waiting.at(-1)) {
      if (work.next().done) this.waiting = this.waiting.filter((other) => other !== work);
      if (++steps % STEPS === 0 && performance.now() > deadline) {
        this.timer = setTimeout(() => this.run());
        return;
      }
    }
    this.idle();
    this.tell();
  }

  private tell(): void {
    for (const resolve of this.waiters.splice(0)) resolve();
  }
}
