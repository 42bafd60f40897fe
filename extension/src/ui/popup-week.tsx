/** What became of the viewer's reports, once a week: from this browser, nobody is asked for it. */
import { browser } from 'wxt/browser';
import { FATES, type Fate, fatesOf, news, type Reported, type Week } from '../core/week';
import { t } from '../core/words';
import { send } from '../messages';
import { number, useLoaded } from './parts';

interface Told {
  readonly counts: Partial<Record<Fate, number>>;
  /** What is known once they have read it. */
  readonly next: Week;
}

export function WeekPart() {
  const { value, reload } = useLoaded(weeklyWord);
  if (!value) return null;
  const { counts, next } = value;
  return (
    <section class="panel stack" aria-labelledby="week">
      <h2 id="week">{t('weekTitle')}</h2>
      <dl class="standing">
        {FATES.filter((fate) => counts[fate]).map((fate) => (
          <>
            <dt key={`${fate} name`}>{t(`week_${fate}`)}</dt>
            <dd key={fate}>{number(counts[fate] ?? 0)}</dd>
          </>
        ))}
      </dl>
      <p>
        <a href="/options.html#reports" target="_blank" rel="noopener">
          {t('reportsTitle')}
        </a>
      </p>
      <button type="button" onClick={() => void keep(next).then(reload)}>
        {t('weekRead')}
      </button>
    </section>
  );
}

/** What is to be told today; from the first time on a week passes until something is. */
async function weeklyWord(): Promise<Told | undefined> {
  const reports = await send('myReports', {});
  const videos = reports.filter((it): it is typeof it & Reported => 'videoId' in it);
  const fates = fatesOf(videos.filter(({ state }) => state === 'sent'));
  const now = Date.now();
  const { week } = (await browser.storage.local.get('week')) as { week?: Week };
  const next = { told: now, fates };
  if (!week) await keep(next);
  const counts = week && news(week, fates, now);
  return counts && { counts, next };
}

/** A disk that is full has it told again, no more. */
async function keep(week: Week): Promise<void> {
  await browser.storage.local.set({ week }).catch(() => undefined);
}
