import { browser } from 'wxt/browser';
import { t } from '../core/words';
import { type MyReport, send } from '../messages';
import type { SectionProps } from './parts';
import { ago, Notice, number, Switch, useAttempt, useLoaded } from './parts';

export function Reports({ settings, change }: SectionProps) {
  const { value, error, reload } = useLoaded(() => send('myReports', {}));
  const { problem, attempt } = useAttempt();
  const withdraw = async (report: MyReport) => {
    await attempt(async () => {
      const outcome = await ('channel' in report
        ? send('withdrawChannel', channelOf(report))
        : send('withdraw', { videoId: report.videoId }));
      if (outcome.state === 'refused') throw new Error(outcome.why);
    });
    await reload();
  };
  const forget = async () => {
    if (!confirm(t('reportsForgetQuestion'))) return;
    await attempt(async () => {
      await send('forgetReports', {});
      await browser.storage.local.remove('week');
    });
    await reload();
  };
  const reports = value ?? [];
  return (
    <>
      <p class="quiet">{t('reportsHint')}</p>
      <section class="panel">
        <Switch
          label={t('setting_weekly')}
          hint={t('setting_weekly_hint')}
          checked={settings.weekly}
          onChange={(weekly) => void change({ weekly })}
        />
      </section>
      {(error ?? problem) && <Notice kind="bad">{t('pageFailed', error ?? problem ?? '')}</Notice>}
      {value && reports.length === 0 && <p>{t('reportsNone')}</p>}
      <ul class="reports">
        {reports.map((report) => (
          <ReportRow
            key={'channel' in report ? report.channel : report.videoId}
            report={report}
            onWithdraw={() => void withdraw(report)}
          />
        ))}
      </ul>
      {reports.length > 0 && (
        <div>
          <button type="button" class="danger" onClick={() => void forget()}>
            {t('reportsForget')}
          </button>
        </div>
      )}
    </>
  );
}

function ReportRow({ report, onWithdraw }: { report: MyReport; onWithdraw: () => void }) {
  const { title, choice, at, state } = report;
  const isChannel = 'channel' in report;
  const name = isChannel ? report.channel : report.videoId;
  return (
    <li class="panel">
      <div>
        <a
          href={isChannel ? addressOf(name) : `https://www.youtube.com/watch?v=${name}`}
          target="_blank"
          rel="noreferrer"
          dir="auto"
        >
          {title ?? name}
        </a>
        <p>
          {t(`category_${choice}`)} <span class="quiet">· {ago(at)}</span>
        </p>
        <p class="quiet">{fate(report)}</p>
      </div>
      {(state === 'sent' || state === 'queued') && (
        <button type="button" onClick={onWithdraw}>
          {t('pageUndo')}
        </button>
      )}
    </li>
  );
}

function channelOf({ channelId, handle }: Extract<MyReport, { channel: string }>) {
  return { ...(channelId && { channelId }), ...(handle && { handle }) };
}

function addressOf(channel: string): string {
  const path = channel.startsWith('@') ? encodeURI(channel) : `channel/${channel}`;
  return `https://www.youtube.com/${path}`;
}

/** What became of a report. */
function fate(report: MyReport): string {
  const { state, why, verdict } = report;
  // What was to be withdrawn, and could not be, stands.
  if (state === 'sent' && why) return t('pageFailed', why);
  if (state === 'queued' || state === 'withdrawing')
    return [t(`reportState_${state}`), why].filter(Boolean).join(' ');
  if (state === 'refused') return t('reportState_refused', why ?? '');
  if ('channel' in report) return t('reportsChannel', number(report.videoIds.length));
  if (!verdict) return t('reportFate_unknown');
  if (verdict.locked) return t(verdict.score > 0 ? 'popupLockedAi' : 'popupLockedHuman');
  return t('reportFate_score', String(Math.round(verdict.score)));
}
