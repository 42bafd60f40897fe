/** Small pieces that all of our pages share. */
import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useId, useState } from 'preact/hooks';
import { type NamedSign, SIGNS } from 'realtube-client';
import { browser } from 'wxt/browser';
import { patternOf } from '../core/address';
import { clockOf } from '../core/noticed';
import type { Settings } from '../core/types';
import { t } from '../core/words';
import type { Overview } from '../messages';

/** What each section of the options is given. */
export interface SectionProps {
  readonly settings: Settings;
  /** Whether that was stored; if not, the viewer is told. */
  readonly change: (change: Partial<Settings>) => Promise<boolean>;
  readonly reset: () => Promise<boolean>;
}

/** Language and direction of the texts, which need not be those of the browser. */
export function prepareDocument(title: string): void {
  document.documentElement.lang = t('language');
  document.documentElement.dir = t('direction');
  document.title = title;
}

export function Brand({ title }: { title: string }) {
  return (
    <div class="brand">
      <img src="/icon/48.png" alt="" />
      <h1>{title}</h1>
    </div>
  );
}

interface SwitchProps {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Switch({ label, hint, checked, disabled = false, onChange }: SwitchProps) {
  const id = useId();
  return (
    <label class="switch">
      <span>
        <span>{label}</span>
        {hint && (
          <span class="quiet" id={id} style={{ display: 'block' }}>
            {hint}
          </span>
        )}
      </span>
      <input
        type="checkbox"
        role="switch"
        checked={checked}
        disabled={disabled}
        {...(hint && { 'aria-describedby': id })}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
    </label>
  );
}

export function Meter({ score, label }: { score: number; label: string }) {
  return (
    <div
      class="meter"
      role="meter"
      aria-label={label}
      aria-valuenow={score}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <span class={score >= 50 ? 'high' : ''} style={{ inlineSize: `${score}%` }} />
    </div>
  );
}

interface NoticeProps {
  readonly kind?: 'warn' | 'bad' | 'good';
  readonly children: ComponentChildren;
}

/** Read out when it appears. */
export function Notice({ kind = 'warn', children }: NoticeProps) {
  return (
    <div class={`notice ${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}

/** What keeps the extension from its work, and may be in the viewer's hands. */
export function Troubles({
  isIntercepted,
  askRestsUntil,
  storageFails,
}: Pick<Overview, 'isIntercepted' | 'askRestsUntil' | 'storageFails'>) {
  return (
    <>
      {isIntercepted && <Notice kind="bad">{t('intercepted')}</Notice>}
      {storageFails && <Notice kind="bad">{t('storageFails')}</Notice>}
      {askRestsUntil > 0 && <Notice>{t('askRests', clock(askRestsUntil))}</Notice>}
    </>
  );
}

export function clock(at: number): string {
  return new Intl.DateTimeFormat(t('language'), { timeStyle: 'short' }).format(at);
}

/** What a promise gave, and a way to get it anew. */
export function useLoaded<T>(load: () => Promise<T>, deps: readonly unknown[] = []) {
  const [value, setValue] = useState<T>();
  const [error, setError] = useState<string>();
  const reload = useCallback(async () => {
    try {
      setValue(await load());
      setError(undefined);
    } catch (failure) {
      setError(messageOf(failure));
    }
  }, deps);
  useEffect(() => void reload(), [reload]);
  return { value, error, reload };
}

/** Does what the viewer wants; what went wrong with the last of it is for them to read. */
export function useAttempt() {
  const [problem, setProblem] = useState<string>();
  const attempt = useCallback(async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      setProblem(undefined);
      return true;
    } catch (failure) {
      setProblem(messageOf(failure));
      return false;
    }
  }, []);
  return { problem, attempt };
}

/** Has the browser ask the viewer for these hosts; only in direct answer to a click. */
export function permit(urls: readonly string[]): Promise<boolean> {
  return browser.permissions.request({ origins: urls.map(patternOf) });
}

export function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}

/** "5 minutes ago", in the viewer's language; never ahead, where the clock was set back since. */
export function ago(time: number, now = Date.now()): string {
  const minutes = Math.min(Math.round((time - now) / 60_000), 0);
  const format = new Intl.RelativeTimeFormat(t('language'), { numeric: 'auto' });
  if (Math.abs(minutes) < 60) return format.format(minutes, 'minute');
  if (Math.abs(minutes) < 48 * 60) return format.format(Math.round(minutes / 60), 'hour');
  return format.format(Math.round(minutes / (24 * 60)), 'day');
}

export function number(value: number): string {
  return new Intl.NumberFormat(t('language')).format(value);
}

/** "Watermark at 0:12: 4 voters". A later server may know other signs. */
export function signLine({ sign, voices, at }: NamedSign): string {
  const name = SIGNS.some((known) => known === sign) ? t(`sign_${sign}`) : sign;
  return at === undefined
    ? t('signsVoters', name, number(voices))
    : t('signsVotersAt', name, clockOf(at), number(voices));
}

export function percent(share: number): string {
  const format = { style: 'percent', maximumFractionDigits: 0 } as const;
  return new Intl.NumberFormat(t('language'), format).format(share);
}

export function download(name: string, text: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

interface FileButtonProps {
  readonly label: string;
  readonly accept: string;
  readonly onText: (text: string) => void;
}

/** A button that reads a file of the viewer's. */
export function FileButton({ label, accept, onText }: FileButtonProps) {
  const id = useId();
  return (
    <>
      <input
        id={id}
        type="file"
        accept={accept}
        hidden
        onChange={({ currentTarget }) => {
          void currentTarget.files?.[0]?.text().then(onText);
          currentTarget.value = '';
        }}
      />
      <button type="button" onClick={() => document.getElementById(id)?.click()}>
        {label}
      </button>
    </>
  );
}
