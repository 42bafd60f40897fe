/**
 * How long this script lives in a page: until its extension is gone, or a newer version of it starts
 * there. Takes the place of WXT's context, which has much that is not used here.
 */
import { browser } from 'wxt/browser';

/** No other extension's. */
const STARTED = `${browser.runtime.id}:started`;

export class Life {
  private readonly ended = new AbortController();
  readonly signal = this.ended.signal;

  constructor() {
    // Those before this one hear it and leave; it begins to listen only after that.
    document.dispatchEvent(new CustomEvent(STARTED));
    const end = () => this.ended.abort();
    document.addEventListener(STARTED, end, { signal: this.signal, once: true });
  }

  get isValid(): boolean {
    if (browser.runtime?.id === undefined) this.ended.abort();
    return !this.signal.aborted;
  }
}

/** The name under which WXT looks for it. */
export { Life as ContentScriptContext };
