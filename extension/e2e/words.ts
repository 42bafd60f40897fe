/** The texts a viewer with an English browser reads. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const CATALOGUE = path.resolve(
  import.meta.dirname,
  '../.output/chrome-mv3/_locales/en/messages.json',
);

let messages: Record<string, { message: string }> | undefined;

export function word(name: string): string {
  messages ??= JSON.parse(readFileSync(CATALOGUE, 'utf8')) as typeof messages;
  const found = messages?.[name]?.message;
  if (!found) throw new Error(`no text is called ${name}`);
  return found;
}
