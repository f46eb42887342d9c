// SPDX-License-Identifier: Apache-2.0
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { codeIn, fitsWidth, isAccessible, newestMail, PHONE, sees, shot, stage } from './harness';

const at = stage();
const DESK = { width: 1440, height: 1000 };

/** Reads the code off the token that is drawn, and gives it at the VPN's door. */
async function signInAtVpn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Read it off the token' }).click();
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** The code that the drawn token shows. */
async function shown(page: Page): Promise<string> {
  const label = await page.getByRole('img', { name: /showing/ }).getAttribute('aria-label');
  return (label ?? '').replace(/\D/g, '');
}

test('a fob set nine minutes slow fails, is brought back in the portal, and signs in as slow as it is', async () => {
  const lab = await at.open('/lab/', { viewport: DESK });
  await sees(lab, 'In your hand');
  await shot(lab, 'lab-fob-start');
  await lab.locator('.code-chip.match').waitFor();
  await lab.getByRole('button', { name: '9 minutes slow' }).click();
  await lab.getByText('The fob is 9 minutes slow, 9 minutes from where').waitFor();
  await signInAtVpn(lab);
  await sees(lab, 'Not accepted');
  await shot(lab, 'lab-fob-refused');

  const portal = await at.context.newPage();
  await portal.goto(`${at.double.base}/portal/`);
  await portal.getByLabel('User ID').fill('anna.berg');
  await portal.getByRole('button', { name: 'Continue' }).click();
  await portal.getByRole('button', { name: 'Use a code by email' }).click();
  await lab.bringToFront();
  await lab.getByText('is your code to confirm').waitFor();
  await shot(lab, 'lab-outbox');
  await portal.getByLabel('Code from the email').fill(codeIn(newestMail(at.double, 'anna.berg').text));
  await portal.getByRole('button', { name: 'Confirm' }).click();
  await portal.getByRole('button', { name: 'Resync token' }).click();
  await portal.getByLabel('Passcode on the token').fill(await shown(lab));
  await portal.getByRole('button', { name: 'Next' }).click();
  await portal.getByRole('timer').waitFor();
  const first = await shown(lab);
  at.double.world.clock.advance(30);
  await expect.poll(() => shown(lab), { timeout: 10_000 }).not.toBe(first);
  await portal.getByLabel('New passcode').fill(await shown(lab));
  await portal.getByRole('button', { name: 'Sync', exact: true }).click();
  await portal.getByText('It was 9 minutes slow.').waitFor();
  await portal.close();

  await lab.bringToFront();
  await lab.getByText('was just used').waitFor();
  at.double.world.clock.advance(30);
  await lab.getByText('and the server knows it').waitFor();
  await signInAtVpn(lab);
  await sees(lab, 'Signed in');
  await lab.getByText('the clock was never put right').waitFor();
  await shot(lab, 'lab-fob-healed');
  expect(at.complaints).toEqual([]);
});

test('a card pressed forty times in a pocket heals over two sign-ins', async () => {
  const lab = await at.open('/lab/#card', { viewport: DESK });
  await lab.getByRole('button', { name: 'Press the button' }).first().click();
  await signInAtVpn(lab);
  await sees(lab, 'Signed in');
  await lab.getByRole('button', { name: 'Press it 40 times' }).click();
  await lab.getByText('The card: press #158').first().waitFor();
  await shot(lab, 'lab-card-pocket');
  await signInAtVpn(lab);
  await sees(lab, 'Not accepted');
  await lab.getByText('Until').waitFor();
  await shot(lab, 'lab-card-refused');
  await lab.getByRole('button', { name: 'Press the button' }).first().click();
  await signInAtVpn(lab);
  await lab.getByText('Two codes in a row from').waitFor();
  await lab.getByRole('button', { name: 'Press the button' }).first().click();
  await signInAtVpn(lab);
  await lab.getByText('Nobody called a help desk').waitFor();
  await shot(lab, 'lab-card-healed');
});

test('a fob that loses 200 parts in a million is nine minutes slow after a month in a drawer', async () => {
  const lab = await at.open('/lab/', { viewport: DESK });
  await lab.getByLabel('Its drift').fill('-200');
  await lab.getByText('It loses 17.3 seconds a day, 9 minutes in a month.').waitFor();
  await lab.getByRole('button', { name: 'Leave it in a drawer' }).click();
  await lab.getByText('The fob is 9 minutes slow').waitFor();
  await lab.reload();
  await lab.getByText('The fob is 9 minutes slow').waitFor();
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const locale of ['en-GB', 'sv-SE']) {
    test(`the lab is accessible and fits a phone, ${colorScheme}, ${locale}`, async () => {
      const lab = await at.open('/lab/', { colorScheme, locale, viewport: PHONE });
      await lab.getByRole('slider').first().waitFor();
      await isAccessible(lab);
      await fitsWidth(lab);
      await shot(lab, `lab-phone-${colorScheme}-${locale}`);
      await lab.setViewportSize(DESK);
      await lab.getByRole('radio').nth(1).check();
      await lab.locator('.card-button').click();
      await lab.locator('.code-chip.match').waitFor();
      await isAccessible(lab);
      await shot(lab, `lab-desk-${colorScheme}-${locale}`);
      expect(at.complaints).toEqual([]);
    });
  }
}
