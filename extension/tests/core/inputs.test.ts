/** What viewers type, paste and import. */
import { describe, expect, it } from 'vitest';
import { parseServer, patternOf } from '../../src/core/address';
import { exportSettings, importSettings } from '../../src/core/backup';
import { normaliseHandle, parseEntry } from '../../src/core/entries';
import { Lru } from '../../src/core/lru';
import { defaultSettings, PRESET_RULES } from '../../src/core/presets';
import { completeSettings } from '../../src/core/shapes';

const DEFAULTS = defaultSettings('http://localhost:8000');

describe('parseEntry', () => {
  it.each([
    ['dQw4w9WgXcQ', 'dQw4w9WgXcQ'],
    [' https://www.youtube.com/watch?list=x&v=dQw4w9WgXcQ&t=1 ', 'dQw4w9WgXcQ'],
    ['https://youtu.be/dQw4w9WgXcQ?si=x', 'dQw4w9WgXcQ'],
    ['m.youtube.com/shorts/dQw4w9WgXcQ', 'dQw4w9WgXcQ'],
    ['https://www.youtube.com/channel/UC0123456789abcdefghijkl/videos', 'UC0123456789abcdefghijkl'],
    ['https://www.youtube.com/@Some.Handle/videos', '@some.handle'],
    ['@%C3%89t%C3%A9', '@été'],
  ])('finds the entry in %s', (text, entry) => expect(parseEntry(text)).toBe(entry));

  it.each(['', 'a', '@', '@a b', 'https://example.org/@a', '<script>', 'UCshort'])(
    'finds none in "%s"',
    (text) => expect(parseEntry(text)).toBeUndefined(),
  );
});

describe('normaliseHandle', () => {
  it('gives one text for all spellings', () => {
    expect(normaliseHandle('@STRASSE')).toBe(normaliseHandle('@straße'));
    expect(normaliseHandle('@E\u0301t\u00e9')).toBe('@été');
    expect(normaliseHandle('@ΟΔΟΣ')).toBe('@οδοσ');
    expect(normaliseHandle('@ışık')).toBe('@ışık');
    expect(normaliseHandle('@100%')).toBe('@100%');
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

describe('backup', () => {
  it('brings back what was exported, but never the server', () => {
    const settings = {
      ...DEFAULTS,
      rules: PRESET_RULES.strict,
      lookups: false,
      allow: ['@some.handle'],
      block: ['dQw4w9WgXcQ'],
    };
    const { server: _, ...expected } = settings;
    expect(importSettings(exportSettings(settings))).toEqual(expected);
  });

  it.each([
    '',
    'null',
    '{"settings":{}}',
    '{"realtube":2,"settings":{}}',
    '{"realtube":1,"settings":{"enabled":"yes"}}',
    '{"realtube":1,"settings":{"rules":{"fully_ai":{"action":"explode","threshold":1}}}}',
  ])('refuses %s', (text) => expect(importSettings(text)).toBeUndefined());

  it('leaves out what is not said, and entries that are none', () => {
    const text = '{"realtube":1,"settings":{"allow":["@A","???"],"server":"https://x.example"}}';
    expect(importSettings(text)).toEqual({ allow: ['@a'] });
  });
});

describe('completeSettings', () => {
  it('keeps what is well-formed and takes the rest from the defaults', () => {
    const stored = { enabled: false, lookups: 'maybe', rules: { fully_ai: 1 }, strange: 1 };
    expect(completeSettings(stored, DEFAULTS)).toEqual({ ...DEFAULTS, enabled: false });
    expect(completeSettings(undefined, DEFAULTS)).toBe(DEFAULTS);
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
