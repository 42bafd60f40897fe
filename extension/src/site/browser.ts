/**
 * What `wxt/browser` is on the server's own page: the parts of an extension's browser that the jury
 * uses, made of what any page has. `jury.config.ts` puts it in the other's place.
 */
import { answer } from './background';
import { textOf } from './words';

const PREFIX = 'realtube.';

export const browser = {
  i18n: { getMessage: textOf },
  runtime: { sendMessage: answer },
  /** There is no icon. */
  action: { setBadgeText: async () => undefined },
  storage: {
    local: {
      async get(name: string): Promise<Record<string, unknown>> {
        const text = localStorage.getItem(PREFIX + name);
        return text === null ? {} : { [name]: parsed(text) };
      },
      async set(items: Readonly<Record<string, unknown>>): Promise<void> {
        for (const [name, value] of Object.entries(items))
          localStorage.setItem(PREFIX + name, JSON.stringify(value));
      },
      async remove(name: string): Promise<void> {
        localStorage.removeItem(PREFIX + name);
      },
    },
  },
};

/** Whether anything that is kept here is still there for the next page. */
export function canKeep(): boolean {
  try {
    localStorage.setItem(`${PREFIX}try`, '1');
    localStorage.removeItem(`${PREFIX}try`);
    return true;
  } catch {
    return false;
  }
}

/** Undefined for what somebody else wrote there. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
