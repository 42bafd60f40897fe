/** Ports between a page and the background, which the fake browser does not have. */
import { fakeBrowser } from 'wxt/testing/fake-browser';

type Listener = (value: unknown) => void;

class Event {
  readonly listeners = new Set<Listener>();
  addListener = (listener: Listener) => void this.listeners.add(listener);
  removeListener = (listener: Listener) => void this.listeners.delete(listener);
  fire(value: unknown) {
    for (const listener of this.listeners) listener(value);
  }
}

export function joinPorts() {
  const onConnect = new Event();
  let drops = 0;
  const state = {
    senderId: fakeBrowser.runtime.id,
    questions: 0,
    /** The background dies at the next message. */
    dropNext: () => void drops++,
  };
  const end = () => ({ onMessage: new Event(), onDisconnect: new Event() });
  const connect = ({ name }: { name: string }) => {
    const [page, background] = [end(), end()];
    const carry = (to: ReturnType<typeof end>) => (message: unknown) =>
      queueMicrotask(() => to.onMessage.fire(structuredClone(message)));
    const sender = { id: state.senderId };
    onConnect.fire({ name, sender, ...background, postMessage: carry(page) });
    return {
      name,
      ...page,
      postMessage(message: unknown) {
        state.questions += 1;
        if (drops === 0) return carry(background)(message);
        drops -= 1;
        queueMicrotask(() => page.onDisconnect.fire(undefined));
      },
    };
  };
  Object.assign(fakeBrowser.runtime, { connect, onConnect });
  return state;
}
