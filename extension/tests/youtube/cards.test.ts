import { beforeEach, describe, expect, it } from 'vitest';
import { video } from '../../e2e/site/content';
import * as layouts from '../../e2e/site/layouts';
import * as markup from '../../e2e/site/markup';
import { CardReader } from '../../src/youtube/cards';
import { SELECTORS } from '../../src/youtube/selectors';

const reader = new CardReader(SELECTORS);
const one = video(0, 'aaaaaaaaaaa');
const other = video(1, 'bbbbbbbbbbb');

function read(html: string, selector: string) {
  document.body.innerHTML = html;
  const element = document.querySelector(selector);
  return element ? reader.read(element) : 'no such element';
}

beforeEach(() => reader.forgetPlaces());

describe('CardReader', () => {
  it.each([
    ['home', markup.browse('home', [markup.richItem(one)]), 'ytd-rich-item-renderer'],
    ['home', markup.browse('home', [markup.richItem(one, 'dashed')]), 'ytd-rich-item-renderer'],
    [
      'subscriptions',
      markup.browse('subscriptions', [markup.richItem(one)]),
      'ytd-rich-item-renderer',
    ],
    ['search', markup.search([markup.searchVideo(one, 3)]), 'ytd-video-renderer'],
    ['channel', markup.listPage('channels', [markup.gridVideo(one)]), 'ytd-grid-video-renderer'],
    [
      'playlist',
      markup.listPage('playlist', [markup.playlistVideo(one, 'PL1', 2)]),
      'ytd-playlist-video-renderer',
    ],
    ['shorts', markup.shortsShelf([one]), 'ytd-rich-item-renderer'],
    ['notifications', markup.notification(one), 'ytd-notification-renderer'],
    ['related', markup.watch({ video: video(1), related: [one] }), '#related yt-lockup-view-model'],
    ['endscreen', markup.watch({ video: video(1), ending: [one] }), '.ytp-ce-element'],
    ['endscreen', markup.watch({ video: video(1), ending: [one] }), '.ytp-modern-videowall-still'],
    ['home', markup.mobileHome([one]), 'ytm-rich-item-renderer'],
    ['search', markup.mobileSearch([one]), 'ytm-video-with-context-renderer'],
    ['search', markup.search([layouts.musicResult(one)]), 'ytd-video-renderer'],
    ['related', layouts.musicWatch(other, [one], []), '#related yt-lockup-view-model'],
    ['related', layouts.musicWatch(other, [one], []), 'ytd-compact-video-renderer'],
    ['endscreen', layouts.musicWatch(other, [one], []), '.ytp-ce-element'],
    ['endscreen', layouts.musicWatch(other, [one], []), '.ytp-modern-videowall-still'],
    ['home', layouts.mobileMusic([one], []), 'ytm-rich-item-renderer'],
    ['home', markup.browse('home', [layouts.gridMediaVideo(one)]), 'ytd-rich-item-renderer'],
    [
      'home',
      markup.browse('home', [layouts.gridMediaVideo(one, layouts.radioHref(one))]),
      'ytd-rich-item-renderer',
    ],
    ['playlist', layouts.mobilePanel([one], other), 'ytm-playlist-panel-video-renderer'],
  ])('reads a card on %s', (surface, html, selector) => {
    expect(read(html, selector)).toMatchObject({ videoId: one.id, surface });
  });

  it.each([
    ['a mix', markup.richList(one, 'RDaaaaaaaaaaa', 'Mix'), 'ytd-rich-item-renderer'],
    [
      'a playlist',
      markup.search([markup.listLockup(one, 'PL123', 'List')]),
      'yt-lockup-view-model',
    ],
    ['an advertisement', markup.richAd(one), 'ytd-rich-item-renderer'],
    ['a lockup in an advertisement', markup.richAd(one), 'yt-lockup-view-model'],
    ['history', markup.listPage('history', [markup.searchVideo(one)]), 'ytd-video-renderer'],
    [
      'the row being played',
      markup.panelVideo(one, 'PL1', 1, true),
      'ytd-playlist-panel-video-renderer',
    ],
    [
      'a playlist on the end wall',
      markup.watch({ video: video(1), endingList: one }),
      '.ytp-videowall-still',
    ],
    [
      'a notification about a comment',
      markup.notification(one).replace('?v=', '?lc=Ugx&amp;v='),
      'ytd-notification-renderer',
    ],
    ['a mix among music', layouts.musicWatch(other, [], [one]), '#related yt-lockup-view-model'],
    ['a mix on the end wall', layouts.musicWatch(other, [], [one]), '.ytp-modern-videowall-still'],
    ['a mix on mobile', layouts.mobileMusic([], [one]), 'ytm-rich-item-renderer'],
    [
      'a mix in a card that was a video',
      layouts.gridMediaMix(one, other),
      'ytd-rich-item-renderer',
    ],
    [
      'the row being played on mobile',
      layouts.mobilePanel([one], one),
      'ytm-playlist-panel-video-renderer',
    ],
    [
      'a post that links to a video',
      layouts.postOnHome('@critic', layouts.textLink(one)),
      'ytd-rich-item-renderer',
    ],
    ['a post with a video', layouts.postOnHome('@critic', 'Look!', one), 'ytd-rich-item-renderer'],
    [
      'an empty item',
      '<ytd-rich-item-renderer></ytd-rich-item-renderer>',
      'ytd-rich-item-renderer',
    ],
  ])('reads nothing from %s', (_, html, selector) => {
    expect(read(html, selector)).toBeUndefined();
  });

  it('reads the channel where a link names it', () => {
    expect(read(markup.richItem(one), 'ytd-rich-item-renderer')).toMatchObject({
      handle: '@slowkitchen',
    });
  });

  it('takes no single channel from a collaboration', () => {
    const card = read(
      `<ytd-video-renderer><a id="thumbnail" href="/watch?v=${one.id}"></a><a href="/@a">A</a><a href="/@b">B</a></ytd-video-renderer>`,
      'ytd-video-renderer',
    );
    expect(card).not.toHaveProperty('handle');
  });

  it('reads nothing that YouTube hides inside a card', () => {
    const card = read(
      `<ytd-video-renderer><div hidden><a id="thumbnail" href="/watch?v=${other.id}"></a><a href="/@before">B</a></div>
      <a id="thumbnail" href="/watch?v=${one.id}"></a><a href="/@now">N</a><div class="content-id-PLold" hidden></div></ytd-video-renderer>`,
      'ytd-video-renderer',
    );
    expect(card).toMatchObject({ videoId: one.id, handle: '@now' });
  });

  it('reads the row being played by either of its two signs', () => {
    for (const sign of [
      'aria-selected="true"',
      'class="ytmPlaylistPanelVideoRendererV2Selected"',
      'class="aSelected b"',
    ]) {
      const row = `<ytm-playlist-panel-video-renderer ${sign}><a href="/watch?v=${one.id}&list=PL1&index=1"></a></ytm-playlist-panel-video-renderer>`;
      expect(read(row, 'ytm-playlist-panel-video-renderer')).toBeUndefined();
    }
  });

  it('takes a video in a post for a card of its own, without the channel of the post', () => {
    const card = read(
      layouts.postOnHome('@critic', layouts.textLink(other), one),
      'ytd-video-renderer',
    );
    expect(card).toMatchObject({ videoId: one.id });
    expect(card).not.toHaveProperty('handle');
    const inner = document.querySelector('ytd-video-renderer') as Element;
    expect(reader.isOutermost(inner)).toBe(true);
    expect(reader.outermost(inner.querySelector('a') as Element)).toBe(inner);
    expect(reader.outermost(document.querySelector('#home-content-text a') as Element)).toBeNull();
  });

  it('takes the outermost of nested cards', () => {
    document.body.innerHTML = markup.shortsShelf([one]);
    const inner = document.querySelector('ytm-shorts-lockup-view-model a') as Element;
    expect(reader.outermost(inner)?.localName).toBe('ytd-rich-item-renderer');
  });

  it('sees stray links only where nothing explains them', () => {
    document.body.innerHTML = markup.watch({ video: one, related: [video(1)] });
    expect(reader.strayLinks(document)).toEqual([]);
    document.body.innerHTML = layouts.post('@critic', layouts.textLink(one));
    expect(reader.strayLinks(document)).toEqual([]);
    document.body.innerHTML = `<ytd-browse><new-card><a href="/watch?v=${one.id}">x</a></new-card></ytd-browse>`;
    expect(reader.strayLinks(document)).toHaveLength(1);
  });

  it.each([
    ['a home card', layouts.badgedLockup(one, '24:42'), 'ytd-rich-item-renderer'],
    ['a stream', layouts.badgedLockup(one, 'LIVE'), 'ytd-rich-item-renderer'],
    [
      'a home card without an attribute',
      layouts.badgedLockup(one, '24:42').replace(/ title="[^"]*"/, ''),
      'ytd-rich-item-renderer',
    ],
    ['a card of 2025', markup.richItem(one, 'dashed'), 'ytd-rich-item-renderer'],
    ['a card of 2023', layouts.gridMediaVideo(one), 'ytd-rich-item-renderer'],
    ['a search result with chapters', markup.searchVideo(one, 3), 'ytd-video-renderer'],
    ['music beside the player', layouts.musicCompact(one), 'ytd-compact-video-renderer'],
    ['a Short', markup.shortsShelf([one]), 'ytd-rich-item-renderer'],
    ['a still', layouts.still(one, false), '.ytp-modern-videowall-still'],
    ['an end card', layouts.endCard(one, 0), '.ytp-ce-element'],
    [
      'a row of a playlist',
      markup.panelVideo(one, 'PL1', 1, false),
      'ytd-playlist-panel-video-renderer',
    ],
    ['a mobile card', markup.mobileItem(one), 'ytm-rich-item-renderer'],
    ['a mobile row', layouts.mobilePanelRow(one, 1, false), 'ytm-playlist-panel-video-renderer'],
  ])('gives the title of %s as the viewer reads it', (_, html, selector) => {
    document.body.innerHTML = html;
    expect(reader.titleOf(document.querySelector(selector) as Element)).toBe(one.title);
  });

  it('gives no title that YouTube hides, and none rather than a duration', () => {
    document.body.innerHTML = `<ytd-video-renderer><h3 hidden title="Before"></h3><a href="/watch?v=${one.id}">24:42</a></ytd-video-renderer>`;
    expect(reader.titleOf(document.querySelector('ytd-video-renderer') as Element)).toBe('');
  });
});
