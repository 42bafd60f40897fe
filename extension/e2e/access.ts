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
  return nodes
    .filter((node) => node.role?.value === role)
    .map(({ name }) => String(name?.value ?? ''));
}

/** Every text in sight, also in closed shadow roots. */
export function textsOf(page: Page): Promise<string[]> {
  return namesOf(page, 'StaticText');
}

/** Click the button, or what else has this role, whose name begins so, with a real mouse. */
export async function press(page: Page, name: string, role = 'button'): Promise<void> {
  const session = await page.context().newCDPSession(page);
  try {
    const [x, y] = await middleOf(session, name, role);
    await page.mouse.click(x, y);
  } finally {
    await session.detach();
  }
}

/** Waits for the button, and looks again when it is drawn anew between two questions about it. */
async function middleOf(
  session: CDPSession,
  name: string,
  role: string,
): Promise<[number, number]> {
  let middle: [number, number] | undefined;
  const find = async () => {
    const button = (await tree(session)).find(
      (node) => node.role?.value === role && String(node.name?.value).startsWith(name),
    );
    middle = button && (await middleOfNode(session, button.backendDOMNodeId));
    return middle;
  };
  await expect.poll(find, { message: `a ${role} "${name}"` }).toBeDefined();
  if (middle === undefined) throw new Error(`the ${role} "${name}" went away`);
  return middle;
}

async function middleOfNode(
  session: CDPSession,
  backendNodeId: number | undefined,
): Promise<[number, number] | undefined> {
  if (backendNodeId === undefined) return undefined;
  try {
    await session.send('DOM.scrollIntoViewIfNeeded', { backendNodeId });
    const { model } = await session.send('DOM.getBoxModel', { backendNodeId });
    const [left = 0, top = 0, , , right = 0, bottom = 0] = model.content;
    return [(left + right) / 2, (top + bottom) / 2];
  } catch (error) {
    if (/detached|not find|does not have a layout|box model/i.test(String(error))) return undefined;
    throw error;
  }
}

async function tree(session: CDPSession): Promise<AxNode[]> {
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  return nodes.filter((node) => !node.ignored);
}
