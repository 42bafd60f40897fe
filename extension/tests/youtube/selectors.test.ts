import { describe, expect, it } from 'vitest';
import { parseSelectors, SELECTORS } from '../../src/youtube/selectors';
import { newerSelectors } from '../../src/youtube/update';

const parses = (selector: string) => {
  try {
    document.createDocumentFragment().querySelector(selector);
    return true;
  } catch {
    return false;
  }
};
const sent = (changes: object) => JSON.parse(JSON.stringify({ ...SELECTORS, ...changes })) as unknown;

describe('parseSelectors', () => {
  it('takes the list this version ships with', () => {
    expect(parseSelectors(sent({}), parses)).toEqual(SELECTORS);
  });

  it('takes a newer list and leaves out what it does not know', () => {
    const parsed = parseSelectors(sent({ version: 7, cards: ['ytd-new-card'], other: 1 }), parses);
    expect(parsed).toEqual({ ...SELECTORS, version: 7, cards: ['ytd-new-card'] });
  });

  it.each([
    ['no object', null],
    ['no version', sent({ version: undefined })],
    ['a version of the wrong kind', sent({ version: '2' })],
    ['no cards', sent({ cards: [] })],
    ['the whole page as a card', sent({ cards: ['body'] })],
    ['a page component as a card', sent({ cards: ['ytd-app ytd-browse'] })],
    ['a grid as a card', sent({ cards: ['ytd-rich-grid-renderer'] })],
    ['the continuation as a card', sent({ cards: ['ytd-continuation-item-renderer'] })],
    ['everything as a card', sent({ cards: ['*'] })],
    ['a list in one selector', sent({ cards: ['ytd-video-renderer, body'] })],
    ['the end of a rule', sent({ links: ['a{}body'] })],
    ['a pseudo-class', sent({ links: ['a:has(b)'] })],
    ['an import', sent({ links: ['@import "x"'] })],
    ['a comment', sent({ links: ['a/**/b'] })],
    ['an escape', sent({ links: ['a\\{'] })],
    ['what the browser cannot parse', sent({ links: ['a['] })],
    ['a long selector', sent({ links: [`a.${'x'.repeat(200)}`] })],
    ['a long list', sent({ links: Array.from({ length: 65 }, () => 'a') })],
    ['an unknown surface', sent({ surfaces: [{ surface: 'moon', within: 'a' }] })],
    ['a strange attribute', sent({ watch: { ...SELECTORS.watch, videoIdAttribute: 'on click' } })],
  ])('refuses %s', (_, value) => {
    expect(parseSelectors(value, parses)).toBeUndefined();
  });
});

describe('newerSelectors', () => {
  it('takes a newer list, and keeps its own for an older or a broken one', () => {
    expect(newerSelectors(sent({ version: SELECTORS.version + 1 })).version).toBe(
      SELECTORS.version + 1,
    );
    expect(newerSelectors(sent({ cards: ['ytd-other'] }))).toBe(SELECTORS);
    expect(newerSelectors(sent({ version: 9, cards: ['body'] }))).toBe(SELECTORS);
    expect(newerSelectors(undefined)).toBe(SELECTORS);
  });
});
