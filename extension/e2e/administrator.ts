/** Who runs the RealTube server. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject } from 'vitest';
import { PYTHON, REPOSITORY } from './service';

/** Enter a new version of the selectors that the server offers. */
export function enterSelectors(content: object): void {
  const entry = {
    model: 'sync.clientselectors',
    fields: { content, reason: 'renamed', author: 'e2e' },
  };
  manage(['loaddata', '--format=json', '-'], JSON.stringify([entry]));
}

/** Change a brake; servers notice within some seconds. */
export function setBrake(name: string, value: string): void {
  manage(['brakes', '--set', `${name}=${value}`, '--reason', 'e2e']);
}

/** Import a list of channels, the whole of which is blocked. */
export function blockChannels(...handles: string[]): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'realtube-list-'));
  const file = path.join(folder, 'list.txt');
  writeFileSync(file, handles.join('\n'));
  try {
    manage(['import_blocklist', file, '--source', 'e2e', '--level', 'block', '--accept-shrink']);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Tell a voter something. */
export function warn(publicId: string, reason: string): void {
  manage(
    ['loaddata', '--format=json', '-'],
    JSON.stringify([{ model: 'votes.voterwarning', fields: { voter: publicId, reason } }]),
  );
}

function manage(words: readonly string[], input = ''): void {
  const env = { ...process.env, VAR_DIR: inject('varDir') };
  execFileSync(PYTHON, ['manage.py', ...words], { cwd: REPOSITORY, env, input, stdio: 'pipe' });
}
