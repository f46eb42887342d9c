// SPDX-License-Identifier: Apache-2.0
// What people do at the portal, step by step.
import type { BrowserContextOptions, Page } from 'playwright-core';
import { button, sees } from './page';
import { addOwner, saw, type Owner } from './people';
import { PHONE, type Stage } from './stage';

/** The code that was mailed to `owner`, as somebody reads it. */
export const mailedCode = async (at: Stage, owner: Owner) => saw(await at.mailbox.code(owner.email));

export async function giveUser(page: Page, user: string): Promise<void> {
  await page.getByLabel('User ID').fill(user);
  await button(page, 'Continue').click();
}

/** Signs in with a code by email, which leaves the session fresh. */
export async function signInByEmail(at: Stage, owner: Owner): Promise<void> {
  const { page } = at;
  await giveUser(page, owner.id);
  await button(page, 'Use a code by email').click();
  await page.getByLabel('Code from the email').fill(await mailedCode(at, owner));
  await button(page, 'Confirm').click();
}

/** Somebody new on a phone, at `path` after signing in with a code by email. */
export async function signedIn(at: Stage, path = '/', options: BrowserContextOptions = {}): Promise<{ page: Page; owner: Owner }> {
  const owner = await addOwner(at.server);
  const page = await at.open('/portal/', { viewport: PHONE, ...options });
  await signInByEmail(at, owner);
  await sees(page, 'Devices');
  if (path !== '/') await go(at, path.replace('FOB', owner.fob.serial).replace('BUTTON', owner.button.serial));
  return { page, owner };
}

export const go = (at: Stage, path: string) => at.page.goto(`${at.server.base}/portal${path}`);

/** What the fob shows now, `later` seconds from now. */
export const shows = async (at: Stage, { fob }: Owner, later = 0) => fob.at((await at.server.clock.now()) + later);

export async function giveFirst(page: Page, code: string): Promise<void> {
  await page.getByLabel('Passcode on the token').fill(code);
  await button(page, 'Next').click();
  await page.getByLabel('New passcode').waitFor();
}

export async function giveSecond(page: Page, code: string): Promise<void> {
  await page.getByLabel('New passcode').fill(code);
  await button(page, 'Sync').click();
}
