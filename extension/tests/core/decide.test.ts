import { CATEGORIES, type ChannelVerdict, type Verdict } from 'realtube-client';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/core/decide';
import {
  defaultSettings,
  PRESET_RULES,
  PRESETS,
  type Preset,
  presetOf,
  ruledBy,
} from '../../src/core/presets';
import { completeSettings } from '../../src/core/shapes';
import {
  ACTIONS,
  type Action,
  type Card,
  type Settings,
  type Verdicts,
} from '../../src/core/types';

const SETTINGS = defaultSettings('http://localhost:8000');
const CARD: Card = {
  videoId: 'dQw4w9WgXcQ',
  channelId: 'UC0123456789abcdefghijkl',
  handle: '@Some.Handle',
  surface: 'home',
  isShort: false,
};

const verdict = (score: number, more: Partial<Verdict> = {}): Verdict => ({
  score,
  category: 'fully_ai',
  locked: false,
  preliminary: false,
  ...more,
});
const channel = (autoFlag: boolean) => ({ score: 80, locked: false, autoFlag });
const settings = (change: Partial<Settings>): Settings => ({ ...SETTINGS, ...change });

const listed = (level: 'block' | 'warn' = 'block') => ({ followed: { list: 'AiSlop', level } });

describe('lists that the viewer follows', () => {
  it.each([
    ['strict', 'hide'],
    ['balanced', 'dim'],
    ['relaxed', 'label'],
  ] as const)(
    'do in %s what that says, and only label where the list is not sure',
    (preset, action) => {
      const own = settings(ruledBy(preset));
      expect(decide(CARD, listed(), own)).toEqual({
        action,
        cause: 'subscription',
        list: 'AiSlop',
      });
      expect(decide(CARD, listed('warn'), own).action).toBe('label');
    },
  );

  it('do nothing where the viewer ignores them', () => {
    const own = settings({ followed: 'none' });
    for (const level of ['block', 'warn'] as const)
      expect(decide(CARD, listed(level), own).action).toBe('none');
  });

  it('yield to the viewer’s own lists, and to what does more', () => {
    const allowed = settings({ allow: ['@some.handle'], followed: 'hide' });
    expect(decide(CARD, listed(), allowed).cause).toBe('allowed');
    expect(decide(CARD, listed(), settings({ block: ['@some.handle'] })).cause).toBe('blocked');
    expect(decide(CARD, { ...listed(), video: verdict(90) }, SETTINGS)).toMatchObject({
      action: 'hide',
      cause: 'video',
    });
  });

  it('count against a moderator’s word, and without judging by channels', () => {
    const cleared = { ...listed(), video: verdict(0, { locked: true }) };
    expect(decide(CARD, cleared, settings({ channels: false }))).toMatchObject({
      action: 'dim',
      cause: 'subscription',
    });
  });

  it('say nothing of what a camera took', () => {
    expect(decide(CARD, { ...listed(), making: 'camera' }, SETTINGS).cause).toBe('camera');
  });

  it('have to name all channels of a collaboration, of which the mildest counts', () => {
    const card: Card = { ...CARD, channels: [{ handle: '@a' }, { handle: '@b' }] };
    const of = (...channels: Verdicts['channels'] & object) => decide(card, { channels }, SETTINGS);
    expect(of(listed(), {}).action).toBe('none');
    expect(of(listed(), listed('warn')).action).toBe('label');
    expect(of(listed(), listed()).action).toBe('dim');
    expect(of(listed(), { channel: channel(true) }).action).toBe('dim');
  });

  it('set a preset apart when their rule is another', () => {
    expect(presetOf({ ...ruledBy('strict') })).toBe('strict');
    expect(presetOf({ ...ruledBy('strict'), followed: 'label' })).toBeUndefined();
  });
});

