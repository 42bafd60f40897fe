/** Moments of the player that a reporter shows to moderators: taken, looked at, and then sent. */
import { clockOf } from '../core/noticed';
import type { Outcome, Shot } from '../core/types';
import { t } from '../core/words';
import { element, pressable } from './dom';

const WIDEST = 1280;
const QUALITY = 0.7;
/** What the server takes has a third less, in bytes. */
const MAX_CHARS = 600_000;

/**
 * @param player what plays the video
 * @param send never rejects
 * @param say tells the viewer what happened
 */
export function shotStrip(
  player: () => HTMLVideoElement | null | undefined,
  send: (shots: readonly Shot[]) => Promise<Outcome>,
  say: (message: string) => void,
) {
  const taken = new Map<HTMLElement, Shot>();
  let [most, isNews, stands] = [0, false, false];
  const pictures = element('div', { class: 'row' });
  const show = (news: boolean) => {
    isNews = news;
    root.hidden = most === 0;
    adds.hidden = taken.size >= most;
    sends.hidden = !isNews || !stands;
  };
  const adds = pressable(t('shotsAdd'), () => {
    const video = player();
    const canvas = element('canvas');
    const shot = video && shotOf(video, canvas);
    if (!shot) return say(t('shotsFail'));
    if ([...taken.values()].some(({ at }) => at === shot.at)) return;
    const clock = clockOf(Math.floor(shot.at));
    const picture = pressable(clock, () => {
      taken.delete(picture);
      picture.remove();
      show(true);
    });
    picture.ariaLabel = t('shotsRemove', clock);
    picture.prepend(canvas);
    taken.set(picture, shot);
    pictures.append(picture);
    show(true);
  });
  const go = async () => {
    sends.disabled = true;
    const outcome = await send([...taken.values()]);
    sends.disabled = false;
    if (outcome.state === 'refused') return say(outcome.why);
    show(false);
    say(t('shotsSent'));
  };
  const sends = pressable(t('shotsSend'), go);
  const root = element(
    'details',
    { class: 'channel shots' },
    element('summary', {}, t('shotsTitle')),
    element('p', {}, t('shotsHint')),
    pictures,
    element('div', { class: 'row' }, adds, sends),
  );
  show(false);
  return {
    root,
    /** @param count so many can go with a report, as far as is known; 0 for none */
    offer(count = 0): void {
      most = count;
      show(isNews);
    },
    /** @param can whether there is a report that pictures go with */
    stands(can: boolean): void {
      stands = can;
      show(isNews);
    },
    /** A report was sent, with which so many can go: what was taken before follows it. */
    follow(count = 0): void {
      most = count;
      show(isNews);
      if (most && isNews) void go();
    },
  };
}

/** What a player shows, drawn on `canvas`; undefined if that cannot be read, as of paid films. */
export function shotOf(video: HTMLVideoElement, canvas: HTMLCanvasElement): Shot | undefined {
  const { videoWidth, videoHeight, currentTime } = video;
  const scale = Math.min(1, WIDEST / Math.max(videoWidth, videoHeight));
  canvas.width = videoWidth * scale;
  canvas.height = videoHeight * scale;
  try {
    canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
    for (const quality of [QUALITY, QUALITY / 3]) {
      const [type, picture = ''] = canvas.toDataURL('image/jpeg', quality).split(';base64,');
      if (type === 'data:image/jpeg' && picture.length <= MAX_CHARS)
        return { at: Math.round(currentTime * 100) / 100, picture };
    }
  } catch {
    // The picture comes from elsewhere, and its owner lets nobody read it.
  }
  return undefined;
}
