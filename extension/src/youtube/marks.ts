/** What this extension writes on YouTube's elements. */

/** On a judged card: what is done with it. */
export const MARK = 'data-realtube';
/** On a shelf all of whose cards are hidden. */
export const EMPTY_MARK = 'data-realtube-empty';
/** On a card that must be a frame for our absolutely placed elements. */
export const FRAME_MARK = 'data-realtube-frame';
