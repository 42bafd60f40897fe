/** What the extension did with the cards of a page. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** The videos of all cards with one of these marks, in order of their ids, each once. */
export async function videosMarked(page: Page, ...marks: string[]): Promise<string[]> {
  return page.evaluate((wanted) => {
    const found = new Set<string>();
    for (const card of document.querySelectorAll('[data-realtube]')) {
      if (!wanted.includes(card.getAttribute('data-realtube') ?? '')) continue;
      const link = card.matches('a')
        ? card
        : card.querySelector('a[href*="/watch"], a[href*="/shorts/"]');
      const id = /(?:[?&]v=|\/shorts\/)([\w-]{11})/.exec(link?.getAttribute('href') ?? '')?.[1];
      if (id) found.add(id);
    }
    return [...found].sort();
  }, marks);
}

/** Wait until exactly these videos are hidden or dimmed, and no card is undecided. */
export async function expectHidden(page: Page, hidden: readonly string[]): Promise<void> {
  await expect.poll(() => videosMarked(page, 'hide', 'dim')).toEqual([...hidden].sort());
}

/** Wait until this many cards have been judged. */
export async function judged(page: Page, atLeast = 1): Promise<void> {
  const count = () => page.locator('[data-realtube]').count();
  await expect.poll(count).toBeGreaterThanOrEqual(atLeast);
}
