import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signReader } from '../../src/core/signs';
import words from '../../src/core/signs.json';

const saysAi = signReader(words);

import rules from '../../src/core/signs.json';

const SIGNS = [
  'A castle in the clouds #aigenerated',
  'Cat chef opens a restaurant #AIGenerated #funny',
  'My neighbour the dragon #aiart',
  'Rainy city loop #aivideo #relax',
  'Old songs, new voices #aicover',
  'Deep house for the night #aimusic',
  'Lofi beats to sleep to #SunoAI',
  'Grandma races a lion #sora2',
  'Bigfoot vlog, day 3 #veo3 #bigfoot',
  'A day on Mars #madewithai',
  'The lighthouse keeper #aishortfilm',
  'Wizards at the supermarket #aianimation',
  'Portraits of queens #midjourney',
  'Street food from the year 3000 #klingai',
  'Bohemian ballad in the style of the 40s (AI Cover)',
  'Summer Nights [AI Music]',
  'Fishermen of the north (AI Generated)',
  'Fishermen of the north [AI-generated video]',
  'The last train (made with Sora)',
  'The last train (Made with Veo 3)',
  'Harvest song (created by AI)',
  'Dancing robots | AI Generated',
  'Dancing robots ｜ made with AI',
  'Blue horizon • AI-generated music',
  'Gospel for the broken (Suno Music)',
  'Winterlied (KI-generiert)',
  'Winterlied | mit KI erstellt',
  'Canción de invierno (hecho con IA)',
  'Chanson d’hiver (généré par IA)',
  'Canção de inverno (feito com IA)',
  '冬の歌【AIカバー】',
  'Winter #ai生成',
  'Зимняя песня #нейросеть',
  'Castle tour (Fully AI generated)',
];

const NONE = [
  'AI news of the week',
  'AI NEWS: what happened in May #aivideo',
  'This is not AI',
  'This is NOT AI generated #aiart',
  'No AI was used in this film #art',
  'No AI. Just paint.',
  'Hand drawn, no AI #noai #art',
  'Made without AI (no AI generated images)',
  'How to spot AI generated videos',
  'How to make AI music #aimusic',
  'Is this real or AI generated?',
  'Can you tell if it is AI art? #aiart',
  'AI art is ruining everything #aiart',
  'Why AI music is everywhere',
  'The truth about AI covers #aicover',
  'Midjourney tutorial for beginners #midjourney',
  'Sora review: is it any good? #sora2',
  'Artists react to AI art #aiart',
  'Artists against AI (AI Art)',
  'The AI lawsuit, explained (AI Music)',
  'AI Music: the end of artists?',
  'AI music',
  'AI generated',
  'Artificial intelligence, lecture 4 | AI music',
  'Photographers vs machines (AI Art)',
  'Sora plays the keyblade #sora #kingdomhearts',
  'Sora and Riku (Kingdom Hearts)',
  'Veo a mi abuela todos los domingos',
  'Kia review 2026',
  'Ai Weiwei: the studio (Documentary)',
  'Ai Weiwei in Berlin (Art)',
  'Ai Otsuka – Sakuranbo (music video)',
  'Hai, I am Kai (cover)',
  'Maiden voyage [Official Music Video]',
  'Retail is dying | Said it before',
  'Training my dog #dogtraining',
  'Mail day! (paint, brushes)',
  'OpenAI conference keynote',
  'I asked AI to plan my week',
  'Playing chess with AI',
  'Beating the hardest AI in Civilization',
  'AI in medicine: a talk',
  'Ein Film ohne KI (kein KI-Film)',
  'Una película sin IA #cine',
  'Un film sans IA (fait main)',
  'Um filme sem IA',
  '100 % handmade #humanmade #aiart',
  'Bridge repair, part 3',
  'Runway show Paris 2026 #runway',
  'Suno el teléfono y nadie contestó',
  'Udio and friends play jazz',
  '',
];

describe('what a title says of itself', () => {
  it.each(SIGNS)('is a sign: %s', (title) => expect(saysAi(title)).toBe(true));
  it.each(NONE)('is none: %s', (title) => expect(saysAi(title)).toBe(false));

  it('is told from at least sixty titles without one wrong', () => {
    expect(SIGNS.length + NONE.length).toBeGreaterThanOrEqual(60);
    expect(new Set([...SIGNS, ...NONE]).size).toBe(SIGNS.length + NONE.length);
  });
});

describe('any text', () => {
  // Nothing in these asks, teaches or denies, and no letters of the words that do come together.
  const plain = fc.string({ unit: fc.constantFrom(...'xyzq '), maxLength: 40 });
  const tag = fc.constantFrom(...rules.hashtags);

  it('with one of the hashtags is a sign, in capitals or not, wherever it stands', () => {
    fc.assert(
      fc.property(plain, tag, plain, fc.boolean(), (before, name, after, isLoud) => {
        const text = `${before} #${isLoud ? name.toUpperCase() : name} ${after}`;
        expect(saysAi(text)).toBe(true);
      }),
    );
  });

  it('that only begins like a hashtag is none', () => {
    fc.assert(
      fc.property(tag, fc.constantFrom('x', 'zz', '_q', '9'), (name, more) => {
        if (rules.hashtags.includes(`${name}${more}`)) return;
        expect(saysAi(`#${name}${more}`)).toBe(false);
      }),
    );
  });

  it('that denies it is none, whatever else it says', () => {
    const denial = fc.constantFrom('not AI', 'no AI', 'non-AI', 'without AI', '#noai', 'AI news');
    fc.assert(
      fc.property(plain, denial, tag, (before, denied, name) => {
        expect(saysAi(`${before} ${denied} #${name}`)).toBe(false);
        expect(saysAi(`#${name} ${before} ${denied}`)).toBe(false);
      }),
    );
  });

  it('without anything of ours is none, and none takes long', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'xyzq([|#)] '), maxLength: 3000 }),
        (text) => {
          expect(saysAi(text)).toBe(false);
        },
      ),
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 600 }), (text) => {
        expect(typeof saysAi(text)).toBe('boolean');
      }),
    );
  });
});

describe('the data', () => {
  it('is bounded, and every pattern can be read', () => {
    expect(rules.hashtags.length).toBeLessThanOrEqual(100);
    for (const name of rules.hashtags) expect(name).toMatch(/^[\p{L}\p{N}_]{3,30}$/u);
    for (const name of rules.hashtags) expect(name).toBe(name.normalize('NFC').toLowerCase());
    for (const list of [rules.phrases, rules.topics, rules.against])
      for (const pattern of list) expect(() => new RegExp(pattern, 'u')).not.toThrow();
  });
});
