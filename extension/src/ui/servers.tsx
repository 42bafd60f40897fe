/** The viewer's servers in their order: how each does, and what can be done about it. */
import { browser } from 'wxt/browser';
import { patternOf } from '../core/address';
import { t } from '../core/words';
import { type ServerState, send } from '../messages';
import { ago, clock, Notice, permit, useLoaded } from './parts';

interface Props {
  readonly servers: readonly string[];
  readonly onChange: (servers: readonly string[]) => Promise<unknown>;
}

export function Servers({ servers, onChange }: Props) {
  const {
    value: states = [],
    error,
    reload,
  } = useLoaded(() => send('servers', {}), [servers.join()]);
  const remove = (origin: string) => {
    if (confirm(t('serverRemoveQuestion', origin)))
      void onChange(servers.filter((each) => each !== origin));
  };
  const moveUp = (origin: string, place: number) => {
    const others = servers.filter((each) => each !== origin);
    void onChange([...others.slice(0, place - 1), origin, ...others.slice(place - 1)]);
  };
  return (
    <>
      {error && <Notice kind="bad">{error}</Notice>}
      <ol class="followed">
        {servers.map((origin, place) => (
          <li key={origin} class="stack">
            <p class="address">
              <bdi dir="ltr">{origin}</bdi>
            </p>
            <State
              state={states.find((each) => each.origin === origin)}
              isFirst={place === 0}
              isOnly={servers.length === 1}
            />
            <Access origin={origin} onGranted={reload} />
            <div class="row">
              {place > 0 && (
                <button type="button" onClick={() => moveUp(origin, place)}>
                  {t('serverUp')}
                </button>
              )}
              <button type="button" class="danger" onClick={() => remove(origin)}>
                {t('listRemove')}
              </button>
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}

interface StateProps {
  readonly state: ServerState | undefined;
  readonly isFirst: boolean;
  readonly isOnly: boolean;
}

function State({ state, isFirst, isOnly }: StateProps) {
  if (!state) return null;
  const { answeredAt, awayUntil, why, doubts } = state;
  const isLeftAlone = !isOnly && awayUntil > Date.now();
  return (
    <>
      <p class="quiet">
        {why !== undefined
          ? t('serverAway', why)
          : answeredAt > 0
            ? t('serverAnswered', ago(answeredAt))
            : t('serverNotAsked')}{' '}
        {isLeftAlone && t('serverLater', clock(awayUntil))} {isFirst && !isOnly && t('serverFirst')}
      </p>
      {doubts.map((sentence) => (
        <Notice key={sentence} kind="bad">
          {sentence} {t('signedKept')}
        </Notice>
      ))}
    </>
  );
}

/** Says if the browser does not let us ask a server, and has it let us. */
function Access({ origin, onGranted }: { origin: string; onGranted: () => Promise<void> }) {
  const origins = [patternOf(origin)];
  const { value: isGranted, reload } = useLoaded(
    () => browser.permissions.contains({ origins }),
    [origin],
  );
  if (isGranted !== false) return null;
  const grant = () => permit([origin]).then(reload).then(onGranted);
  return (
    <Notice>
      <p>{t('serverNoAccess')}</p>
      <button type="button" onClick={() => void grant()}>
        {t('serverGrant')}
      </button>
    </Notice>
  );
}