describe('decide', () => {
  it('does what the rule of the category says from its threshold on', () => {
    for (const preset of PRESETS)
      for (const category of CATEGORIES)
        for (let score = 0; score <= 100; score++) {
          const rule = PRESET_RULES[preset][category];
          const confirmed = verdict(score, { category, decidedBy: 'jury' });
          const { action } = decide(CARD, { video: confirmed }, settings(ruledBy(preset)));
          expect(action).toBe(score >= rule.threshold ? rule.action : 'none');
        }
  });

  describe('what votes alone flag', () => {
    it.each([
      ['strict', 'hide'],
      ['balanced', 'dim'],
      ['relaxed', 'label'],
    ] as const)('is only suspected below 80: %s', (preset, action) => {
      const own = settings(ruledBy(preset));
      const of = (score: number, more: Partial<Verdict> = {}) =>
        decide(CARD, { video: verdict(score, more) }, own);
      for (const score of [50, 66, 79])
        expect(of(score)).toMatchObject({ action, level: 'suspected' });
      // Older servers do not tell who decided: there votes go on to 100.
      expect(of(80)).toMatchObject({ action: 'hide' });
      expect(of(80).level).toBeUndefined();
      expect(of(90, { decidedBy: 'jury' })).toMatchObject({ action: 'hide', level: 'jury' });
      expect(of(49).action).toBe(preset === 'strict' ? 'hide' : 'none');
    });

    it('gets no more than its kind gets anyway', () => {
      const label = { action: 'label', threshold: 60 } as const;
      const own = settings({ rules: { ...SETTINGS.rules, fully_ai: label } });
      expect(decide(CARD, { video: verdict(70) }, own).action).toBe('label');
      expect(decide(CARD, { video: verdict(59) }, own).action).toBe('none');
    });

    it('is left alone where the viewer says so', () => {
      const own = settings({ suspected: 'none' });
      expect(decide(CARD, { video: verdict(79) }, own).action).toBe('none');
      expect(decide(CARD, { video: verdict(80) }, own).action).toBe('hide');
    });

    it('is no less sure than the same of a channel that others have confirmed', () => {
      const of = (channel: ChannelVerdict) =>
        decide(CARD, { video: verdict(66), channel }, SETTINGS);
      const suspected = { score: 79, locked: false, autoFlag: true };
      expect(of(suspected)).toMatchObject({ action: 'dim', cause: 'video' });
      for (const more of [{ score: 80 }, { listed: true }, { locked: true }, { decidedBy: 'jury' }])
        expect(of({ ...suspected, ...more })).toMatchObject({ action: 'hide', cause: 'channel' });
    });

    it('starts videos of its channel as no more than suspected', () => {
      const channel = { score: 79, locked: false, autoFlag: true };
      const start = verdict(60, { preliminary: true });
      for (const verdicts of [{ channel }, { channel, video: start }])
        expect(decide(CARD, verdicts, SETTINGS)).toMatchObject({ action: 'dim', cause: 'channel' });
      const jury = { ...start, decidedBy: 'jury' };
      expect(decide(CARD, { channel, video: jury }, SETTINGS).action).toBe('hide');
    });

    it('is cleared by a jury, whatever is said of the channel', () => {
      const human = verdict(0, { decidedBy: 'jury' });
      expect(decide(CARD, { video: human, channel: channel(true) }, SETTINGS).action).toBe('none');
    });

    it('goes on as before where rules are the viewer’s own from before', () => {
      const rules = {
        ...PRESET_RULES.balanced,
        fully_ai: { action: 'hide', threshold: 55 },
      } as const;
      const { suspected: _, ...before } = SETTINGS;
      expect(completeSettings({ ...before, rules }, SETTINGS).suspected).toBe('hide');
      expect(completeSettings(before, SETTINGS).suspected).toBe('dim');
    });
  });

  it('hides what the viewer has reported, and shows what they say is not AI, whatever others say', () => {
    const human = verdict(0, { locked: true });
    const hidden = { action: 'hide', cause: 'mine' };
    expect(decide(CARD, { video: human, mine: 'ai_assisted' }, SETTINGS)).toEqual(hidden);
    expect(decide(CARD, { video: human, mineChannel: true }, SETTINGS)).toEqual(hidden);
    const flagged = { video: verdict(99), mineChannel: true, mine: 'not_ai' } as const;
    expect(decide(CARD, flagged, SETTINGS)).toEqual({ action: 'none', cause: 'mine' });
  });

  it('goes by lists before reports, and by what is said of the video before its channel', () => {
    const own = { mine: 'fully_ai' } as const;
    const cause = (verdicts: Verdicts, allow: string) =>
      decide(CARD, verdicts, settings({ allow: [allow] })).cause;
    expect(cause(own, 'dQw4w9WgXcQ')).toBe('allowed');
    expect(cause(own, '@some.handle')).toBe('mine');
    expect(cause({ mineChannel: true }, '@some.handle')).toBe('allowed');
  });

  it('does nothing when switched off, or when nothing is known', () => {
    expect(decide(CARD, { video: verdict(100) }, settings({ enabled: false })).action).toBe('none');
    expect(decide(CARD, {}, SETTINGS)).toEqual({ action: 'none', cause: 'unknown' });
  });

  it('never does less for a higher score of the same video', () => {
    const strength = (score: number) =>
      ACTIONS.indexOf(decide(CARD, { video: verdict(score) }, SETTINGS).action);
    for (let score = 1; score <= 100; score++)
      expect(strength(score)).toBeLessThanOrEqual(strength(score - 1));
  });

  it('judges unknown videos of auto-flagged channels, and only those', () => {
    expect(decide(CARD, { channel: channel(true) }, SETTINGS)).toMatchObject({
      action: 'hide',
      cause: 'channel',
      score: 60,
    });
    expect(decide(CARD, { channel: channel(false) }, SETTINGS).action).toBe('none');
    expect(decide(CARD, { channel: channel(true) }, settings({ channels: false })).action).toBe(
      'none',
    );
  });

  it('lets a video that was found human be, whatever its channel is', () => {
    const human = verdict(0, { locked: true });
    expect(decide(CARD, { video: human, channel: channel(true) }, SETTINGS).action).toBe('none');
  });

  it('ignores preliminary scores when channels do not count', () => {
    const video = verdict(90, { preliminary: true });
    expect(decide(CARD, { video }, SETTINGS).action).toBe('hide');
    expect(decide(CARD, { video }, settings({ channels: false })).action).toBe('none');
  });

  it('puts lists before scores, videos before channels, allowing before blocking', () => {
    const bad = { video: verdict(100) };
    const of = (change: Partial<Settings>) => decide(CARD, bad, settings(change)).cause;
    expect(of({ allow: ['@some.handle'] })).toBe('allowed');
    expect(of({ allow: ['UC0123456789abcdefghijkl'], block: ['dQw4w9WgXcQ'] })).toBe('blocked');
    expect(of({ allow: ['dQw4w9WgXcQ'], block: ['@some.handle'] })).toBe('allowed');
    expect(of({ allow: ['@some.handle'], block: ['UC0123456789abcdefghijkl'] })).toBe('allowed');
    expect(of({ allow: ['@other'], block: ['xxxxxxxxxxx'] })).toBe('video');
  });

  describe('a collaboration', () => {
    const both: Card = {
      videoId: 'dQw4w9WgXcQ',
      channels: [{ handle: '@a' }, { handle: '@b' }],
      surface: 'home',
      isShort: false,
    };
    const flags = (...each: boolean[]) => ({
      channels: each.map((autoFlag) => ({ channel: channel(autoFlag) })),
    });

    it('goes with the video itself, whoever made it', () => {
      expect(decide(both, { video: verdict(100), ...flags(false, false) }, SETTINGS)).toMatchObject(
        { action: 'hide', cause: 'video' },
      );
      expect(
        decide(both, { video: verdict(0, { locked: true }), ...flags(true, true) }, SETTINGS)
          .action,
      ).toBe('none');
    });

    it('goes when each of its channels is flagged or blocked, not when one is', () => {
      const of = (change: Partial<Settings>, ...each: boolean[]) =>
        decide(both, flags(...each), settings(change)).action;
      expect(of({}, true, true)).toBe('hide');
      expect(of({}, true, false)).toBe('none');
      expect(of({ block: ['@b'] }, true, false)).toBe('hide');
      expect(of({ block: ['@a'] }, true, false)).toBe('none');
      expect(of({ block: ['@a', '@b'] }, false, false)).toBe('hide');
      expect(of({ channels: false }, true, true)).toBe('none');
      expect(decide(both, {}, SETTINGS).action).toBe('none');
    });

    it('stays when the viewer allows one of its channels', () => {
      expect(decide(both, { video: verdict(100) }, settings({ allow: ['@b'] })).cause).toBe(
        'allowed',
      );
      expect(
        decide(both, flags(true, true), settings({ allow: ['@b'], block: ['@a'] })).cause,
      ).toBe('allowed');
    });

    it('does as the mildest of the rules for its channels', () => {
      const rules = { ...SETTINGS.rules, ai_visuals: { action: 'label', threshold: 50 } } as const;
      const channels = [
        { channel: channel(true) },
        { channel: { ...channel(true), category: 'ai_visuals' as const } },
      ];
      expect(decide(both, { channels }, settings({ rules }))).toMatchObject({
        action: 'label',
        category: 'ai_visuals',
      });
    });

    it('is not judged by a score that one of its channels gave it, nor when not all of them are known', () => {
      const early = verdict(100, { preliminary: true });
      expect(decide(both, { video: early, ...flags(true, false) }, SETTINGS).action).toBe('none');
      expect(decide({ ...both, channels: [] }, { video: early }, SETTINGS).action).toBe('none');
      expect(decide({ ...both, channels: [] }, { video: verdict(100) }, SETTINGS).action).toBe(
        'hide',
      );
    });
  });

  describe('what YouTube itself labels', () => {
    const label = (action: Action, threshold = 60) => settings({ label: { action, threshold } });

    it('is done with what the viewer wants, by presets: label, dim, hide', () => {
      const of = (preset: Preset) =>
        decide(CARD, { making: 'ai' }, settings(ruledBy(preset))).action;
      expect(PRESETS.map(of)).toEqual(['hide', 'dim', 'label']);
      expect(decide(CARD, { making: 'ai' }, SETTINGS)).toEqual({
        ...{ action: 'dim', cause: 'label', score: 100 },
      });
      expect(decide(CARD, { making: 'ai' }, label('none'))).toMatchObject({ cause: 'label' });
    });

    it('counts for other videos of the channel from the share on that the viewer wants', () => {
      const of = (labelled: number, threshold: number) =>
        decide(CARD, { labelled }, label('hide', threshold)).action;
      expect([of(60, 60), of(79, 80), of(80, 80), of(100, 100)]).toEqual([
        ...['hide', 'none', 'hide', 'hide'],
      ]);
      expect(decide(CARD, { labelled: 60 }, SETTINGS).cause).toBe('labelChannel');
      const off = settings({ channels: false });
      expect(decide(CARD, { labelled: 100 }, off).cause).toBe('unknown');
      expect(decide(CARD, { making: 'ai', labelled: 100 }, off).cause).toBe('label');
    });

    it('is overruled by a moderator and by the viewer’s lists', () => {
      const human = verdict(0, { locked: true });
      const said = { making: 'ai', labelled: 100 } as const;
      expect(decide(CARD, { ...said, video: human }, label('hide')).action).toBe('none');
      const allowed = { ...label('hide'), allow: ['@some.handle'] };
      expect(decide(CARD, said, allowed).cause).toBe('allowed');
    });

    it('goes by whichever does more, the community or YouTube', () => {
      const of = (score: number, action: Action) =>
        decide(CARD, { video: verdict(score), making: 'ai' }, label(action)).cause;
      expect([of(90, 'dim'), of(90, 'hide'), of(10, 'dim'), of(10, 'none')]).toEqual([
        ...['video', 'video', 'label', 'video'],
      ]);
    });

    it('is not inferred of what a camera took, nor does a flagged channel count for it', () => {
      const camera = { making: 'camera', labelled: 100, channel: channel(true) } as const;
      expect(decide(CARD, camera, SETTINGS)).toEqual({ action: 'none', cause: 'camera' });
      expect(decide(CARD, { ...camera, video: verdict(90) }, SETTINGS).cause).toBe('video');
      const early = verdict(90, { preliminary: true });
      expect(decide(CARD, { ...camera, video: early }, SETTINGS).cause).toBe('camera');
    });

    it('takes all channels of a collaboration, the least labelled one counts', () => {
      const both: Card = { ...CARD, channels: [{ handle: '@a' }, { handle: '@b' }] };
      const of = (threshold: number, ...channels: NonNullable<Verdicts['channels']>) =>
        decide(both, { labelled: 100, channels }, label('hide', threshold)).action;
      expect(of(70, { labelled: 90 }, { labelled: 70 })).toBe('hide');
      expect(of(71, { labelled: 90 }, { labelled: 70 })).toBe('none');
      expect(of(60, { labelled: 90 }, {})).toBe('none');
      expect(of(60, { labelled: 90 }, { channel: channel(true) })).toBe('hide');
      expect(decide({ ...both, channels: [] }, { labelled: 100 }, label('hide')).action).toBe(
        'none',
      );
    });
  });

  it('takes a settled video without a category for fully AI', () => {
    const video: Verdict = { score: 95, locked: true, preliminary: false };
    expect(decide(CARD, { video }, SETTINGS)).toMatchObject({
      action: 'hide',
      category: 'fully_ai',
    });
  });

  it('decides 100 cards in under 2 ms', () => {
    const used = settings({ allow: Array.from({ length: 5000 }, (_, n) => `@channel${n}`) });
    const run = () => {
      for (let n = 0; n < 100; n++)
        decide({ ...CARD, videoId: `video${n}` }, { video: verdict(n) }, used);
    };
    run();
    const times = Array.from({ length: 20 }, () => {
      const start = performance.now();
      run();
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(2);
  });
});

describe('presetOf', () => {
  it('recognises each preset and no mixture', () => {
    for (const preset of PRESETS) expect(presetOf(ruledBy(preset))).toBe(preset);
    const [strict, relaxed] = [ruledBy('strict'), ruledBy('relaxed')];
    const rules = { ...strict.rules, fully_ai: relaxed.rules.fully_ai };
    expect(presetOf({ ...strict, rules })).toBeUndefined();
    expect(presetOf({ ...strict, label: relaxed.label })).toBeUndefined();
  });

  describe('a channel that others measured', () => {
    const measured = (stage: 'notice' | 'counts', more: object = {}) => ({
      channel: { score: 0, locked: false, autoFlag: false, measured: stage, ...more },
    });

    it.each([
      ['strict', 'hide'],
      ['balanced', 'dim'],
      ['relaxed', 'label'],
    ] as const)(
      'goes by the rule for labels, on its first day with a label only: %s',
      (preset, action) => {
        const now = settings(ruledBy(preset));
        const cause = 'measured';
        expect(decide(CARD, measured('counts'), now)).toMatchObject({ action, cause });
        expect(decide(CARD, measured('notice'), now)).toMatchObject({ action: 'label', cause });
      },
    );

    it('is let be by who does not want that, and by who allows it', () => {
      for (const change of [
        { measured: false },
        { channels: false },
        { label: { action: 'none', threshold: 60 } as const },
        { allow: ['@some.handle'] },
      ])
        expect(decide(CARD, measured('counts'), settings(change)).action).toBe('none');
    });

    it('never outweighs a moderator, nor what does more', () => {
      const human = { video: verdict(0, { locked: true }) };
      expect(decide(CARD, { ...measured('counts'), ...human }, SETTINGS).action).toBe('none');
      const flagged = measured('counts', { autoFlag: true, score: 80 });
      expect(decide(CARD, flagged, SETTINGS)).toMatchObject({ action: 'hide', cause: 'channel' });
    });

    it('speaks for a video of several channels only if all of them are', () => {
      const channels = [{ handle: '@a' }, { handle: '@b' }];
      const card: Card = { videoId: 'dQw4w9WgXcQ', surface: 'home', isShort: false, channels };
      const both = [measured('counts'), measured('notice')];
      expect(decide(card, { channels: both }, SETTINGS).action).toBe('label');
      expect(decide(card, { channels: [measured('counts'), {}] }, SETTINGS).action).toBe('none');
    });
  });
});
