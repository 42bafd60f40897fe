import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { followSites } from '../../src/background/sites';
import { KIDS } from '../../src/core/sites';

interface Script {
  readonly id: string;
  readonly matches: readonly string[];
  readonly js?: readonly string[];
}

/** What browsers do about permissions and scripts, which the fake browser does not have. */
function browserWith(granted: Set<string>, scripts: Map<string, Script>) {
  const listeners = new Set<() => void>();
  const on = { addListener: (listener: () => void) => void listeners.add(listener) };
  Object.assign(fakeBrowser, {
    permissions: {
      onAdded: on,
      onRemoved: on,
      contains: async ({ origins }: { origins: string[] }) =>
        origins.every((origin) => granted.has(origin)),
    },
    scripting: {
      getRegisteredContentScripts: async ({ ids }: { ids: string[] }) =>
        [...scripts.values()].filter(({ id }) => ids.includes(id)),
      registerContentScripts: async (added: Script[]) => {
        for (const script of added) {
          if (scripts.has(script.id)) throw new Error(`Duplicate script ID '${script.id}'`);
          if (!script.matches.every((match) => granted.has(match)))
            throw new Error('no permission');
          scripts.set(script.id, script);
        }
      },
      unregisterContentScripts: async ({ ids }: { ids: string[] }) => {
        for (const id of ids) scripts.delete(id);
      },
    },
  });
  fakeBrowser.runtime.getManifest = () =>
    ({
      content_scripts: [
        { js: ['content-scripts/youtube.js'], css: ['content-scripts/youtube.css'] },
      ],
    }) as never;
  return {
    tell: () => {
      for (const listener of listeners) listener();
    },
  };
}

let granted: Set<string>;
let scripts: Map<string, Script>;

beforeEach(() => {
  fakeBrowser.reset();
  [granted, scripts] = [new Set<string>(), new Map<string, Script>()];
});

const registered = (expected: readonly string[]) =>
  vi.waitFor(() =>
    expect([...scripts.values()].flatMap(({ matches }) => matches)).toEqual(expected),
  );

describe('followSites', () => {
  it('runs our script on YouTube Kids as long as the viewer permits it', async () => {
    const { tell } = browserWith(granted, scripts);
    followSites();
    await registered([]);
    granted.add(KIDS);
    tell();
    tell();
    await registered([KIDS]);
    expect([...scripts.values()][0]).toMatchObject({
      js: ['content-scripts/youtube.js'],
      runAt: 'document_start',
    });
    granted.clear();
    tell();
    await registered([]);
  });

  it('registers it anew when an update has lost it, and once only', async () => {
    granted.add(KIDS);
    browserWith(granted, scripts);
    followSites();
    await registered([KIDS]);
    followSites();
    scripts.clear();
    followSites();
    await registered([KIDS]);
  });
});
