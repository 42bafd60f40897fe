/** Starts the real RealTube server once for all tests, with databases of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type {} from 'vitest';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    servicePort: number;
    /** Where the server keeps its databases, which `manage.py` finds there. */
    varDir: string;
  }
}

export const REPOSITORY = path.resolve(import.meta.dirname, '../..');
export const PYTHON = path.join(REPOSITORY, '.venv/bin/python');
const READY_MS = 120_000;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const varDir = mkdtempSync(path.join(tmpdir(), 'realtube-e2e-'));
  const port = await freePort();
  const service = spawn(PYTHON, ['-m', 'local.run'], {
    cwd: REPOSITORY,
    env: { ...process.env, PORT: String(port), VAR_DIR: varDir, WEB_CONCURRENCY: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    if (service.exitCode === null) {
      service.kill('SIGTERM');
      await once(service, 'exit');
    }
    rmSync(varDir, { recursive: true, force: true });
  };
  try {
    await untilReady(port, service, lastWords(service));
    letVotesConfirm(varDir);
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide('servicePort', port);
  project.provide('varDir', varDir);
  return stop;
}

/** Crowds of these tests flag videos for certain, as on a site whose operator lets them. */
function letVotesConfirm(varDir: string): void {
  const words = ['brakes', '--set', 'confirms=votes', '--reason', 'e2e'];
  const env = { ...process.env, VAR_DIR: varDir };
  execFileSync(PYTHON, ['manage.py', ...words], { cwd: REPOSITORY, env, stdio: 'pipe' });
}

function lastWords(service: ChildProcess): () => string {
  let text = '';
  for (const stream of [service.stdout, service.stderr])
    stream?.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-4000);
    });
  return () => text;
}

async function untilReady(port: number, service: ChildProcess, said: () => string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    if (service.exitCode !== null) throw new Error(`the server ended:\n${said()}`);
    const status = await fetch(`http://127.0.0.1:${port}/health/ready`).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    await sleep(250);
  }
  throw new Error(`the server was not ready in time:\n${said()}`);
}

async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
