/** A small RealTube server on a real socket, which tests tell what to answer. */
import http from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Server, type Contact } from '../../src/background/server';

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers: http.IncomingHttpHeaders;
}

export interface Said {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export class FakeService {
  readonly heard: Heard[] = [];
  readonly contacts: Contact[] = [];
  welcomed = true;
  answer: (request: Heard) => Said = () => ({ status: 404 });
  private readonly http = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const heard = { method, path: url, body: Buffer.concat(chunks).toString(), headers };
      this.heard.push(heard);
      const { status = 200, headers: more = {}, body = {} } = this.answer(heard);
      response.writeHead(status, more);
      if (status === 304) response.end();
      else response.end(body instanceof Uint8Array ? body : JSON.stringify(body));
    });
  });

  async start(): Promise<Server> {
    this.http.listen(0, '127.0.0.1');
    await once(this.http, 'listening');
    const { port } = this.http.address() as AddressInfo;
    return new Server(
      async () => (this.welcomed ? `http://127.0.0.1:${port}` : undefined),
      (contact) => this.contacts.push(contact),
    );
  }

  stop(): void {
    this.http.closeAllConnections();
    this.http.close();
  }

  paths(): string[] {
    return this.heard.map(({ path }) => path.replace(/\?.*/, ''));
  }
}
