/** What a slow call gave, made once. A failure is not kept: whoever asks next has it made again. */
export class Once<T> {
  private kept: Promise<T> | undefined;

  constructor(private readonly make: () => Promise<T>) {}

  get(): Promise<T> {
    return this.kept ?? this.keep(this.make());
  }

  set(value: T): void {
    this.kept = Promise.resolve(value);
  }

  forget(): void {
    this.kept = undefined;
  }

  private keep(made: Promise<T>): Promise<T> {
    this.kept = made;
    made.catch(() => {
      if (this.kept === made) this.kept = undefined;
    });
    return made;
  }
}
