/** Asks a server for its signed statements, and knows its key. */
import { Refused } from './errors.js';
import { type Asker, json } from './http.js';
import {
  type Checked,
  type Checking,
  expectNamed,
  type File,
  isSigned,
  type Pin,
  readSigned,
  type Signed,
} from './signed.js';

/** Where what is known of a server's signatures is kept. */
export interface PinStore {
  load(): Promise<Pin>;
  save(pin: Pin): Promise<void>;
}

/** In memory only; `pin.key` may come from the server's operator. */
export class MemoryPin implements PinStore {
  constructor(public pin: Pin = {}) {}

  async load(): Promise<Pin> {
    return this.pin;
  }

  async save(pin: Pin): Promise<void> {
    this.pin = pin;
  }
}

export class Trust {
  constructor(
    private readonly asker: Asker,
    private readonly pins: PinStore,
    private readonly checking: Pick<Checking, 'verify'> = {},
  ) {}

  /**
   * Whether a file that came is what the server signed: `unsigned` from one that never did.
   *
   * @param origin of the file, which vouches for it
   * @throws Untrusted, and what asking raises
   */
  async expect(file: File, origin: string): Promise<Checked> {
    const signed = await this.statement(file.name, origin);
    const checked = await readSigned(signed, await this.pins.load(), this.checking);
    if (checked.state === 'signed') {
      expectNamed(checked.statement, file);
      await this.pins.save(checked.pin);
    }
    return checked;
  }

  private async statement(name: string, origin: string): Promise<Signed | undefined> {
    const path = `/api/sync/signed?${new URLSearchParams({ file: name })}`;
    try {
      return await this.asker.request({ path, origin }, json(isSigned));
    } catch (error) {
      if (error instanceof Refused && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }
}
