/** Lists of channels that the viewer follows by their addresses. */
import { useId, useState } from 'preact/hooks';
import { REASONS } from '../core/lists/entries';
import { listAddress, MAX_NAME, MAX_SUBSCRIPTIONS } from '../core/lists/subscription';
import { ACTIONS, type Action, type Subscription } from '../core/types';
import { t } from '../core/words';
import { type FollowedState, send } from '../messages';
import type { SectionProps } from './parts';
import { ago, clock, Notice, number, permit, Switch, useAttempt, useLoaded } from './parts';

export function FollowedPart({ settings, change }: Omit<SectionProps, 'reset'>) {
  const { subscriptions } = settings;
  const { value: states = [], reload } = useLoaded(() => send('followed', {}), [subscriptions]);
  // The settings are here before the states that go with them.
  const followed = subscriptions.flatMap((one) =>
    states.filter(({ url }) => url === one.url).map((state) => ({ ...state, ...one })),
  );
  const fetchNow = async (url: string, accept = false) => {
    const fetching = send('fetchList', { url, accept });
    await reload();
    await fetching.finally(reload);
  };
  const follow = async (one: Subscription) => {
    const others = subscriptions.filter(({ url }) => url !== one.url);
    if (await change({ subscriptions: [...others, one] })) await fetchNow(one.url);
  };
  const put = (url: string, on: boolean) =>
    change({ subscriptions: subscriptions.map((one) => (one.url === url ? { ...one, on } : one)) });
  const remove = (url: string) =>
    change({ subscriptions: subscriptions.filter((one) => one.url !== url) });
  return (
    <section class="panel stack">
      <h3>{t('followTitle')}</h3>
      <p class="quiet">{t('followHint')}</p>
      <label class="switch">
        <span>{t('followAction')}</span>
        <select
          value={settings.followed}
          onChange={({ currentTarget }) => void change({ followed: currentTarget.value as Action })}
        >
          {ACTIONS.map((action) => (
            <option key={action} value={action}>
              {t(`action_${action}`)}
            </option>
          ))}
        </select>
      </label>
      {followed.length > 0 && (
        <ul class="followed">
          {followed.map((one) => (
            <FollowedList
              key={one.url}
              list={one}
              fetchNow={(accept) => fetchNow(one.url, accept)}
              put={(on) => void put(one.url, on)}
              remove={() => void remove(one.url)}
            />
          ))}
        </ul>
      )}
      <FollowForm isFull={subscriptions.length >= MAX_SUBSCRIPTIONS} follow={follow} />
    </section>
  );
}

interface FormProps {
  readonly isFull: boolean;
  readonly follow: (one: Subscription) => Promise<void>;
}

function FollowForm({ isFull, follow }: FormProps) {
  const id = useId();
  const [address, setAddress] = useState('');
  const [name, setName] = useState('');
  const { problem, attempt } = useAttempt();
  const submit = async () => {
    const url = listAddress(address);
    if (url === undefined) throw new Error(t('followBadAddress'));
    // Before anything else.
    await permitList(url);
    setAddress('');
    setName('');
    await follow({ url, name: name.trim(), on: true });
  };
  return (
    <form
      class="stack follow"
      onSubmit={(event) => {
        event.preventDefault();
        void attempt(submit);
      }}
    >
      <div class="row">
        <label class="wide" for={`${id}-address`}>
          <span>{t('followAddress')}</span>
          <input
            id={`${id}-address`}
            type="text"
            inputMode="url"
            dir="ltr"
            spellcheck={false}
            autocomplete="off"
            placeholder="https://example.org/list.txt"
            value={address}
            onInput={({ currentTarget }) => setAddress(currentTarget.value)}
          />
        </label>
        <label for={`${id}-name`}>
          <span>{t('followName')}</span>
          <input
            id={`${id}-name`}
            type="text"
            maxLength={MAX_NAME}
            autocomplete="off"
            value={name}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        </label>
        <button type="submit" class="main" disabled={isFull || address.trim() === ''}>
          {t('followButton')}
        </button>
      </div>
      <p class="quiet">{t('followPermission')}</p>
      {isFull && <Notice>{t('followFull', number(MAX_SUBSCRIPTIONS))}</Notice>}
      {problem && <Notice kind="bad">{problem}</Notice>}
    </form>
  );
}

async function permitList(url: string): Promise<void> {
  if (!(await permit([url]))) throw new Error(t('listTrouble_noPermission', new URL(url).host));
}

interface ListProps {
  readonly list: FollowedState;
  readonly fetchNow: (accept?: boolean) => Promise<void>;
  readonly put: (on: boolean) => void;
  readonly remove: () => void;
}

function FollowedList({ list, fetchNow, put, remove }: ListProps) {
  const { url, title, on, isPermitted, isFetching, state } = list;
  const { problem, attempt } = useAttempt();
  const waits = state.notBefore > Date.now();
  const isBroken = state.trouble?.kind === 'shrunk' || state.trouble?.kind === 'unended';
  return (
    <li class="stack">
      <Switch label={title} hint={url} checked={on} onChange={put} />
      <p class="quiet">{isFetching ? t('listFetching') : sentenceOf(state)}</p>
      <LeftOut reasons={state.reasons} />
      {on && !isPermitted && <Notice>{t('listTrouble_noPermission', new URL(url).host)}</Notice>}
      {on && isPermitted && state.trouble && !isFetching && (
        <Notice kind="bad">
          {t(`listTrouble_${state.trouble.kind}`, ...state.trouble.details.map(shown))}{' '}
          {state.fetchedAt > 0 && t('listKept')}
        </Notice>
      )}
      {waits && <p class="quiet">{t('listWaits', clock(state.notBefore))}</p>}
      {problem && <Notice kind="bad">{problem}</Notice>}
      <div class="row">
        {isPermitted ? (
          <button
            type="button"
            disabled={!on || isFetching || waits}
            onClick={() => void attempt(() => fetchNow())}
          >
            {t('listFetch')}
          </button>
        ) : (
          <button
            type="button"
            class="main"
            onClick={() => void attempt(() => permitList(url).then(() => fetchNow()))}
          >
            {t('listPermit')}
          </button>
        )}
        {on && isBroken && (
          <button
            type="button"
            disabled={isFetching || waits}
            onClick={() => void attempt(() => fetchNow(true))}
          >
            {t('listAccept')}
          </button>
        )}
        <button
          type="button"
          class="danger"
          onClick={() => confirm(t('listRemoveQuestion', title)) && remove()}
        >
          {t('listRemove')}
        </button>
      </div>
    </li>
  );
}

function sentenceOf({ fetchedAt, channels }: FollowedState['state']): string {
  return fetchedAt === 0 ? t('listNever') : t('listFetched', number(channels), ago(fetchedAt));
}

function LeftOut({ reasons }: Pick<FollowedState['state'], 'reasons'>) {
  const found = REASONS.flatMap((reason) => {
    const lines = reasons[reason] ?? 0;
    return lines > 0 ? [{ reason, lines }] : [];
  });
  if (found.length === 0) return null;
  const total = found.reduce((sum, { lines }) => sum + lines, 0);
  return (
    <details>
      <summary class="quiet">{t('listLeftOut', number(total))}</summary>
      <ul class="points">
        {found.map(({ reason, lines }) => (
          <li key={reason} class="quiet">
            {t(`listReason_${reason}`)}: {number(lines)}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Numbers as the viewer writes them. */
function shown(detail: string): string {
  return /^\d+$/.test(detail) ? number(Number(detail)) : detail;
}
