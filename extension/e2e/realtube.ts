/** The real RealTube server, what other viewers told it, and a tap on every request to it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const READY_MS = 120_000;
// Fewer voters leave a score under 50; votes of new voters weigh 0.3 each (docs/scoring.md).
export const ENOUGH_VOTERS = 6;

export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers: http.IncomingHttpHeaders;
}

export interface RealTube {
  /** Where the extension is told to find the server: the tap in front of it. */
  readonly url: string;
  /** Everything extensions asked, in order. */
  readonly requests: Recorded[];
  /** Refuse connections, as a server that is down does. */
  goAway(): void;
  comeBack(): void;
  /** Have several independent viewers report videos, and wait until the score is public. */
  flag(videoIds: readonly string[], category?: string): Promise<void>;
  score(videoId: string): Promise<number | undefined>;
  close(): Promise<void>;
}

export async function startRealTube(): Promise<RealTube> {
  const varDir = mkdtempSync(path.join(tmpdir(), 'realtube-e2e-'));
  const port = await freePort();
  const service = spawn(path.join(REPOSITORY, '.venv/bin/python'), ['-m', 'realtube.run'], {
    cwd: REPOSITORY,
    env: { ...process.env, PORT: String(port), VAR_DIR: varDir, WEB_CONCURRENCY: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collectOutput(service);
  try {
    await untilReady(port, service, output);
  } catch (error) {
    await stop(service, varDir);
    throw error;
  }
  const tap = await startTap(port);
  const client = new Viewers(port);
  return {
    url: `http://127.0.0.1:${tap.port}`,
    requests: tap.requests,
    goAway: () => tap.setAway(true),
    comeBack: () => tap.setAway(false),
    flag: (videoIds, category = 'fully_ai') => client.flag(videoIds, category),
    score: (videoId) => client.score(videoId),
    async close() {
      tap.close();
      await stop(service, varDir);
    },
  };
}

/** SHA-256 of a video id, as the prefixes of lookups are made. */
export function hashOf(videoId: string): string {
  return createHash('sha256').update(videoId).digest('hex');
}

async function stop(service: ChildProcess, varDir: string): Promise<void> {
  if (service.exitCode === null) {
    service.kill('SIGTERM');
    await once(service, 'exit');
  }
  if (existsSync(varDir)) rmSync(varDir, { recursive: true, force: true });
}

function collectOutput(service: ChildProcess): () => string {
  let text = '';
  for (const stream of [service.stdout, service.stderr])
    stream?.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-4000);
    });
  return () => text;
}

async function untilReady(port: number, service: ChildProcess, output: () => string) {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    if (service.exitCode !== null) throw new Error(`the server ended:\n${output()}`);
    const status = await fetch(`http://127.0.0.1:${port}/health/ready`).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    await sleep(250);
  }
  throw new Error(`the server was not ready in time:\n${output()}`);
}

async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** A proxy that notes what passes. */
async function startTap(target: number) {
  const requests: Recorded[] = [];
  let away = false;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const { method = '', url = '', headers } = request;
      requests.push({ method, path: url, body: body.toString(), headers });
      pass(request, body, response);
    });
  });
  const pass = (
    { method, url, headers }: http.IncomingMessage,
    body: Buffer,
    response: http.ServerResponse,
  ) => {
    const onward = http.request({ port: target, host: '127.0.0.1', method, path: url, headers });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  };
  server.on('connection', (socket) => {
    if (away) socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    setAway(next: boolean) {
      away = next;
      if (away) server.closeAllConnections();
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Other people, each on a network of their own: votes of one /24 count as one. */
class Viewers {
  private network = randomBytes(2).readUInt16BE() % 40_000;

  constructor(private readonly port: number) {}

  async flag(videoIds: readonly string[], category: string): Promise<void> {
    for (const videoId of videoIds) {
      await Promise.all(
        Array.from({ length: ENOUGH_VOTERS }, () => this.vote(videoId, category)),
      );
    }
    const deadline = Date.now() + 60_000;
    for (const videoId of videoIds) {
      while (((await this.score(videoId)) ?? 0) < 50) {
        if (Date.now() > deadline) throw new Error(`${videoId} was not flagged in time`);
        await sleep(200);
      }
    }
  }

  async score(videoId: string): Promise<number | undefined> {
    const { status, body } = await this.request('GET', `/api/videos/${hashOf(videoId).slice(0, 4)}`);
    if (status !== 200) return undefined;
    const videos = JSON.parse(body) as { videoId: string; score: number }[];
    return videos.find((video) => video.videoId === videoId)?.score;
  }

  private async vote(videoId: string, category: string): Promise<void> {
    const userId = randomBytes(32).toString('hex');
    const vote = JSON.stringify({ videoId, userId, category });
    const { status, body } = await this.request('POST', '/api/votes', vote);
    if (status !== 200) throw new Error(`a vote was answered ${status}: ${body}`);
  }

  private async request(method: string, requestPath: string, body?: string) {
    this.network += 1;
    const localAddress = `127.${1 + ((this.network >> 8) & 127)}.${this.network & 255}.1`;
    const request = http.request({
      host: '127.0.0.1',
      port: this.port,
      method,
      path: requestPath,
      localAddress,
      headers: { 'content-type': 'application/json' },
    });
    request.end(body);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() };
  }
}
