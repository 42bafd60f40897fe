// @vitest-environment node
/** The script of the server's own page for jurors. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { NOTE_TEXTS } from '../../src/site/note-texts';
import { TEXTS } from '../../src/site/texts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FILE = path.join(ROOT, '../realtube/static/jury.js');
let made: string;

beforeAll(() => {
  const folder = mkdtempSync(path.join(tmpdir(), 'realtube-page-'));
  const vite = path.join(ROOT, 'node_modules/vite/bin/vite.js');
  // As a program of its own: tests are built in another way.
  execFileSync(process.execPath, [vite, 'build', '-c', 'jury.config.ts', '--outDir', folder], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: 'ignore',
  });
  made = readFileSync(path.join(folder, 'jury.js'), 'utf8');
  rmSync(folder, { recursive: true });
});

describe('the script of the page for jurors', () => {
  it('is what `npm run page` makes of the source', () => {
    expect(readFileSync(FILE, 'utf8') === made).toBe(true);
  });

  it('has every text that it shows', () => {
    const names = [...made.matchAll(/\bt\("(\w+)"/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(made).toMatch(new RegExp(`\\b${name}: \\{`));
  });

  it('asks nobody but the server, and sends readers to YouTube alone', () => {
    const hosts = [...made.matchAll(/https?:\/\/([\w.-]+\.\w+)/g)].map(([, host]) => host);
    expect([...new Set(hosts)].sort()).toEqual(['www.w3.org', 'www.youtube.com']);
  });
});

describe('its own texts', () => {
  it.each(Object.entries(TEXTS))('are complete in %s', (_, texts) => {
    expect(Object.keys(texts)).toEqual(Object.keys(TEXTS.en));
    expect(Object.values(texts).filter((text) => text.trim() === '')).toEqual([]);
  });

  it.each(Object.entries(NOTE_TEXTS))('about notes are complete in %s', (_, texts) => {
    expect(Object.keys(texts)).toEqual(Object.keys(NOTE_TEXTS.en));
    expect(JSON.stringify(texts)).not.toMatch(/"\s*"/);
    expect(texts.inVideo).toContain('$1');
  });
});
