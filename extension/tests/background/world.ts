/** A small RealTube server on a real socket, which tests tell what to answer, and what others say. */

import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { type Contact, Server } from '../../src/background/server';

// The fake browser has no catalogue.
Object.assign(fakeBrowser.i18n, { getMessage: (name: string) => name });

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
  /** What was asked about signatures: a server without a key says that it has none. */
  readonly doubted: Heard[] = [];
  signed: (request: Heard) => Said = () => refusal(404, 'NOT_FOUND');
  welcomed = true;
  answer: (request: Heard) => Said | Promise<Said> = () => ({ status: 404 });
  private readonly http = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { method = '', url = '', headers } = request;
      const heard = { method, path: url, body: Buffer.concat(chunks).toString(), headers };
      const isDoubt = url.startsWith('/api/sync/signed');
      (isDoubt ? this.doubted : this.heard).push(heard);
      const said = isDoubt ? this.signed(heard) : await this.answer(heard);
      const { status = 200, headers: more = {}, body = {} } = said;
      response.writeHead(status, more);
      if (status === 304) response.end();
      else response.end(body instanceof Uint8Array ? body : JSON.stringify(body));
    });
  });

  async start(): Promise<Server> {
    this.http.listen(0, '127.0.0.1');
    await once(this.http, 'listening');
    return this.before();
  }

  /** As a viewer's first server, with others behind it. */
  before(...others: readonly FakeService[]): Server {
    const all = [this, ...others];
    return new Server(
      async () => (this.welcomed ? all.map(({ address }) => address) : []),
      (contact) => this.contacts.push(contact),
    );
  }

  get address(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.http.closeAllConnections();
    this.http.close();
  }

  paths(): string[] {
    return this.heard.map(({ path }) => path.replace(/\?.*/, ''));
  }
}

/** An error in the API's form. */
export function refusal(status: number, code: string, message = code, more: object = {}): Said {
  return { status, body: { error: { code, message, ...more } } };
}

const page = (status: number, headers: Said['headers'] = {}): Said => ({
  status,
  headers: { 'Content-Type': 'text/html', ...headers },
  body: Buffer.from('<!doctype html><title>Welcome to our network</title>'),
});

/** What somebody on the way answers in the server's place. */
export const OTHERS: readonly (readonly [string, Said])[] = [
  ['a sign-in page', page(200)],
  ['nothing', { body: Buffer.alloc(0) }],
  ['JSON of its own', { body: { status: 'sign in' } }],
  ['a list', { body: [] }],
  ['a word', { body: 'blocked' }],
  ['a way to its sign-in page', page(302, { Location: '/elsewhere' })],
  ['a way that keeps the method', page(307, { Location: '/elsewhere' })],
  ['that nothing was modified', { status: 304 }],
  ['400 with a page', page(400)],
  ['403 with a page', page(403)],
  ['404 with a page', page(404)],
  ['404 with JSON of its own', { status: 404, body: { detail: 'Not Found' } }],
  ['404 with an unknown code', refusal(404, 'DEPLOYMENT_NOT_FOUND')],
  ['404 without a code', { status: 404, body: { error: { message: 'no such host' } } }],
  ['404 with a code of another status', refusal(404, 'FORBIDDEN')],
  ['410 with a page', page(410)],
  ['429 with a page', page(429)],
  ['502 with a page', page(502)],
  ['511', page(511)],
  ['that what was sent is no JSON', refusal(400, 'INVALID_BODY')],
];

/** Until mocks are restored, the device's clock shows a time so far from the true one. */
export function setClock(offMs: number): void {
  const now = () => Math.round(performance.timeOrigin + performance.now() + offMs);
  vi.spyOn(Date, 'now').mockImplementation(now);
}

/** Until mocks are restored, the disk takes nothing more. */
export function fillDisk(): void {
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('no room', 'QuotaExceededError');
  });
}

/** Until mocks are restored, nothing can be read from the disk. */
export function hideDisk(): void {
  const fail = () => {
    throw new DOMException('damaged', 'UnknownError');
  };
  vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(fail);
  vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(fail);
}
