// SPDX-License-Identifier: Apache-2.0
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import {
  annaSignedIn, button, BUTTON_FOB, codeIn, FOB, giveFirst, giveSecond, isAccessible, newestMail, sees, shot, signInByEmail, stage,
} from './harness';

const at = stage();
const ANNA = 'anna.berg';
const NINE_MINUTES_SLOW = -540;

const signedIn = (options?: Parameters<typeof at.open>[1]) => annaSignedIn(at, options);
const go = (page: Page, path: string) => page.goto(`${at.double.base}/portal${path}`);

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

describe('the resync', () => {
  test('of a button fob sixty presses ahead works without a step of time', async () => {
    const fob = at.held(BUTTON_FOB);
    fob.press(60);
    const page = await signedIn();
    await go(page, `/devices/${BUTTON_FOB}/resync`);
    await page.getByText('Press the button on your token').waitFor();
    await giveFirst(page, fob.press());
    await page.getByText('disappears within 15 seconds').waitFor();
    await giveSecond(page, fob.press());
    await sees(page, 'Your token is in sync');
    await page.getByText('It was 60 presses ahead.').waitFor();
    expect(at.double.world.logIn(ANNA, fob.press()).accepted).toBe(true);
  });

  test('counts down to a deadline: over a sleep of 25 seconds, to zero, and says when it is too late', async () => {
    const page = await signedIn();
    await page.clock.install();
    await go(page, `/devices/${FOB}/resync`);
    await giveFirst(page, at.held(FOB).shows(at.now()));
    await page.getByRole('timer').getByText('30').waitFor();
    await page.clock.fastForward(25_000);
    await page.getByRole('timer').getByText(/^[45]$/).waitFor();
    expect(await page.title()).toMatch(/^[45] s – Resync token/);
    await page.clock.fastForward(6000);
    await page.getByText('The display should show a new passcode now.').first().waitFor();
    await page.clock.fastForward(30_000);
    await page.getByText('Enter the passcode the display shows now.').waitFor();
    await page.clock.fastForward(120_000);
    await page.getByText('Too much time has passed').waitFor();
    await isAccessible(page);
  });

  test('keeps the first code on the way back, and knows the same code, letters, and a PIN in front', async () => {
    const page = await signedIn();
    const fob = at.held(FOB, NINE_MINUTES_SLOW);
    await go(page, `/devices/${FOB}/resync`);
    const first = fob.shows(at.now());
    const field = page.getByLabel('Passcode on the token');
    for (const [typed, said] of [['4711123456', 'without your PIN'], ['12a456', 'digits only'], ['12345', 'Enter the 6 digits'], ['', 'Enter the 6 digits']] as const) {
      await field.fill(typed);
      await button(page, 'Next').click();
      await page.locator('.field-error', { hasText: said }).waitFor();
      expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
    }
    await giveFirst(page, `${first.slice(0, 3)} ${first.slice(3)}`);
    await giveSecond(page, first);
    await page.getByText('This is the same passcode as before.').waitFor();
    await isAccessible(page);
    await shot(page, 'same-code');
    await button(page, 'Back').click();
    expect(await field.inputValue()).toBe(`${first.slice(0, 3)} ${first.slice(3)}`);
  });

  test('goes on after the server was away in the middle', async () => {
    const page = await signedIn();
    const fob = at.held(FOB, NINE_MINUTES_SLOW);
    await go(page, `/devices/${FOB}/resync`);
    await giveFirst(page, fob.shows(at.now()));
    await at.double.stop();
    const second = fob.shows(at.now(), 30);
    await giveSecond(page, second);
    await sees(page, 'No connection');
    await shot(page, 'offline');
    expect(await page.getByLabel('New passcode').inputValue()).toBe(second);
    await at.double.start();
    await button(page, 'Try again').click();
    await sees(page, 'Your token is in sync');
  });

  test('shows the answer of a decision whose answer was lost', async () => {
    const page = await signedIn();
    const fob = at.held(FOB, NINE_MINUTES_SLOW);
    await go(page, `/devices/${FOB}/resync`);
    await giveFirst(page, fob.shows(at.now()));
    await page.route('**/complete', async (route) => {
      await route.fetch();
      await route.abort();
    }, { times: 1 });
    await giveSecond(page, fob.shows(at.now(), 30));
    await sees(page, 'No connection');
    await button(page, 'Try again').click();
    await sees(page, 'Your token is in sync');
  });

  test('asks for a third code where two places fit', async () => {
    const page = await signedIn();
    const fob = at.held(FOB, NINE_MINUTES_SLOW);
    await go(page, `/devices/${FOB}/resync`);
    await giveFirst(page, fob.shows(at.now()));
    // Two places that fit are rare: this one answer is made up.
    await page.route('**/complete', (route) => route.fulfill({ json: { reason: 'one_more_code', attempts_left: 5 } }));
    await giveSecond(page, '000000');
    await page.getByText('One more passcode, to be sure.').waitFor();
    await isAccessible(page);
    await giveSecond(page, fob.shows(at.now(), 60));
    await sees(page, 'Your token is in sync');
  });

  test('asks again who one is where the server says that it was too long ago, and goes on', async () => {
    const page = await signedIn();
    at.double.world.clock.advance(601);
    await button(page, 'Resync token').click();
    await sees(page, 'Confirm it is you');
    await button(page, 'Send code').click();
    await page.getByLabel('Code from the email').fill(codeIn(newestMail(at.double, ANNA).text));
    await button(page, 'Confirm').click();
    await page.getByLabel('Passcode on the token').waitFor();
  });

  test('comes back to the same page after the session has ended in the middle', async () => {
    const page = await signedIn();
    await go(page, `/devices/${FOB}/resync`);
    await page.getByLabel('Passcode on the token').fill('000000');
    at.double.world.sessions.clear();
    await button(page, 'Next').click();
    await signInByEmail(at, ANNA);
    await page.getByLabel('Passcode on the token').waitFor();
    expect(page.url()).toContain(`/devices/${FOB}/resync`);
  });

  test('says what is wrong: unknown codes, codes apart, wrong order, used ones, and pauses after five', async () => {
    const page = await signedIn();
    const fob = at.held(FOB, NINE_MINUTES_SLOW);
    const now = at.now();
    const tries: [string, string, string][] = [
      ['000000', '000001', 'We could not match these passcodes'],
      [fob.shows(now, 60), fob.shows(now, 300), 'These passcodes do not follow each other'],
      [fob.shows(now, 60), fob.shows(now, 30), 'The passcodes came in the wrong order'],
      ['000002', '000003', 'We could not match these passcodes'],
      ['000004', '000005', 'Paused for 15 minutes'],
    ];
    await go(page, `/devices/${FOB}/resync`);
    for (const [index, [first, second, heading]] of tries.entries()) {
      await giveFirst(page, first);
      await giveSecond(page, second);
      await sees(page, heading);
      if (index === 0) {
        await page.getByText('must end in 4411').waitFor();
        await page.getByText('4 tries left').waitFor();
        await isAccessible(page);
        await shot(page, 'no-match');
      }
      const again = button(page, 'Start again');
      if (await again.isVisible()) await again.click();
    }
    await shot(page, 'paused');
    const other = await at.context.newPage();
    await other.goto(`${at.double.base}/portal/devices/${FOB}/resync`);
    await sees(other, /^Paused for/);
  });

  test('leaves no code in any address, storage or console', async () => {
    const page = await signedIn();
    const fob = at.held(FOB, NINE_MINUTES_SLOW);
    const codes = [fob.shows(at.now()), fob.shows(at.now(), 30)] as const;
    const visited: string[] = [];
    page.on('framenavigated', (frame) => visited.push(frame.url()));
    await go(page, `/devices/${FOB}/resync`);
    await giveFirst(page, codes[0]);
    await giveSecond(page, codes[1]);
    await sees(page, 'Your token is in sync');
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state]));
    const everything = [kept, visited.join(), at.double.world.log.join(), at.complaints.join()].join();
    for (const code of codes) expect(everything).not.toContain(code);
    expect(at.complaints).toEqual([]);
  });

  test('answers a right and a wrong first code with the same bytes', async () => {
    const page = await signedIn();
    const answers: string[] = [];
    for (const code of ['000000', at.held(FOB, NINE_MINUTES_SLOW).shows(at.now())]) {
      await go(page, `/devices/${FOB}/resync`);
      const answer = page.waitForResponse((response) => response.url().endsWith('/first'));
      await giveFirst(page, code);
      const body = await (await answer).json() as Record<string, unknown>;
      answers.push(Object.keys(body).join());
    }
    expect(answers[0]).toBe(answers[1]);
  });

  test('can be done with the keyboard alone', async () => {
    const page = await signedIn({ viewport: { width: 1280, height: 800 } });
    const fob = at.held(FOB, NINE_MINUTES_SLOW);
    const resync = button(page, 'Resync token');
    for (let presses = 0; presses < 20; presses += 1) {
      if (await resync.evaluate((element) => element === document.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.getByLabel('Passcode on the token').waitFor();
    await page.keyboard.type(fob.shows(at.now()));
    await page.keyboard.press('Enter');
    await page.getByLabel('New passcode').waitFor();
    await page.keyboard.type(fob.shows(at.now(), 30));
    await page.keyboard.press('Enter');
    await sees(page, 'Your token is in sync');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Your token is in sync');
  });
});
