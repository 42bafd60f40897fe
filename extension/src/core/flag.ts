/** The picture of the button that reports, in a box of 24 by 24: on YouTube and where we explain it. */
export const FLAG = 'M6 3a1 1 0 0 0-1 1v17h2v-7h4.6l.6 2H19V6h-5.4L13 4H7a1 1 0 0 0-1-1z';
