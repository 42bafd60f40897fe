/** Which of several servers to ask first. Times are those of a clock that nobody sets. */

const AWAY_MS = 30_000;
const MAX_AWAY_MS = 30 * 60_000;

interface Origin {
  readonly origin: string;
  /** In a row. */
  failures: number;
  /** It is asked only after all others before this time. */
  until: number;
}

export class Origins {
  private readonly all: Origin[];

  /** @param origins one or more, the one to be asked first at first */
  constructor(origins: readonly string[]) {
    if (origins.length === 0) throw new RangeError('There has to be a server.');
    this.all = origins.map((each) => ({ origin: new URL(each).origin, failures: 0, until: 0 }));
  }

  /** All of them: first those that are not known to be away, in the order they were given. */
  inTurn(): string[] {
    const now = performance.now();
    const rest = (each: Origin) => Math.max(each.until - now, 0);
    return [...this.all].sort((a, b) => rest(a) - rest(b)).map(({ origin }) => origin);
  }

  answered(origin: string): void {
    this.change(origin, (each) => {
      each.failures = 0;
      each.until = 0;
    });
  }

  /** @param waitMs not to ask again; 0 if nobody said */
  failed(origin: string, waitMs: number): void {
    this.change(origin, (each) => {
      const away = Math.min(AWAY_MS * 2 ** each.failures++, MAX_AWAY_MS);
      each.until = performance.now() + Math.max(away, waitMs);
    });
  }

  private change(origin: string, make: (each: Origin) => void): void {
    this.all.filter((each) => each.origin === origin).forEach(make);
  }
}
