/** Who runs the RealTube server. */
import { execFileSync } from 'node:child_process';
import { inject } from 'vitest';
import { PYTHON, REPOSITORY } from './service';

/** Enter a new version of the selectors that the server offers. */
export function enterSelectors(content: object): void {
  const entry = { model: 'sync.clientselectors', fields: { content, reason: 'renamed', author: 'e2e' } };
  execFileSync(PYTHON, ['manage.py', 'loaddata', '--format=json', '-'], {
    cwd: REPOSITORY,
    env: { ...process.env, VAR_DIR: inject('varDir') },
    input: JSON.stringify([entry]),
  });
}
