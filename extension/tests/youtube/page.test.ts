import { describe, expect, it } from 'vitest';
import { isFiltered } from '../../src/youtube/page';

const at = (href: string) => isFiltered({ hostname: new URL(href).hostname } as Location);

describe('isFiltered', () => {
  it.each([
    'https://www.youtube.com/',
    'https://youtube.com/shorts/aaaaaaaaaaa',
    'https://m.youtube.com/',
    'https://music.youtube.com/explore',
    'https://www.youtube-nocookie.com/embed/aaaaaaaaaaa',
  ])('is so where videos are suggested: %s', (href) => {
    expect(at(href)).toBe(true);
  });

  it.each([
    'https://studio.youtube.com/channel/UCabcdefghijklmnopqrstuv/videos',
    'https://tv.youtube.com/',
    'https://accounts.youtube.com/',
    'https://consent.youtube.com/m',
    'https://www.youtube.com.example.org/',
  ])('is not so elsewhere: %s', (href) => {
    expect(at(href)).toBe(false);
  });
});
