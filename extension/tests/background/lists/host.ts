/** A host of lists on a real socket, which tests tell what to answer. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (response: http.ServerResponse, request: http.IncomingMessage) => void;

export class ListHost {
  readonly heard: http.IncomingMessage[] = [];
  answer: Answer = (response) => response.writeHead(404).end();
  private readonly http = http.createServer((request, response) => {
    this.heard.push(request);
    this.answer(response, request);
  });

  async start(): Promise<void> {
    this.http.listen(0, '127.0.0.1');
    await once(this.http, 'listening');
  }

  at(path: string, host = '127.0.0.1'): string {
    return `http://${host}:${(this.http.address() as AddressInfo).port}${path}`;
  }

  stop(): void {
    this.http.closeAllConnections();
    this.http.close();
  }
}

export function says(body: string, headers: http.OutgoingHttpHeaders = {}, status = 200): Answer {
  return (response) => response.writeHead(status, headers).end(body);
}

/** So many channels, a line each. */
export function lines(count: number, from = 0): string {
  return Array.from({ length: count }, (_, n) => `@slop${from + n}\n`).join('');
}
