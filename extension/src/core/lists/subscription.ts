/** Lists of channels that the viewer subscribed to, by their addresses. */
import { parseServer } from '../address';
import type { Subscription } from '../types';

export const MAX_SUBSCRIPTIONS = 50;
export const MAX_NAME = 100;
const MAX_ADDRESS = 2000;

/** The address in what somebody typed: https, or http on this machine; undefined for others. */
export function listAddress(text: string): string | undefined {
  const typed = text.trim();
  try {
    const url = new URL(typed.includes('://') ? typed : `https://${typed}`);
    url.hash = '';
    // A name and a password in it would be stored and shown.
    const isNameless = url.username === '' && url.password === '';
    const isOne = isNameless && parseServer(url.origin) === url.origin;
    return isOne && url.href.length <= MAX_ADDRESS ? url.href : undefined;
  } catch {
    return undefined;
  }
}

export function isListAddress(value: unknown): value is string {
  return typeof value === 'string' && listAddress(value) === value;
}

/** What the viewer calls it, or else the name of its file, or of its host. */
export function nameOf({ url, name }: Subscription): string {
  if (name !== '') return name;
  const { pathname, host } = new URL(url);
  const file = pathname.split('/').findLast((part) => part !== '') ?? host;
  return file.slice(0, MAX_NAME);
}
