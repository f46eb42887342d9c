// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { FOB, newestMail, sees, shot, signInByEmail, stage } from './harness';

const at = stage();
const NINE_MINUTES_SLOW = -540;

test('a fob nine minutes slow comes back by two passcodes, and the next one signs in', async () => {
  const page = await at.open('/portal/');
  const fob = at.held(FOB, NINE_MINUTES_SLOW);
  await shot(page, 'sign-in');
  await page.getByLabel('User ID').fill('anna.berg');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Passcode').fill(fob.shows(at.now()));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await sees(page, 'That passcode was not accepted');
  await shot(page, 'refused');
  await page.getByRole('link', { name: 'My devices' }).click();
  await signInByEmail(at, 'anna.berg');
  await sees(page, 'Devices');
  await shot(page, 'devices');
  await page.getByRole('button', { name: 'Resync token' }).click();
  await page.getByLabel('Passcode on the token').waitFor();
  await shot(page, 'resync-1');
  await page.getByLabel('Passcode on the token').fill(fob.shows(at.now()));
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('timer').waitFor();
  await shot(page, 'resync-2');
  await page.getByLabel('New passcode').fill(fob.shows(at.now(), 30));
  at.double.world.clock.advance(30);
  await page.getByRole('button', { name: 'Sync', exact: true }).click();
  await sees(page, 'Your token is in sync');
  await page.getByText('It was 9 minutes slow.').waitFor();
  await shot(page, 'resync-3');
  expect(newestMail(at.double, 'anna.berg').event).toBe('resynchronised');
  at.double.world.clock.advance(30);
  expect(at.double.world.logIn('anna.berg', fob.shows(at.now())).accepted).toBe(true);
});
