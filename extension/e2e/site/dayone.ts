/** The first day: 60 cards of 12 channels, of which four are slop and two of these say so. */
import { newId, pagesOf } from './content';
import { answerData, labelData } from './label';
import type { Channel, Video } from './markup';
import { withData } from './pagedata';
import type { Asked, Pages } from './server';

const CHANNELS = 12;
const CARDS_EACH = 5;
/** So many channels label what they make; two more make slop and do not. */
const LABELLED = 2;

export interface FirstDay {
  /** What is on the home page, and of it what labelled channels made. */
  readonly home: readonly Video[];
  readonly slop: readonly string[];
  /** Other videos of the labelled channels, five of each. */
  readonly others: readonly Video[];
  readonly pages: Pages;
  /** What YouTube says when it is asked about a video. */
  answer(asked: Asked): { readonly body: object };
}

export function firstDay(): FirstDay {
  const channels = Array.from({ length: CHANNELS }, (_, n) => channel(n));
  const of = (one: Channel, count: number): Video[] =>
    Array.from({ length: count }, (_, n) => ({
      id: newId(),
      title: `${one.name}, part ${n + 1}`,
      channel: one,
    }));
  const cards = channels.map((one) => of(one, CARDS_EACH));
  // As a home page mixes them.
  const home = Array.from({ length: CARDS_EACH }, (_, n) =>
    cards.flatMap((own) => own[n] ?? []),
  ).flat();
  const others = channels.slice(0, LABELLED).flatMap((one) => of(one, 5));
  const labelled = new Set([...cards.slice(0, LABELLED).flat(), ...others].map(({ id }) => id));
  const all = [...home, ...others];
  const said = (id: string) => (labelled.has(id) ? ({ icon: 'INFO', article: 'ai' } as const) : {});
  const plain = pagesOf({ home, related: others });
  return {
    home,
    others,
    slop: home
      .map(({ id }) => id)
      .filter((id) => labelled.has(id))
      .sort(),
    pages: (url, host) => {
      const part = plain(url, host);
      const shown = all.find(({ id }) => id === url.searchParams.get('v'));
      return part && shown ? withData(part, labelData(shown, said(shown.id))) : part;
    },
    answer: ({ body }) => {
      const { videoId } = JSON.parse(body) as { videoId: string };
      const found = all.find(({ id }) => id === videoId);
      return { body: found ? answerData(found, said(found.id)) : {} };
    },
  };
}

function channel(n: number): Channel {
  const letters = newId()
    .toLowerCase()
    .replace(/[^a-z]/g, 'x');
  return {
    name: `Channel ${n + 1}`,
    handle: `@day${letters}`,
    channelId: `UC${newId()}${newId()}`,
  };
}
