/**
 * Finds and presses what the extension adds to a page, as assistive technology does: by role and
 * name. Its shadow roots are closed, so nothing else gets in.
 */
import type { CDPSession, Page } from 'playwright-core';
import { expect } from 'vitest';

interface AxNode {
  readonly backendDOMNodeId?: number;
  readonly role?: { readonly value?: unknown };
  readonly name?: { readonly value?: unknown };
  readonly ignored: boolean;
}

/** Names of everything with this role. */
export async function namesOf(page: Page, role: string): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const nodes = await tree(session);
  await session.detach();
  return nodes.filter((node) => node.role?.value === role).map(({ name }) => String(name?.value ?? ''));
}

/** Click the button whose name begins so, with a real mouse. */
export async function press(page: Page, name: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  try {
    const [x, y] = await middleOf(session, name);
    await page.mouse.click(x, y);
  } finally {
    await session.detach();
  }
}

async function middleOf(session: CDPSession, name: string): Promise<[number, number]> {
  const find = async () =>
    (await tree(session)).find(
      (node) => node.role?.value === 'button' && String(node.name?.value).startsWith(name),
    )?.backendDOMNodeId;
  await expect.poll(find, { message: `a button "${name}"` }).toBeDefined();
  const backendNodeId = await find();
  if (backendNodeId === undefined) throw new Error(`the button "${name}" went away`);
  await session.send('DOM.scrollIntoViewIfNeeded', { backendNodeId });
  const { model } = await session.send('DOM.getBoxModel', { backendNodeId });
  const [left = 0, top = 0, , , right = 0, bottom = 0] = model.content;
  return [(left + right) / 2, (top + bottom) / 2];
}

async function tree(session: CDPSession): Promise<AxNode[]> {
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  return nodes.filter((node) => !node.ignored);
}
