import {
  CATEGORIES,
  type ChannelVerdict,
  FlagList,
  keyText,
  pack,
  parseKey,
  SOURCES,
  type Source,
  type Verdict,
} from 'realtube-client';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/core/decide';
import { defaultSettings } from '../../src/core/presets';
import type { Card, Verdicts } from '../../src/core/types';

const SETTINGS = defaultSettings('https://realtube.example');
const CARD: Card = { videoId: 'dQw4w9WgXcQ', handle: '@slop', surface: 'home', isShort: false };
const KEY = parseKey('00000000000000aa');

const VOTED: Verdict = { score: 90, category: 'fully_ai', locked: false, preliminary: false };
const START: Verdict = { ...VOTED, score: 60, preliminary: true };
const CHANNEL: ChannelVerdict = { score: 80, locked: false, autoFlag: true };

/** Each with the one source that it is by. */
const CASES: readonly [string, Source, Verdicts][] = [
  ['a video that viewers reported', 'voted', { video: VOTED }],
  ['a video that a moderator settled', 'reviewed', { video: { ...VOTED, locked: true } }],
  ['a video of a channel that viewers flag', 'voted', { video: START, channel: CHANNEL }],
  ['a video of a listed channel', 'listed', { video: { ...START, channelBy: 'listed' } }],
  [
    'a video with a vote, of a listed channel',
    'listed',
    { video: { ...VOTED, channelBy: 'listed' } },
  ],
  [
    'a video of a channel that a moderator flagged',
    'reviewed',
    { video: { ...START, channelBy: 'reviewed' } },
  ],
  ['a channel that viewers flag', 'voted', { channel: CHANNEL }],
  ['a listed channel', 'listed', { channel: { ...CHANNEL, listed: true } }],
  ['a channel that a moderator flagged', 'reviewed', { channel: { ...CHANNEL, locked: true } }],
];

describe('by whose word', () => {
  it.each(CASES)('%s is hidden as long as that one counts, and no longer', (_, by, verdicts) => {
    for (const source of SOURCES) {
      const settings = { ...SETTINGS, [source]: false };
      const { action } = decide(CARD, verdicts, settings);
      expect(action, source).toBe(source === by ? 'none' : 'hide');
    }
    expect(decide(CARD, verdicts, SETTINGS).source).toBe(by);
  });

  it('what a moderator cleared stays clear, whoever counts', () => {
    const verdicts: Verdicts = {
      video: { score: 0, locked: true, preliminary: false },
      channel: CHANNEL,
      labelled: 100,
    };
    for (const source of SOURCES)
      expect(decide(CARD, verdicts, { ...SETTINGS, [source]: false }).action).toBe('none');
  });

  it('who does not go by votes still goes by what else is known of the channel', () => {
    const settings = { ...SETTINGS, voted: false };
    const listed = { channel: { ...CHANNEL, listed: true } };
    const few = { ...VOTED, score: 30 };
    expect(decide(CARD, { video: few, ...listed }, settings)).toMatchObject({
      action: 'hide',
      source: 'listed',
    });
    const label = { ...settings, label: { action: 'hide', threshold: 60 } as const };
    expect(decide(CARD, { video: VOTED, making: 'ai' }, label).cause).toBe('label');
  });

  it('all of them off hides nothing of the community’s', () => {
    const none = { ...SETTINGS, voted: false, listed: false, reviewed: false };
    for (const [, , verdicts] of CASES) expect(decide(CARD, verdicts, none).action).toBe('none');
  });

  it('goes for each channel of a video that several made', () => {
    const card: Card = {
      videoId: 'dQw4w9WgXcQ',
      channels: [{ handle: '@a' }, { handle: '@b' }],
      surface: 'home',
      isShort: false,
    };
    const channels = [{ channel: CHANNEL }, { channel: { ...CHANNEL, listed: true } }];
    expect(decide(card, { channels }, SETTINGS).action).toBe('hide');
    expect(decide(card, { channels }, { ...SETTINGS, listed: false }).action).toBe('none');
  });
});

describe('the list', () => {
  const flagged = (flags: number) =>
    new FlagList(
      FlagList.empty().tables,
      new Map([[keyText(KEY), pack(60, flags)]]),
      new Map([[keyText(KEY), pack(80, flags)]]),
    );

  it('tells by whose word a video’s channel flags it', () => {
    expect(flagged(16).video(KEY)?.channelBy).toBeUndefined();
    expect(flagged(16 | 32).video(KEY)?.channelBy).toBe('listed');
    expect(flagged(16 | 64).video(KEY)?.channelBy).toBe('reviewed');
  });

  it('tells which channels lists alone flag, beside all that it told before', () => {
    expect(flagged(1 | 128).channel([KEY])).toEqual({
      score: 80,
      category: CATEGORIES[0],
      locked: false,
      autoFlag: true,
      listed: true,
      decidedBy: 'list',
    });
    expect(flagged(1).channel([KEY])?.listed).toBeUndefined();
  });

  it('tells who decided, of a jury’s channel neither that it is locked nor listed', () => {
    const by = (flags: number) => flagged(flags).video(KEY)?.decidedBy;
    expect([0, 16, 8, 32, 64, 128].map(by)).toEqual([
      undefined,
      undefined,
      'moderator',
      'list',
      'moderator',
      'jury',
    ]);
    const channel = flagged(1 | 2 | 128).channel([KEY]);
    expect(channel).toMatchObject({ decidedBy: 'jury', locked: false, autoFlag: true });
    expect(channel?.listed).toBeUndefined();
    expect(flagged(1 | 2).channel([KEY])?.decidedBy).toBe('moderator');
  });
});
