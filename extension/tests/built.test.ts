/** What was built: sizes, permissions, policy. Needs `npm run build`. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const OUTPUT = path.resolve(import.meta.dirname, '../.output');
const TARGETS = ['chrome-mv3', 'firefox-mv3'];

interface Manifest {
  readonly permissions: readonly string[];
  readonly host_permissions?: readonly string[];
  readonly content_security_policy: { readonly extension_pages: string };
  readonly web_accessible_resources?: unknown;
  readonly externally_connectable?: unknown;
}

const gzipped = (file: string) => gzipSync(readFileSync(file)).length;

/** All scripts that a page loads, following imports. */
function scriptsOf(directory: string, page: string): string[] {
  const html = readFileSync(path.join(directory, page), 'utf8');
  const found = new Set<string>();
  const follow = (file: string) => {
    if (found.has(file)) return;
    found.add(file);
    const source = readFileSync(file, 'utf8');
    for (const [, name = ''] of source.matchAll(/(?:from|import)\s*["']([^"']+\.js)["']/g))
      follow(path.resolve(path.dirname(file), name));
  };
  for (const [, name = ''] of html.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g))
    follow(path.join(directory, name));
  return [...found];
}

describe.skipIf(!TARGETS.every((target) => existsSync(path.join(OUTPUT, target))))(
  'the build',
  () => {
    it.each(TARGETS)('for %s is small', (target) => {
      const directory = path.join(OUTPUT, target);
      const popup = scriptsOf(directory, 'popup.html').reduce(
        (sum, file) => sum + gzipped(file),
        0,
      );
      expect(popup).toBeGreaterThan(5000);
      expect(popup).toBeLessThan(60_000);
      expect(gzipped(path.join(directory, 'content-scripts/youtube.js'))).toBeLessThan(30_000);
      expect(gzipped(path.join(directory, 'background.js'))).toBeLessThan(30_000);
    });

    it.each(TARGETS)('for %s asks for little and opens nothing to pages', (target) => {
      const manifest = JSON.parse(
        readFileSync(path.join(OUTPUT, target, 'manifest.json'), 'utf8'),
      ) as Manifest;
      expect(manifest.permissions).toEqual(['storage', 'unlimitedStorage', 'alarms', 'scripting']);
      // The server that the build names, if it names one.
      expect(manifest.host_permissions?.length ?? 0).toBeLessThanOrEqual(1);
      expect(manifest.host_permissions?.[0] ?? '').not.toMatch(/:\d+\//);
      expect(manifest.content_security_policy.extension_pages).toContain(
        "default-src 'none'; script-src 'self'",
      );
      expect(manifest).not.toHaveProperty('web_accessible_resources');
      expect(manifest).not.toHaveProperty('externally_connectable');
    });
  },
);
