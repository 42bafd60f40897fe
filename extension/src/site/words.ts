/** Texts of the server's own page: the extension's, and a few of the page's own. */
import ar from '../../public/_locales/ar/messages.json';
import de from '../../public/_locales/de/messages.json';
import en from '../../public/_locales/en/messages.json';
import es from '../../public/_locales/es/messages.json';
import fr from '../../public/_locales/fr/messages.json';
import pt from '../../public/_locales/pt_BR/messages.json';
import { NOTE_TEXTS } from './note-texts';
import { type Language, TEXTS } from './texts';

type Texts = Readonly<Record<string, { readonly message: string }>>;

const SHARED: Readonly<Record<Language, Texts>> = { ar, de, en, es, fr, pt };

/** That of the page around it: the server has chosen, by the address or by what the browser asks for. */
const asked = document.documentElement.lang.slice(0, 2);
const language: Language = Object.hasOwn(TEXTS, asked) ? (asked as Language) : 'en';

/** The page's own texts. */
export const own = TEXTS[language];

/** Those about notes. */
export const notes = NOTE_TEXTS[language];

/** A text of the extension's, with its places filled. */
export function textOf(name: string, values: readonly string[] = []): string {
  const { message = '' } = SHARED[language][name] ?? {};
  return message.replace(/\$(\d)/g, (_, place: string) => values[Number(place) - 1] ?? '');
}
