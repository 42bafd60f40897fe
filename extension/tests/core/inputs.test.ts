/** What viewers type, paste and import. */
import { describe, expect, it } from 'vitest';
import { parseServer, patternOf } from '../../src/core/address';
import { exportSettings, importSettings } from '../../src/core/backup';
import { decide } from '../../src/core/decide';
import { parseEntry, parseList } from '../../src/core/entries';
import { listAddress, nameOf } from '../../src/core/lists/subscription';
import { Lru } from '../../src/core/lru';
import { defaultSettings, PRESET_RULES, PRESETS, ruledBy } from '../../src/core/presets';
import { completeSettings } from '../../src/core/shapes';

const DEFAULTS = defaultSettings('http://localhost:8000');

describe('parseEntry', () => {
  it.each([
    ['dQw4w9WgXcQ', 'dQw4w9WgXcQ'],
    ['https://youtu.be/dQw4w9WgXcQ?si=x', 'dQw4w9WgXcQ'],
    ['https://www.youtube.com/channel/UC0123456789abcdefghijkl/videos', 'UC0123456789abcdefghijkl'],
    ['https://www.youtube.com/@Some.Handle/videos', '@some.handle'],
    ['@%C3%89t%C3%A9', '@ete'],
  ])('finds the entry in %s', (text, entry) => expect(parseEntry(text)).toBe(entry));

  it.each([
    '',
    '@a b',
    'SomeChannel',
    'https://www.youtube.com/SomeChannel',
    'youtube.com/c/a',
    'UCshort',
  ])('finds none in "%s"', (text) => expect(parseEntry(text)).toBeUndefined());
});

describe('parseList', () => {
  it('tells lines that are none apart, and keeps each entry once', () => {
    const text =
      '# mine\n! yours\n@Café, @cafe\r\n\n youtu.be/dQw4w9WgXcQ\nSomeChannel\nyoutube.com/c/maker\nhttps://a.example/b\n';
    expect(parseList(text, [])).toEqual({
      entries: ['@cafe', 'dQw4w9WgXcQ'],
      wrong: {
        word: ['SomeChannel'],
        legacy: ['youtube.com/c/maker'],
        nothing: ['https://a.example/b'],
      },
    });
  });

  it('keeps ids of videos that are on the list, even if they read like names', () => {
    expect(parseList('slopchannel\nsomechannel', ['slopchannel']).entries).toEqual(['slopchannel']);
  });
});

describe('parseServer', () => {
  it.each([
    ['https://rt.example.org/', 'https://rt.example.org'],
    ['rt.example.org:8443/path', 'https://rt.example.org:8443'],
    ['http://localhost:8000', 'http://localhost:8000'],
  ])('takes %s', (text, origin) => expect(parseServer(text)).toBe(origin));

  it.each(['http://example.org', 'ftp://example.org', 'ftp://localhost', 'https://', ''])(
    'refuses "%s"',
    (text) => expect(parseServer(text)).toBeUndefined(),
  );

  it('asks for a permission without a port', () => {
    expect(patternOf('https://rt.example.org:8443')).toBe('https://rt.example.org/*');
  });
});

describe('the address of a list', () => {
  it.each([
    [' https://lists.example/a.txt#top ', 'https://lists.example/a.txt'],
    ['lists.example/a b.txt?x=1', 'https://lists.example/a%20b.txt?x=1'],
    ['http://localhost:8000/list', 'http://localhost:8000/list'],
    ['http://127.0.0.1/list', 'http://127.0.0.1/list'],
  ])('is in %s', (text, url) => expect(listAddress(text)).toBe(url));

  it.each([
    '',
    'words only',
    'http://lists.example/a.txt',
    'http://10.0.0.7/a.txt',
    'ftp://lists.example/a.txt',
    'data://text/plain',
    'https://name:word@lists.example/a.txt',
    `https://lists.example/${'a'.repeat(2000)}`,
  ])('is not in %s', (text) => expect(listAddress(text)).toBeUndefined());

  it('gives the list a name where the viewer gave none', () => {
    const of = (url: string, name = '') => nameOf({ url, name, on: true });
    expect(of('https://lists.example/a/slop.txt?x')).toBe('slop.txt');
    expect(of('https://lists.example/')).toBe('lists.example');
    expect(of('https://lists.example/', 'Mine')).toBe('Mine');
  });
});

