/**
 * The one place from which anything leaves the browser.
 */
import {
  type Asker,
  type Ask as BareAsk,
  conditional,
  Failure,
  Intercepted,
  type Reader,
  send,
  type Tagged,
  take,
  takeNewer,
} from 'realtube-client';
import { t } from '../core/words';

/** The viewer has not seen the welcome page, or has chosen no server: nothing may be contacted. */
export class NotWelcomed extends Failure {
  constructor() {
    super(t('noServer'));
  }
}

export interface Ask extends BareAsk {
  /** What is being sent, for the privacy page; without secrets. */
  readonly sent?: string;
  /** The viewer's derived id is sent, too. */
  readonly isNamed?: boolean;
}

export interface Contact {
  readonly method: string;
  readonly path: string;
  readonly sent: string;
  readonly isNamed: boolean;
  readonly status: number;
  /** It was not the server who answered. */
  readonly isIntercepted: boolean;
}

export class Server implements Asker {
  /**
   * @param origin of the server, or undefined while nothing may be sent
   * @param note called for every request, after its answer
   */
  constructor(
    readonly origin: () => Promise<string | undefined>,
    private readonly note: (contact: Contact) => void,
  ) {}

  /** What the server says to this. Raises `Refused`, `Unreachable`, `NotWelcomed`. */
  request<T>(ask: Ask, read: Reader<T>): Promise<T> {
    return this.exchange(ask, (response) => take(response, read));
  }

  /** The same for something that is kept here; undefined when the server has the same one. */
  requestNewer<T>(
    ask: Ask,
    etag: string | undefined,
    read: Reader<T>,
  ): Promise<Tagged<T> | undefined> {
    return this.exchange(conditional(ask, etag), (response) => takeNewer(response, etag, read));
  }

  private async exchange<T>(ask: Ask, read: Reader<T>): Promise<T> {
    const origin = await this.origin();
    if (origin === undefined) throw new NotWelcomed();
    const { method = 'GET', path, sent = '', isNamed = false } = ask;
    let status = 0;
    let isIntercepted = false;
    try {
      const response = await send(origin, ask);
      status = response.status;
      return await read(response);
    } catch (error) {
      isIntercepted = error instanceof Intercepted;
      if (error instanceof Intercepted) error.message = t('intercepted');
      throw error;
    } finally {
      this.note({ method, path, sent, isNamed, status, isIntercepted });
    }
  }
}
