import { describe, expect, it } from 'vitest';
import { channelOf, videoOf } from '../../src/youtube/links';

const ID = 'dQw4w9WgXcQ';

describe('videoOf', () => {
  it.each([
    `/watch?v=${ID}`,
    `/watch?pp=abc&t=4s&v=${ID}`,
    `https://www.youtube.com/watch?v=${ID}`,
    `https://m.youtube.com/watch?v=${ID}#x`,
    `https://www.youtube-nocookie.com/embed/${ID}?rel=0`,
    `https://youtu.be/${ID}?si=abc`,
    `/live/${ID}`,
    `/v/${ID}`,
    `/watch?v=${ID}tail`,
  ])('finds the id in %s', (href) => {
    expect(videoOf(href)?.videoId).toBe(ID);
  });

  it.each([
    '',
    '/',
    '/shorts',
    '/shorts/',
    '/@handle/shorts',
    '/watch',
    '/watch?v=short',
    '/clip/UgkxAbcDefGhIjKlM',
    '/playlist?list=PL1234567890',
    '/embed/videoseries?list=PL1234567890',
    '/embed/live_stream?channel=UCabcdefghijklmnopqrstuv',
    `https://example.org/watch?v=${ID}`,
    `https://youtube.com.example.org/watch?v=${ID}`,
    `javascript:void("/watch?v=${ID}")`,
    'http://[',
  ])('finds none in %s', (href) => {
    expect(videoOf(href)).toBeUndefined();
  });

  it('tells Shorts', () => {
    expect(videoOf(`/shorts/${ID}?feature=share`)).toMatchObject({ videoId: ID, isShort: true });
  });

  it('tells links that open a playlist or a mix from rows of one', () => {
    expect(videoOf(`/watch?v=${ID}&list=PL1`)?.opensList).toBe(true);
    expect(videoOf(`/watch?v=${ID}&list=RD1&start_radio=1`)?.opensList).toBe(true);
    expect(videoOf(`/watch?v=${ID}&list=PL1&index=3`)?.opensList).toBe(false);
  });

  it.each([
    `/watch?v=${ID}&list=RD${ID}&start_radio=1&pp=oAcB`,
    `/watch?pp=oAcB&start_radio=1&list=RD${ID}&v=${ID}`,
    `https://www.youtube.com/watch?v=${ID}&list=RD${ID}&start_radio=1`,
    `https://music.youtube.com/watch?v=${ID}&list=RDAMVM${ID}`,
  ])('takes music for the video that begins it: %s', (href) => {
    expect(videoOf(href)).toMatchObject({ videoId: ID, opensList: false, startsRadio: true });
  });

  it.each([
    ['a mix that begins elsewhere', `list=RDaaaaaaaaaaa&start_radio=1`],
    ['a mix of the viewer’s own', `list=RDMM&start_radio=1`],
    ['a longer name', `list=RD${ID}x&start_radio=1`],
    ['a row of the mix', `list=RD${ID}`],
    ['what does not start', `list=RD${ID}&start_radio=0`],
    ['a playlist', `list=PL${ID}&start_radio=1`],
  ])('still takes %s for a list', (_, query) => {
    expect(videoOf(`/watch?v=${ID}&${query}`)).toMatchObject({
      opensList: true,
      startsRadio: false,
    });
  });
});

describe('channelOf', () => {
  it('reads ids and handles, whatever tab they lead to', () => {
    expect(channelOf('/channel/UCabcdefghijklmnopqrstuv/videos')).toEqual({
      channelId: 'UCabcdefghijklmnopqrstuv',
    });
    expect(channelOf('/@h%C3%A4user/shorts')).toEqual({ handle: '@häuser' });
  });

  it.each(['/c/Old', '/user/Old', '/channel/short', '/@%', '/feed/history'])(
    'reads nothing from %s',
    (href) => {
      expect(channelOf(href)).toBeUndefined();
    },
  );
});
