import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHOICES } from '../src/core/types';

const ROOT = path.resolve(import.meta.dirname, '..');
const LOCALES = path.join(ROOT, 'public/_locales');
type Texts = Readonly<Record<string, { readonly message: string }>>;

const read = (locale: string) =>
  JSON.parse(readFileSync(path.join(LOCALES, locale, 'messages.json'), 'utf8')) as Texts;
const english = read('en');
const places = (text = '') => [...new Set(text.match(/\$\d/g))].sort();

/** Names in the source: whole ones, and the beginnings of those that are put together. */
function usedNames() {
  const files = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  const source = files
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => readFileSync(path.join(ROOT, 'src', file), 'utf8'))
    .join('\n');
  return {
    whole: [...source.matchAll(/\bt\(\s*'(\w+)'/g)].map((match) => match[1] ?? ''),
    begun: [...source.matchAll(/\bt\(\s*`(\w+_)\$\{[^}]+\}`/g)].map((match) => match[1] ?? ''),
    source,
  };
}

describe('texts', () => {
  it.each(readdirSync(LOCALES))('are complete in %s, with the same places to fill', (locale) => {
    const texts = read(locale);
    expect(Object.keys(texts).sort()).toEqual(Object.keys(english).sort());
    for (const [name, { message }] of Object.entries(texts)) {
      expect(message.trim(), name).not.toBe('');
      expect(places(message), name).toEqual(places(english[name]?.message));
    }
  });

  it('exist for every name in the source', () => {
    const { whole, begun } = usedNames();
    expect(whole.length).toBeGreaterThan(80);
    for (const name of whole) expect(english, name).toHaveProperty(name);
    for (const start of begun)
      expect(
        Object.keys(english).some((name) => name.startsWith(start)),
        start,
      ).toBe(true);
    for (const choice of CHOICES)
      for (const name of [`category_${choice}`, `category_${choice}_hint`])
        expect(english).toHaveProperty(name);
  });

  it('are all used', () => {
    const { begun, source } = usedNames();
    const unused = Object.keys(english).filter(
      (name) =>
        !name.startsWith('ext') &&
        !source.includes(`'${name}'`) &&
        !begun.some((start) => name.startsWith(start)),
    );
    expect(unused).toEqual([]);
  });

  it('fit into what the stores allow', () => {
    for (const locale of readdirSync(LOCALES))
      expect(read(locale).extDescription?.message.length).toBeLessThanOrEqual(132);
  });
});
