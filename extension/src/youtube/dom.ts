/** Small helpers to build nodes. YouTube enforces Trusted Types, so nothing is made from text. */

import overlayCss from '../assets/overlay.css?inline';
import { t } from '../core/words';

type Child = Node | string;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const SVG = 'http://www.w3.org/2000/svg';

/** A picture of one path in a box of 24 by 24. */
export function icon(path: string): SVGSVGElement {
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', '0 0 24 24');
  picture.setAttribute('aria-hidden', 'true');
  picture.setAttribute('focusable', 'false');
  const shape = document.createElementNS(SVG, 'path');
  shape.setAttribute('d', path);
  picture.append(shape);
  return picture;
}

/**
 * Run something when a person presses a button. The page could call `click()` to vote in the
 * viewer's name, so only events that the browser itself made count.
 */
export function onPress(button: HTMLElement, run: () => void): void {
  button.addEventListener('click', (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (event.isTrusted) run();
  });
}

/** A button that says what it does. */
export function pressable(words: string, run: () => void, kind = 'plain'): HTMLButtonElement {
  const button = element('button', { class: kind, type: 'button' }, words);
  onPress(button, run);
  return button;
}

let sheet: CSSStyleSheet | undefined;

/** An element of ours with a closed shadow root, which the page can neither style nor read. */
export function shadowHost(tag: string): { host: HTMLElement; root: ShadowRoot } {
  const host = document.createElement(tag);
  const root = host.attachShadow({ mode: 'closed' });
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(overlayCss);
  }
  root.adoptedStyleSheets = [sheet];
  // Our texts are in the browser's language, whatever the page's is.
  host.dir = t('direction');
  return { host, root };
}

/**
 * Keep keys pressed in elements of ours from the page, whose shortcuts listen everywhere. What a
 * browser does by itself, such as pressing a button, goes on.
 */
export function guardKeys(signal: AbortSignal): void {
  const guard = (event: Event) => {
    const { target } = event;
    if (target instanceof Element && target.localName.startsWith('realtube-'))
      event.stopImmediatePropagation();
  };
  for (const type of ['keydown', 'keyup', 'keypress'])
    window.addEventListener(type, guard, { capture: true, signal });
}

let dark: boolean | undefined;

/** Whether the page is shown in dark colours, whatever switched them on. Asked once a frame. */
export function isDark(): boolean {
  if (dark === undefined) {
    dark = luminance(getComputedStyle(document.body).backgroundColor) < 128;
    requestAnimationFrame(() => {
      dark = undefined;
    });
  }
  return dark;
}

function luminance(color: string): number {
  const [r = 255, g = 255, b = 255, alpha = 1] = color.match(/[\d.]+/g)?.map(Number) ?? [];
  return alpha === 0 ? 255 : 0.299 * r + 0.587 * g + 0.114 * b;
}
