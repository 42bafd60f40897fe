/** The popup: what happens on this page, and the switches for it. */

import { useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { channelEntries } from '../core/entries';
import type { Channel, PageReport, Settings } from '../core/types';
import { t } from '../core/words';
import { JuryPopup } from '../jury/popup';
import { type Overview, send, sendToPage } from '../messages';
import {
  ago,
  Brand,
  Notice,
  number,
  percent,
  Switch,
  Troubles,
  useAttempt,
  useLoaded,
} from './parts';
import { ChooseServer, FoundPart, HelpPart, isEmpty } from './popup-found';
import { WeekPart } from './popup-week';
import { VideoVerdict } from './verdict';

interface Here {
  readonly tabId: number;
  readonly paused: boolean;
  readonly report: PageReport;
}

/** The tab in front, if it is one of YouTube's that our script runs in. */
async function here(): Promise<Here | undefined> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  if (tab?.id === undefined) return undefined;
  try {
    const report = await sendToPage(tab.id, 'report', {});
    return { tabId: tab.id, paused: await send('tabPaused', { tabId: tab.id }), report };
  } catch {
    return undefined; // somebody else's page
  }
}

export function Popup() {
  const overview = useLoaded(() => send('overview', {}));
  const page = useLoaded(here);
  const { problem, attempt } = useAttempt();
  const reload = async () => {
    await Promise.all([overview.reload(), page.reload()]);
  };
  const act: Act = (work) => void attempt(work).then(reload);
  if (!overview.value)
    return overview.error ? <Notice kind="bad">{overview.error}</Notice> : <p role="status">…</p>;
  const { settings, welcomed, hiddenToday } = overview.value;
  const filtered = page.value?.report.isFiltered ? page.value : undefined;
  return (
    <>
      <header>
        <Brand title="RealTube" />
        <Switch
          label={t(settings.enabled ? 'popupOn' : 'popupOff')}
          checked={settings.enabled}
          onChange={(enabled) => act(() => send('changeSettings', { change: { enabled } }))}
        />
      </header>
      <main class="stack">
        {!welcomed && <Begin />}
        <Troubles {...overview.value} />
        {problem && <Notice kind="bad">{problem}</Notice>}
        {filtered && <ThisPage here={filtered} settings={settings} act={act} />}
        {page.value && !filtered && <Notice>{t('popupNotFiltered')}</Notice>}
        <dl class="numbers">
          {filtered && <Figure name={t('popupHiddenHere')} value={filtered.report.hidden} />}
          <Figure name={t('popupHiddenToday')} value={hiddenToday} />
        </dl>
        {filtered && <FoundPart found={filtered.report.found} />}
        {welcomed && settings.server === '' && <ChooseServer />}
        {welcomed && settings.server !== '' && (
          <SyncLine overview={overview.value} reload={overview.reload} />
        )}
        {welcomed && isEmpty(overview.value) && <HelpPart settings={settings} />}
        {welcomed && settings.weekly && <WeekPart />}
        {welcomed && <JuryPopup server={settings.server} />}
        {welcomed && settings.server !== '' && <StandingPart />}
      </main>
      <footer>
        <OptionsLink section="behaviour" label={t('optionsTitle')} />
        <OptionsLink section="reports" label={t('reportsTitle')} />
      </footer>
    </>
  );
}

function Begin() {
  return (
    <Notice>
      <p>{t('popupBegin')}</p>
      <a href="/welcome.html" target="_blank" rel="noopener">
        {t('popupBeginLink')}
      </a>
    </Notice>
  );
}

/** Does something, tells what went wrong, and shows how things are then. */
type Act = (work: () => Promise<unknown>) => void;

interface ThisPageProps {
  readonly here: Here;
  readonly settings: Settings;
  readonly act: Act;
}

function ThisPage({ here: { tabId, paused, report }, settings, act }: ThisPageProps) {
  const { current, making } = report;
  const channel = report.channel ?? current;
  const details = useLoaded(
    async () => current && send('videoDetails', claimsOf(current)),
    [current?.videoId, making, settings],
  );
  return (
    <>
      {settings.enabled && !paused && report.cards === 0 && report.strayLinks > 0 && (
        <Notice>{t('popupChanged', number(report.strayLinks))}</Notice>
      )}
      <section class="panel stack">
        <Switch
          label={t('popupTab')}
          checked={!paused}
          disabled={!settings.enabled}
          onChange={(on) => act(() => send('pauseTab', { tabId, paused: !on }))}
        />
        {channel &&
          LISTS.map((list) => (
            <ChannelSwitch key={list} list={list} card={channel} settings={settings} act={act} />
          ))}
        {channel && channelEntries(channel).length > 0 && (
          <button
            type="button"
            disabled={!settings.enabled || paused}
            // The page has the dialog, and shows it once this is out of the way.
            onClick={() =>
              act(async () => {
                await sendToPage(tabId, 'reportChannel', {});
                window.close();
              })
            }
          >
            {t('pageReportChannel')}
          </button>
        )}
      </section>
      {current && details.value && (
        <VideoVerdict
          card={current}
          details={{ ...details.value, ...(making && { making }) }}
          settings={settings}
          page={report}
          tabId={tabId}
          reload={details.reload}
        />
      )}
    </>
  );
}

