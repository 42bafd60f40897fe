/** A small server on a real socket, which tests tell what to answer. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly headers: http.IncomingHttpHeaders;
}

export interface Said {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes are sent as they are, all else as JSON. */
  readonly body?: unknown;
}

export class TestServer {
  readonly heard: Heard[] = [];
  answer: (heard: Heard) => Said | Promise<Said> = () => refusal(404, 'NOT_FOUND');
  private readonly http = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const text = Buffer.concat(chunks).toString();
    const heard = { method, path: url, body: text && JSON.parse(text), headers };
    this.heard.push(heard);
    const { status = 200, headers: more = {}, body = '' } = await this.answer(heard);
    response.writeHead(status, more);
    const isBare = typeof body === 'string' || body instanceof Uint8Array;
    response.end(isBare ? body : JSON.stringify(body));
  });

  async start(): Promise<this> {
    this.http.listen(0, '127.0.0.1');
    await once(this.http, 'listening');
    return this;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  get paths(): string[] {
    return this.heard.map(({ method, path }) => `${method} ${path}`);
  }

  async stop(): Promise<void> {
    this.http.closeAllConnections();
    this.http.close();
    await once(this.http, 'close');
  }
}

/** An error in the API's form. */
export function refusal(status: number, code: string): Said {
  return { status, body: { error: { code, message: code } } };
}
