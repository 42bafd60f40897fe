/** What is remembered until the browser closes, for the viewer to look at: nothing leaves. */
import { browser } from 'wxt/browser';
import { Once } from '../core/once';
import type { RequestNote } from '../messages';
import type { Contact } from './server';

const MAX_REQUESTS = 100;
const MAX_LINES = 300;
const MAX_SENT_CHARS = 600;

interface Session {
  readonly requests: readonly RequestNote[];
  readonly lines: readonly string[];
  readonly pausedTabs: readonly number[];
  readonly storageFails: boolean;
}

const EMPTY: Session = { requests: [], lines: [], pausedTabs: [], storageFails: false };

/** What is to be different; undefined for nothing. */
type Change = (before: Session) => Partial<Session> | undefined;

export class Notes {
  private readonly kept = new Once(read);
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

  addRequest(contact: Contact & Pick<RequestNote, 'host'>): void {
    const note = { ...contact, sent: contact.sent.slice(0, MAX_SENT_CHARS), at: Date.now() };
    this.note(({ requests }) => ({ requests: [note, ...requests].slice(0, MAX_REQUESTS) }));
  }

  addLine(line: string): void {
    const stamped = `${new Date().toISOString()} ${line}`;
    this.note(({ lines }) => ({ lines: [...lines, stamped].slice(-MAX_LINES) }));
  }

  pauseTab(tabId: number, paused: boolean): Promise<void> {
    return this.change(({ pausedTabs }) => {
      if (pausedTabs.includes(tabId) === paused) return undefined;
      const others = pausedTabs.filter((id) => id !== tabId);
      return { pausedTabs: paused ? [...others, tabId] : others };
    });
  }

  /** Whether somebody else answered the last request in the server's place. */
  async isIntercepted(): Promise<boolean> {
    const ofServer = (await this.requests()).find(({ host }) => host === undefined);
    return ofServer?.isIntercepted ?? false;
  }

  /** Whether the disk does not take what should be kept. */
  async storageFails(): Promise<boolean> {
    return (await this.get()).storageFails;
  }

  setStorageFails(storageFails: boolean): void {
    this.note((before) => (before.storageFails === storageFails ? undefined : { storageFails }));
  }

  /** Nothing, while it cannot be read: nobody has to wait for notes. */
  private get(): Promise<Session> {
    return this.kept.get().catch(() => EMPTY);
  }

  private note(make: Change): void {
    this.change(make).catch(() => undefined);
  }

  private change(make: Change): Promise<void> {
    const next = this.writing.then(async () => {
      const before = await this.kept.get();
      const made = make(before);
      if (!made) return;
      const notes = { ...before, ...made };
      this.kept.set(notes);
      await browser.storage.session.set({ notes });
    });
    this.writing = next.catch(() => undefined);
    return next;
  }
}

async function read(): Promise<Session> {
  const { notes } = await browser.storage.session.get('notes');
  return { ...EMPTY, ...(notes as Partial<Session> | undefined) };
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
