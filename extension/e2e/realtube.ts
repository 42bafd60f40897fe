/** What viewers tell the RealTube server, and a tap on what one browser asks it. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** As many voters confirm a video on a server where votes may; fewer only suspect it. */
const ENOUGH_VOTERS = 20;
const CONFIRMED = 80;
const SCORED_MS = 60_000;

export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers: http.IncomingHttpHeaders;
}

export interface Tap {
  /** Where one browser is told to find the server. */
  readonly url: string;
  /** Everything it asked, in order. */
  readonly requests: Recorded[];
  /** Refuse connections, as a server that is down does. */
  setAway(away: boolean): void;
  /** Answer everything with a page, as networks do before somebody has signed in. */
  setPortal(isPortal: boolean): void;
  /** Change a byte of each snapshot that passes. */
  setAltered(isAltered: boolean): void;
  close(): void;
}

/** SHA-256 of a video id, of whose text lookups send the first four characters. */
export function hashOf(videoId: string): string {
  return createHash('sha256').update(videoId).digest('hex');
}

let networks = randomBytes(2).readUInt16BE() % 20_000;

/** Every viewer comes from a network of their own: votes of one /24 count once, limits are shared. */
function newAddress(): string {
  networks += 1;
  return `127.${1 + ((networks >> 8) & 127)}.${networks & 255}.1`;
}

/** A proxy in front of the server that notes what passes. */
export async function startTap(servicePort: number): Promise<Tap> {
  const requests: Recorded[] = [];
  const localAddress = newAddress();
  let away = false;
  let isPortal = false;
  let isAltered = false;
  const pass = (
    { method, url, headers }: http.IncomingMessage,
    body: Buffer,
    response: http.ServerResponse,
  ) => {
    const to = { host: '127.0.0.1', port: servicePort, localAddress };
    // A changed byte of what is compressed would be no more than a broken connection.
    const asked = isAltered ? { ...headers, 'accept-encoding': 'identity' } : headers;
    const onward = http.request({ ...to, method, path: url, headers: asked });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      if (!isAltered || url !== '/api/sync/compact') return answer.pipe(response);
      answer.once('data', (first: Buffer) => {
        // In the middle of the revision: what is before it says only what the file is.
        first[12] = (first[12] ?? 0) ^ 1;
        response.write(first);
        answer.pipe(response);
      });
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  };
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const { method = '', url = '', headers } = request;
      requests.push({ method, path: url, body: body.toString(), headers });
      if (!isPortal) return pass(request, body, response);
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html><title>Welcome to our network</title>');
    });
  });
  server.on('connection', (socket) => {
    if (away) socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    requests,
    setAway(next) {
      away = next;
      if (away) server.closeAllConnections();
    },
    setPortal(next) {
      isPortal = next;
    },
    setAltered(next) {
      isAltered = next;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Other viewers than those of the tests' browsers. */
export class Crowd {
  constructor(private readonly servicePort: number) {}

  /** Report videos until they are flagged for certain, and wait until everybody can see it. */
  async flag(videoIds: readonly string[], category = 'fully_ai'): Promise<void> {
    for (const videoId of videoIds) await this.voteOften(videoId, category);
    const deadline = Date.now() + SCORED_MS;
    for (const videoId of videoIds) {
      while (((await this.score(videoId)) ?? 0) < CONFIRMED) {
        if (Date.now() > deadline) throw new Error(`${videoId} was not flagged in time`);
        await sleep(200);
      }
    }
  }

  /** Have several independent viewers vote on a video, who notice the same. */
  async voteOften(
    videoId: string,
    category: string,
    times = ENOUGH_VOTERS,
    signs: readonly object[] = [],
  ): Promise<void> {
    await Promise.all(Array.from({ length: times }, () => this.vote(videoId, category, signs)));
  }

  async score(videoId: string): Promise<number | undefined> {
    const prefix = hashOf(videoId).slice(0, 4);
    const { status, body } = await this.request('GET', `/api/videos/${prefix}`);
    if (status !== 200) return undefined;
    const videos = JSON.parse(body) as { videoId: string; score: number }[];
    return videos.find((video) => video.videoId === videoId)?.score;
  }

  /** Whether videos of a channel that nobody reported count as flagged. */
  async isFlagged(handle: string): Promise<boolean> {
    const { status, body } = await this.request(
      'GET',
      `/api/channels/${encodeURIComponent(handle)}`,
    );
    return status === 200 && (JSON.parse(body) as { autoFlag: boolean }).autoFlag;
  }

  async untilFlagged(handle: string): Promise<void> {
    const deadline = Date.now() + SCORED_MS;
    while (!(await this.isFlagged(handle))) {
      if (Date.now() > deadline) throw new Error(`${handle} was not flagged in time`);
      await sleep(200);
    }
  }

  /** Share, as a viewer of a network of their own, that YouTube labels these videos of a channel. */
  async observe(handle: string, videoIds: readonly string[]): Promise<void> {
    const userId = randomBytes(32).toString('hex');
    const labelled = videoIds.map((videoId) => hashOf(videoId).slice(0, 16));
    const body = JSON.stringify({ userId, channelHandle: handle, labelled });
    const { status, body: answer } = await this.request('POST', '/api/observations', body);
    if (status !== 200) throw new Error(`an observation was answered ${status}: ${answer}`);
  }

  /** Whether the server says that a channel is measured, and how far; undefined if it does not. */
  async measured(handle: string): Promise<{ readonly counts: boolean } | undefined> {
    const path = `/api/channels/${encodeURIComponent(handle)}`;
    const { status, body } = await this.request('GET', path);
    if (status !== 200) return undefined;
    return (JSON.parse(body) as { measured?: { counts: boolean } }).measured;
  }

  /** Whether a new viewer has to bring a proof of work. */
  async mustProve(): Promise<boolean> {
    const userId = randomBytes(32).toString('hex');
    const { body } = await this.request('GET', '/api/challenge', undefined, {
      'x-user-id': userId,
    });
    return (JSON.parse(body) as { proofRequired: boolean }).proofRequired;
  }

  private async vote(videoId: string, category: string, signs: readonly object[]): Promise<void> {
    const userId = randomBytes(32).toString('hex');
    const vote = JSON.stringify({ videoId, userId, category, signs });
    const { status, body } = await this.request('POST', '/api/votes', vote);
    if (status !== 200) throw new Error(`a vote was answered ${status}: ${body}`);
  }

  private async request(
    method: string,
    path: string,
    body?: string,
    more: http.OutgoingHttpHeaders = {},
  ) {
    const from = { port: this.servicePort, host: '127.0.0.1', localAddress: newAddress() };
    const headers = { 'content-type': 'application/json', ...more };
    const request = http.request({ ...from, method, path, headers });
    request.end(body);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() };
  }
}
