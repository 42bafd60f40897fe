/** Somebody's server with a list of channels; it knows nothing of RealTube. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ListHost {
  /** On a host that the build has a permission for: nobody is there to click in a dialog. */
  readonly url: string;
  readonly heard: http.IncomingMessage[];
  answer: (response: http.ServerResponse, request: http.IncomingMessage) => void;
  /** The same list on a host without a permission. */
  readonly elsewhere: string;
  close(): void;
}

export async function startListHost(): Promise<ListHost> {
  const server = http.createServer((request, response) => {
    host.heard.push(request);
    host.answer(response, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host: ListHost = {
    url: `http://localhost:${port}/list.txt`,
    elsewhere: `http://127.0.0.1:${port}/list.txt`,
    heard: [],
    answer: (response) => response.writeHead(404).end(),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return host;
}

/** So many channels that nobody has, and those named, in the form of the largest known list. */
export function listOf(count: number, ...handles: readonly string[]): string {
  const others = Array.from({ length: count - handles.length }, (_, n) => `@nobody-${n}`);
  return `! Title: Slop\n!\n${[...others, ...handles].join('\n')}\n`;
}