type Current = NonNullable<PageReport['current']>;

function claimsOf({ videoId, channelId, handle, channels }: Current) {
  return {
    videoId,
    ...(channelId && { channelId }),
    ...(handle && { handle }),
    ...(channels && { channels }),
  };
}

const LISTS = ['allow', 'block'] as const;

interface ChannelProps extends Omit<ThisPageProps, 'here'> {
  readonly list: (typeof LISTS)[number];
  readonly card: Channel;
}

function ChannelSwitch({ list, card, settings, act }: ChannelProps) {
  const entries = channelEntries(card);
  if (entries.length === 0) return null;
  const set = async (on: boolean) => {
    // On one list at most: what is put on this one leaves the other.
    for (const entry of entries)
      for (const each of LISTS)
        if (on || each === list)
          await send('listEntry', { list: each, entry, on: on && each === list });
  };
  return (
    <Switch
      label={t(list === 'allow' ? 'popupAllowChannel' : 'popupBlockChannel')}
      hint={card.handle ?? card.channelId ?? ''}
      checked={entries.some((entry) => settings[list].includes(entry))}
      disabled={!settings.enabled}
      onChange={(on) => act(() => set(on))}
    />
  );
}

function Figure({ name, value }: { name: string; value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{number(value)}</dd>
    </div>
  );
}

interface SyncLineProps {
  readonly overview: Overview;
  readonly reload: () => Promise<void>;
}

function SyncLine({
  overview: { sync, waiting, waitingWhy, isIntercepted },
  reload,
}: SyncLineProps) {
  const [busy, setBusy] = useState(false);
  // Said once, above.
  const told = isIntercepted ? t('intercepted') : undefined;
  const refresh = async () => {
    setBusy(true);
    await send('syncNow', {}).catch(() => undefined);
    await reload();
    setBusy(false);
  };
  return (
    <section class="panel stack">
      <div class="switch">
        <span>
          {sync.syncedAt > 0 ? t('popupSynced', ago(sync.syncedAt)) : t('popupNeverSynced')}
          <span class="quiet" style={{ display: 'block' }}>
            {t('popupListSize', number(sync.videos), number(sync.channels))}
          </span>
        </span>
        <button type="button" disabled={busy || sync.running} onClick={() => void refresh()}>
          {t('popupRefresh')}
        </button>
      </div>
      {sync.syncedAt > 0 && sync.videos + sync.channels === 0 && (
        <p class="quiet">{t('popupEmpty')}</p>
      )}
      {sync.error && sync.error !== told && (
        <Notice kind="bad">{t('popupSyncFailed', sync.error)}</Notice>
      )}
      {waiting > 0 && <p class="quiet">{t('popupWaiting', number(waiting))}</p>}
      {waitingWhy && waitingWhy !== told && <Notice>{waitingWhy}</Notice>}
    </section>
  );
}

/** Asked for only when somebody looks, because it tells the server who is there. */
function StandingPart() {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="panel" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t('popupStanding')}</summary>
      {isOpen && <StandingTable />}
    </details>
  );
}

function StandingTable() {
  const { value, error, reload } = useLoaded(() => send('standing', {}));
  const { problem, attempt } = useAttempt();
  const failed = error ?? problem;
  if (failed) return <Notice kind="bad">{t('pageFailed', failed)}</Notice>;
  if (!value) return <p role="status">…</p>;
  return (
    <>
      {value.warnings
        ?.filter(({ acknowledged }) => !acknowledged)
        .map(({ id, reason }) => (
          <Notice key={id}>
            <p dir="auto">{t('standingWarning', reason)}</p>
            <button
              type="button"
              onClick={() => void attempt(() => send('acknowledge', { id })).then(reload)}
            >
              {t('standingUnderstood')}
            </button>
          </Notice>
        ))}
      <dl class="standing">
        <dt>{t('standingTrust')}</dt>
        <dd>{percent(value.trustScore)}</dd>
        <dt>{t('standingAccuracy')}</dt>
        <dd>{percent(value.accuracyRate)}</dd>
        <dt>{t('standingVotes')}</dt>
        <dd>{number(value.totalVotes)}</dd>
        <dt>{t('standingDays')}</dt>
        <dd>{number(value.accountAge)}</dd>
      </dl>
    </>
  );
}

function OptionsLink({ section, label }: { section: string; label: string }) {
  return (
    <a href={`/options.html#${section}`} target="_blank" rel="noopener">
      {label}
    </a>
  );
}
