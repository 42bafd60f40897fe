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
import { Health } from './servers/health';

/** The viewer has not seen the welcome page, or has chosen no server: nothing may be contacted. */
export class NotWelcomed extends Failure {
  constructor() {
    super(t('noServer'));
  }
}

export interface Ask extends BareAsk {
  /** What is being sent, for the privacy page; without secrets. */
  readonly sent?: string;
}

export interface Contact {
  /** Its host, where it was not the first of the viewer's servers. */
  readonly server?: string;
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
   * @param servers in the order in which they are asked; none while nothing may be sent
   * @param note called for every request, after its answer
   */
  constructor(
    readonly servers: () => Promise<readonly string[]>,
    private readonly note: (contact: Contact) => void,
    private readonly health = new Health(),
  ) {}

  /** The order in which to ask them now: those that are away last. Raises `NotWelcomed`. */
  async inTurn(): Promise<readonly string[]> {
    return this.health.inTurn(await this.some());
  }

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
    const servers = await this.some();
    const [first = ''] = servers;
    const asked = ask.origin === undefined ? servers : [ask.origin];
    return this.health.ask(ask.isNamed ? [first] : asked, (origin) =>
      this.exchangeWith(
        origin,
        ask,
        read,
        origin === first ? {} : { server: new URL(origin).host },
      ),
    );
  }

  private async some(): Promise<readonly string[]> {
    const servers = await this.servers();
    if (servers.length === 0) throw new NotWelcomed();
    return servers;
  }

  private async exchangeWith<T>(
    origin: string,
    ask: Ask,
    read: Reader<T>,
    by: Pick<Contact, 'server'>,
  ): Promise<T> {
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
      this.note({ ...by, method, path, sent, isNamed, status, isIntercepted });
    }
  }
}
