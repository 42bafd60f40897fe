import type { Choice } from '../core/types';
/** Paths of our own pictures, in a box of 24 by 24. */

export const CLOSE =
  'M6.4 5 5 6.4l5.6 5.6L5 17.6 6.4 19l5.6-5.6 5.6 5.6 1.4-1.4-5.6-5.6L19 6.4 17.6 5 12 10.6z';

export const CATEGORY_ICONS: Readonly<Record<Choice, string>> = {
  // A robot's head.
  fully_ai:
    'M11 2h2v3h4a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2h4zM9 9a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zm6 0a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM9 14v1.5h6V14zM2 9h2v5H2zm18 0h2v5h-2zM8 20h8v2H8z',
  // Bars of a sound.
  ai_voiceover: 'M3 10h2v4H3zm4-4h2v12H7zm4-4h2v20h-2zm4 6h2v8h-2zm4 3h2v2h-2z',
  // A picture with a mountain.
  ai_visuals:
    'M4 4h16a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zm1 13h14l-4.5-6-3.5 4.5-2.5-3zM8 7a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  // A still with a mark for playing.
  ai_thumbnails:
    'M3 5h18a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zm7 3.5v7l6-3.5z',
  // A spark beside a pen.
  ai_assisted:
    'm17 2 1 3 3 1-3 1-1 3-1-3-3-1 3-1zM4 17.2V20h2.8l8.3-8.3-2.8-2.8zM17.6 9.2 14.8 6.4 13.4 7.8l2.8 2.8z',
  // A note.
  ai_music: 'M9 3v10.6A4 4 0 1 0 11 17V7h7V3z',
  // A person.
  not_ai: 'M12 3a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zm0 11c4.4 0 8 2.2 8 5v2H4v-2c0-2.8 3.6-5 8-5z',
};
