/**
 * How videos were made, as YouTube's pages say of the one they play: "made with AI", "captured with
 * a camera", or nothing, which says nothing. The same section also tells of dubbing, so that it is
 * there decides nothing; what it is made of does, and the help article it links to.
 */
import { Lru } from '../core/lru';
import type { Making } from '../core/types';
import { type Holder, holdersIn, valuesAt } from './pagedata';
import type { LabelRule, LabelRules, Selectors } from './selectors';
import { Slices } from './slices';

const CAPACITY = 1000;
const VIDEO_ID = /^[\w-]{11}$/;
const NUMBER = /^\d+/;

/** What one page's data has said so far. */
interface Said {
  readonly videos: Set<unknown>;
  readonly makings: Set<Making>;
  /** The part of the data was there in which a label would be. */
  isWhole: boolean;
}

export class PageLabels {
  private readonly known = new Lru<string, Making>(CAPACITY);
  private readonly byHolder = new Map<string, LabelRule>();
  private readonly slices = new Slices(() => this.tell());
  private isNews = false;

  /** @param learned called after something was learned that was not known before */
  constructor(
    private readonly rules: LabelRules,
    private readonly learned: () => void,
  ) {
    for (const rule of rules.rules) for (const name of rule.holders) this.byHolder.set(name, rule);
  }

  of(videoId: string): Making | undefined {
    return this.known.get(videoId);
  }

  /**
   * Read the data of a page, as `Owners` do.
   *
   * @param videoId of the page, for data that does not tell which one it is about
   */
  read(data: unknown, videoId: string | undefined, isLate = false): void {
    const holders = holdersIn(data, [...this.byHolder.keys()], this.rules.aside);
    this.slices.add(this.reading(holders, videoId), isLate);
  }

  /** What an answer about one video says of it: there is nothing else in it. */
  inAnswer(data: unknown): Making {
    const said: Said = { videos: new Set(), makings: new Set(), isWhole: false };
    for (const holder of holdersIn(data, [...this.byHolder.keys()], this.rules.aside))
      if (holder) this.take(holder, said);
    return strongest(said.makings);
  }

  /** It was seen in the page itself. The data of the page is surer, and comes first. */
  learn(videoId: string, making: Making): void {
    if (this.known.get(videoId) === making) return;
    this.known.set(videoId, making);
    this.isNews = true;
  }

  tell(): void {
    const { isNews } = this;
    this.isNews = false;
    if (isNews) this.learned();
  }

  stop(): void {
    this.slices.stop();
  }

  private *reading(
    holders: Iterable<Holder | undefined>,
    address: string | undefined,
  ): Generator<undefined> {
    const said: Said = { videos: new Set(), makings: new Set(), isWhole: false };
    for (const holder of holders) {
      if (holder) this.take(holder, said);
      yield undefined;
    }
    // Data that names two videos may be about either.
    const [videoId = address, other] = said.videos;
    if (!said.isWhole || other !== undefined) return;
    if (typeof videoId !== 'string' || !VIDEO_ID.test(videoId)) return;
    this.learn(videoId, strongest(said.makings));
  }

  private take({ name, value }: Holder, said: Said): void {
    const rule = this.byHolder.get(name);
    if (!rule) return;
    const at = (paths: readonly string[]) =>
      paths.flatMap((path) => valuesAt(value, path)).filter((found) => found !== undefined);
    for (const videoId of at(rule.video)) said.videos.add(videoId);
    for (const badge of at(rule.badges)) said.makings.add(this.ofBadge(badge));
    for (const address of at(rule.articles)) said.makings.add(makingOf(address, this.rules));
    said.isWhole ||= rule.badges.length + rule.articles.length > 0;
  }

  private ofBadge(badge: unknown): Making {
    const { style, icon } = this.rules.badge;
    const has = (list: readonly string[], path: string) =>
      valuesAt(badge, path).some((value) => list.includes(String(value)));
    const is = ({ styles, icons }: LabelRules['ai']) => has(styles, style) && has(icons, icon);
    return is(this.rules.ai) ? 'ai' : is(this.rules.camera) ? 'camera' : 'none';
  }
}

/** What the elements of the page say now; nothing is no proof, since the description is folded. */
export function makingShown(
  kind: 'watch' | 'shorts',
  { label, pages }: Selectors,
): Making | undefined {
  const behind = pages.map((page) => `${page}[hidden]`).join();
  const makings = new Set<Making>();
  const sections = kind === 'shorts' ? label.shortsSections : label.sections;
  for (const section of document.querySelectorAll(sections.join())) {
    if (section.closest(behind)) continue;
    for (const link of section.querySelectorAll(label.links.join()))
      makings.add(makingOf(link.getAttribute('href'), label));
  }
  const making = strongest(makings);
  return making === 'none' ? undefined : making;
}

/** What a link to a help article stands for. The address may stand in another one's query. */
function makingOf(address: unknown, { ai, camera, address: before }: LabelRules): Making {
  const text = typeof address === 'string' ? address.replace(/%2f/gi, '/') : '';
  const at = text.indexOf(before);
  const article = at < 0 ? undefined : NUMBER.exec(text.slice(at + before.length))?.[0];
  if (article === undefined) return 'none';
  return ai.articles.includes(article)
    ? 'ai'
    : camera.articles.includes(article)
      ? 'camera'
      : 'none';
}

function strongest(makings: ReadonlySet<Making>): Making {
  return makings.has('ai') ? 'ai' : makings.has('camera') ? 'camera' : 'none';
}
