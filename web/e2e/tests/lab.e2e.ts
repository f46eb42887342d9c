// SPDX-License-Identifier: Apache-2.0
// The demo's lab: tokens that are set wrong by hand, and seen to heal.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { button, fitsWidth, isAccessible, sees, shot } from '../lib/page';
import { saw } from '../lib/people';
import { giveFirst, giveSecond, giveUser } from '../lib/portal';
import { PHONE, stage, withServer } from '../lib/stage';

const at = stage({ demo: true });
const BENCH = { width: 1440, height: 1000 };
const STEP = 30;

/** Reads the code off the token that is drawn, and gives it at the VPN's door. */
async function signInAtVpn(lab: Page): Promise<void> {
  await button(lab, 'Read it off the token').click();
  await button(lab, 'Sign in').click();
}

/** The code that the drawn token shows. */
async function shown(lab: Page): Promise<string> {
  const label = await lab.getByRole('img', { name: /showing/ }).getAttribute('aria-label');
  return saw((label ?? '').replace(/\D/g, ''));
}

/** The server's clock goes on by a step, and the drawn fob follows. */
async function nextStep(lab: Page): Promise<void> {
  const before = await shown(lab);
  await at.server.clock.advance(STEP);
  await expect.poll(() => shown(lab)).not.toBe(before);
}

interface Drawn {
  serial: string;
  user: string;
  kind: string;
}
async function drawn(kind: 'totp' | 'hotp'): Promise<Drawn> {
  const { tokens } = await at.server.api<{ tokens: Drawn[] }>('GET', '/lab/world');
  const found = tokens.find((token) => token.kind === kind);
  if (found === undefined) throw new Error(`the lab draws no ${kind}`);
  return found;
}

/** What is written on the card's next code, counted from one. */
const nextPress = async (serial: string) => (await at.server.api<{ next: number }>('GET', `/lab/tokens/${serial}`)).next + 1;

withServer('the lab', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const locale of ['en-GB', 'sv-SE']) {
      test(`is accessible and fits a phone, ${colorScheme}, ${locale}`, async () => {
        const lab = await at.open('/lab/', { colorScheme, locale, viewport: PHONE });
        await lab.getByRole('slider').first().waitFor();
        await lab.locator('.code-chip.match').waitFor();
        await isAccessible(lab);
        await fitsWidth(lab);
        await shot(lab, `lab-phone-${colorScheme}-${locale}`);
        await lab.setViewportSize(BENCH);
        await lab.getByRole('radio').nth(1).check();
        await lab.locator('.card-button').click();
        await lab.locator('.code-chip.match').waitFor();
        await isAccessible(lab);
        await shot(lab, `lab-desk-${colorScheme}-${locale}`);
      });
    }
  }

  test('says in its menu which language and which colours are chosen', async () => {
    const lab = await at.open('/lab/', { viewport: BENCH });
    const chosen = async () => {
      await lab.getByRole('menuitemradio').first().waitFor();
      return lab.getByRole('menuitemradio', { checked: true }).allTextContents();
    };
    await button(lab, 'Menu').click();
    expect(await chosen()).toEqual(['English', 'Like the system']);
    await isAccessible(lab);
    await lab.getByRole('menuitemradio', { name: 'Svenska' }).click();
    await button(lab, 'Meny').click();
    expect(await chosen()).toEqual(['Svenska', 'Som systemet']);
  });

  test('a fob that loses 200 parts in a million is nine minutes slow after a month in a drawer', async () => {
    const lab = await at.open('/lab/', { viewport: BENCH });
    await lab.getByLabel('Its drift').fill('-200');
    await lab.getByText('It loses 17.3 seconds a day, 9 minutes in a month.').waitFor();
    await button(lab, /^Leave it in a drawer/).click();
    await lab.getByText('The fob is 9 minutes slow').waitFor();
    await lab.reload();
    await lab.getByText('The fob is 9 minutes slow').waitFor();
  });

  test('a fob set nine minutes slow fails, is brought back in the portal, and signs in as slow as it is', async () => {
    const { user } = await drawn('totp');
    const lab = await at.open('/lab/', { viewport: BENCH });
    await sees(lab, 'In your hand');
    await shot(lab, 'lab-fob-start');
    await lab.locator('.code-chip.match').waitFor();
    await button(lab, '9 minutes slow').click();
    await lab.getByText('The fob is 9 minutes slow, 9 minutes from where').waitFor();
    await signInAtVpn(lab);
    await sees(lab, 'Not accepted');
    await shot(lab, 'lab-fob-refused');

    const portal = await at.also('/portal/');
    await giveUser(portal, user);
    await button(portal, 'Use a code by email').click();
    await portal.getByText('We have sent a code').waitFor();
    await lab.bringToFront();
    await lab.getByText('This is your code to confirm').waitFor();
    await shot(lab, 'lab-outbox');
    const letter = await lab.locator('.letter-text:visible').innerText();
    const code = saw(/^\d{6}$/m.exec(letter)?.[0] ?? '');
    await portal.bringToFront();
    await portal.getByLabel('Code from the email').fill(code);
    await button(portal, 'Confirm').click();
    await button(portal, 'Resync token').click();
    await giveFirst(portal, await shown(lab));
    await portal.getByRole('timer').waitFor();
    await lab.bringToFront();
    await nextStep(lab);
    const second = await shown(lab);
    await portal.bringToFront();
    await giveSecond(portal, second);
    await portal.getByText('It was 9 minutes slow.').waitFor();
    await portal.close();

    await lab.bringToFront();
    await lab.getByText('was just used').waitFor();
    await nextStep(lab);
    await lab.getByText('and the server knows it').waitFor();
    await signInAtVpn(lab);
    await sees(lab, 'Signed in');
    await lab.getByText('the clock was never put right').waitFor();
    await shot(lab, 'lab-fob-healed');
  });

  for (const presses of [40, 60]) {
    test(`a card pressed ${presses} times in a pocket heals over two sign-ins`, async () => {
      const { serial } = await drawn('hotp');
      const begun = await nextPress(serial);
      const lab = await at.open('/lab/#card', { viewport: BENCH });
      const press = button(lab, 'Press the button').first();
      const isAt = (number: number) => lab.getByText(`The card: press #${number}`).first().waitFor();
      await press.click();
      await isAt(begun);
      await signInAtVpn(lab);
      await sees(lab, 'Signed in');
      await button(lab, /^Press it 40 times/).click();
      for (let more = 40; more < presses; more += 1) await press.click();
      await isAt(begun + presses);
      await shot(lab, `lab-card-pocket-${presses}`);
      await signInAtVpn(lab);
      await sees(lab, 'Not accepted');
      await lab.getByText('Until').waitFor();
      await shot(lab, `lab-card-refused-${presses}`);
      await press.click();
      await isAt(begun + presses + 1);
      await signInAtVpn(lab);
      await lab.getByText('Two codes in a row from').waitFor();
      await press.click();
      await isAt(begun + presses + 2);
      await signInAtVpn(lab);
      await lab.getByText('Nobody called a help desk').waitFor();
      await shot(lab, `lab-card-healed-${presses}`);
    });
  }
});
