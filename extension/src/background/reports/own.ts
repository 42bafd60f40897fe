/** What the viewer has reported, as it matters to cards: whatever others say, it goes. */
import type { Category, NoticedSign } from 'realtube-client';
import { channelEntries } from '../../core/entries';
import type { Card, Choice, Mine, Verdicts } from '../../core/types';
import type { StoredReport } from '../store';

type Asked = Pick<Card, 'videoId' | 'channelId' | 'handle' | 'channels'>;

export class OwnReports {
  private readonly videos = new Map<string, Choice>();
  private readonly signs = new Map<string, readonly NoticedSign[]>();
  private readonly channels = new Map<string, Category>();
  private shots: number | undefined;

  constructor(reports: readonly StoredReport[]) {
    // The last word counts.
    for (const report of [...reports].sort((a, b) => a.at - b.at))
      if (report.state === 'sent' || report.state === 'queued') this.add(report);
  }

  /** What the viewer said of a video, by itself or with its channel. */
  of(videoId: string): Choice | undefined {
    return this.videos.get(videoId);
  }

  /** The same with what gives it away, as they said. */
  mine(videoId: string): Mine {
    const [choice, signs, { shots }] = [this.of(videoId), this.signs.get(videoId), this];
    return { ...(choice && { choice }), ...(signs && { signs }), ...(shots && { shots }) };
  }

  ofChannel(key: string): Category | undefined {
    return this.channels.get(key);
  }

  /** A collaboration is reported if each of its channels is. */
  verdicts({ videoId, channels, ...channel }: Asked): Pick<Verdicts, 'mine' | 'mineChannel'> {
    const mine = videoId === undefined ? undefined : this.of(videoId);
    const each = channels ?? [channel];
    const isReported =
      each.length > 0 &&
      each.every((one) => channelEntries(one).some((entry) => this.channels.has(entry)));
    return { ...(mine && { mine }), ...(isReported && { mineChannel: true }) };
  }

  private add(report: StoredReport): void {
    if (!('channel' in report)) {
      // A dispute says nothing of it.
      if (report.choice !== 'not_ai') this.shots = report.shots;
      this.videos.set(report.videoId, report.choice);
      if (report.signs) this.signs.set(report.videoId, report.signs);
      else this.signs.delete(report.videoId);
      return;
    }
    for (const entry of [report.channel, ...channelEntries(report)])
      this.channels.set(entry, report.choice);
    for (const videoId of report.videoIds) this.videos.set(videoId, report.choice);
  }
}
