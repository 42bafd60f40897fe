/** The life of this extension in one page of YouTube. */
import type { ContentScriptContext } from 'wxt/utils/content-script-context';
import { JuryPanel } from '../jury/panel';
import { LabelClient } from '../labels/client';
import { PAGE_CALLS, type PageState, receive, send } from '../messages';
import { PageApp, UNFILTERED } from './app';
import { Gate } from './gate';
import { ChannelHints, isFiltered, isRelevantFrame } from './page';
import { SELECTORS } from './selectors';
import { PageServices } from './services';
import { newerSelectors } from './update';

/** What stands for a video that a juror is asked about. */
const ASKED = { surface: 'watch', isShort: false } as const;

export async function runPage(ctx: ContentScriptContext): Promise<void> {
  if (!isRelevantFrame()) return;
  if (!isFiltered(location)) return leaveAlone(ctx);
  // Nobody knows yet what the viewer wants, and cards may appear any moment.
  const early = new Gate(SELECTORS);
  early.close();
  const hints = new ChannelHints(ctx.signal);
  try {
    const state = await send('pageState', {});
    if (ctx.isValid) begin(ctx, state, hints);
  } finally {
    early.open();
  }
}

/** Only say so when the popup asks. */
function leaveAlone(ctx: ContentScriptContext): void {
  const ignore = () => undefined;
  const close = receive(PAGE_CALLS, {
    report: () => UNFILTERED,
    reportChannel: ignore,
    stateChanged: ignore,
    labelsChanged: ignore,
  });
  ctx.signal.addEventListener('abort', close);
}

function begin(ctx: ContentScriptContext, state: PageState, hints: ChannelHints): void {
  const refresh = () => app.refresh();
  const labels = new LabelClient(refresh);
  const services = new PageServices(labels, state.settings, refresh, (videoId) =>
    hints.makingOf(videoId),
  );
  const selectors = newerSelectors(state.selectors);
  const app = new PageApp(selectors, services, hints);
  const panel =
    state.question &&
    new JuryPanel(state.question, selectors, (answer) => send('answerHere', answer));
  // A juror has to look for themselves.
  for (const videoId of state.question?.videos ?? []) services.reveal({ videoId, ...ASKED });
  const follow = ({ settings, paused, words }: PageState) => {
    services.use(settings, words);
    if (settings.enabled && !paused) app.start();
    else app.stop();
  };
  const close = receive(PAGE_CALLS, {
    report: () => app.report(),
    reportChannel: () => app.reportChannel(),
    stateChanged: async () => follow(await send('pageState', {})),
    // What turns out to have changed is told to `refresh` by the client.
    labelsChanged: () => labels.renew().catch(() => undefined),
  });
  // After an update the new version has a script of its own here; this one leaves quietly.
  ctx.signal.addEventListener('abort', () => {
    close();
    panel?.stop();
    app.stop();
  });
  follow(state);
}
