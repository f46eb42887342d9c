// SPDX-License-Identifier: Apache-2.0
// What tests do with a page, and how they judge it.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

const SHOTS = fileURLToPath(new URL('../shots', import.meta.url));
const TABS_MAX = 60;

export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
export const sees = (page: Page, name: string | RegExp) => page.getByRole('heading', { name }).waitFor();

/** Waits until `part` has the focus. */
export async function hasFocus(part: Locator): Promise<void> {
  await expect.poll(() => part.evaluate((element) => element === document.activeElement)).toBe(true);
}

/** Goes with the Tab key until `part` has the focus. Answers how many presses it took. */
export async function tabTo(page: Page, part: Locator): Promise<number> {
  await part.waitFor();
  for (let presses = 0; presses < TABS_MAX; presses += 1) {
    if (await part.evaluate((element) => element === document.activeElement)) return presses;
    await page.keyboard.press('Tab');
  }
  throw new Error(`not reached with the keyboard: ${part}`);
}

/** No violation on the page as it is now. */
export async function isAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const said = violations.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`).join(' | ')}`);
  expect(said).toEqual([]);
}

/** Nothing sticks out to the side; what does is named. */
export async function fitsWidth(page: Page): Promise<void> {
  const out = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > width + 1);
    return [`${document.documentElement.scrollWidth} of ${width}`, ...wide.slice(0, 8).map((one) => `${one.tagName} ${one.getAttribute('class') ?? ''}`)];
  });
  expect(out).toEqual([]);
}

/** A picture for eyes, where `SHOTS` is set; of the whole page, or as much of it as a window shows. */
export async function shot(page: Page, name: string, whole = true): Promise<void> {
  if (process.env['SHOTS'] === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: whole });
}