describe('backup', () => {
  it('follows the lists of a preset where older settings had no rule for them', () => {
    for (const preset of PRESETS) {
      const { followed, ...older } = ruledBy(preset);
      expect(completeSettings(older, DEFAULTS).followed).toBe(followed);
      const file = JSON.stringify({ realtube: 1, settings: older });
      expect(importSettings(file)?.settings.followed).toBe(followed);
    }
  });

  it('has each followed list once, and only at addresses that may be', () => {
    const one = { url: 'https://lists.example/a.txt', name: '', on: true };
    const file = (subscriptions: object[]) =>
      importSettings(JSON.stringify({ realtube: 1, settings: { subscriptions } }))?.settings;
    expect(file([one, one])).toEqual({ subscriptions: [one] });
    expect(file([{ ...one, url: 'http://10.0.0.7/a.txt' }])).toBeUndefined();
  });

  it('reads what was stored when there were fewer kinds', () => {
    const { ai_music, ...rules } = PRESET_RULES.strict;
    const now = completeSettings({ rules }, defaultSettings('https://a.example'));
    expect(now.rules).toEqual(PRESET_RULES.strict);
    const own = { ...rules, fully_ai: { action: 'dim', threshold: 30 } } as const;
    const mine = completeSettings({ rules: own }, defaultSettings('https://a.example'));
    expect(mine.rules).toEqual({ ...own, ai_music: PRESET_RULES.balanced.ai_music });
    const file = JSON.stringify({ realtube: 1, settings: { rules } });
    expect(importSettings(file)?.settings.rules).toEqual({ ...rules, ai_music });
  });

  it('brings back what was exported; of servers it only says which they were', () => {
    const settings = {
      ...DEFAULTS,
      ...ruledBy('strict'),
      lookups: false,
      server: 'https://realtube.example',
      otherServers: ['https://mirror.example', 'http://localhost:8000'],
      allow: ['@some.handle'],
      block: ['dQw4w9WgXcQ'],
      subscriptions: [{ url: 'https://lists.example/slop.txt', name: 'Slop', on: false }],
    };
    const { server, otherServers, shareSeen: _, ...expected } = settings;
    expect(importSettings(exportSettings(settings))).toEqual({
      settings: expected,
      servers: [server, ...otherServers],
    });
  });

  it.each([
    '',
    'null',
    '{"settings":{}}',
    '{"realtube":2,"settings":{}}',
    '{"realtube":1,"settings":{"enabled":"yes"}}',
    '{"realtube":1,"settings":{"rules":{"fully_ai":{"action":"explode","threshold":1}}}}',
  ])('refuses %s', (text) => expect(importSettings(text)).toBeUndefined());

  it('brings back ids of videos that read like names', () => {
    const text = exportSettings({ ...DEFAULTS, block: ['slopchannel'] });
    expect(importSettings(text)?.settings.block).toEqual(['slopchannel']);
  });

  it('leaves out what is not said, and entries that are none', () => {
    const text = '{"realtube":1,"settings":{"allow":["@A","???"],"server":"http://x.example"}}';
    expect(importSettings(text)).toEqual({ settings: { allow: ['@a'] }, servers: [] });
  });
});

describe('completeSettings', () => {
  it('keeps what is well-formed and takes the rest from the defaults', () => {
    const stored = { enabled: false, lookups: 'maybe', rules: { fully_ai: 1 }, strange: 1 };
    expect(completeSettings(stored, DEFAULTS)).toEqual({ ...DEFAULTS, enabled: false });
    expect(completeSettings(undefined, DEFAULTS)).toBe(DEFAULTS);
  });

  it('takes the rule for labels of the preset that older settings are, in files, too', () => {
    const { label, ...older } = { ...DEFAULTS, ...ruledBy('strict') };
    expect(completeSettings(older, DEFAULTS).label).toEqual(label);
    const file = JSON.stringify({ realtube: 1, settings: older });
    expect(importSettings(file)?.settings).toMatchObject({ label });
    const own = { ...older.rules, fully_ai: { action: 'none', threshold: 50 } };
    expect(completeSettings({ rules: own }, DEFAULTS).label).toEqual(DEFAULTS.label);
    const chosen = { ...older, label: { action: 'none', threshold: 60 } };
    expect(completeSettings(chosen, DEFAULTS).label).toEqual(chosen.label);
  });

  it('folds the handles on lists that were stored before accents were, each once', () => {
    const stored = {
      allow: ['@café', '@cafe', 'dQw4w9WgXcQ'],
      block: ['@été', '@日本語', 'UC0123456789abcdefghijkl'],
    };
    const { allow, block } = completeSettings(stored, DEFAULTS);
    expect(allow).toEqual(['@cafe', 'dQw4w9WgXcQ']);
    expect(block).toEqual(['@ete', '@日本語', 'UC0123456789abcdefghijkl']);
    const card = { handle: '@Été', surface: 'home', isShort: false } as const;
    expect(decide(card, {}, { ...DEFAULTS, block }).cause).toBe('blocked');
  });
});

describe('Lru', () => {
  it('forgets what was not used for longest', () => {
    const lru = new Lru<string, number>(2);
    lru.set('a', 1);
    lru.set('b', 2);
    lru.get('a');
    lru.set('c', 3);
    expect([lru.get('a'), lru.get('b'), lru.get('c')]).toEqual([1, undefined, 3]);
  });
});
