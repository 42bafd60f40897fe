/** What is remembered until the browser closes, for the viewer to look at: nothing leaves. */
import { browser } from 'wxt/browser';
import type { RequestNote } from '../messages';
import type { Contact } from './server';

const MAX_REQUESTS = 100;
const MAX_LINES = 300;
const MAX_SENT_CHARS = 600;

interface Session {
  readonly requests: readonly RequestNote[];
  readonly lines: readonly string[];
  readonly pausedTabs: readonly number[];
}

const EMPTY: Session = { requests: [], lines: [], pausedTabs: [] };

export class Notes {
  private kept: Promise<Session> | undefined;
  private writing: Promise<unknown> = Promise.resolve();

  async requests(): Promise<readonly RequestNote[]> {
    return (await this.get()).requests;
  }

  async lines(): Promise<readonly string[]> {
    return (await this.get()).lines;
  }

  async isPaused(tabId: number | undefined): Promise<boolean> {
    return tabId !== undefined && (await this.get()).pausedTabs.includes(tabId);
  }

  addRequest(contact: Contact): void {
    const note = { ...contact, sent: contact.sent.slice(0, MAX_SENT_CHARS), at: Date.now() };
    void this.change(({ requests }) => ({ requests: [note, ...requests].slice(0, MAX_REQUESTS) }));
  }

  addLine(line: string): void {
    const stamped = `${new Date().toISOString()} ${line}`;
    void this.change(({ lines }) => ({ lines: [...lines, stamped].slice(-MAX_LINES) }));
  }

  pauseTab(tabId: number, paused: boolean): Promise<void> {
    return this.change(({ pausedTabs }) => {
      if (pausedTabs.includes(tabId) === paused) return undefined;
      const others = pausedTabs.filter((id) => id !== tabId);
      return { pausedTabs: paused ? [...others, tabId] : others };
    });
  }

  private get(): Promise<Session> {
    return (this.kept ??= browser.storage.session
      .get('notes')
      .then(({ notes }) => ({ ...EMPTY, ...(notes as Partial<Session> | undefined) })));
  }

  private change(make: (before: Session) => Partial<Session> | undefined): Promise<void> {
    const next = this.writing.then(async () => {
      const before = await this.get();
      const made = make(before);
      if (!made) return;
      const notes = { ...before, ...made };
      this.kept = Promise.resolve(notes);
      await browser.storage.session.set({ notes });
    });
    this.writing = next.catch(() => undefined);
    return next;
  }
}

/** How much was hidden today. */
export class DayCount {
  private writing: Promise<unknown> = Promise.resolve();

  async today(): Promise<number> {
    const { hidden } = await browser.storage.local.get('hidden');
    const { day, count } = (hidden ?? {}) as { day?: string; count?: number };
    return day === today() ? (count ?? 0) : 0;
  }

  add(more: number): Promise<void> {
    const next = this.writing.then(async () => {
      const count = (await this.today()) + more;
      await browser.storage.local.set({ hidden: { day: today(), count } });
    });
    this.writing = next.catch(() => undefined);
    return next;
  }
}

function today(): string {
  return new Date().toDateString();
}
